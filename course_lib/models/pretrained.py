"""Networks by name, and the trained weights that ship with the workbook.

Each file in ``weights/`` has a model card and the log of its run beside it, under the same name.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors.torch import load_model, save
from torch import nn

from course_lib.files import write_atomically
from course_lib.models.session7 import Session7Net
from course_lib.models.session9 import Session9Net
from course_lib.models.session9_dilated import Session9DilatedNet
from course_lib.models.single_stride import SingleStrideNet
from course_lib.models.starter import StarterNet

WEIGHTS = Path(__file__).parent / "weights"
NETWORKS: dict[str, Callable[..., nn.Module]] = {
    "session9": Session9Net,
    "session9-dilated": Session9DilatedNet,
    "session7": Session7Net,
    "single-stride": SingleStrideNet,
    "starter": StarterNet,
}


def make_network(name: str, **arguments: Any) -> nn.Module:
    """Return an untrained network by its name; raises ValueError with the names there are."""
    if name not in NETWORKS:
        raise ValueError(f"there is no network {name!r}; expected one of {', '.join(NETWORKS)}")
    return NETWORKS[name](**arguments)


def load_pretrained(name: str = "session9") -> nn.Module:
    """Return a trained network in eval mode, on the CPU.

    It takes images scaled to [0, 1], (N, 3, 32, 32), normalises them itself and returns logits
    (N, 10). Raises ValueError where no weights ship under that name.
    """
    path = WEIGHTS / f"{name}.safetensors"
    if not path.exists():
        shipped = sorted(file.stem for file in WEIGHTS.glob("*.safetensors"))
        raise ValueError(f"no trained weights ship for {name!r}; there are: {', '.join(shipped)}")
    model = make_network(name)
    load_model(model, path)
    return model.eval()


def model_card(name: str = "session9") -> dict[str, Any]:
    """Return the model card of shipped weights: data, device, seeds, commit, command, figures."""
    return json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))


def shipped_log(name: str = "session9") -> Path:
    """Return the path of a training log that ships.

    Each of the shipped weights has one; "session9-fifth" is a run on a fifth of the training
    images, for those who train without a GPU, and ships no weights.
    """
    return WEIGHTS / f"{name}.jsonl"


def save_weights(model: nn.Module, path: Path) -> None:
    """Save the weights and buffers of ``model`` as safetensors."""
    state = {name: value.contiguous() for name, value in model.state_dict().items()}
    write_atomically(path, save(state))
