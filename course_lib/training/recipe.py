"""Every number that a training run depends on, in one place."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


def _setting(default: float, meaning: str) -> Any:
    """A number of the recipe, and what ``train --help`` says of it."""
    return field(default=default, metadata={"help": meaning})


@dataclass(frozen=True)
class Recipe:
    """What a run is made of; the defaults train ``Session9Net``."""

    epochs: int = _setting(36, "passes over the training images")
    batch_size: int = _setting(128, "images a step")
    peak_lr: float = _setting(0.2, "learning rate at the top of the one-cycle schedule")
    warmup: float = _setting(0.2, "share of the steps until that top")
    momentum: float = _setting(0.9, "Nesterov momentum of SGD")
    weight_decay: float = _setting(5e-4, "on weights, not on BatchNorm and biases")
    label_smoothing: float = _setting(0.1, "share of the target that all classes share")
    ema: float = _setting(0.999, "decay of the running average of the weights, which is tested")
    flip: float = _setting(0.5, "probability of the horizontal flip")
    affine: float = _setting(0.3, "probability of shift, scale and rotation")
    hole: float = _setting(0.3, "probability of the coarse dropout")
    seed: int = _setting(0, "of the weights, the order and the augmentation")

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")
        for name in ("warmup", "label_smoothing", "ema", "flip", "affine", "hole"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a number in [0, 1]")
        if self.peak_lr <= 0:
            raise ValueError(f"peak_lr is {self.peak_lr}; expected a number above 0")

    def as_dict(self) -> dict[str, float | int]:
        """Return the recipe as plain data, for the log's header and the checkpoint."""
        return asdict(self)

    def differences(self, other: dict[str, float | int]) -> list[str]:
        """Say where a stored recipe differs from this one, a short text each."""
        return [
            f"{field.name}: {other.get(field.name)} before, {getattr(self, field.name)} now"
            for field in fields(self)
            if other.get(field.name) != getattr(self, field.name)
        ]
