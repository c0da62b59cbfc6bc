"""Explorer: the budget game, stacks of any layers that reach a goal within a budget."""

from .explorer import BudgetExplorer

__all__ = ["BudgetExplorer"]
