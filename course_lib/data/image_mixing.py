"""Images made of several images, whole batches at a time (lesson 09).

Each method is two functions: one that mixes with what it is told, and one of the method's name that
draws and calls it. A draw is made once for a batch, as the papers' own programs do, by numpy, so
that every device gets the same one. Images are (N, C, H, W), labels (N, K) with the share of each
class, as ``cross_entropy`` takes them; neither is changed in place.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

Batch = tuple[Tensor, Tensor]


class Box(NamedTuple):
    """Rows ``top`` to ``bottom`` and columns ``left`` to ``right``, the ends not included."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def area(self) -> int:
        """In pixels."""
        return (self.bottom - self.top) * (self.right - self.left)


def blend(images: Tensor, labels: Tensor, share: float, partner: Tensor) -> Batch:
    """Keep ``share`` of every image and label; the rest is that of ``partner`` (N,), an order."""
    _check(images, labels)
    mixed = share * images + (1 - share) * images[partner]
    return mixed, share * labels + (1 - share) * labels[partner]


def mixup(images: Tensor, labels: Tensor, random: np.random.Generator, alpha: float = 1.0) -> Batch:
    """MixUp: blend by a share drawn from Beta(alpha, alpha) (Zhang and others, 2018)."""
    return blend(images, labels, random.beta(alpha, alpha), _partners(images, random))


def sample_pairing(images: Tensor, labels: Tensor, random: np.random.Generator) -> Batch:
    """SamplePairing: the mean of two images, the label of the first (Inoue, 2018)."""
    mixed, _ = blend(images, labels, 0.5, _partners(images, random))
    return mixed, labels


def paste(images: Tensor, labels: Tensor, box: Box, partner: Tensor) -> Batch:
    """Put the partners' pixels of the box into every image; labels are shared by area."""
    _check(images, labels)
    mixed, rows, columns = images.clone(), slice(*box[:2]), slice(*box[2:])
    mixed[..., rows, columns] = images[partner][..., rows, columns]
    kept = 1 - box.area / (images.shape[2] * images.shape[3])
    return mixed, kept * labels + (1 - kept) * labels[partner]


def draw_box(size: tuple[int, int], share: float, random: np.random.Generator) -> Box:
    """A box of ``share`` of the area about any pixel of (height, width); cut off at the border."""
    ends = []
    for length in size:
        middle, half = random.integers(length), round(length * share**0.5) // 2
        ends += [max(middle - half, 0), min(middle + half, length)]
    return Box(*map(int, ends))


def cutmix(
    images: Tensor, labels: Tensor, random: np.random.Generator, alpha: float = 1.0
) -> Batch:
    """CutMix: paste a box of 1 - Beta(alpha, alpha) of the area (Yun and others, 2019)."""
    height, width = images.shape[2:]
    box = draw_box((height, width), 1 - random.beta(alpha, alpha), random)
    return paste(images, labels, box, _partners(images, random))


def patch(
    images: Tensor, labels: Tensor, corner: tuple[int, int], partners: Tensor, starts: np.ndarray
) -> Batch:
    """Fill the four parts that meet at ``corner`` (row, column), each by a piece of an image.

    ``partners`` (4, N) and ``starts`` (4, 2), the pieces' first row and column, stand in the order
    top left, top right, bottom left, bottom right. Labels are shared by area.
    """
    _check(images, labels)
    height, width = images.shape[2:]
    mixed, shares = torch.empty_like(images), torch.zeros_like(labels)
    for box, partner, start in zip(
        quarters(corner, (height, width)), partners, starts, strict=True
    ):
        high, wide = box.bottom - box.top, box.right - box.left
        top, left = map(int, start)
        piece = images[partner, :, top : top + high, left : left + wide]
        mixed[..., box.top : box.bottom, box.left : box.right] = piece
        shares += box.area / (height * width) * labels[partner]
    return mixed, shares


def quarters(corner: tuple[int, int], size: tuple[int, int]) -> list[Box]:
    """The four parts of an image of (height, width) ``size`` that meet at a corner."""
    (row, column), (height, width) = corner, size
    halves = ((0, row), (row, height)), ((0, column), (column, width))
    return [Box(*rows, *columns) for rows in halves[0] for columns in halves[1]]


def ricap(images: Tensor, labels: Tensor, random: np.random.Generator, beta: float = 0.3) -> Batch:
    """RICAP: random pieces of four images about a random corner (Takahashi and others, 2018)."""
    size = np.array(images.shape[2:])
    corner = np.rint(size * random.beta(beta, beta, size=2)).astype(int)
    boxes = quarters((int(corner[0]), int(corner[1])), tuple(size))
    starts = [
        random.integers(size - (box.bottom - box.top, box.right - box.left) + 1) for box in boxes
    ]
    partners = torch.stack([_partners(images, random) for _ in range(4)])
    return patch(images, labels, (int(corner[0]), int(corner[1])), partners, np.array(starts))


def mosaic(images: Tensor, maps: Tensor, random: np.random.Generator) -> Batch:
    """Mosaic: a window onto four images side by side, and the same window onto their class maps.

    ``maps`` are (N, H, W). The four always meet in the window. For pictures of which parts are
    labelled (Bochkovskiy and others, 2020, who also scale the four).
    """
    height, width = images.shape[2:]
    top, left = (int(random.integers(1, length)) for length in (height, width))
    a, b, c, d = (_partners(images, random) for _ in range(4))
    windows = []
    for one in (images, maps):
        four = torch.cat([torch.cat([one[a], one[b]], -1), torch.cat([one[c], one[d]], -1)], -2)
        windows.append(four[..., top : top + height, left : left + width])
    return windows[0], windows[1]


def _partners(images: Tensor, random: np.random.Generator) -> Tensor:
    """Every image of the batch once, in a random order, on the images' device."""
    return torch.from_numpy(random.permutation(len(images))).to(images.device)


def _check(images: Tensor, labels: Tensor) -> None:
    if images.ndim != 4 or labels.ndim != 2 or len(images) != len(labels):
        raise ValueError(
            f"images are {tuple(images.shape)} and labels {tuple(labels.shape)}; expected "
            "(N, C, H, W) and (N, K), the share of each class: one_hot(labels, K).float()"
        )
    if not (images.is_floating_point() and labels.is_floating_point()):
        raise ValueError(
            f"images are {images.dtype} and labels {labels.dtype}; expected floats, since whole "
            "numbers cannot hold a share: images / 255, labels.float()"
        )
