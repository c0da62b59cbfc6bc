"""Four ways to enlarge a map, run with untrained weights: what becomes of a flat image.

Everything runs in float64, so that a picture of it does not depend on the processor.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from course_lib.geometry import Convolution, Operation, TransposedConvolution, Upsample
from course_lib.scene import draw_scene

SHOWN = 48  # rows and columns of the output that are shown
WIDTH = 8  # channels between two layers
FACTOR = 2  # by which each layer enlarges
FLAT, SCENE = "a flat grey image", "a drawn scene"
RANDOM, EQUAL = "random", "all equal"
TINY = 1e-9  # what is no more than that is rounding
_GREY = 0.5
_MARGIN = 2  # input cells around what is shown, so that no border is seen
_SCENE = 7  # the seed of a scene with large things in it


def _transposed(kernel: int, padding: int, extra: int = 0) -> tuple[Operation, ...]:
    return (TransposedConvolution(1, 1, kernel, FACTOR, padding, extra, bias=False),)


WAYS: dict[str, tuple[Operation, ...]] = {
    "kernel 3, stride 2": _transposed(3, 1, 1),
    "kernel 4, stride 2": _transposed(4, 1),
    "kernel 2, stride 2": _transposed(2, 0),
    "resize, then 3x3": (Upsample(scale_factor=FACTOR), Convolution(1, 1, 3, 1, 1, bias=False)),
}


def _module(layer: Operation, c_in: int, c_out: int) -> nn.Module:
    """The torch layer of that geometry, with other channels."""
    if isinstance(layer, Upsample):
        return nn.Upsample(scale_factor=FACTOR)
    window = (layer.kernel_size, layer.stride, layer.padding)
    if isinstance(layer, Convolution):
        return nn.Conv2d(c_in, c_out, *window, bias=False)
    return nn.ConvTranspose2d(c_in, c_out, *window, layer.output_padding, bias=False)


@lru_cache(maxsize=256)
def network(way: str, layers: int, weights: str, seed: int) -> nn.Sequential:
    """A stack of layers that each enlarge by FACTOR, ReLU between them, in float64.

    Shapes: (N, 1, H, W) -> (N, 1, H FACTOR^layers, W FACTOR^layers). The weights are PyTorch's own
    first ones with that seed, or all 1.
    """
    channels = [1, *[WIDTH] * (layers - 1), 1]
    with torch.random.fork_rng(devices=[]):
        # the seed of torch.manual_seed, which takes milliseconds to tell the accelerators too
        torch.default_generator.manual_seed(seed)
        stack = []
        for c_in, c_out in zip(channels, channels[1:], strict=False):
            stack += [*(_module(layer, c_in, c_out) for layer in WAYS[way]), nn.ReLU()]
    built = nn.Sequential(*stack[:-1]).double().requires_grad_(False)
    if weights == EQUAL:
        for weight in built.parameters():
            nn.init.ones_(weight)
    return built


@dataclass(frozen=True)
class Enlarged:
    """What a stack makes of an image: the middle of its output, (SHOWN, SHOWN).

    ``values`` are divided by their mean magnitude, and turned round where their mean is negative,
    so that pictures of different weights can be compared: a flat image is 1 everywhere.
    """

    values: Tensor

    @property
    def ripple(self) -> float:
        """The highest value minus the lowest, in mean magnitudes; 0 where it is flat."""
        return (self.values.max() - self.values.min()).item()


@lru_cache(maxsize=512)
def enlarged(image: str, way: str, layers: int, weights: str, seed: int) -> Enlarged:
    """Run a stack on an image, SHOWN / FACTOR^layers pixels a side, continued at its edges."""
    factor = FACTOR**layers
    cells = nn.functional.pad(_image(image, factor), (_MARGIN,) * 4, mode="replicate")
    with torch.inference_mode():
        output = network(way, layers, weights, seed)(cells)[0, 0]
    edge = _MARGIN * factor
    values = output[edge : edge + SHOWN, edge : edge + SHOWN]
    size = values.abs().mean().item() or 1.0
    turned = -size if values.mean() < 0 else size
    return Enlarged(values / turned)


@lru_cache(maxsize=8)
def _image(name: str, factor: int) -> Tensor:
    """The image, (1, 1, h, w), as small as the stack needs it."""
    if name == FLAT:
        return torch.full((1, 1, SHOWN // factor, SHOWN // factor), _GREY, dtype=torch.float64)
    small = draw_scene(np.random.default_rng(_SCENE), SHOWN, SHOWN).small(factor)
    return torch.from_numpy(small.mean(axis=2) / 255)[None, None]


def stays_flat(way: str, layers: int, weights: str, seed: int) -> bool:
    """Whether a flat image stays flat, away from its borders."""
    return enlarged(FLAT, way, layers, weights, seed).ripple <= TINY
