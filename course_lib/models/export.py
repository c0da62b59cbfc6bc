"""Turn a finished run into what ships: weights, log, model card."""

import json
from pathlib import Path
from typing import Any

import torch

from course_lib.files import write_atomically
from course_lib.models.pretrained import WEIGHTS, make_network, save_weights
from course_lib.training.log import Log, read_log


def card(name: str, log: Log) -> dict[str, Any]:
    """Return the model card: everything that the figure has to be quoted with."""
    header = log.header
    return {
        "name": name,
        "network": header["network"],
        "parameters": header["parameters"],
        "data": header["data"],
        "train_images": header["train_images"],
        "test_images": header["test_images"],
        "test_accuracy": log.final_accuracy,
        "accuracy_is": "the last epoch's, on all test images, no test-time augmentation",
        "epochs": len(log.epochs),
        "seeds": [header["recipe"]["seed"]],
        "device": header["device"],
        "seconds": round(sum(log.column("seconds"))),
        "versions": header["versions"],
        "commit": header["commit"],
        "command": header["command"],
        "input": "images in [0, 1], (N, 3, 32, 32); the network normalises them itself",
        "licence": "MIT",
    }


def export(folder: Path, name: str, target: Path = WEIGHTS) -> list[Path]:
    """Write ``name``.safetensors, .jsonl and .json into ``target``; return the three paths.

    Raises ValueError where the run in ``folder`` is not finished.
    """
    log = read_log(folder / "log.jsonl")
    wanted = log.header["recipe"]["epochs"]
    if len(log.epochs) < wanted:
        raise ValueError(f"the run in {folder} has {len(log.epochs)} of {wanted} epochs; "
                         "finish it with --resume")  # fmt: skip
    model = make_network(name)
    state = torch.load(folder / "last.pt", map_location="cpu", weights_only=True)["average"]
    prefix = "module."
    model.load_state_dict(
        {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    )
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / f"{name}.{suffix}" for suffix in ("safetensors", "jsonl", "json")]
    save_weights(model, paths[0])
    log.write(paths[1])
    text = json.dumps(card(name, log), indent=2) + "\n"
    write_atomically(paths[2], text.encode())
    return paths
