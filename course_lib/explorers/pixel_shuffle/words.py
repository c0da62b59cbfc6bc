"""What the pixel-shuffle explorer says: where the chosen number comes from, and what is kept."""

from math import prod

from ..words import count
from .worked import Cell, Moved


def sentence(moved: Moved) -> str:
    """The move and the chosen number in one sentence."""
    name = "Pixel unshuffle" if moved.unshuffles else "Pixel shuffle"
    order = " in TensorFlow's order of the channels" if moved.places_first else ""
    astray = f"; {len(moved.misplaced)} pixels differ from PyTorch's" if moved.misplaced else ""
    return (
        f"{name} by {moved.factor}{order} turns {_shape(moved.input_shape)} into "
        f"{_shape(moved.output_shape)}; output {_cell(moved.cell)} is {moved.value(moved.cell)}, "
        f"taken from {_cell(moved.source(moved.cell))} of the input{astray}."
    )


def status(moved: Moved) -> tuple[str, ...]:
    """The rule, its remainders and its outcome in numbers, what is kept, and whose order it is."""
    found = f"out{_index(moved.cell)} = in{_index(moved.source(moved.cell))}"
    value = moved.value(moved.cell)
    lines = (_rule(moved), _map(moved), f"{found} = {value}", _kept(moved), _order(moved))
    return tuple(filter(None, lines))


def _rule(moved: Moved) -> str:
    if moved.unshuffles:
        index = "(dy·r+dx)·C+c" if moved.places_first else "c·r²+dy·r+dx"
        return f"out[{index},i,j] = in[c, i·r + dy, j·r + dx]"
    index = "(y % r · r + x % r)·C + c" if moved.places_first else "c·r² + (y % r)·r + x % r"
    return f"out[c,y,x] = in[{index}, y // r, x // r]"


def _map(moved: Moved) -> str:
    """Which of the small maps it is: the rule with r and the chosen cell put in."""
    r, (channel, y, x), (down, across) = moved.factor, moved.chosen_large, moved.place
    small, channels = moved.chosen_small, moved.large_shape[0]
    if moved.places_first:
        index = f"({down}·{r} + {across})·{channels} + {channel} = {small[0]}"
    else:
        index = f"{channel}·{moved.block} + {down}·{r} + {across} = {small[0]}"
    return f"dy = {y} % {r} = {down}, dx = {x} % {r} = {across}; channel {index}"


def _kept(moved: Moved) -> str:
    """The shapes, and that nothing is worked out."""
    r, (channels, height, width) = moved.factor, moved.input_shape
    by = ("·", "/") if moved.unshuffles else ("/", "·")
    formula = f"{channels}{by[0]}{r}², {height}{by[1]}{r}, {width}{by[1]}{r}"
    numbers = count(prod(moved.input_shape), "number")
    return (
        f"({formula}) = {tuple(moved.output_shape)}: {numbers} in, the same {numbers} out; "
        f"{count(moved.layer.parameters, 'weight')}, "
        f"{count(moved.layer.macs(moved.output_shape[1:]), 'MAC')}"
    )


def _order(moved: Moved) -> str:
    """What TensorFlow's order does to a map made for PyTorch's."""
    if not moved.places_first:
        return ""
    if not moved.misplaced:
        return (
            "The places of a block come first in this order, the channels last. Here both orders "
            "are the same: there is one large channel, or one place in a block."
        )
    return (
        "The places of a block come first in this order, the channels last, as in TensorFlow: "
        f"{len(moved.misplaced)} of {count(prod(moved.output_shape), 'number')} lie elsewhere than "
        "in PyTorch's order. The shapes do not tell."
    )


def _shape(shape: tuple[int, ...]) -> str:
    return f"{count(shape[0], 'channel')} of {shape[1]}x{shape[2]}"


def _cell(cell: Cell) -> str:
    return f"channel {cell[0]}, row {cell[1]}, column {cell[2]}"


def _index(cell: Cell) -> str:
    return f"[{','.join(map(str, cell))}]"
