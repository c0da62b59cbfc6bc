"""The calls of albumentations that the sliders make, one function a transform."""

from collections.abc import Mapping
from typing import Any

from .pipeline import Call, Flag
from .subjects import SIDE, Subject

MIRRORED, BLACK = "mirrored", "black"
FILL_BLACK, FILL_MEAN, FILL_NOISE, FILL_SHARE = (
    "0, black", "the mean", "noise", "the mean as a share of 1",
)  # fmt: skip
FILLS = (FILL_BLACK, FILL_MEAN, FILL_NOISE, FILL_SHARE)
IGNORED = 255  # the class of what is no part of the picture; a loss leaves it out

Settings = Mapping[str, Any]  # what the sliders say, by their names


def flip(settings: Settings, subject: Subject) -> Call:
    return Call.of("HorizontalFlip")


def upside_down(settings: Settings, subject: Subject) -> Call:
    return Call.of("VerticalFlip")


def shift_scale_rotate(settings: Settings, subject: Subject) -> Call:
    return Call.of(
        "ShiftScaleRotate",
        shift_limit=settings["shift"] / SIDE,
        scale_limit=settings["scale"] / 100,
        rotate_limit=settings["turn"],
        **_border(settings, subject),
    )


def rotate(settings: Settings, subject: Subject) -> Call:
    return Call.of("Rotate", limit=settings["turn"], **_border(settings, subject))


def coarse_dropout(settings: Settings, subject: Subject) -> Call:
    number, side = settings["holes"], settings["hole"]
    return Call.of(
        "CoarseDropout",
        num_holes_range=(number, number),
        hole_height_range=(side, side),
        hole_width_range=(side, side),
        fill={
            FILL_BLACK: 0,
            FILL_MEAN: subject.fill,
            FILL_NOISE: "random",
            FILL_SHARE: tuple(round(share, 2) for share in subject.mean),
        }[settings["fill"]],
        **({} if subject.mask is None else {"fill_mask": None}),
    )


def elastic(settings: Settings, subject: Subject) -> Call:
    return Call.of(
        "ElasticTransform",
        alpha=settings["alpha"],
        sigma=settings["sigma"],
        noise_distribution="uniform",
        **_border(settings, subject),
    )


def grid(settings: Settings, subject: Subject) -> Call:
    return Call.of(
        "GridDistortion",
        num_steps=settings["steps"],
        distort_limit=settings["bend"] / 100,
        **_border(settings, subject),
    )


def perspective(settings: Settings, subject: Subject) -> Call:
    scale = settings["corners"] / 100
    return Call.of("Perspective", scale=(scale, scale))


def pad(settings: Settings, subject: Subject) -> Call:
    return Call.of("Pad", padding=settings["padding"], **_border(settings, subject))


def crop(settings: Settings, subject: Subject) -> Call:
    return Call.of("RandomCrop", height=SIDE, width=SIDE)


def crop_and_resize(settings: Settings, subject: Subject) -> Call:
    return Call.of("RandomResizedCrop", size=(SIDE, SIDE), scale=(settings["smallest"] / 100, 1.0))


def blur(settings: Settings, subject: Subject) -> Call:
    return Call.of("Blur", blur_limit=(settings["kernel"], settings["kernel"]))


def noise(settings: Settings, subject: Subject) -> Call:
    deviation = settings["noise"] / 100
    return Call.of("GaussNoise", std_range=(deviation, deviation))


def brightness_contrast(settings: Settings, subject: Subject) -> Call:
    return Call.of(
        "RandomBrightnessContrast",
        brightness_limit=settings["brightness"] / 100,
        contrast_limit=settings["contrast"] / 100,
    )


def colour_jitter(settings: Settings, subject: Subject) -> Call:
    names = ("brightness", "contrast", "saturation", "hue")
    return Call.of("ColorJitter", **{name: settings[name] / 100 for name in names})


def grey(settings: Settings, subject: Subject) -> Call:
    return Call.of("ToGray")


def invert(settings: Settings, subject: Subject) -> Call:
    return Call.of("InvertImg")


def solarize(settings: Settings, subject: Subject) -> Call:
    share = settings["threshold"] / 100
    return Call.of("Solarize", threshold_range=(share, share))


def posterize(settings: Settings, subject: Subject) -> Call:
    return Call.of("Posterize", num_bits=settings["bits"])


def _border(settings: Settings, subject: Subject) -> dict[str, Any]:
    """What lies beyond the edge, where a transform brings it in; unknown classes are marked."""
    if settings["border"] == MIRRORED:
        return {"border_mode": Flag("BORDER_REFLECT_101")}
    fill_mask = {} if subject.mask is None else {"fill_mask": IGNORED}
    return {"border_mode": Flag("BORDER_CONSTANT"), "fill": 0, **fill_mask}
