"""Checks of lesson 09: what becomes of the labels when images are mixed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .engine import Mistake
from .functions import Cases, FunctionCheck
from .inputs import whole

if TYPE_CHECKING:
    from torch import Tensor

Both = tuple["Tensor", "Tensor"]
Place = tuple[int, int]


def _mixup(images: "Tensor", labels: "Tensor", share: float, partner: "Tensor") -> Both:
    return (share * images + (1 - share) * images[partner],
            share * labels + (1 - share) * labels[partner])  # fmt: skip


def _labels_by(change: Callable[..., "Tensor"]) -> Callable[..., Both]:
    """MixUp of the images, but other labels."""
    return lambda images, labels, share, partner: (
        _mixup(images, labels, share, partner)[0],
        change(labels, share, partner),
    )


def _hard(labels: "Tensor", share: float, partner: "Tensor") -> "Tensor":
    return labels if share >= 0.5 else labels[partner]


def _batches() -> Cases:
    import torch

    labels = torch.eye(4)[[2, 0, 3, 0, 1]]  # (N, K) = (5, 4)
    soft = torch.tensor([[0.9, 0.1, 0, 0], [0, 0, 0.25, 0.75], [0, 1, 0, 0]])
    return {
        "a share of 0.3": (whole(5, 2, 3, 4), labels, 0.3, torch.tensor([1, 2, 3, 4, 0])),
        "a share of 0.8": (whole(5, 1, 4, 3), labels, 0.8, torch.tensor([3, 0, 4, 1, 2])),
        "labels that are mixed already": (whole(3, 3, 2, 5), soft, 0.25, torch.tensor([2, 0, 1])),
    }


mixup = FunctionCheck(
    name="mixup",
    reference=_mixup,
    cases=_batches,
    mistakes=[
        Mistake(
            _labels_by(lambda labels, share, partner: labels),
            "The images are mixed and the labels are not: of a picture that is mostly star the "
            "network is told that it is all ring.",
        ),
        Mistake(
            _labels_by(lambda labels, share, partner: share * labels
                       + (1 - share) * labels[partner.argsort()]),
            "The labels got other partners than the images. `labels[partner]`, the same order.",
        ),
        Mistake(
            lambda images, labels, share, partner: _mixup(images, labels, 1 - share, partner),
            "The share is that of the image itself; the partner gets what is left.",
        ),
        Mistake(
            _labels_by(lambda labels, share, partner: (1 - share) * labels
                       + share * labels[partner]),
            "Images and labels use the share the other way round: the picture is mostly one class "
            "and the label the other.",
        ),
        Mistake(_labels_by(_hard), "This keeps the larger label alone. MixUp keeps both shares."),
        Mistake(
            lambda images, labels, share, partner: _mixup(images, labels, share, partner.argsort()),
            "This is the order the other way round: image i is mixed with `images[partner[i]]`.",
        ),
        Mistake(
            lambda images, labels, share, partner: _mixup(images, labels, share, partner)[0],
            "These are the images alone. Return both: `return images, labels`, each mixed.",
        ),
        Mistake(
            lambda images, labels, share, partner: _mixup(images, labels, 0.5, partner),
            "This is half and half. How much of each is given: `share`.",
        ),
        Mistake(
            lambda images, labels, share, partner: (
                images + (1 - share) * images[partner], labels + (1 - share) * labels[partner]
            ),
            "The image itself was taken whole: it keeps `share` of itself.",
        ),
    ],
    right="The loss needs nothing new: `cross_entropy` takes shares (N, K) as it takes numbers.",
)  # fmt: skip


def _box(centre: Place, sides: Place) -> tuple[slice, slice]:
    starts = [(middle - side // 2, side) for middle, side in zip(centre, sides, strict=True)]
    rows, columns = (slice(max(start, 0), max(start + side, 0)) for start, side in starts)
    return rows, columns


def _cutmix(
    images: "Tensor", labels: "Tensor", centre: Place, sides: Place, partner: "Tensor",
    pasted: Callable[..., float] | None = None,
) -> Both:  # fmt: skip
    """``pasted`` says which share the label takes it for: (sides, size, pixels really pasted)."""
    rows, columns = _box(centre, sides)
    mixed, (height, width) = images.clone(), images.shape[2:]
    mixed[:, :, rows, columns] = images[partner][:, :, rows, columns]
    pixels = mixed[0, 0, rows, columns].numel()
    share = pasted(sides, (height, width), pixels) if pasted else pixels / (height * width)
    return mixed, (1 - share) * labels + share * labels[partner]


def _cutmix_with(pasted: Callable[..., float]) -> Callable[..., Both]:
    return lambda images, labels, centre, sides, partner: _cutmix(
        images, labels, centre, sides, partner, pasted
    )


def _wrapped(
    images: "Tensor", labels: "Tensor", centre: Place, sides: Place, partner: "Tensor"
) -> Both:
    """A first row or column below 0 counts from the end, and little or nothing is pasted."""
    starts = [(middle - side // 2, side) for middle, side in zip(centre, sides, strict=True)]
    rows, columns = (slice(start, start + side) for start, side in starts)
    mixed = images.clone()
    mixed[:, :, rows, columns] = images[partner][:, :, rows, columns]
    share = mixed[0, 0, rows, columns].numel() / mixed[0, 0].numel()
    return mixed, (1 - share) * labels + share * labels[partner]


def _pushed_inside(
    images: "Tensor", labels: "Tensor", centre: Place, sides: Place, partner: "Tensor"
) -> Both:
    """The whole box, moved until it lies inside."""
    ends = zip(centre, sides, images.shape[2:], strict=True)
    inside = [
        min(max(middle, side // 2), length - side + side // 2) for middle, side, length in ends
    ]
    return _cutmix(images, labels, (inside[0], inside[1]), sides, partner)


def _boxes() -> Cases:
    import torch

    order = torch.tensor([1, 2, 3, 4, 0])
    labels = torch.eye(4)[[2, 0, 3, 0, 1]]
    images = whole(5, 2, 8, 12)
    return {
        "a box within the image": (images, labels, (4, 6), (2, 6), order),
        "a box cut off at the left": (images, labels, (3, 1), (3, 6), order),
        "a box cut off at the top": (images, labels, (1, 7), (6, 3), order),
        "a box cut off at the bottom right": (images, labels, (7, 10), (6, 5), order),
    }


cutmix = FunctionCheck(
    name="cutmix",
    reference=lambda images, labels, centre, sides, partner: _cutmix(
        images, labels, centre, sides, partner
    ),
    cases=_boxes,
    mistakes=[
        Mistake(
            _cutmix_with(lambda sides, size, _: sides[0] * sides[1] / (size[0] * size[1])),
            "That is the share of the box that was drawn. A part of it lies outside: count what "
            "was really pasted.",
        ),
        Mistake(
            _cutmix_with(lambda sides, size, pixels: 1 - pixels / (size[0] * size[1])),
            "The shares are swapped: what was pasted belongs to the partner.",
        ),
        Mistake(
            _cutmix_with(lambda sides, size, pixels: sides[0] / size[0]),
            "A share of the side is not a share of the area: rows and columns multiply.",
        ),
        Mistake(
            _cutmix_with(lambda sides, size, _: 0),
            "The labels are not mixed.",
        ),
        Mistake(
            lambda images, labels, centre, sides, partner: _cutmix(
                images, labels, centre, sides[::-1], partner
            ),
            "`sides` are (height, width); the two have changed places.",
        ),
        Mistake(
            _wrapped,
            "A first row or column below 0 counts from the end in Python. Cut the box off: begin "
            "at `max(start, 0)`.",
        ),
        Mistake(
            _pushed_inside,
            "The box was pushed inside. Here its centre may be any pixel, and what hangs over the "
            "border is cut off.",
        ),
        Mistake(
            lambda images, labels, centre, sides, partner: _cutmix(
                images,
                labels,
                (centre[0] + sides[0] // 2, centre[1] + sides[1] // 2),
                sides,
                partner,
            ),
            "The box begins at its centre. It begins half a side before: `centre - sides // 2`.",
        ),
    ],
    right="The shares are exact: they are counted, and counting survives every border.",
)
