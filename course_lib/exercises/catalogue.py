"""All checks there are, by lesson."""

from importlib import import_module

from .engine import Check

LESSONS = (
    "start",
    "normal",
    "channels",
    "receptive_field",
    "dilated",
    "transposed",
    "pixel_shuffle",
    "separable",
    "grouped",
    "shifts",
    "augmentation",
    "budget",
    "assignment",
)


def lessons() -> dict[str, dict[str, Check]]:
    """Module name -> the checks in it, by the name under which a notebook calls them."""
    modules = {name: vars(import_module(f"{__package__}.{name}")) for name in LESSONS}
    return {
        lesson: {name: value for name, value in names.items() if isinstance(value, Check)}
        for lesson, names in modules.items()
    }
