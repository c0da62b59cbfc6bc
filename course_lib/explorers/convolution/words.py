"""What the convolution explorer says: the sum of a cell, the size formula, the cost."""

from course_lib.pictures.marks import numeral

from ..numbers import input_value, kernel_value
from ..words import both, count, factor, listed, times
from .worked import Worked

_TERMS = 12  # more do not fit on a line


def sentence(worked: Worked) -> str:
    """The picture in one sentence, for those who do not see it."""
    layer, cell = worked.layer, worked.cell
    start = (
        f"A {times(layer.kernel_size)} kernel with stride {both(layer.stride)}, padding "
        f"{both(layer.padding)} and dilation {both(layer.dilation)} turns an input of "
        f"{times(worked.size)} into an output of {times(worked.output_size)}; "
    )
    if worked.from_input:
        return f"{start}input cell {cell} feeds {count(len(worked.taps), 'output cell')}."
    if not worked.taps:
        return f"{start}output cell {cell} reads nothing but padding and is 0."
    rows, columns = (listed(sorted({tap.input[axis] for tap in worked.taps})) for axis in (0, 1))
    value = numeral(worked.value)
    return f"{start}output cell {cell} reads rows {rows} and columns {columns} and is {value}."


def connections(worked: Worked) -> str:
    """The sum of an output cell written out, or where an input cell goes."""
    return _readers(worked) if worked.from_input else _sum(worked)


def _sum(worked: Worked) -> str:
    row, column = worked.cell
    products = [
        f"{input_value(*tap.input)}·{factor(kernel_value(*tap.weight))}" for tap in worked.taps
    ]
    if len(products) > _TERMS:
        products[_TERMS:] = [f"… {len(products) - _TERMS} more"]
    padded = len(worked.window) - len(worked.taps)
    if padded:
        products.append(f"{padded} products with padded zeros")
    return f"out[{row},{column}] = {' + '.join(products)} = {numeral(worked.value)}"


def _readers(worked: Worked) -> str:
    row, column = worked.cell
    if not worked.taps:
        return f"in[{row},{column}] feeds no output: no window has a tap on it."
    fed = [
        f"out[{tap.output[0]},{tap.output[1]}] (weight {numeral(kernel_value(*tap.weight))})"
        for tap in worked.taps
    ]
    if len(fed) > _TERMS:
        fed[_TERMS:] = [f"… {len(fed) - _TERMS} more"]
    return f"in[{row},{column}] feeds {', '.join(fed)}"


def size_formula(worked: Worked) -> str:
    """The output size, with the numbers put into the formula."""
    height, width = (_formula(worked, axis) for axis in (0, 1))
    return f"size = {height}" if height == width else f"height = {height}\nwidth = {width}"


def _formula(worked: Worked, axis: int) -> str:
    layer = worked.layer
    before, after = layer.borders[axis]
    padding = f"2·{before}" if before == after else f"{before} + {after}"
    reach = f"{layer.dilation[axis]}·({layer.kernel_size[axis]} − 1)"
    return (
        f"⌊({worked.size[axis]} + {padding} − {reach} − 1) / {layer.stride[axis]}⌋ + 1 "
        f"= {worked.output_size[axis]}"
    )


def cost(worked: Worked) -> str:
    """Weights, multiplications, receptive field, and the input cells that nobody reads."""
    layer = worked.layer
    text = (
        f"{count(layer.parameters, 'weight')} · {layer.macs(worked.output_size):,} MACs · "
        f"receptive field {times(layer.effective_kernel_size)}"
    )
    if not worked.unread:
        return text
    verb = "is" if len(worked.unread) == 1 else "are"
    return f"{text} · {count(len(worked.unread), 'input cell')} (crossed) {verb} never read"
