"""The augmentation of the same submission."""

import albumentations as A

MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
FILL = tuple(255 * value for value in MEAN)

augmentation = A.Compose(
    [
        A.HorizontalFlip(p=0.5),
        A.ShiftScaleRotate(shift_limit=0.0625, scale_limit=0.1, rotate_limit=10, p=0.5),
        A.CoarseDropout(
            num_holes_range=(1, 1), hole_height_range=(16, 16), hole_width_range=(16, 16), fill=FILL
        ),
        A.Normalize(MEAN, STD),
    ]
)
