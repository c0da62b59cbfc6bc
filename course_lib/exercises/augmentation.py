"""The checks of lesson 09: ``from course_lib.exercises import augmentation as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    draws = ...  # different ones among the six
    check.worker_draws(draws, confidence=...)  # "guess", "think" or "sure"

    def cutout(image, centre, size, mean):
        '''image (H, W, 3) uint8; a square hole about centre (row, column), filled with the mean.'''
        return ...  # your lines
    check.cutout(cutout)

    def five_samples(image, transform):
        '''image (H, W) uint8; the transform takes and returns (1, H, W). Returns (5, H, W).'''
        return ...  # your lines
    check.five_samples(five_samples)

    def mixup(images, labels, share, partner):
        '''Return both mixed: (N, C, H, W) and (N, K).'''
        return ...  # your lines
    check.mixup(mixup)

    def cutmix(images, labels, centre, sides, partner):
        '''The partner's box, cut off at the border; return both mixed.'''
        return ...  # your lines
    check.cutmix(cutmix)

    shares = ...  # four numbers: size (20, 32), corner (5, 24)
    check.ricap_shares(shares)

    def smoothed(labels, epsilon):
        '''labels (N, K), one 1 a row.'''
        return ...  # your line
    check.smoothed(smoothed)

    faults = ...  # a set of numbers of lines
    check.pipeline_faults(faults)
"""

from typing import Any

from .augmentation_images import cutout, five_samples
from .augmentation_labels import cutmix, mixup
from .augmentation_shares import ricap_shares, smoothed
from .comparing import TYPE, VALUE, Difference
from .engine import Mistake
from .predictions import Prediction
from .values import ValueCheck
from .words import described

__all__ = [
    "cutmix",
    "cutout",
    "five_samples",
    "mixup",
    "pipeline_faults",
    "ricap_shares",
    "smoothed",
    "worker_draws",
]

worker_draws = Prediction(
    name="worker_draws",
    question="augmentation/draws of three workers in two epochs",
    text="an albumentations pipeline in three forked workers, two epochs, the first draw of each "
    "worker in each epoch: how many of these six are different?",
    answer=1,
    mistakes=[
        Mistake(6, "Six would be right if every worker began with a seed of its own each epoch."),
        Mistake(3, "Three would need a seed for each worker. A fork copies the generator."),
        Mistake(2, "Two would need a generator that goes on between the epochs. Workers are forked "
                   "anew from the same parent."),
    ],
    right="Each worker is a copy of the same parent, with the same generator in the same state.",
)  # fmt: skip

_FAULTS = {
    4: "Line 4 uses names of albumentations 1.x, which 2.x ignores with a warning.",
    6: "Line 6 fills images that line 5 has normalised: there the mean is 0, and 125 lies far "
       "outside of all values.",
    8: "Line 8 augments the test images: a result then depends on luck, and on harder images.",
    9: "Line 9 gives all workers the same draws, in each epoch again: nothing seeds them.",
}  # fmt: skip
_WHERE = {
    4: "One is missing. Section 8, *Old names, new names*: which names does version 2 know?",
    6: "One is missing. What are the numbers of an image like behind line 5?",
    8: "One is missing. What should a test image look like?",
    9: "One is missing. Section 9: what does each worker begin with?",
}
_LINES = range(1, 10)


def _not_the_faults(answer: Any) -> Difference | None:
    if not isinstance(answer, (set, frozenset, list, tuple)):
        return Difference(TYPE, described(answer), "a set of line numbers, such as {1, 2}")
    if strange := [one for one in answer if one not in _LINES]:
        return Difference(TYPE, described(strange[0]), "numbers of lines, from 1 to 9")
    given = set(answer)
    if given == set(_FAULTS):
        return None
    false = len(given - set(_FAULTS))
    none = "1 line that is none" if false == 1 else f"{false} lines that are none"
    found = f"{len(given & set(_FAULTS))} of the faults, and {none}"
    hint = "Read each line with its section: 8 for names and fill, 9 for the workers."
    return Difference(VALUE, found, f"{len(_FAULTS)} faults, and no other line", hint)


def _without(line: int) -> Mistake:
    return Mistake(set(_FAULTS) - {line}, _WHERE[line])


pipeline_faults = ValueCheck(
    name="pipeline_faults",
    answer=set(_FAULTS),
    accept=_not_the_faults,
    mistakes=[
        *map(_without, _FAULTS),
        Mistake(set(_FAULTS) | {3}, "Line 3 is in order: ShiftScaleRotate still exists, and its "
                "border is mirrored."),
        Mistake(set(_FAULTS) | {5}, "Line 5 may stand there. What comes after it has to know that "
                "it does."),
        Mistake(set(_LINES), "Not all of them: a flip, a mirrored border and normalising are "
                "in order."),
    ],
    right=" ".join(_FAULTS.values()) + " None of the four raises an error.",
)  # fmt: skip
