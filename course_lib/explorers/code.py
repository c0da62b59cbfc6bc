"""The PyTorch line of a layer."""

from course_lib.geometry import (
    ChannelShuffle,
    Convolution,
    Operation,
    Pair,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    TransposedConvolution,
    Upsample,
)

_DEFAULTS = {"stride": (1, 1), "padding": (0, 0), "output_padding": (0, 0), "dilation": (1, 1),
             "groups": 1, "bias": True}  # fmt: skip


def torch_line(layer: Operation) -> str:
    """The line that makes this layer, with what is not a default: ``nn.Conv2d(3, 16, …)``."""
    match layer:
        case Convolution() | TransposedConvolution():
            name = "Conv2d" if isinstance(layer, Convolution) else "ConvTranspose2d"
            channels = f"{layer.in_channels}, {layer.out_channels}"
            return f"nn.{name}({channels}, kernel_size={number(layer.kernel_size)}{_rest(layer)})"
        case Pooling():
            name = {"max": "MaxPool2d", "average": "AvgPool2d"}[layer.kind]
            stride = "" if layer.stride == layer.kernel_size else f", stride={number(layer.stride)}"
            padding = f", padding={number(layer.padding)}" if layer.padding != (0, 0) else ""
            return f"nn.{name}({number(layer.kernel_size)}{stride}{padding})"
        case PixelShuffle():
            return f"nn.PixelShuffle({layer.upscale_factor})"
        case PixelUnshuffle():
            return f"nn.PixelUnshuffle({layer.downscale_factor})"
        case ChannelShuffle():
            return f"nn.ChannelShuffle({layer.groups})"
        case Upsample():
            return f"nn.Upsample(scale_factor={number(layer.scale_factor)}, mode={layer.mode!r})"
    raise TypeError(f"no PyTorch line is known for {type(layer).__name__}")


def torch_stack(layers: tuple[Operation, ...]) -> str:
    """The lines of a network that applies these layers one after the other."""
    lines = "".join(f"    {torch_line(layer)},\n" for layer in layers)
    return f"nn.Sequential(\n{lines})"


def number(value: float | Pair | tuple[float, float] | str) -> str:
    """A setting as one writes it: one number where both directions agree."""
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else str(value)
    return repr(value)


def _rest(layer: Convolution | TransposedConvolution) -> str:
    changed = {name: getattr(layer, name) for name in _DEFAULTS if hasattr(layer, name)}
    return "".join(
        f", {name}={number(value)}" for name, value in changed.items() if value != _DEFAULTS[name]
    )
