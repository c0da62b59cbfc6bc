"""A network of the assignment, put together from a few settings, and what the rules say of it.

It has the parameters, the receptive field and the costs of a real one, and no values: it lives on
the meta device, so that it is built, followed and judged between two moves of a slider.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn

from course_lib.assignment import Row
from course_lib.assignment.briefs import rules_of
from course_lib.assignment.rules import Submission
from course_lib.geometry import LayerTable
from course_lib.models.blocks import same_padding
from course_lib.models.session9 import CIFAR10_MEAN

MAX_POOL, AVERAGE_POOL, STRIDE, NEITHER = "max-pool", "average-pool", "stride 2", "neither"
ENDS = (MAX_POOL, AVERAGE_POOL, STRIDE, NEITHER)
ORDINARY, SEPARABLE, HALF, BLIND = (
    "ordinary", "depthwise separable", "groups = half, then 1x1", "depthwise 1x1, then 1x1",
)  # fmt: skip
KINDS = (ORDINARY, SEPARABLE, HALF, BLIND)
GAP, FLATTEN = "GAP, then linear", "flatten, then linear"
HEADS = (GAP, FLATTEN)

EXTRA = "stride"  # the rule of the extra points: none means dilation instead
RULES = (
    "blocks", "pooling", "receptive field", "depthwise separable", "dilation", "GAP", "parameters",
    EXTRA,
)  # fmt: skip

# Session9Net: channels of its twelve convolutions, in units of the first, and which are ordinary.
_CHANNELS = ((1, 1, 2), (2, 2, 3), (3, 4, 4), (5, 5, 5))
_ORDINARY = {(0, 0), (0, 1), (1, 1)}
_DILATED = 1  # the place of the dilated convolution in C2 and C3


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the network is made of; ``width`` is the number of channels that C1 begins with."""

    blocks: int = 2
    layers: int = 2
    width: int = 16
    ends: str = MAX_POOL
    kind: str = ORDINARY
    dilation_c2: int = 1
    dilation_c3: int = 1
    head: str = FLATTEN


