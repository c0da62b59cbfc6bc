"""The transforms to choose from: what each does, its sliders, and the call that they make."""

from collections.abc import Callable
from dataclasses import dataclass

from . import calls
from .calls import Settings
from .pipeline import Call, Pipeline
from .subjects import SIDE, Subject

Maker = Callable[[Settings, Subject], Call]


@dataclass(frozen=True)
class Transform:
    """A choice: the sliders that it needs, the calls that they make, and what it keeps.

    ``moves``: pixels change their places, so a mask must follow. ``hides``: holes are cut.
    ``together``: the calls belong together, all or none of them happen.
    """

    sliders: tuple[str, ...]
    makers: tuple[Maker, ...]
    keeps: str
    moves: bool = False
    hides: bool = False
    together: bool = False

    def pipeline(self, settings: Settings, subject: Subject, p: float) -> Pipeline:
        """What the settings make of it."""
        made = tuple(make(settings, subject) for make in self.makers)
        return Pipeline(made, p, self.together, self.moves)


_AFFINE, _HOLES = ("shift", "scale", "turn", "border"), ("holes", "hole", "fill")
TRANSFORMS = {
    "HorizontalFlip": Transform(
        (), (calls.flip,),
        "Kept: sizes, colours, up and down. Lost: left and right, so a b becomes a d.", moves=True,
    ),
    "ShiftScaleRotate": Transform(
        _AFFINE, (calls.shift_scale_rotate,),
        "Kept: straight lines and colours. A little of the edge is lost, or made up.", moves=True,
    ),
    "CoarseDropout": Transform(
        _HOLES, (calls.coarse_dropout,),
        "Kept: all that is outside the holes, to the last digit. A network cannot lean on one part "
        "alone.", hides=True,
    ),
    "the three of the assignment": Transform(
        (*_AFFINE, *_HOLES), (calls.flip, calls.shift_scale_rotate, calls.coarse_dropout),
        "Each of the three has a coin of its own.", moves=True, hides=True,
    ),
    "ElasticTransform": Transform(
        ("alpha", "sigma", "border"), (calls.elastic,),
        "Each pixel gets a way of its own: alpha times noise in [−1, 1], smoothed by a Gaussian of "
        "width sigma. Kept: what lies next to what, as long as the lattice does not fold.",
        moves=True,
    ),
    "GridDistortion": Transform(
        ("steps", "bend", "border"), (calls.grid,),
        "Kept: upright lines stay upright and level lines level, only their distances change.",
        moves=True,
    ),
    "Perspective": Transform(
        ("corners",), (calls.perspective,),
        "Kept: straight lines. Parallel ones may meet, as in a photograph. Four corners are drawn "
        "inside the picture and pulled to its own.", moves=True,
    ),
    "Pad and RandomCrop": Transform(
        ("padding", "border"), (calls.pad, calls.crop),
        "Kept: sizes, angles, colours; only the place changes. With 4 pixels it is the usual "
        "augmentation of CIFAR-10, beside the flip.", moves=True, together=True,
    ),
    "RandomResizedCrop": Transform(
        ("smallest",), (calls.crop_and_resize,),
        "Kept: colours. A part is enlarged to the whole; what decides the class may be outside.",
        moves=True,
    ),
    "Rotate": Transform(
        ("turn", "border"), (calls.rotate,),
        "Kept: distances, angles and colours. Up and down are lost with large turns: a b turned by "
        "180 degrees reads q.", moves=True,
    ),
    "VerticalFlip": Transform(
        (), (calls.upside_down,),
        "Kept: sizes and colours. Lost: up and down. No photograph shows the sky below, but seen "
        "from a satellite there is no up.", moves=True,
    ),
    "Blur": Transform(
        ("kernel",), (calls.blur,), "Kept: coarse shapes. Lost: fine ones, and texture.",
    ),
    "GaussNoise": Transform(
        ("noise",), (calls.noise,),
        "Kept: all shapes. The noise is another in every draw and every epoch.",
    ),
    "RandomBrightnessContrast": Transform(
        ("brightness", "contrast"), (calls.brightness_contrast,),
        "Kept: shapes, and which of two pixels is the brighter, until values are cut off at 0 or "
        "255.",
    ),
    "ColorJitter": Transform(
        ("brightness", "contrast", "saturation", "hue"), (calls.colour_jitter,),
        "Kept: shapes. Hue changes what a colour is called: no help where colour decides, such as "
        "ripe or unripe.",
    ),
    "ToGray": Transform(
        (), (calls.grey,), "Kept: shapes and brightness. Colour tells nothing any more.",
    ),
    "InvertImg": Transform(
        (), (calls.invert,),
        "Kept: shapes and edges, with their signs turned: each value v becomes 255 − v.",
    ),
    "Solarize": Transform(
        ("threshold",), (calls.solarize,),
        "Kept: what is darker than the threshold. What is brighter is inverted.",
    ),
    "Posterize": Transform(
        ("bits",), (calls.posterize,), "Kept: the highest bits of each value. Fine differences go.",
    ),
}  # fmt: skip


def refusal(transform: Transform, settings: Settings) -> str | None:
    """Why albumentations will not run with these settings, and what to do; None if it will."""
    if "hole" in transform.sliders and settings["hole"] > SIDE:
        side = settings["hole"]
        return (
            f"A hole of {side}x{side} does not fit into {SIDE}x{SIDE}: albumentations puts holes "
            f"inside the picture. Set hole to {SIDE} or less; {SIDE} hides all of it."
        )
    if "sigma" in transform.sliders and settings["sigma"] < 1:
        return (
            "sigma=0 smooths nothing, and albumentations asks for 1 or more: without smoothing, "
            "neighbours would be torn apart. Set sigma to 1, and see that it nearly does so."
        )
    if "bits" in transform.sliders and not 1 <= settings["bits"] <= 7:
        return (
            "num_bits is 1 to 7: with 8 bits a uint8 value stays as it is, with 0 nothing is left."
        )
    return None
