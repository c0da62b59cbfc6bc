"""The torch operations that select, reduce or rearrange: where is space afterwards?

Each rule gets one executed call and returns the values of its outputs.
"""

from ..geometry import Padding, Pooling
from .layers import whole_map
from .values import Call, Value, axes_of_one_cell


def crop(call: Call) -> list[Value]:
    """A slice: of channels, or every n-th row or column between two bounds."""
    value, dim = call.value("self"), call.dim("dim")
    if dim not in value.axes or not value.has_space:
        return [call.elementwise(value)]
    axis = call.map("self").axes.index(dim)
    length, step = value.size[axis], call.arguments["step"]
    start, stop, _ = slice(call.arguments["start"], call.arguments["end"]).indices(length)
    if (start, stop) != (0, length):
        cut = (-start, stop - length)
        value = call.through(value, Padding((cut, (0, 0)) if axis == 0 else ((0, 0), cut)))
    if step > 1:
        value = call.through(value, Pooling(1, (step, 1) if axis == 0 else (1, step)))
    return [value]


def split(call: Call) -> list[Value]:
    """Channels cut into groups."""
    value = call.value("self")
    if call.dim("dim") in value.axes and value.has_space:
        raise call.unknown("it cuts the map into parts")
    return [call.elementwise(value, output) for output in call.outputs]


def reduction(call: Call) -> list[Value]:
    """A mean, sum, maximum or index along some dimensions: global, or along channels only."""
    value, rank = call.value("self"), call.arguments["self"].dim()
    dims = call.arguments.get("dim")
    dims = [dims] if isinstance(dims, int) else dims or range(rank)
    reduced = {dim % rank - rank for dim in dims}
    inside = reduced & set(value.axes)
    if value.axes and inside == set(value.axes) and call.name != "select":
        return [whole_map(call, value)]
    if inside and value.has_space:
        raise call.unknown("it reduces one spatial axis; reduce both at once: x.mean((2, 3))")
    node = call.elementwise(value).node
    if not value.has_space:
        return [Value(node, value.size, axes_of_one_cell(call.outputs[0]))]
    lost = set() if call.arguments.get("keepdim") else reduced
    axes = tuple(axis + sum(dim > axis for dim in lost) for axis in value.axes)
    return [Value(node, value.size, axes)]


def reshape(call: Call) -> list[Value]:
    """The same numbers in another shape, as long as the map stays in one piece."""
    value, shape = call.value("self"), tuple(call.outputs[0].shape)
    old = tuple(call.arguments["self"].shape)
    cells = value.size[0] * value.size[1]
    if not value.has_space:
        axes = axes_of_one_cell(call.outputs[0])
    elif shape == old:
        axes = value.axes
    elif value.axes not in ((-2, -1), (-1,)):
        raise call.unknown("space is not in the last dimensions")
    elif shape[-2:] == value.size:
        axes = (-2, -1)
    elif shape and shape[-1] in (cells, call.outputs[0].numel()):
        axes = (-1,)
    else:
        raise call.unknown(f"from {old} to {shape} it breaks up the map")
    return [Value(value.node, value.size, axes)]


def permute(call: Call) -> list[Value]:
    """The same numbers with their dimensions in another order."""
    value, rank = call.value("self"), call.arguments["self"].dim()
    order = list(range(-rank, 0))
    if call.name == "permute":
        order = [dim % rank - rank for dim in call.arguments["dims"]]
    else:
        one, other = (call.arguments.get(name, i) % rank for i, name in enumerate(("dim0", "dim1")))
        order[one], order[other] = order[other], order[one]
    return [Value(value.node, value.size, tuple(order.index(axis) - rank for axis in value.axes))]
