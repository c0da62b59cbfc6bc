"""The goals, in the order in which they are worked through, and the recipe that goes for each.

Figures of others are last or best epochs on the original CIFAR-10, as their authors give them; ours
are last epochs, on whichever copy the log names. Recipes are set before their runs; choices between
recipes belong on held-out training images (``train --hold-out 5000``).
"""

from dataclasses import dataclass

from course_lib.training.recipe import Recipe

from .attempts import Attempt
from .measures import ACCURACY, EPOCHS, SECONDS, Measure

_LONG = Recipe(epochs=200, batch_size=256, peak_lr=0.4, affine=0.5, hole=0.5)
_SPRINT = Recipe(epochs=8, peak_lr=0.25, warmup=0.25, ema=0.995, affine=0.15, hole=0.15)
_ONE, _THREE = (0,), (0, 1, 2)

ATTEMPTS = {
    attempt.key: attempt
    for attempt in (
        Attempt("session9-long", "session9", _LONG, _THREE, stands_in="session9"),
        Attempt(
            "teaching", "session9-dilated",
            Recipe(epochs=24, batch_size=256, peak_lr=0.4, ema=0.998), _THREE,
        ),
        Attempt("sprint", "single-stride", _SPRINT, _THREE),
        Attempt("sprint-device", "single-stride", _SPRINT, _THREE, feed="device"),
        Attempt("dilated-long", "session9-dilated", _LONG, _ONE),
        Attempt("single-stride-long", "single-stride", _LONG, _ONE),
        Attempt(
            "session7-long", "session7",
            Recipe(epochs=100, batch_size=256, peak_lr=0.4, affine=0.5, hole=0.5), _ONE,
            stands_in="session7",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """What is to be reached: ``goal``, better ``stretch``; ``public`` is what others have shown.

    ``attempt`` names the runs that are for it; figures are in the unit of ``measure``.
    """

    what: str
    attempt: str
    measure: Measure
    public: str
    goal: float
    stretch: float


GOALS = (
    Goal("Session 9, stride 2 at the end of C1 to C3, all rules", "session9-long", ACCURACY,
         "88.70 % in 200 epochs", 93, 94),
    Goal("teaching run of 24 epochs", "teaching", ACCURACY, "–", 91.5, 92.5),
    Goal("epochs to 85 % in a run made for it", "sprint", EPOCHS, "16", 8, 5),
    Goal("seconds of training to 85 %, albumentations", "sprint", SECONDS, "about 210", 15, 9),
    Goal("seconds of training to 85 %, augmented on the device", "sprint-device", SECONDS,
         "about 210", 5, 2.5),
    Goal("Session 9 without stride or pooling, all rules", "dilated-long", ACCURACY,
         "86.68 %; 91.37 % with three rules broken", 94, 95),
    Goal("one stride, then dilation, all rules: a comparison", "single-stride-long", ACCURACY,
         "94.4 to 94.6 % by any network under 200,000", 94.6, 95.3),
    Goal("Session 7, under 1,000,000, three max-pools", "session7-long", ACCURACY,
         "86.01 %", 95, 96),
)  # fmt: skip
