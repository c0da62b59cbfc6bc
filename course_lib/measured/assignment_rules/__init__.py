"""Explorer: a network of the assignment by sliders, and which of the rules it keeps."""

from .explorer import AssignmentRulesExplorer

__all__ = ["AssignmentRulesExplorer"]
