"""Every number that a training run depends on, in one place."""

from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True)
class Recipe:
    """What a run is made of; the defaults train ``Session9Net``.

    ``peak_lr`` is the learning rate at the top of the one-cycle schedule, reached after ``warmup``
    of the steps. ``ema`` is the decay of the running average of the weights. ``flip``, ``affine``
    and ``hole`` are the probabilities of the three augmentations.
    """

    epochs: int = 36
    batch_size: int = 128
    peak_lr: float = 0.2
    warmup: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    ema: float = 0.999
    flip: float = 0.5
    affine: float = 0.3
    hole: float = 0.3
    seed: int = 0

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
