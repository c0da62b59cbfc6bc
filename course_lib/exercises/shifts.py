"""The checks of the shifted trouser in lesson 09: ``from course_lib.exercises import shifts``.

What the author writes, each in one cell (solution and stub between the marks)::

    said, confidence = {"MLP": ..., "flatten": ..., "GAP": ...}, ...  # "holds" or "falls"
    shifts.who_falls(said, confidence=confidence)

    def shift(images, dx):
        '''images: (N, C, H, W) with a background of 0; dx > 0 moves to the right.'''
        return ...  # your lines
    shifts.shift(shift)

    def as_flatten(weight, places):
        '''The weight (classes, channels * places) behind a flatten that says what GAP says.'''
        return ...  # your line
    shifts.as_flatten(as_flatten)
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .comparing import TYPE, Difference, difference
from .engine import Mistake
from .functions import FunctionCheck
from .inputs import whole
from .predictions import Prediction
from .words import show

if TYPE_CHECKING:
    from torch import Tensor

_WHO_FALLS = {"MLP": "falls", "flatten": "falls", "GAP": "holds"}


def _not_who_falls(answer: Any) -> Difference | None:
    """What differs; another word than the two is a slip, and no prediction."""
    differs = difference(answer, _WHO_FALLS)
    if differs and isinstance(answer, dict):
        for name in _WHO_FALLS:
            word = answer.get(name)
            if isinstance(word, str) and word not in ("holds", "falls"):
                return Difference(TYPE, f"`{name}` is {show(word)}", '"holds" or "falls"')
    return differs


who_falls = Prediction(
    name="who_falls",
    question="shifts/which networks lose a third of their accuracy at a shift of 4",
    text="three networks are trained on garments that stand in the middle. The test garments are "
    "then moved by 4 pixels. Which of the three lose more than a third of their accuracy: which "
    '"holds", which "falls"?',
    answer=_WHO_FALLS,
    accept=_not_who_falls,
    mistakes=[
        Mistake(
            {"MLP": "holds", "flatten": "holds"},
            "Nobody showed them a garment that stands elsewhere. A weight that belongs to a pixel "
            "knows only what was seen at that pixel.",
        ),
        Mistake(
            {"flatten": "holds", "GAP": "falls"},
            "It is the other way round: the flatten keeps the place in its weights, the mean "
            "throws it away.",
        ),
        Mistake(
            {"flatten": "holds"},
            "The convolutions move along with the garment, and then the flatten gives each place "
            "weights of its own. At the new place they were never taught.",
        ),
        Mistake(
            {"GAP": "falls"},
            "The mean of a map is nearly the same wherever on it the garment lies, so the last "
            "layer hardly notices the move.",
        ),
        Mistake(
            {"MLP": "holds"},
            "The MLP has a weight for each pixel, and the garment now stands on other pixels.",
        ),
    ],
    right="Both CNNs have the same convolutions and the same receptive field. Only what stands "
    "behind them differs.",
)


def _shift(images: "Tensor", dx: int) -> "Tensor":
    from course_lib.measured.shifts import shift  # here, because it loads torch

    return shift(images, dx)


def _kept_edge(images: "Tensor", dx: int) -> "Tensor":
    """What comes in is a copy of the edge."""
    from torch.nn.functional import pad

    room, width = abs(dx), images.shape[-1]
    return pad(images, (room, room, 0, 0), mode="replicate")[..., room - dx : room - dx + width]


def _cut_off(images: "Tensor", dx: int) -> "Tensor":
    width = images.shape[-1]
    return images[..., : width - dx] if dx > 0 else images[..., -dx:]


def _empty_at_zero(images: "Tensor", dx: int) -> "Tensor":
    """`images[..., :-0]` is empty, and so the picture stays black."""
    return _shift(images, dx) if dx else 0 * images


def _to_the_right_only(images: "Tensor", dx: int) -> "Tensor":
    return _shift(images, abs(dx))


def _slices_for_the_right(images: "Tensor", dx: int) -> "Tensor":
    """Right for dx > 0; else the slices count from the other end."""
    moved = 0 * images
    moved[..., dx:] = images[..., :-dx]
    return moved


shift = FunctionCheck(
    name="shift",
    reference=_shift,
    cases=lambda: {
        "two to the right": (whole(2, 1, 3, 5) + 5, 2),
        "one to the left": (whole(1, 2, 4, 6) + 5, -1),
        "not at all": (whole(2, 1, 3, 4) + 5, 0),
        "four to the left": (whole(1, 1, 6, 7) + 5, -4),
    },
    mistakes=[
        Mistake(
            lambda images, dx: images.roll(dx, dims=-1),
            "It wraps around: what leaves on one side comes in on the other. A trouser leg that "
            "walks in from the left is no shift; fill with 0, the background.",
        ),
        Mistake(
            lambda images, dx: _shift(images, -dx),
            "The wrong direction: with dx > 0 the garment moves to the right, so that column 0 "
            "goes to column dx.",
        ),
        Mistake(
            lambda images, dx: _shift(images.mT, dx).mT,
            "The wrong axis: it moves up or down. The last axis of (N, C, H, W) is across.",
        ),
        Mistake(
            _kept_edge,
            "The edge is repeated. What comes in is background, 0.",
        ),
        Mistake(
            _cut_off,
            "What leaves is cut off, and nothing comes in: the picture has become narrower.",
        ),
        Mistake(
            _empty_at_zero,
            "Right for all shifts but 0: `images[..., :-0]` is empty.",
        ),
        Mistake(
            _to_the_right_only,
            "All pictures move to the right. A negative dx moves to the left.",
        ),
        Mistake(
            _slices_for_the_right,
            "These slices are right for dx > 0. A negative bound counts from the end: for dx = -1, "
            "`dx:` is the last column alone.",
        ),
    ],
    right="`np.roll`, which the lecture took, would do as long as no part of the garment leaves "
    "the picture. A shoe is as wide as its picture.",
)


def _as_flatten(weight: "Tensor", places: int) -> "Tensor":
    return weight.repeat_interleave(places, dim=1) / places


def _spread(times: Callable[[int], float]) -> Callable[["Tensor", int], "Tensor"]:
    """Right but for the number that the copies are divided by."""
    return lambda weight, places: weight.repeat_interleave(places, dim=1) / times(places)


as_flatten = FunctionCheck(
    name="as_flatten",
    reference=lambda weight, places: _as_flatten(weight, places),
    cases=lambda: {
        "two classes, three channels of 2x2": (whole(2, 3) + 0.5, 4),
        "two classes, four channels of 3x5": (whole(2, 4) + 0.5, 15),
        "one channel": (whole(5, 1) + 0.5, 9),
    },
    mistakes=[
        Mistake(
            _spread(lambda places: 1),
            "The copies are there, and their sum is `places` times too large: a mean divides.",
        ),
        Mistake(
            lambda weight, places: weight.repeat(1, places) / places,
            "Flatten lays the map of the first channel out, then that of the second. The copies "
            "of one weight stand side by side: `repeat_interleave`.",
        ),
        Mistake(
            _spread(lambda places: places**0.5),
            "Divided by the side of the map. A mean divides by the number of its places.",
        ),
        Mistake(
            lambda weight, places: weight.repeat_interleave(places, dim=0) / places,
            "The copies go along the classes. In a linear layer the inputs are the second axis.",
        ),
        Mistake(
            lambda weight, places: weight.repeat_interleave(places, dim=1) / weight.shape[1],
            "Divided by the number of channels. A mean divides by the number of its places.",
        ),
    ],
    right="So GAP is a flatten whose weights are tied: one number a channel, whatever the place. "
    "What it cannot say, it cannot get wrong.",
)
