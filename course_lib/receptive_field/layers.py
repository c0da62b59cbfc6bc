"""The torch operations that make a node: layers, merges and the head.

Each rule gets one executed call and returns the values of its outputs.
"""

from collections.abc import Sequence

from ..geometry import (
    Add,
    Concatenate,
    Convolution,
    GlobalPooling,
    Linear,
    Padding,
    Pair,
    Pooling,
)
from .values import Call, Value, axes_of_one_cell


def convolution(call: Call) -> list[Value]:
    """An ordinary 2-D convolution; the weight knows the channels."""
    weight, groups = call.arguments["weight"], call.arguments["groups"]
    if call.arguments["transposed"] or weight.dim() != 4:
        raise call.unknown("only ordinary 2-D convolutions are")
    layer = Convolution(
        weight.shape[1] * groups,
        weight.shape[0],
        tuple(weight.shape[2:]),
        *(_pair(call.arguments[name]) for name in ("stride", "padding", "dilation")),
        groups=groups,
        bias=call.arguments["bias"] is not None,
    )
    return [call.through(call.map("input"), layer)]


def pooling(call: Call) -> list[Value]:
    """Max or average pooling with a window; an average over the whole map is global pooling."""
    value, arguments = call.map("self"), call.arguments
    layer = Pooling(
        _pair(arguments["kernel_size"]),
        _pair(arguments["stride"]) if arguments["stride"] else None,
        _pair(arguments["padding"]),
        _pair(arguments.get("dilation", 1)),
        arguments["ceil_mode"],
        "average" if call.name == "avg_pool2d" else "max",
    )
    if layer == Pooling(value.size, layer.stride, kind="average", ceil_mode=layer.ceil_mode):
        return [whole_map(call, value)]
    return [call.through(value, layer)]


def adaptive_pooling(call: Call) -> list[Value]:
    """Pooling to a given size: global, nothing at all, or a window that divides the map."""
    value, output_size = call.map("self"), _pair(call.arguments["output_size"])
    if output_size == (1, 1):
        return [whole_map(call, value)]
    if output_size == value.size:
        return combined(call)
    if any(before % after for before, after in zip(value.size, output_size, strict=True)):
        raise call.unknown(f"it cuts {value.size} cells into {output_size} uneven parts")
    kernel = value.size[0] // output_size[0], value.size[1] // output_size[1]
    kind = "max" if "max" in call.name else "average"
    return [call.through(value, Pooling(kernel, kind=kind))]


def padding(call: Call) -> list[Value]:
    """Rows and columns around a map, or channels of zeros behind it."""
    argument = "pad" if call.name == "constant_pad_nd" else "padding"
    left, right, top, bottom, *others = [*call.arguments[argument], 0, 0][:6]
    value = call.map("self")
    if any((left, right, top, bottom)):
        value = call.through(value, Padding(((top, bottom), (left, right))))
    return [call.elementwise(value)] if any(others) else [value]


def linear(call: Call) -> list[Value]:
    """A fully connected layer on a vector."""
    image, weight, bias = {
        "linear": ("input", "weight", "bias"),
        "addmm": ("mat1", "mat2", "self"),
        "mm": ("self", "mat2", ""),
    }[call.name]
    value, tensor = call.value(image), call.arguments[image]
    if tensor.shape[-1] != tensor.numel():
        raise call.unknown("a matrix product is followed only on a flattened or pooled map")
    layer = Linear(
        tensor.shape[-1], call.outputs[0].shape[-1], call.arguments.get(bias) is not None
    )
    return [Value(call.node(layer, value.node), (1, 1), ())]


def concatenate(call: Call) -> list[Value]:
    """Maps joined along their channels."""
    first, tensors = call.inputs[0], call.arguments["tensors"]
    dim = call.arguments["dim"] % tensors[0].dim() - tensors[0].dim()
    if len(call.inputs) < len(tensors):
        raise call.unknown("one of the joined tensors does not come from the image")
    if any(v.has_space and (v.axes, v.size) != (first.axes, first.size) for v in call.inputs):
        raise call.unknown("the joined maps are laid out differently")
    if first.has_space and (first.axes, dim) not in (((-2, -1), -3), ((-1,), -2)):
        raise call.unknown("it joins along something else than the channels")
    return [_merged(call, Concatenate())]


def combined(call: Call) -> list[Value]:
    """Elementwise on one map, or a merge of several: sums, products, maxima."""
    main = max(call.inputs, key=lambda value: value.size)
    if any(v.has_space and (v.axes, v.size) != (main.axes, main.size) for v in call.inputs):
        raise call.unknown("it combines maps that are laid out differently")
    if len({value.layer for value in call.inputs}) == 1:
        return [call.elementwise(main)]
    return [_merged(call, Add(call.name))]


def whole_map(call: Call, value: Value) -> Value:
    """A reduction of the map to one cell."""
    reduction = next((way for way in ("max", "min", "select") if way in call.name), "mean")
    node = call.node(GlobalPooling(reduction), value.node)
    return Value(node, (1, 1), axes_of_one_cell(call.outputs[0]))


def _merged(call: Call, operation: Add | Concatenate) -> Value:
    main = max(call.inputs, key=lambda value: value.size)
    node = call.node(operation, *(value.node for value in call.inputs))
    return Value(node, main.size, main.axes)


def _pair(value: int | Sequence[int]) -> Pair:
    height, width = (value, value) if isinstance(value, int) else (value[0], value[-1])
    return height, width
