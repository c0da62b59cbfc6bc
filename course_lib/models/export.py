"""Turn a finished run into what ships: weights, log, model card."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from course_lib.data.dataset import ImageData
from course_lib.data.feeding import to_input
from course_lib.files import write_atomically
from course_lib.models.pretrained import WEIGHTS, make_network, save_weights
from course_lib.training.log import Log, read_log

CPU = torch.device("cpu")


def export(folder: Path, name: str, data: ImageData, target: Path = WEIGHTS) -> list[Path]:
    """Write ``name``.safetensors, .jsonl and .json into ``target``; return the three paths.

    The weights are judged once more on the test images of ``data``. Raises ValueError where the
    run in ``folder`` is not finished, was judged on other images, or claims another accuracy.
    """
    log = read_log(folder / "log.jsonl")
    wanted = log.header["recipe"]["epochs"]
    if len(log.epochs) < wanted:
        raise ValueError(f"the run in {folder} has {len(log.epochs)} of {wanted} epochs; "
                         "finish it with --resume")  # fmt: skip
    if log.header["test_label_digest"] != data.label_digest:
        judged_on = f"{log.header['test_images']:,} images of {log.header['data']}"
        raise ValueError(f"the run in {folder} was judged on {judged_on}, "
                         f"not on the test set of {data.name}")  # fmt: skip
    model = averaged_model(folder / "last.pt", name)
    counts = confusion(model, data)
    accuracy = counts.trace() / counts.sum()
    if abs(accuracy - log.final_accuracy) > 0.001:
        raise ValueError(f"the weights in {folder} score {accuracy:.2%} on {data.name}, "
                         f"and their log says {log.final_accuracy:.2%}")  # fmt: skip
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / f"{name}.{suffix}" for suffix in ("safetensors", "jsonl", "json")]
    save_weights(model, paths[0])
    log.write(paths[1])
    write_atomically(paths[2], to_json(card(name, log, data, counts)).encode())
    return paths


def averaged_model(checkpoint: Path, name: str) -> nn.Module:
    """Return the network with the averaged weights of a checkpoint, in eval mode."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["average"]
    prefix = "module."
    model = make_network(name)
    model.load_state_dict(
        {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
    )
    return model.eval()


@torch.inference_mode()
def confusion(model: nn.Module, data: ImageData) -> np.ndarray:
    """Count the test images by true class (row) and predicted class (column)."""
    counts = np.zeros((len(data.classes),) * 2, int)
    for start in range(0, len(data.test_labels), 500):
        part = slice(start, start + 500)
        x = to_input(torch.from_numpy(data.test_images[part]), CPU)
        np.add.at(counts, (data.test_labels[part], model(x).argmax(1).numpy()), 1)
    return counts


def card(name: str, log: Log, data: ImageData, counts: np.ndarray) -> dict[str, Any]:
    """Return the model card: everything that the figure has to be quoted with."""
    header = log.header
    kept = ("network", "parameters", "data", "train_images", "test_images", "device", "versions",
            "commit", "command")  # fmt: skip
    return {
        "name": name,
        **{key: header[key] for key in kept},
        "test_accuracy": log.final_accuracy,
        "accuracy_is": "the last epoch's, on all test images, no test-time augmentation",
        "epochs": len(log.epochs),
        "seeds": [header["recipe"]["seed"]],
        "seconds": round(sum(log.column("seconds"))),
        "input": "images in [0, 1], (N, 3, 32, 32); the network normalises them itself",
        "licence": "MIT",
        "classes": list(data.classes),
        "confusion": counts.tolist(),
    }


def to_json(content: dict[str, Any]) -> str:
    """Return readable JSON, with one line for a row of the confusion matrix."""
    rows = content["confusion"]
    text = json.dumps({**content, "confusion": "@"}, indent=2)
    matrix = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    return text.replace('"@"', f"[\n{matrix}\n  ]") + "\n"
