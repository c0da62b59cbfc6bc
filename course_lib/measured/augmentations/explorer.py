"""Explorer: one picture, one transform of albumentations, sixteen draws of it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.explorers.base import Drawing, Explorer, Question, State
from course_lib.explorers.controls import Button, Choice, Slider, Switch

from . import words
from .calls import BLACK, FILL_MEAN, FILLS, MIRRORED
from .draws import Draws, drawn
from .picture import draw
from .pipeline import Pipeline
from .subjects import NAMES, SCENE, SIDE, subject
from .transforms import TRANSFORMS, Transform, refusal

_SEEDS = 20
_HOLE = 16  # of the question, and of the assignment
_OF = 1000  # draws


@dataclass(frozen=True, kw_only=True)
class AugmentationState(State):
    """The picture, the transform, what all transforms have, and then the sliders of each."""

    picture: str = SCENE
    transform: str = "HorizontalFlip"
    p: int = 50  # percent
    seed: int = 0
    mask: bool = False
    shift: int = 2  # pixels at most
    scale: int = 10  # percent at most, as all that follow unless said
    turn: int = 15  # degrees at most
    holes: int = 1
    hole: int = _HOLE  # pixels a side
    fill: str = FILL_MEAN
    alpha: int = 34
    sigma: int = 4  # pixels
    steps: int = 5
    bend: int = 30
    corners: int = 10
    padding: int = 4  # pixels
    smallest: int = 25
    border: str = MIRRORED
    kernel: int = 5  # pixels
    noise: int = 10
    brightness: int = 20
    contrast: int = 20
    saturation: int = 20
    hue: int = 10
    threshold: int = 50
    bits: int = 3

    @property
    def chosen(self) -> Transform:
        """What is known of the transform."""
        return TRANSFORMS[self.transform]

    @property
    def pipeline(self) -> Pipeline:
        """The transform with these settings."""
        return self.chosen.pipeline(vars(self), subject(self.picture), self.p / 100)

    @property
    def draws(self) -> Draws:
        """Sixteen draws of it."""
        return drawn(self.picture, self.pipeline, self.seed)

    @property
    def masked(self) -> bool:
        """Whether a mask is to be seen."""
        return self.mask and subject(self.picture).mask is not None


class AugmentationExplorer(Explorer):
    """A picture and a transform to choose; sixteen draws, their mask, and what is measured."""

    name = "augmentations"
    title = "One transform, sixteen draws"
    state_type: ClassVar[type[State]] = AugmentationState
    controls = (
        Choice("picture", "picture", NAMES),
        Choice("transform", "transform", tuple(TRANSFORMS)),
        Slider("p", "p, %", 0, 100, 10),
        Slider("seed", "seed", 0, _SEEDS - 1),
        Slider("shift", "shift, pixels", 0, SIDE // 2),
        Slider("scale", "scale, %", 0, 60, 5),
        Slider("turn", "turn, degrees", 0, 180, 5),
        Slider("holes", "holes", 1, 12),
        Slider("hole", "hole, pixels", 2, 40, 2),
        Choice("fill", "fill", FILLS),
        Slider("alpha", "alpha", 0, 200, 2),
        Slider("sigma", "sigma, pixels", 0, 16),
        Slider("steps", "num_steps", 1, 12),
        Slider("bend", "distortion, %", 0, 90, 5),
        Slider("corners", "corners, %", 0, 40, 2),
        Slider("padding", "padding, pixels", 0, 16),
        Slider("smallest", "smallest part, %", 5, 100, 5),
        Choice("border", "beyond the edge", (MIRRORED, BLACK)),
        Slider("kernel", "kernel, pixels", 3, 15, 2),
        Slider("noise", "deviation, %", 0, 50, 2),
        Slider("brightness", "brightness, %", 0, 100, 5),
        Slider("contrast", "contrast, %", 0, 100, 5),
        Slider("saturation", "saturation, %", 0, 100, 5),
        Slider("hue", "hue, %", 0, 50, 5),
        Slider("threshold", "threshold, %", 0, 100, 5),
        Slider("bits", "bits", 1, 8),
        Switch("mask", "show the mask"),
        Button("again", "16 other draws"),
    )
    question = Question(
        key="augmentation/the corner under CoarseDropout",
        text=f"CoarseDropout puts one hole of {_HOLE}x{_HOLE} somewhere into a picture of "
        f"{SIDE}x{SIDE}, and hides a quarter of it. In how many of {_OF:,} draws is the pixel in "
        "the corner hidden?",
        answer_control=Choice(
            "answer", "draws", ("about 250, as any pixel", "about 125", "about 60", "about 3", "0")
        ),
        expected=lambda: f"about {_OF * corner_share():.0f}",
        because="The hole lies inside the picture, so it has 17x17 places, and one of them covers "
        "the corner; 16x16 of them cover a pixel in the middle, in 886 of 1,000 draws. The CutOut "
        "of the paper puts its centre anywhere: the hole may hang over the edge, hides less than "
        "a quarter then, and a corner in 60 to 80. See it: CoarseDropout, p at 100.",
    )

    def problem(self, state: AugmentationState) -> str | None:
        return refusal(state.chosen, vars(state))

    def hidden(self, state: AugmentationState) -> frozenset[str]:
        own = {name for transform in TRANSFORMS.values() for name in transform.sliders}
        without = {"mask"} if subject(state.picture).mask is None else set()
        return frozenset(own - {*state.chosen.sliders} | without)

    def press(self, state: AugmentationState, name: str) -> AugmentationState:
        return replace(state, seed=(state.seed + 1) % _SEEDS)

    def draw(self, state: AugmentationState) -> Drawing:
        draws, p = state.draws, state.p / 100
        return Drawing(
            picture=draw(subject(state.picture), draws, state.masked),
            summary=words.sentence(state.picture, state.transform, p, draws, state.masked),
            status=words.status(state.chosen, vars(state), state.pipeline, draws, state.masked),
        )

    def code(self, state: AugmentationState) -> str:
        """The lines that draw the same sixteen pictures."""
        return state.pipeline.code(state.seed, state.masked)


def corner_share() -> float:
    """In what share of the draws one hole hides the corner: one of its places does."""
    return 1 / (SIDE - _HOLE + 1) ** 2