SHIPPED = Settings(
    blocks=4, layers=3, width=32, ends=STRIDE, kind=SEPARABLE, dilation_c2=2, dilation_c3=2,
    head=GAP,
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One convolution of the brief: an ordinary one, or a grouped one and the 1x1 behind it."""

    kind: str
    in_channels: int
    out_channels: int
    stride: int = 1
    dilation: int = 1


def plan(settings: Settings) -> list[list[Layer]]:
    """The convolutions, block by block; with ``SHIPPED`` those of ``Session9Net``."""
    blocks, channels = [], 3
    for block in range(settings.blocks):
        layers = []
        for place in range(settings.layers):
            last = place == settings.layers - 1
            wide = settings.width * _CHANNELS[block][min(place, 2)]
            layers.append(
                Layer(
                    ORDINARY if (block, place) in _ORDINARY else settings.kind,
                    channels,
                    wide,
                    stride=2 if settings.ends == STRIDE and last and block < 3 else 1,
                    dilation=_dilation(settings, block) if place == _DILATED else 1,
                )
            )
            channels = wide
        blocks.append(layers)
    return blocks


def pool(settings: Settings, block: int) -> nn.Module | None:
    """What lies behind a block, counted from 0: a pooling, or nothing."""
    kinds = {MAX_POOL: nn.MaxPool2d, AVERAGE_POOL: nn.AvgPool2d}
    return kinds[settings.ends](2) if settings.ends in kinds and block < 3 else None


class AdjustableNet(nn.Module):
    """The network of some settings; its blocks are c1, c2, …, as the rules expect."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.pools = nn.ModuleDict()
        channels, side = 0, 32
        for number, layers in enumerate(plan(settings), start=1):
            self.add_module(f"c{number}", nn.Sequential(*map(_Convolution, layers)))
            channels, side = layers[-1].out_channels, side // layers[-1].stride
            if behind := pool(settings, number - 1):
                self.pools[f"c{number}"], side = behind, side // 2
        gap = settings.head == GAP
        self.gap = nn.AdaptiveAvgPool2d(1) if gap else nn.Identity()
        self.head = nn.Linear(channels * (1 if gap else side * side), 10)

    def forward(self, x: Tensor) -> Tensor:
        for name, block in self.named_children():
            if isinstance(block, nn.Sequential):
                x = block(x)
                x = self.pools[name](x) if name in self.pools else x
        return self.head(self.gap(x).flatten(1))


class _Convolution(nn.Module):
    """One ``Layer``, each convolution in it with BatchNorm as it acts once trained, and ReLU.

    A trained BatchNorm is a scale for each channel and a shift, here the bias. nn.BatchNorm2d has
    as many parameters and takes twice as long to follow. Residual adds are left out: they change
    neither the field nor the parameters.
    """

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        channels, ordinary = layer.in_channels, layer.kind == ORDINARY
        looked = layer.out_channels if ordinary else channels
        groups = {ORDINARY: 1, HALF: channels // 2}.get(layer.kind, channels)
        kernel_size = 1 if layer.kind == BLIND else 3
        padding = same_padding(kernel_size, layer.dilation)
        self.look = nn.Conv2d(
            channels, looked, kernel_size, layer.stride, padding, layer.dilation, groups
        )
        self.scale = nn.Parameter(torch.empty(looked, 1, 1))
        self.mix = None if ordinary else nn.Conv2d(channels, layer.out_channels, 1)
        self.mix_scale = None if ordinary else nn.Parameter(torch.empty(layer.out_channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.look(x) * self.scale)
        return x if self.mix is None else torch.relu(self.mix(x) * self.mix_scale)


@dataclass(frozen=True)
class Judged:
    """The rows of the rules on the network alone, and its layer table."""

    rows: dict[str, Row]
    table: LayerTable

    def fields(self, block: int, place: int) -> tuple[int, int]:
        """(receptive field, side of the map) behind a convolution, both counted from 0."""
        rows = [row for row in self.table.rows if row.name.startswith(f"c{block + 1}.{place}.")]
        return rows[-1].receptive_field[0], rows[-1].output_size[0]


@lru_cache(maxsize=512)
def judged(settings: Settings) -> Judged:
    """Judge the network of some settings by the assignment's rules, as ``check`` does.

    The rules on augmentation, log and module are left out: there is nothing to judge them by.
    """
    with torch.device("meta"):
        model = AdjustableNet(settings)
    submission = Submission(model, None, None, None, CIFAR10_MEAN, None)
    rules = {rule.name: rule for rule in rules_of("session9-dilated")}
    rows = {name: rules[name].judge(submission) for name in RULES}
    return Judged(rows, submission.executed.table)


def code(settings: Settings) -> Iterator[str]:
    """The network in the words of ``course_lib.models.blocks``, a line a block."""
    for number, layers in enumerate(plan(settings), start=1):
        parts = [_words(layer) for layer in layers]
        if behind := pool(settings, number - 1):
            parts.append(f"nn.{type(behind).__name__}(2)")
        yield f"c{number} = nn.Sequential({', '.join(parts)})"


def _words(layer: Layer) -> str:
    name = {ORDINARY: "ConvBlock", HALF: "HalfGrouped"}.get(layer.kind, "DepthwiseSeparable")
    more = ", kernel_size=1" if layer.kind == BLIND else ""
    more += f", stride={layer.stride}" if layer.stride > 1 else ""
    more += f", dilation={layer.dilation}" if layer.dilation > 1 else ""
    return f"{name}({layer.in_channels}, {layer.out_channels}{more})"


def _dilation(settings: Settings, block: int) -> int:
    return {1: settings.dilation_c2, 2: settings.dilation_c3}.get(block, 1)
