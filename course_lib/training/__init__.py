"""The training loop, its recipe, its log and its way back after a kill (lesson 20)."""

from typing import TYPE_CHECKING, Any

from course_lib.training.log import Log, read_log
from course_lib.training.recipe import Recipe

if TYPE_CHECKING:
    from course_lib.training.loop import Result, train

__all__ = ["Log", "Recipe", "Result", "read_log", "train"]


def __getattr__(name: str) -> Any:
    """Load the loop, and torch with it, when it is first asked for: a log is read without."""
    if name in ("Result", "train"):
        from course_lib.training import loop

        return getattr(loop, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
