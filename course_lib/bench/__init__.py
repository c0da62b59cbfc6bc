"""How fast the explorers answer: ``python -m course_lib bench explorers``."""

from .command import add_commands
from .found import every_explorer

__all__ = ["add_commands", "every_explorer"]
