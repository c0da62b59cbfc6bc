"""The checks of lesson 20: ``from course_lib.exercises import assignment as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    gain = {"points": ..., "times": ...}  # how many points better, how many times slower?
    check.dilated_twin(gain, confidence=...)  # "guess", "think" or "sure"

    network = StarterNet()  # your network in its place, or its class; then rule after rule
    check.repair_session7(network)
    check.repair(network)  # by the rules of Session 9, in another cell
    check.repair_without_stride(network)  # the same for the brief's extra points, in another cell

    fields = ...  # of Session9Net, twelve numbers: the field after each convolution
    check.field_ledger(fields)

    def count_parameters(widths):
        '''Four blocks of three 3x3 convolutions, widths[i] channels in block i, with their biases,
        each followed by BatchNorm; then global pooling and a linear layer to ten classes.'''
        return ...  # your lines
    check.count_parameters(count_parameters)

    widths = ...  # four of them, for 190,000 to 199,999 parameters
    check.widths(widths)

    logs = check.four_logs()  # made up by a seeded function; print(logs["A"])
    verdicts = {"A": ..., "B": ..., "C": ..., "D": ...}
    # "honest", "continued run", "training images" or "best epoch"
    check.honest_log(verdicts)
"""

from functools import cache
from typing import Any

from .comparing import TYPE, VALUE, Difference, difference
from .counting import count_parameters, widths
from .engine import Mistake
from .logs import BEST, CONTINUED, HONEST, TRAINING, VERDICTS, faults, four_logs
from .predictions import Prediction
from .receptive_field import STEPS, Layer, carried
from .repair import repair, repair_session7, repair_without_stride
from .values import ValueCheck
from .words import listed, show

__all__ = [
    "count_parameters", "dilated_twin", "field_ledger", "four_logs", "honest_log", "repair",
    "repair_session7", "repair_without_stride", "widths",
]  # fmt: skip


def _near(answer: Any) -> Difference | None:
    """Right is what lies within a factor of two of both published figures."""
    published = {"points": 1.6, "times": 6.5}
    differs = difference(answer, published)
    if not differs or differs.aspect != VALUE:
        return differs
    far = [name for name, value in published.items() if not value / 2 <= answer[name] <= value * 2]
    found = f"{answer['points']:g} points, {answer['times']:g} times the time"
    return Difference(VALUE, found, "1.6 points, 6.5 times") if far else None


# TSAI-EVA8/advancedConvolutions, two networks of 178,272 parameters, 100 epochs each: 86.54 % with
# strides at 11 s an epoch, 88.10 % dilated at 72 s, each the best epoch on the test images.
dilated_twin = Prediction(
    name="dilated_twin",
    question="assignment/dilation for strides in a published pair",
    text="a published network has its strides replaced by dilation, with the same 178,272 "
    "parameters: how many points of accuracy does it gain, and how many times longer is an epoch? "
    "Within a factor of two is right.",
    answer={"points": 1.6, "times": 6.5},
    accept=_near,
    mistakes=[
        Mistake({"times": 1}, "The same parameters, but each is used at many more places."),
        Mistake({"points": 0}, "Maps that keep their size do help, on pictures of 32 pixels."),
        Mistake({"points": 5}, "That would be a third of all errors; it was a ninth of them."),
    ],
    right="86.54 % became 88.10 %, and an epoch of 11 s took 72 s, best epochs on the test images. "
    "Parameters do not cost the time: the places where they are used do.",
)


@cache
def _session9_layers() -> list[Layer]:
    from course_lib.models.session9 import Session9Net
    from course_lib.receptive_field import analyse

    table = analyse(Session9Net(), (32, 32))
    rows = [row for row in table.rows if row.kernel_size and row.kernel_size[0] > 1]
    return [(row.kernel_size[0], row.stride[0], row.dilation[0]) for row in rows]


def _fields(rule: str = "right") -> list[int]:
    """The twelve fields of Session9Net, rightly or by a wrong rule."""
    return carried(_session9_layers(), STEPS[rule])


field_ledger = ValueCheck(
    name="field_ledger",
    answer=_fields,
    mistakes=[
        Mistake(
            lambda: _fields("padding added"),
            "The padding is added. It gives more places to stand at; from each the view is the "
            "same.",
        ),
        Mistake(
            lambda: _fields("no dilation"),
            "Two layers have dilation 2: each adds twice as much.",
        ),
        Mistake(
            lambda: _fields("no jump"),
            "The jump is forgotten: behind a stride each step is wider.",
        ),
        Mistake(
            lambda: _fields("dilation in the jump"),
            "The jump is multiplied by the dilation. A dilated layer still moves by its stride.",
        ),
        Mistake(
            lambda: [*_fields(), _fields()[-1] + 3 * 8],
            "The global pooling is counted. From there on a value sees the whole map, whatever "
            "the field; the rule asks for the one before.",
        ),
        Mistake(
            lambda: _fields("jump first"),
            "The stride of a layer widens what comes behind it, not the layer itself.",
        ),
        Mistake(
            lambda: [field - 1 for field in _fields()],
            "All are one short: the first convolution sees 3 pixels, so begin with 1.",
        ),
    ],
    right="103 from 12 convolutions, and nearly half of it from the last three.",
)


def _named(verdicts: Any) -> Difference | None:
    """What is wrong with the verdicts on the four logs; the right ones are not given away."""
    known = faults()
    if isinstance(verdicts, dict):
        for name, word in verdicts.items():
            if name in known and word not in VERDICTS:
                words = listed([f'"{verdict}"' for verdict in VERDICTS])
                return Difference(TYPE, f"`{name}` is {show(word)}", f"one of {words}")
    differs = difference(verdicts, known)
    if differs and differs.aspect == VALUE:
        return differs._replace(expected="another word for this log")
    return differs


honest_log = ValueCheck(
    name="honest_log",
    answer=faults,
    accept=_named,
    mistakes=[
        Mistake(
            {"A": HONEST},
            "Look at the first epoch: 85.6 %. An untrained network has 40 to 65 % then, so this "
            "log goes on from a trained one.",
        ),
        Mistake(
            {"D": HONEST},
            "Look at the last column: 43,237 of 50,000. CIFAR-10 has 10,000 test images; the "
            "50,000 are those it was trained on.",
        ),
        Mistake(
            {"B": HONEST},
            "Compare what the README says with the last line. It quotes the best of all epochs, "
            "and that is a choice made on the test images.",
        ),
        Mistake(
            {"C": TRAINING},
            "This one is tested on 10,000 images, as it should be. A test accuracy above the one "
            "in training is no fault: training sees augmented images.",
        ),
        Mistake({"C": CONTINUED}, "It begins at 47 %, as an untrained network does."),
        Mistake({"C": BEST}, "What its README says is the last line."),
    ],
    right="The honest log has the lowest figure of the four. That is how it often is.",
)
