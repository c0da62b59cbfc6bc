"""The assignment's three albumentations, and a way to draw them that never repeats by accident.

albumentations 2.0.x (MIT) keeps a random generator inside each ``Compose``. A forked worker copies
it, so with the library's defaults all workers and all epochs draw the same augmentations. Here a
draw is a pure function of ``(seed, epoch, chunk)`` instead, where a chunk is 128 images: the same
for any number of workers, after a resume, under fork and spawn. Used by lessons 09 and 20.
"""

import os
import warnings
from collections.abc import Sequence

import numpy as np

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # no version check over the network
import albumentations as A
import cv2

CHUNK = 128
HOLE = 16


def fill_value(mean: Sequence[float]) -> tuple[int, int, int]:
    """Turn a mean in [0, 1] into the fill of a uint8 image, 0 to 255.

    A fill of 0.49 on a uint8 image would be stored as 0, a black hole, without any warning.
    """
    if not all(0 <= m <= 1 for m in mean):
        raise ValueError(f"mean is {tuple(mean)}; expected three numbers in [0, 1]")
    red, green, blue = (round(255 * m) for m in mean)
    return red, green, blue


def assignment_augmentation(
    mean: Sequence[float],
    flip: float = 0.5,
    affine: float = 0.5,
    hole: float = 0.5,
) -> A.Compose:
    """Return HorizontalFlip, ShiftScaleRotate and one 16x16 CoarseDropout as the brief asks.

    ``mean`` is the data set's, in [0, 1]; ``flip``, ``affine`` and ``hole`` are probabilities. The
    images go in and come out as (H, W, 3) uint8. The brief's argument names are those of
    albumentations 1.x: ``max_holes=1, max_height=16, fill_value=mean`` would be ignored by 2.x with
    a mere warning; ``strict=True`` makes that an error. Shifted-in borders are mirrored, not black.
    """
    with warnings.catch_warnings():
        # 2.x recommends Affine; the brief asks for ShiftScaleRotate by name, and it still works.
        warnings.filterwarnings("ignore", message="ShiftScaleRotate is a special case")
        return A.Compose(
            [
                A.HorizontalFlip(p=flip),
                A.ShiftScaleRotate(
                    shift_limit=0.0625,
                    scale_limit=0.1,
                    rotate_limit=15,
                    border_mode=cv2.BORDER_REFLECT_101,
                    p=affine,
                ),
                A.CoarseDropout(
                    num_holes_range=(1, 1),
                    hole_height_range=(HOLE, HOLE),
                    hole_width_range=(HOLE, HOLE),
                    fill=fill_value(mean),
                    fill_mask=None,
                    p=hole,
                ),
            ],
            strict=True,
        )


def draw_seed(seed: int, epoch: int, chunk: int) -> int:
    """Mix ``(seed, epoch, chunk)`` into one 32-bit seed; neighbours give unrelated draws."""
    return int(np.random.SeedSequence([seed, epoch, chunk]).generate_state(1)[0])


def augment(
    transform: A.Compose, images: np.ndarray, seed: int, epoch: int, chunk: int
) -> np.ndarray:
    """Augment one chunk of images, (N, H, W, 3) uint8, as a pure function of the arguments."""
    transform.set_random_seed(draw_seed(seed, epoch, chunk))
    return np.stack([transform(image=image)["image"] for image in images])
