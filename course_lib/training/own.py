"""An augmentation of your own for training, judged before an hour is spent on it (lesson 20)."""

import re

import albumentations as A
import numpy as np


def judged(transform: A.Compose, image: np.ndarray) -> str:
    """Return a description of an augmentation for the log's header; try it on ``image``.

    It has to be an albumentations Compose, whose draws can be repeated from a seed, and to turn an
    image (H, W, 3) uint8 into one of the same shape and type. Raises ValueError if it is not so.
    """
    if not isinstance(transform, A.Compose):
        raise ValueError(
            f"the augmentation is a {type(transform).__name__}; expected A.Compose([...]), so that "
            "its draws can be repeated from a seed"
        )
    result = transform(image=image)["image"]
    found = getattr(result, "dtype", type(result).__name__), tuple(getattr(result, "shape", ()))
    if found != (image.dtype, image.shape):
        raise ValueError(
            f"the augmentation turns {image.dtype} {image.shape} into {found[0]} {found[1]}; "
            "expected the same type and shape. Leave out Normalize, ToFloat and ToTensorV2: the "
            "images are scaled to [0, 1] on the device"
        )
    return re.sub(r" at 0x[0-9a-f]+", "", repr(transform))  # the same text in the next process
