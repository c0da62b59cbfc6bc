"""Padding that kept the size goes on keeping it, when a kernel or a dilation is changed."""

from dataclasses import astuple

from ..controls import Row
from .kinds import KINDS, number, same_padding, with_padding

Rows = tuple[Row, ...]


def kept_padding(before: Rows, after: Rows) -> tuple[Rows, str]:
    """The lines after a change, and what was done to them in a sentence, or nothing.

    Only where one line was edited, not its padding, and the padding was the one that keeps the
    size: whatever else the learner has set stays.
    """
    changed = [at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]]
    if len(before) != len(after) or len(changed) != 1:
        return after, ""
    (at,) = changed
    old, new = before[at], after[at]
    if "padding" not in KINDS[new.kind].columns or _edits(old, new) != 1:
        return after, ""
    padding = number(new, "padding")
    fitted = padding == number(old, "padding") == same_padding(old)
    if not fitted or padding == same_padding(new):
        return after, ""
    kept = with_padding(new, same_padding(new))
    note = f"Layer {at + 1} has padding {same_padding(new)} now, so that stride 1 keeps the size."
    return (*after[:at], kept, *after[at + 1 :]), note


def _edits(old: Row, new: Row) -> int:
    """How many entries of a line were changed."""
    (kind, numbers), (other, others) = astuple(old), astuple(new)
    return (kind != other) + sum(a != b for a, b in zip(numbers, others, strict=True))
