"""The training loop, its recipe, its log and its way back after a kill (lesson 20)."""

from course_lib.training.log import Log, read_log
from course_lib.training.loop import Result, train
from course_lib.training.recipe import Recipe

__all__ = ["Log", "Recipe", "Result", "read_log", "train"]
