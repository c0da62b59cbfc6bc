"""What lies around a map: zeros, or cells of the map itself, found by their index.

Along one axis a border repeats the cells a b c d like this (three on each side):

    zeros      0 0 0 | a b c d | 0 0 0
    replicate  a a a | a b c d | d d d
    circular   b c d | a b c d | a b c
    reflect    d c b | a b c d | c b a    the edge is not repeated
    symmetric  c b a | a b c d | d c b    the edge is; NumPy and OpenCV have it, PyTorch does not
"""

from .pairs import GeometryError

PADDING_MODES = ("zeros", "reflect", "replicate", "circular", "symmetric")


def padded_index(position: int, length: int, mode: str = "zeros") -> int | None:
    """The cell that a position along one axis shows; None where it is a zero of the padding.

    ``position`` counts from the first real cell, so negative ones and those from ``length`` on lie
    in the padding. Raises GeometryError where PyTorch refuses a border that long.
    """
    if 0 <= position < length:
        return position
    if mode == "zeros":
        return None
    complaint = border_problem(-position, position - length + 1, length, mode)
    if complaint:
        raise GeometryError(complaint)
    if mode == "replicate":
        return 0 if position < 0 else length - 1
    if mode == "circular":
        return position % length
    if mode == "reflect":
        return -position if position < 0 else 2 * (length - 1) - position
    lap = position % (2 * length)  # symmetric: a b c d d c b a, again and again
    return min(lap, 2 * length - 1 - lap)


def border_problem(before: int, after: int, length: int, mode: str) -> str | None:
    """Why an axis of that length cannot have such borders, in PyTorch's words, or None.

    Reflection can show each cell but the edge once, wrapping around each cell once: hence at most
    ``length - 1`` and ``length`` cells on each side. The other modes take any border.
    """
    widest = max(before, after)
    if mode not in PADDING_MODES:
        return mode_problem(mode)
    if mode == "reflect" and widest >= length:
        return (
            "Padding size should be less than the corresponding input dimension, but got: padding "
            f"({before}, {after}) for {length} cells. The edge is the mirror, so {length - 1} are "
            f"left to reflect: pad by {length - 1} at most, or take padding_mode='replicate'."
        )
    if mode == "circular" and widest > length:
        return (
            "Padding value causes wrapping around more than once. A border of "
            f"{widest} was found, and the {length} cells can be walked through once on each side: "
            f"pad by {length} at most."
        )
    return None


def mode_problem(mode: str) -> str | None:
    """Why PyTorch's layers would refuse this padding mode, in their words, or None."""
    taken = [name for name in PADDING_MODES if name != "symmetric"]
    if mode in taken:
        return None
    cure = "Take one of those."
    if mode == "symmetric":
        cure = "'reflect' is the nearest; it does not repeat the edge."
    return (
        f"padding_mode must be one of {', '.join(map(repr, taken))}, but got "
        f"padding_mode={mode!r}. {cure}"
    )
