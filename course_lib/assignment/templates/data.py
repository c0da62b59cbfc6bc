"""The augmentation of the training images; test images stay as they are."""

from collections.abc import Sequence

import albumentations as A

CIFAR10_MEAN = (0.4914, 0.4822, 0.4465)


def augmentation(mean: Sequence[float] = CIFAR10_MEAN) -> A.Compose:
    """Return what happens to each training image: (H, W, 3) uint8 in, the same out.

    `mean` is the data set's, each channel from 0 to 1. Scaling to [0, 1] comes afterwards, on the
    device: leave out Normalize and ToTensorV2, and normalise in the network if you want to.
    """
    return A.Compose(
        [
            A.HorizontalFlip(p=0.5),
            # Session 9 asks for two more: one that shifts, scales and rotates, and one that drops
            # a single hole of 16 x 16 pixels, filled with the mean. An image here has values from
            # 0 to 255; on which scale is the mean?
        ],
        strict=True,  # an argument that albumentations does not know is an error, not a warning
    )
