"""What networks say of pictures that are shifted sideways (lesson 09).

Pictures are tensors (N, 1, H, W) in [0, 1] whose background is 0. A shift of +3 moves to the right.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_lib.models.garment_nets import cnn_flatten, cnn_gap, mlp
from course_lib.training.fit import fit

MOST = 5  # pixels, as in the lecture that showed the shifted trouser
SHIFTS = tuple(range(-MOST, MOST + 1))
ROUNDS = ((90, 0.01), (30, 0.002))  # steps and learning rate: large steps first, then small ones


@dataclass(frozen=True)
class Variant:
    """A network, and whether its training pictures are shifted."""

    name: str
    make: Callable[[], nn.Module]
    shifted: bool = False


VARIANTS = (
    Variant("MLP", mlp),
    Variant("CNN, flatten", cnn_flatten),
    Variant("CNN, GAP", cnn_gap),
    Variant("CNN, flatten, trained with shifts", cnn_flatten, shifted=True),
)


def to_input(images: object) -> Tensor:
    """Turn grey uint8 pictures (N, H, W) into floats (N, 1, H, W) in [0, 1]."""
    return torch.as_tensor(images)[:, None].float() / 255


def shift(images: Tensor, dx: int) -> Tensor:
    """Move pictures (..., H, W) by ``dx`` columns; what comes in is 0, what goes out is lost."""
    width = images.shape[-1]
    room = min(abs(dx), width)
    wide = F.pad(images, (room, room))
    start = room - max(-room, min(room, dx))
    return wide[..., start : start + width]


def random_shifts(images: Tensor, random: torch.Generator, most: int = MOST) -> Tensor:
    """Move each picture (N, C, H, W) by a number of columns of its own, from -most to most."""
    count, channels, height, width = images.shape
    dx = torch.randint(-most, most + 1, (count, 1), generator=random)
    columns = torch.arange(width) + most - dx  # (N, W): which column of the wide picture
    columns = columns[:, None, None].expand(count, channels, height, width)
    return F.pad(images, (most, most)).gather(3, columns)


def batches(
    images: Tensor, labels: Tensor, random: torch.Generator, size: int = 64, shifted: bool = False
) -> Callable[[], tuple[Tensor, Tensor]]:
    """Return what ``fit`` draws from: random pictures, each shifted anew, or as they are."""

    def draw() -> tuple[Tensor, Tensor]:
        chosen = torch.randint(len(images), (size,), generator=random)
        batch = images[chosen]
        return random_shifts(batch, random) if shifted else batch, labels[chosen]

    return draw


def train(
    variant: Variant, images: Tensor, labels: Tensor, seed: int = 0,
    rounds: Iterable[tuple[int, float]] = ROUNDS, size: int = 64,
    after: Callable[[nn.Module], None] = lambda model: None,
) -> nn.Module:  # fmt: skip
    """Train a variant for some rounds (steps, learning rate) and call ``after`` behind each."""
    torch.manual_seed(seed)
    model = variant.make().to(memory_format=torch.channels_last)  # a third faster on a CPU
    draw = batches(images, labels, torch.Generator().manual_seed(seed), size, variant.shifted)
    for steps, learning_rate in rounds:
        fit(model.train(), draw, F.cross_entropy, steps, learning_rate)
        after(model.eval())
    return model.eval()


@torch.no_grad()
def scores(model: nn.Module, images: Tensor, block: int = 1000) -> Tensor:
    """The scores of many pictures, some at a time, (N, classes)."""
    return torch.cat([model(part) for part in images.split(block)])


def probabilities(model: nn.Module, images: Tensor, shifts: Sequence[int] = SHIFTS) -> Tensor:
    """The probability of each class at each shift, mean of the pictures, (shifts, classes)."""
    return torch.stack([scores(model, shift(images, dx)).softmax(dim=1).mean(0) for dx in shifts])


def accuracy_by_shift(
    model: nn.Module, images: Tensor, labels: Tensor, shifts: Sequence[int] = SHIFTS
) -> list[float]:
    """The share of pictures that are named rightly at each shift."""
    found = (scores(model, shift(images, dx)).argmax(1) for dx in shifts)
    return [(one == labels).float().mean().item() for one in found]
