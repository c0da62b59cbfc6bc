"""Two checks of lesson 07 on torch's layers: build a separable one, and know a depthwise one."""

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from .comparing import SHAPE, TYPE, Difference
from .engine import Mistake
from .functions import FunctionCheck
from .running import message
from .values import ValueCheck
from .words import described, shape

if TYPE_CHECKING:
    from torch import Tensor, nn

_WEIGHTS = 16 * 3 * 3 + 16 * 32
_COUNTS = {  # other numbers of parameters, and what makes them
    16 * 16 * 9 + 512: "The first layer mixes its channels, with 16·16 kernels. `groups=16` gives "
    "each channel one kernel, and no other channel.",
    _WEIGHTS + 16 + 32: "These are the 656 weights, and 16 + 32 biases: `bias=False`.",
    _WEIGHTS + 16: "These are the 656 weights, and 16 biases of the first layer: `bias=False`.",
    _WEIGHTS + 32: "These are the 656 weights, and 32 biases of the 1x1 layer: `bias=False`.",
    32 * 9: "A single layer with `groups=16` makes two maps of each channel, and mixes nothing. "
    "The 1x1 layer is missing.",
    16 * 32 * 9: "That is the normal layer: each of 16·32 pairs of channels has its own kernel.",
    16 * 32 + 32 * 9: "First mixed, then looked? At 32 channels the kernels cost twice as much. Or "
    "8 groups where there are 16 channels? Then two channels are mixed.",
    2 * _WEIGHTS: "The first layer makes two maps of each channel. One is enough: 16 go in, 16 "
    "come out.",
}
_SMALLER = "The 3x3 layer needs `padding=1` to keep the size."
_BORDER = "The padding belongs to the layer that looks: behind the 1x1 it is a border of zeros."


def _wrong_layer(layer: Any) -> Difference | None:
    """What is wrong with a layer that is to be depthwise separable, or None."""
    import torch
    from torch import nn

    if not isinstance(layer, nn.Module):
        return Difference(TYPE, described(layer), "an nn.Module, such as an nn.Sequential")
    layer = deepcopy(layer).eval()
    x = torch.randn(64, 16, 5, 7, generator=torch.Generator().manual_seed(0))
    try:
        out = layer(x.requires_grad_())
    except Exception as error:
        said = f"{type(error).__name__}: {message(error)}"
        return Difference("input", said, "maps of (N, 16, H, W) are taken")
    count = sum(parameter.numel() for parameter in layer.parameters())
    if count != _WEIGHTS:
        parameters = f"{count:,} parameters", f"{_WEIGHTS}"
        return Difference("number of parameters", *parameters, _COUNTS.get(count, ""))
    if out.shape != (64, 32, 5, 7):
        hint = _SMALLER if out.shape == (64, 32, 3, 5) else ""
        return Difference(SHAPE, f"shape {shape(out)}", "shape (64, 32, 5, 7)", hint)
    return _reads_too_little(out, x)


def _reads_too_little(out: "Tensor", x: "Tensor") -> Difference | None:
    """Whether the first output channel reads 3x3 pixels of every channel, and some at a corner."""
    middle, corner = _read(out[:, 0, 2, 3], x), _read(out[:, 0, 0, 0], x)
    channels, pixels = int(middle.any(2).any(1).sum()), int(middle.any(0).sum())
    if (channels, pixels) != (16, 9):
        found = f"an output that reads {channels} channels and {pixels} pixels"
        return Difference("wiring", found, "16 channels, 3x3 pixels")
    if corner.any():
        return None
    found = "an output in the corner that reads nothing"
    return Difference("wiring", found, "16 channels, its pixel and its neighbours", _BORDER)


def _read(values: "Tensor", x: "Tensor") -> "Tensor":
    """Which numbers of a map (C, H, W) an output reads, found by its gradients."""
    from torch.autograd import grad

    return grad(values.sum(), x, retain_graph=True)[0].abs().sum(0) > 0


