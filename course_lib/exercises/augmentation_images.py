"""Checks of lesson 09: a hole in an image, and five samples of one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from .engine import Mistake
from .functions import Cases, FunctionCheck

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

Mean = tuple[float, float, float]
Place = tuple[int, int]


def _fill(mean: Mean) -> list[int]:
    return [round(255 * channel) for channel in mean]


def _cutout(
    image: "np.ndarray", centre: Place, size: int, mean: Mean, fill: Callable = _fill
) -> "np.ndarray":
    """The hole, cut off at the border: row - size // 2 is its first row."""
    top, left = (middle - size // 2 for middle in centre)
    result = image.copy()
    result[max(top, 0) : max(top + size, 0), max(left, 0) : max(left + size, 0)] = fill(mean)
    return result


def _pushed_inside(image: "np.ndarray", centre: Place, size: int, mean: Mean) -> "np.ndarray":
    height, width = image.shape[:2]
    ends = zip(centre, (height, width), strict=True)
    row, column = (min(max(middle - size // 2, 0), length - size) for middle, length in ends)
    result = image.copy()
    result[row : row + size, column : column + size] = _fill(mean)
    return result


def _wrapped(image: "np.ndarray", centre: Place, size: int, mean: Mean) -> "np.ndarray":
    """A negative first row counts from the end, and nothing is cut."""
    top, left = (middle - size // 2 for middle in centre)
    result = image.copy()
    result[top : top + size, left : left + size] = _fill(mean)
    return result


def _half_each_way(image: "np.ndarray", centre: Place, size: int, mean: Mean) -> "np.ndarray":
    """From half a side before the centre to half a side behind: of an odd side one is lost."""
    (row, column), half = centre, size // 2
    result = image.copy()
    result[max(row - half, 0) : row + half, max(column - half, 0) : column + half] = _fill(mean)
    return result


def _in_place(image: "np.ndarray", centre: Place, size: int, mean: Mean) -> "np.ndarray":
    image[:] = _cutout(image, centre, size, mean)
    return image


def _photos() -> Cases:
    import numpy as np

    image = (np.arange(9 * 14 * 3).reshape(9, 14, 3) * 7 % 251).astype(np.uint8)
    mean = (0.49, 0.48, 0.45)
    return {
        "a hole within the image": (image, (4, 6), 4, mean),
        "a hole cut off at the top left": (image, (0, 1), 6, (0.2, 0.5, 0.9)),
        "a hole cut off at the bottom right": (image, (8, 13), 5, mean),
        "a hole of an odd size": (image, (3, 9), 3, mean),
    }


cutout = FunctionCheck(
    name="cutout",
    reference=lambda image, centre, size, mean: _cutout(image, centre, size, mean),
    cases=_photos,
    mistakes=[
        Mistake(
            lambda image, centre, size, mean: _cutout(image, centre, size, mean, fill=list),
            "0.49 in an array of uint8 is stored as 0: a black hole. The image runs from 0 to 255, "
            "so the mean has to.",
        ),
        Mistake(
            lambda image, centre, size, mean: _cutout(
                image, centre, size, mean, fill=lambda mean: [int(255 * one) for one in mean]
            ),
            "`int` drops the fraction, so that every fill is a level too dark. Use `round`.",
        ),
        Mistake(_in_place, "The image that was passed in has a hole now. Work on a copy."),
        Mistake(
            _pushed_inside,
            "The hole was pushed inside. Here its centre may be any pixel, and what hangs over the "
            "border is cut off.",
        ),
        Mistake(
            _wrapped,
            "A first row of -3 counts from the end in Python, and nothing is cut. Begin at 0.",
        ),
        Mistake(
            lambda image, centre, size, mean: _cutout(image, centre[::-1], size, mean),
            "The centre is (row, column); the two have changed places.",
        ),
        Mistake(
            lambda image, centre, size, mean: _cutout(image, centre, 2 * size, mean),
            "`size` is the whole side: half of it lies before the centre.",
        ),
        Mistake(
            _half_each_way,
            "Right for even sizes. `size // 2` before the centre and as much behind it make 2, and "
            "not 3, of a size of 3: the hole ends at its first row + size.",
        ),
        Mistake(
            lambda image, centre, size, mean: _cutout(
                image, centre, size, mean, fill=lambda mean: round(255 * sum(mean) / 3)
            ),
            "One grey for all three channels. Each channel has a mean of its own.",
        ),
    ],
    right="Two lines are enough, and `max(…, 0)` is the one that people forget.",
)


class Counted:
    """A transform that adds 10, 20, 30, … and turns the image over; it wants a channel axis."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, image: "Tensor") -> "Tensor":
        if image.ndim != 3:
            raise ValueError(
                f"an image of shape {tuple(image.shape)}; expected (1, H, W), with a channel axis"
            )
        self.calls += 1
        return image.flip(-1) + 10 * self.calls

    def __deepcopy__(self, memo: dict) -> "Counted":
        return type(self)()  # each run begins to count anew

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)  # whether it was called is no change of an argument

    __hash__ = None


class Once(Counted):
    """The same with one axis more to tell apart: it turns the image upside down."""

    def __call__(self, image: "Tensor") -> "Tensor":
        return super().__call__(image).flip(-1).flip(-2)


def _five_samples(image: "Tensor", transform: Callable) -> "Tensor":
    import torch

    return torch.cat([transform(image[None]) for _ in range(5)])


def _copies(image: "Tensor", transform: Callable) -> "Tensor":
    return transform(image[None]).expand(5, -1, -1)


def _one_after_another(image: "Tensor", transform: Callable) -> "Tensor":
    import torch

    made, image = [], image[None]
    for _ in range(5):
        image = transform(image)
        made.append(image)
    return torch.cat(made)


def _stacked(image: "Tensor", transform: Callable) -> "Tensor":
    import torch

    return torch.stack([transform(image[None]) for _ in range(5)])


def _greys() -> Cases:
    import torch

    return {
        "an image of 4x6": (torch.arange(24, dtype=torch.uint8).reshape(4, 6), Counted()),
        "an image of 5x3": (torch.arange(15, dtype=torch.uint8).reshape(5, 3), Once()),
    }


five_samples = FunctionCheck(
    name="five_samples",
    reference=_five_samples,
    cases=_greys,
    mistakes=[
        Mistake(
            _copies,
            "One draw, five times the same picture: call the transform once for each sample.",
        ),
        Mistake(
            _one_after_another,
            "Each sample was made of the one before, so that they drift away. Begin with the image "
            "each time.",
        ),
        Mistake(_stacked, "The channel axis is still there: (5, 1, H, W). Take it away again."),
        Mistake(
            lambda image, transform: _five_samples(image, transform)[:4],
            "These are four samples; five were asked for.",
        ),
    ],
    right="That is what a DataLoader does each time it fetches an image: a new draw.",
)
