"""Lines over a map: around some of its cells, and between all of them."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from course_lib.pictures.marks import Wires
from course_lib.pictures.palette import PAPER

Corner = tuple[int, int]  # (column, row)


def border(ends: Sequence[tuple[int, int, int]]) -> list[Corner]:
    """The corners of a closed line around cells given as (row, first column, column behind).

    Each side of it goes out and comes back once: dents, and holes, are inside.
    """
    rows = [row for row, _, _ in ends]
    left = _without_dents([first for _, first, _ in ends], min)
    right = _without_dents([last for _, _, last in ends], max)
    edges = [*zip(rows, rows[1:] + [rows[-1] + 1], left, right, strict=True)]
    down = [corner for top, bottom, at, _ in edges for corner in ((at, top), (at, bottom))]
    up = [corner for top, bottom, _, at in edges[::-1] for corner in ((at, bottom), (at, top))]
    return _turns([*down, *up, down[0]])


def lattice(x: float, y: float, cells: int, side: float) -> Wires:
    """White lines between the cells of a square map with its corner at (x, y)."""
    end = cells * side
    inner = [number * side for number in range(1, cells)]
    down = [((x + at, y), (x + at, y + end)) for at in inner]
    return Wires(
        [*down, *(((x, y + at), (x + end, y + at)) for at in inner)], PAPER, min(1.0, side / 12)
    )


def _without_dents(ends: list[int], outermost) -> list[int]:
    """Each end at least as far out as one above it and one below it."""
    before = accumulate(ends, outermost)
    after = reversed([*accumulate(reversed(ends), outermost)])
    innermost = max if outermost is min else min
    return [innermost(pair) for pair in zip(before, after, strict=True)]


def _turns(corners: list[Corner]) -> list[Corner]:
    """The line without the points at which it goes straight on."""
    kept = [corners[0]]
    for (c0, r0), (c1, r1) in pairwise(corners[1:]):
        before = kept[-1]
        straight = before[0] == c0 == c1 or before[1] == r0 == r1
        if not straight:
            kept.append((c0, r0))
    return [*kept, corners[-1]]
