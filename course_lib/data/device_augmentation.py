"""The assignment's three transforms by torch, for a whole batch on its device (lessons 09 and 20).

What they do is read from the albumentations pipeline itself, so there is one description of it.
Each image has its own draw, from the same distributions; draws are numpy's, on the CPU, a pure
function of ``(seed, epoch, chunk)``, so every device gets the same ones. For equal parameters the
results agree to the grey level, but for 1 pixel in 10,000 that is rounded the other way (OpenCV 5;
OpenCV 4 rounds coordinates to 1/32 pixel, which moves noise by up to 6 levels, photographs by 2).

Measured on one core, 4,096 images of 32x32, all of them warped: 14,000 images a second with
``grid_sample``, 4,500 by indexing the four neighbours, 19,000 with kornia 0.9.0. All three
transforms at p = 0.5, 0.3, 0.5: see ``bench feed``; kornia 9,000 to 11,000, and it neither shifts
by whole pixels nor fills one hole of a fixed size, as albumentations does. Hence torch alone.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import grid_sample

from course_lib.data.augmentation import A, cv2, draw_seed

Draws = Sequence[tuple[np.ndarray, np.ndarray]]
Size = tuple[int, int]


class Transform(ABC):
    """One transform: it happens to an image with probability ``p``, with parameters of its own."""

    p: float

    @abstractmethod
    def parameters(self, random: np.random.Generator, count: int, size: Size) -> np.ndarray:
        """Draw the parameters of ``count`` images of (height, width) ``size``, a row an image."""

    @abstractmethod
    def act(self, images: Tensor, parameters: Tensor) -> Tensor:
        """Change all of the images, (N, H, W, 3) uint8, by parameters (N, …) on their device."""


class Flip(Transform):
    """HorizontalFlip."""

    def __init__(self, like: A.HorizontalFlip) -> None:
        self.p = like.p

    def parameters(self, random: np.random.Generator, count: int, size: Size) -> np.ndarray:
        return np.empty((count, 0))

    def act(self, images: Tensor, parameters: Tensor) -> Tensor:
        return images.flip(2)


class ShiftScaleRotate(Transform):
    """ShiftScaleRotate, bilinear, with a mirrored border; rows: shift x, y, scale x, y, turn.

    The shift is cut to whole pixels towards 0, the scales of the axes are drawn apart and the turn
    is in degrees, counterclockwise: so does albumentations 2.0.8.
    """

    def __init__(self, like: A.Affine) -> None:
        still = {"x": (0, 0), "y": (0, 0)}
        _check(like, interpolation=cv2.INTER_LINEAR, border_mode=cv2.BORDER_REFLECT_101,
               keep_ratio=False, balanced_scale=False, fit_output=False, shear=still)  # fmt: skip
        if like.translate_percent is None:  # an Affine that shifts by pixels, or not at all
            _check(like, translate_px=still)
        self.p, self.turn = like.p, like.rotate
        self.shift, self.scale = like.translate_percent or still, like.scale

    def parameters(self, random: np.random.Generator, count: int, size: Size) -> np.ndarray:
        height, width = size
        columns = [
            np.trunc(random.uniform(*self.shift["x"], count) * width),
            np.trunc(random.uniform(*self.shift["y"], count) * height),
            random.uniform(*self.scale["x"], count),
            random.uniform(*self.scale["y"], count),
            random.uniform(*self.turn, count),
        ]
        return np.stack(columns, axis=1)

    def act(self, images: Tensor, parameters: Tensor) -> Tensor:
        shift_x, shift_y, scale_x, scale_y, turn = parameters.T[..., None, None]  # (N, 1, 1) each
        cos, sin = torch.cos(torch.deg2rad(turn)), torch.sin(torch.deg2rad(turn))
        height, width = images.shape[1:3]
        middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
        # Every output pixel, seen from the middle, goes back: the shift, the turn, the scale. By
        # hand, since the matrix product of affine_grid may be rounded to ten bits on a GPU.
        y = torch.arange(height, device=images.device)[:, None] - middle_y - shift_y
        x = torch.arange(width, device=images.device) - middle_x - shift_x
        from_x = (cos * x - sin * y) / scale_x / middle_x
        from_y = (sin * x + cos * y) / scale_y / middle_y
        # align_corners: -1 and 1 are the middles of the outermost pixels, and "reflection" mirrors
        # there, without repeating them: OpenCV's BORDER_REFLECT_101.
        warped = grid_sample(
            images.permute(0, 3, 1, 2).float(), torch.stack([from_x, from_y], dim=-1),
            mode="bilinear", padding_mode="reflection", align_corners=True,
        )  # fmt: skip
        return (warped + 0.5).to(torch.uint8).permute(0, 2, 3, 1)


class Hole(Transform):
    """CoarseDropout with one hole of a fixed size; its rows: top and left."""

    def __init__(self, like: A.CoarseDropout) -> None:
        height, width = like.hole_height_range[0], like.hole_width_range[0]
        _check(like, num_holes_range=(1, 1), hole_height_range=(height, height),
               hole_width_range=(width, width))  # fmt: skip
        if not all(isinstance(side, int) for side in (height, width)) or isinstance(like.fill, str):
            raise ValueError(_refused(f"{like}"))
        self.p, self.height, self.width = like.p, height, width
        self.fill = np.broadcast_to(like.fill, 3).astype(np.uint8)

    def parameters(self, random: np.random.Generator, count: int, size: Size) -> np.ndarray:
        height, width = size
        top = random.integers(0, max(height - self.height, 0) + 1, count)
        left = random.integers(0, max(width - self.width, 0) + 1, count)
        return np.stack([top, left], axis=1)

    def act(self, images: Tensor, parameters: Tensor) -> Tensor:
        top, left = parameters.T[..., None, None]
        height, width = images.shape[1:3]
        y = torch.arange(height, device=images.device)[:, None] - top  # (N, H, 1), from the top on
        x = torch.arange(width, device=images.device) - left
        inside = (y >= 0) & (y < self.height) & (x >= 0) & (x < self.width)
        return torch.where(inside[..., None], torch.from_numpy(self.fill).to(images.device), images)


class DeviceAugmentation:
    """The transforms of an albumentations ``Compose``, in its order, for whole batches.

    It may hold HorizontalFlip, ShiftScaleRotate (or Affine without shear) and CoarseDropout with
    one hole of a fixed size; None changes nothing. Raises ValueError for anything else.
    """

    def __init__(self, transform: A.Compose | None) -> None:
        if transform is not None and transform.p < 1:
            raise ValueError(_refused(f"a Compose with p={transform.p}"))
        self.transforms = [_like(part) for part in transform.transforms] if transform else []

    def draw(self, count: int, size: Size, seed: int, epoch: int, chunk: int) -> Draws:
        """Draw for ``count`` images: for each transform, (N,) whether it happens, (N, …) how."""
        random = np.random.default_rng(draw_seed(seed, epoch, chunk))
        return [
            (random.random(count) < part.p, part.parameters(random, count, size))
            for part in self.transforms
        ]

    def apply(self, images: Tensor, draws: Draws) -> Tensor:
        """Return images (N, H, W, 3) uint8 as these draws change them, on the images' device."""
        for part, (happens, parameters) in zip(self.transforms, draws, strict=True):
            (where,) = np.nonzero(happens)
            if len(where):
                rows = torch.from_numpy(parameters[where]).float().to(images.device)
                index = torch.from_numpy(where).to(images.device)
                images = images.index_copy(0, index, part.act(images[index], rows))
        return images


def _like(part: object) -> Transform:
    """Return our transform of the same effect."""
    kinds = {
        A.HorizontalFlip: Flip,
        A.ShiftScaleRotate: ShiftScaleRotate,
        A.Affine: ShiftScaleRotate,
        A.CoarseDropout: Hole,
    }
    if type(part) not in kinds:  # a subclass may draw in another way
        raise ValueError(_refused(type(part).__name__))
    return kinds[type(part)](part)


def _check(part: object, **wanted: object) -> None:
    """Refuse a setting that our transform does not have."""
    for name, value in wanted.items():
        if getattr(part, name) != value:
            found = f"{type(part).__name__} with {name}={getattr(part, name)}"
            raise ValueError(_refused(found))


def _refused(found: str) -> str:
    return (
        "feed 'device' knows HorizontalFlip, ShiftScaleRotate with a mirrored border "
        f"(BORDER_REFLECT_101), and CoarseDropout with one hole of a fixed size; it found {found}. "
        "Use feed='loader' or 'pool', which take any albumentations"
    )
