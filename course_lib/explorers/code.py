"""The PyTorch line of a layer."""

from course_lib.geometry import Convolution, Operation, Pair, Pooling

_DEFAULTS = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "groups": 1, "bias": True}


def torch_line(layer: Operation) -> str:
    """The line that makes this layer, with what is not a default: ``nn.Conv2d(3, 16, …)``."""
    if isinstance(layer, Convolution):
        channels = f"{layer.in_channels}, {layer.out_channels}, "
        return f"nn.Conv2d({channels}kernel_size={number(layer.kernel_size)}{_rest(layer)})"
    if isinstance(layer, Pooling):
        name = {"max": "MaxPool2d", "average": "AvgPool2d"}[layer.reduction]
        stride = "" if layer.stride == layer.kernel_size else f", stride={number(layer.stride)}"
        padding = f", padding={number(layer.padding)}" if layer.padding != (0, 0) else ""
        return f"nn.{name}({number(layer.kernel_size)}{stride}{padding})"
    raise TypeError(f"no PyTorch line is known for {type(layer).__name__}")


def number(value: int | Pair | str) -> str:
    """A setting as one writes it: one number where both directions agree."""
    if isinstance(value, tuple):
        return str(value[0]) if value[0] == value[1] else str(value)
    return repr(value)


def _rest(layer: Convolution) -> str:
    changed = {name: getattr(layer, name) for name in _DEFAULTS}
    return "".join(
        f", {name}={number(value)}" for name, value in changed.items() if value != _DEFAULTS[name]
    )
