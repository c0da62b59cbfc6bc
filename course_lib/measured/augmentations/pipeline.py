"""A pipeline of albumentations, described once: it is run, and it is written as code."""

import warnings
from dataclasses import dataclass
from typing import Any

from course_lib.data.augmentation import A, cv2

PLACE = "place"  # a second image that goes through the same draws: each pixel holds where it was


@dataclass(frozen=True)
class Flag:
    """One of OpenCV's numbers, written by its name: ``Flag("BORDER_CONSTANT")``."""

    name: str

    def __repr__(self) -> str:
        return f"cv2.{self.name}"

    @property
    def value(self) -> int:
        return getattr(cv2, self.name)


@dataclass(frozen=True)
class Call:
    """A transform by its name in albumentations, with its arguments in the order of the code."""

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()

    @staticmethod
    def of(name: str, **arguments: Any) -> "Call":
        """``Call.of("Rotate", limit=15)``."""
        return Call(name, tuple(arguments.items()))

    def line(self, *more: tuple[str, Any]) -> str:
        """The code that makes it: ``A.Rotate(limit=15, p=0.5)`` with ``("p", 0.5)``."""
        settings = (*self.arguments, *more)
        written = ", ".join(f"{name}={_written(value)}" for name, value in settings)
        return f"A.{self.name}({written})"

    def make(self, **more: Any) -> A.BasicTransform:
        """The transform itself."""
        settings = {
            name: value.value if isinstance(value, Flag) else value
            for name, value in self.arguments
        }
        return getattr(A, self.name)(**settings, **more)


@dataclass(frozen=True)
class Pipeline:
    """Transforms one after the other: each with probability ``p``, or ``together`` all or none.

    ``moves`` says that pixels change their places; then a second image goes along as PLACE.
    """

    calls: tuple[Call, ...]
    p: float
    together: bool = False
    moves: bool = False

    @property
    def untouched(self) -> float:
        """How probable it is that a draw changes nothing."""
        return (1 - self.p) ** (1 if self.together else len(self.calls))

    def make(self, seed: int) -> A.Compose:
        """The pipeline; its result also holds ``applied_transforms``, what was drawn."""
        with warnings.catch_warnings():
            # 2.x recommends Affine; the brief asks for ShiftScaleRotate by name, and it works.
            warnings.filterwarnings("ignore", message="ShiftScaleRotate is a special case")
            if self.together:
                parts = [A.Sequential([call.make() for call in self.calls], p=self.p)]
            else:
                parts = [call.make(p=self.p) for call in self.calls]
            return A.Compose(
                parts,
                seed=seed,
                strict=True,
                additional_targets={PLACE: "image"} if self.moves else {},
                save_applied_params=True,
            )

    def code(self, seed: int, masked: bool) -> str:
        """The lines that a student would write, which draw the same pictures."""
        if self.together:
            calls = ", ".join(call.line() for call in self.calls)
            lines = [f"A.Sequential([{calls}], p={self.p!r})"]
        else:
            lines = [call.line(("p", self.p)) for call in self.calls]
        flags = any(isinstance(value, Flag) for call in self.calls for _, value in call.arguments)
        targets = "image=image, mask=mask" if masked else "image=image"
        return "\n".join([
            "import albumentations as A",
            *(["import cv2"] if flags else []),
            "",
            "augment = A.Compose([",
            *(f"    {line}," for line in lines),
            f"], seed={seed})",
            f"draws = [augment({targets}) for _ in range(16)]",
        ])  # fmt: skip


def _written(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
