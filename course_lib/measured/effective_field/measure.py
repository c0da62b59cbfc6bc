"""How much each pixel matters to one cell of a real network: the gradient, averaged over pictures.

Everything runs in float64, so that a picture of it does not depend on the processor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import torch
from torch import Tensor, nn

from course_lib.data.synthetic import synthetic
from course_lib.geometry import Network, Pair, path_counts
from course_lib.models.pretrained import load_pretrained, make_network
from course_lib.receptive_field import follow

SIDE = 32  # of the pictures, in pixels
PICTURES = 4
FEW = 64  # cells of a map: their gradients are all worked out at once, so that sliding is quick
SEED = 0
Weights = tuple[tuple[float, ...], ...]  # rows of pixels


class Features(nn.Module):
    """A classifier up to its last maps: what comes before it pools globally."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return self.network.features(x)


def ten_convolutions(channels: int = 16) -> nn.Module:
    """Ten 3x3 convolutions with ReLU between them: (N, 3, H, W) -> (N, channels, H, W)."""
    sizes = (3, *[channels] * 10)
    layers = [
        layer
        for c_in, c_out in zip(sizes, sizes[1:], strict=False)
        for layer in (nn.Conv2d(c_in, c_out, 3, padding=1), nn.ReLU())
    ]
    return nn.Sequential(*layers[:-1])


@dataclass(frozen=True)
class Subject:
    """A network to look through; ``shipped`` names its trained weights, None if there are none."""

    make: Callable[[], nn.Module]
    shipped: str | None = None


def _assignment(name: str) -> Subject:
    return Subject(lambda: Features(make_network(name)), name)


SUBJECTS = {
    "Session7Net": _assignment("session7"),
    "Session9Net": _assignment("session9"),
    "ten 3x3 convolutions": Subject(ten_convolutions),
}


@lru_cache(maxsize=2 * len(SUBJECTS))
@torch.inference_mode(False)
@torch.enable_grad()
def _run(name: str, trained: bool) -> tuple[Tensor, Tensor]:
    """The pictures (N, 3, 32, 32) and the last maps (N, C, h, w) that come of them."""
    subject = SUBJECTS[name]
    if trained:
        network = Features(load_pretrained(subject.shipped))
    else:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            network = subject.make()
    network = network.eval().double().requires_grad_(False)
    drawn = torch.from_numpy(synthetic(10, 10).test_images[:PICTURES])
    pictures = (drawn.permute(0, 3, 1, 2).double() / 255).requires_grad_()
    return pictures, network(pictures)


def cells(name: str) -> int:
    """The side of the network's last map."""
    return _run(name, False)[1].shape[-1]


def gradient(name: str, trained: bool, cell: Pair) -> Weights:
    """How much a cell changes with each pixel, as rows of SIDE pixels.

    The cell's value is the sum of its channels; the gradient's magnitude is summed over colours and
    averaged over PICTURES synthetic pictures. Source: Luo, Li, Urtasun, Zemel: Understanding the
    Effective Receptive Field in Deep Convolutional Neural Networks, arXiv 1701.04128.
    """
    side = cells(name)
    if side**2 <= FEW:
        for one in product(range(side), repeat=2):
            _slopes(name, trained, one)
    return _slopes(name, trained, cell)


@lru_cache(maxsize=1024)
@torch.inference_mode(False)
@torch.enable_grad()
def _slopes(name: str, trained: bool, cell: Pair) -> Weights:
    pictures, maps = _run(name, trained)
    value = maps[:, :, cell[0], cell[1]].sum()
    (slopes,) = torch.autograd.grad(value, pictures, retain_graph=True)
    return tuple(map(tuple, slopes.abs().sum(1).mean(0).tolist()))


@lru_cache(maxsize=len(SUBJECTS))
def network_of(name: str) -> Network:
    """The network's graph, for the arithmetic."""
    return follow(SUBJECTS[name].make().eval(), (SIDE, SIDE))


@lru_cache(maxsize=1024)
def paths(name: str, cell: Pair) -> Weights:
    """The number of paths from each pixel to the cell, as rows of SIDE pixels."""
    counts = path_counts(network_of(name), cell, (SIDE, SIDE)).counts
    return tuple(tuple(counts.get((r, c), 0) for c in range(SIDE)) for r in range(SIDE))