def _stack(kind: str) -> "nn.Module":
    from torch import nn

    look, mix = nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False), nn.Conv2d(16, 32, 1)
    made = {
        "mixed twice": [nn.Conv2d(16, 16, 3, padding=1, bias=False), _without_bias(mix)],
        "biases": [nn.Conv2d(16, 16, 3, padding=1, groups=16), mix],
        "a bias in front": [nn.Conv2d(16, 16, 3, padding=1, groups=16), _without_bias(mix)],
        "a bias behind": [look, mix],
        "alone": [nn.Conv2d(16, 32, 3, padding=1, groups=16, bias=False)],
        "normal": [nn.Conv2d(16, 32, 3, padding=1, bias=False)],
        "mixed first": [
            _without_bias(mix),
            nn.Conv2d(32, 32, 3, padding=1, groups=32, bias=False),
        ],
        "twice": [
            nn.Conv2d(16, 32, 3, padding=1, groups=16, bias=False),
            nn.Conv2d(32, 32, 1, bias=False),
        ],
        "smaller": [nn.Conv2d(16, 16, 3, groups=16, bias=False), _without_bias(mix)],
        "a border": [
            nn.Conv2d(16, 16, 3, groups=16, bias=False),
            nn.Conv2d(16, 32, 1, padding=1, bias=False),
        ],
        "right": [look, _without_bias(mix)],
    }
    return nn.Sequential(*made[kind])


def _without_bias(layer: "nn.Conv2d") -> "nn.Conv2d":
    layer = deepcopy(layer)
    layer.bias = None
    return layer


_BUILT_WRONG = (
    "mixed twice", "biases", "a bias in front", "a bias behind", "alone", "normal", "mixed first",
    "twice",
)  # fmt: skip

build = ValueCheck(
    name="build",
    answer=lambda: _stack("right"),
    accept=_wrong_layer,
    mistakes=[
        *(
            Mistake(lambda kind=kind: _stack(kind), sentence)
            for kind, sentence in zip(_BUILT_WRONG, _COUNTS.values(), strict=True)
        ),
        Mistake(lambda: _stack("smaller"), _SMALLER),
        Mistake(lambda: _stack("a border"), _BORDER),
    ],
    right="Of the 656 weights, 144 look and 512 mix: talking costs more than looking.",
)


def _is_depthwise(layer: "nn.Conv2d") -> bool:
    return 1 < layer.groups == layer.in_channels and layer.kernel_size != (1, 1)


def _layers() -> dict[str, tuple["nn.Conv2d"]]:
    from torch import nn

    class Layer(nn.Conv2d):
        """Two of them are equal where they are written alike, so that a change is seen."""

        def __eq__(self, other: object) -> bool:
            return repr(self) == repr(other)

        __hash__ = nn.Conv2d.__hash__

    return {
        "a 3x3 for each of 8 channels": (Layer(8, 8, 3, padding=1, groups=8),),
        "a normal 3x3": (Layer(8, 8, 3),),
        "half as many groups as channels": (Layer(8, 8, 3, groups=4),),
        "as many groups as outputs": (Layer(8, 4, 3, groups=4),),
        "two 3x3 for each channel": (Layer(6, 12, 3, groups=6),),
        "a 1x7 for each channel": (Layer(8, 8, (1, 7), groups=8),),
        "a pointwise layer": (Layer(8, 16, 1),),
        "a 1x1 for each channel": (Layer(8, 8, 1, groups=8),),
    }


is_depthwise = FunctionCheck(
    name="is_depthwise",
    reference=_is_depthwise,
    cases=_layers,
    mistakes=[
        Mistake(
            lambda layer: layer.groups > 1 and layer.kernel_size != (1, 1),
            "Groups alone are not enough: with 4 groups of 2 channels, the two are mixed.",
        ),
        Mistake(
            lambda layer: layer.groups == layer.out_channels and layer.kernel_size != (1, 1),
            "As many groups as outputs are not enough: a group may read several inputs.",
        ),
        Mistake(
            lambda layer: layer.groups == layer.in_channels,
            "A 1x1 for each channel looks at no neighbour: it scales the channel. (The kernel size "
            "of a layer is a pair.)",
        ),
        Mistake(
            lambda layer: (
                layer.groups == layer.in_channels == layer.out_channels
                and layer.kernel_size != (1, 1)
            ),
            "There may be more outputs than inputs: two kernels for each channel, and still every "
            "channel alone.",
        ),
        Mistake(
            lambda layer: layer.groups == layer.in_channels and layer.kernel_size[0] > 1,
            "A kernel may be a row: 1x7 looks at neighbours too.",
        ),
    ],
    right="The assignment's checker asks the same of your network.",
)
