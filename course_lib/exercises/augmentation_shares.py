"""Checks of lesson 09: the shares of a label, of four pieces and of all classes."""

from typing import TYPE_CHECKING

from .engine import Mistake
from .functions import Cases, FunctionCheck
from .values import ValueCheck

if TYPE_CHECKING:
    from torch import Tensor

Place = tuple[int, int]


def _four(size: Place, corner: Place) -> list[float]:
    (height, width), (row, column) = size, corner
    return [high * wide / (height * width)
            for high in (row, height - row) for wide in (column, width - column)]  # fmt: skip


_SIZE, _CORNER = (20, 32), (5, 24)

ricap_shares = ValueCheck(
    name="ricap_shares",
    answer=lambda: _four(_SIZE, _CORNER),
    mistakes=[
        Mistake([0.25, 0.25, 0.25, 0.25], "A quarter each is right for the middle alone."),
        Mistake(lambda: _four(_SIZE[::-1], _CORNER[::-1])[:1] + _four(_SIZE, _CORNER)[2:0:-1]
                + _four(_SIZE, _CORNER)[3:],
                "The order is top left, top right, bottom left, bottom right: two have changed "
                "places."),
        Mistake([5 / 20, 24 / 32, 15 / 20, 8 / 32],
                "These are shares of the sides. Areas are wanted: height times width."),
        Mistake([120.0, 40.0, 360.0, 120.0], "These are the pixels. Divide by all 640 of them."),
        Mistake([18.75, 6.25, 56.25, 18.75], "These are per cent. A share lies between 0 and 1."),
        Mistake([0.19, 0.06, 0.56, 0.19],
                "Nearly: these are rounded. Write the fractions, as in `15 * 8 / 640`."),
    ],
    right="They sum to 1, as the shares of every label have to.",
)  # fmt: skip


def _smoothed(labels: "Tensor", epsilon: float) -> "Tensor":
    return (1 - epsilon) * labels + epsilon / labels.shape[1]


def _one_hots() -> Cases:
    import torch

    return {
        "four classes": (torch.eye(4)[[2, 0, 3]], 0.1),
        "ten classes": (torch.eye(10)[[7, 1]], 0.3),
        "nothing smoothed": (torch.eye(3), 0.0),
    }


smoothed = FunctionCheck(
    name="smoothed",
    reference=_smoothed,
    cases=_one_hots,
    mistakes=[
        Mistake(
            lambda labels, epsilon: (
                (1 - epsilon) * labels + epsilon / (labels.shape[1] - 1) * (1 - labels)
            ),
            "Here epsilon goes to the other classes alone. In PyTorch, and in the paper, the right "
            "class gets its share of it too: epsilon / K.",
        ),
        Mistake(
            lambda labels, epsilon: (1 - epsilon) * labels,
            "What was taken away is given to nobody: the shares have to sum to 1.",
        ),
        Mistake(
            lambda labels, epsilon: labels + epsilon / labels.shape[1],
            "The shares sum to more than 1: the right one has to give what the others get.",
        ),
        Mistake(
            lambda labels, epsilon: (1 - epsilon) * labels + epsilon / len(labels),
            "Divide by the number of classes, the second axis, and not by the number of images.",
        ),
        Mistake(
            lambda labels, epsilon: (
                (1 - epsilon) * labels + epsilon / labels.shape[1] * (1 - labels)
            ),
            "The right class gets its share of epsilon too. Here the shares sum to less than 1.",
        ),
        Mistake(
            lambda labels, epsilon: epsilon * labels + (1 - epsilon) / labels.shape[1],
            "The other way round: epsilon is what is shared out, and the label keeps the rest.",
        ),
    ],
    right="It is MixUp with a partner that is every class at once, and with no picture of it.",
)
