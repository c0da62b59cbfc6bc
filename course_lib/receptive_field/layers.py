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
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
)
from .values import Call, Value, axes_of_one_cell

PADDING_MODES = {
    "constant_pad_nd": "zeros",
    "reflection_pad2d": "reflect",
    "replication_pad2d": "replicate",
}


def convolution(call: Call) -> list[Value]:
    """A 2-D convolution, transposed or not; the weight knows the channels."""
    arguments = call.arguments
    weight, groups = arguments["weight"], arguments["groups"]
    if weight.dim() != 4:
        raise call.unknown("only 2-D convolutions are")
    first, second, *kernel_size = weight.shape
    settings = {name: _pair(arguments[name]) for name in ("stride", "padding", "dilation")}
    settings |= {"groups": groups, "bias": arguments["bias"] is not None}
    if arguments["transposed"]:
        settings["output_padding"] = _pair(arguments["output_padding"])
        layer = TransposedConvolution(first, second * groups, kernel_size, **settings)
    else:
        layer = Convolution(second * groups, first, kernel_size, **settings)
    return [call.through(call.map("input"), layer)]


def shuffling(call: Call) -> list[Value]:
    """Pixel shuffle and its inverse."""
    if call.name == "pixel_shuffle":
        layer = PixelShuffle(call.arguments["upscale_factor"])
    else:
        layer = PixelUnshuffle(call.arguments["downscale_factor"])
    return [call.through(call.map("self"), layer)]


def upsampling(call: Call) -> list[Value]:
    """Nearest or bilinear resizing; torch hands on the factors only where it uses them."""
    arguments = call.arguments
    factors = arguments.get("scales_h"), arguments.get("scales_w")
    layer = Upsample(
        _pair(arguments["output_size"]) if None in factors else None,
        None if None in factors else factors,
        "nearest" if "nearest" in call.name else "bilinear",
        arguments.get("align_corners"),
    )
    return [call.through(call.map("self"), layer)]


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
    value, mode = call.map("self"), PADDING_MODES[call.name]
    if any((left, right, top, bottom)):
        value = call.through(value, Padding(((top, bottom), (left, right)), mode))
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
