"""The checks of lesson 03: ``from course_lib.exercises import receptive_field as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    distance = ...  # the first one that three 3x3 layers cannot learn
    check.copy_task(distance, confidence=...)  # "guess", "think" or "sure"

    def receptive_field(layers):
        '''layers: a list of (kernel_size, stride, dilation), from the image on.'''
        return ...  # your lines
    check.receptive_field(receptive_field)

    field = ...  # of VGG-16 behind its last pooling
    check.vgg16_field(field)

    answer = {"position": ..., "largest": ..., "smallest": ...}  # position 1 is next to the image
    check.best_stride_position(answer)

    def rows_read(u, field, jump, padding):
        '''The first and the last row that output row u reads; negative ones lie in the padding.'''
        return ...  # your line
    check.rows_read(rows_read)
"""

from collections.abc import Callable, Sequence
from functools import reduce

from course_lib.geometry import Convolution, Field, Pooling, Window

from .engine import Mistake
from .functions import FunctionCheck
from .predictions import Prediction
from .values import ValueCheck

Layer = tuple[int, int, int]  # kernel_size, stride, dilation
Step = Callable[[int, int, int, int, int], tuple[int, int]]

# How (field, jump) is carried over a layer k, s, d: rightly, and as people do.
STEPS: dict[str, Step] = {
    "right": lambda r, j, k, s, d: (r + d * (k - 1) * j, j * s),
    "jump first": lambda r, j, k, s, d: (r + d * (k - 1) * j * s, j * s),
    "no dilation": lambda r, j, k, s, d: (r + (k - 1) * j, j * s),
    "dilation in the jump": lambda r, j, k, s, d: (r + d * (k - 1) * j, j * s * d),
    "padding added": lambda r, j, k, s, d: (r + d * (k - 1) * (j + 1), j * s),
    "a gap behind the last tap": lambda r, j, k, s, d: (r + (d * k - 1) * j, j * s),
    "all taps": lambda r, j, k, s, d: (r + d * k * j, j * s),
    "no jump": lambda r, j, k, s, d: (r + d * (k - 1), j),
}


def carried(layers: Sequence[Layer], step: Step) -> list[int]:
    """The fields after each layer by such a rule, from field 1 and jump 1 on."""
    fields, state = [], (1, 1)
    for layer in layers:
        state = step(*state, *layer)
        fields.append(state[0])
    return fields


def _last(rule: str) -> Callable[[Sequence[Layer]], int]:
    return lambda layers: ([1] + carried(layers, STEPS[rule]))[-1]


def _behind(*layers: Window) -> Field:
    return reduce(Field.after, layers, Field())


def _receptive_field(layers: Sequence[Layer]) -> int:
    return _behind(*(Convolution(1, 1, k, s, dilation=d) for k, s, d in layers)).size[0]


copy_task = Prediction(
    name="copy_task",
    question="receptive field/the distance that three 3x3 layers cannot copy",
    text="three layers with kernel 3 must put out the bit that stands D places to the right: "
    "what is the first D at which training fails?",
    answer=lambda: (_receptive_field([(3, 1, 1)] * 3) + 1) // 2,
    mistakes=[
        Mistake(3, "At 3 there is still a path: one step to the right in each of three layers."),
        Mistake(7, "7 is the whole field, to both sides; to the right of the centre it has 3."),
        Mistake(8, "The field is 7 wide, but the output stands in its middle, not at its end."),
        Mistake(9, "Each layer adds 1 to each side, not 3: three layers reach 3 places."),
    ],
    right="The field of 7 reaches 3 to the right. No training finds a bit that no path leads to.",
)

receptive_field = FunctionCheck(
    name="receptive_field",
    reference=_receptive_field,
    cases={
        "all in one": ([(3, 1, 1), (3, 1, 2), (3, 2, 1), (3, 1, 2), (3, 1, 4)],),
        "one layer": ([(5, 2, 1)],),
        "an early stride": ([(7, 2, 1), (3, 2, 1), (3, 1, 1), (1, 1, 1), (3, 1, 3)],),
        "an even kernel": ([(3, 1, 1), (2, 2, 1), (3, 3, 2), (4, 1, 1)],),
        "no layer": ([],),
    },
    mistakes=[
        Mistake(
            _last("jump first"),
            "The stride of a layer widens what comes behind it, not the layer itself: add first, "
            "then multiply the jump.",
        ),
        Mistake(
            _last("a gap behind the last tap"),
            "The kernel spans d * (k - 1) + 1 cells, not k * d: no gap follows its last tap. It "
            "adds d * (k - 1).",
        ),
        Mistake(
            _last("all taps"),
            "From the first tap to the last are k - 1 steps of d cells: d * (k - 1), not k * d.",
        ),
        Mistake(_last("no dilation"), "The dilation is missing: a layer spans d * (k - 1) + 1."),
        Mistake(
            _last("dilation in the jump"),
            "The jump is multiplied by the dilation. A dilated layer still moves by its stride.",
        ),
        Mistake(
            _last("padding added"),
            "The padding is added. It gives more places to stand at; from each the view is the "
            "same.",
        ),
        Mistake(
            lambda layers: _receptive_field(layers) - 1,
            "It is one short: before any layer a value sees one pixel, itself. Begin with 1.",
        ),
        Mistake(
            _last("no jump"), "The strides are not used: keep a jump, and multiply it by them."
        ),
    ],
    right="Two numbers are all that has to be carried: the field, and the jump.",
)

_VGG16 = [
    layer for convolutions in (2, 2, 3, 3, 3) for layer in [(3, 1, 1)] * convolutions + [(2, 2, 1)]
]


def _vgg16_field() -> int:
    layers = (Convolution(1, 1, 3) if k == 3 else Pooling(k) for k, _, _ in _VGG16)
    return _behind(*layers).size[0]


vgg16_field = ValueCheck(
    name="vgg16_field",
    answer=_vgg16_field,
    mistakes=[
        Mistake(
            lambda: _vgg16_field() - 1,
            "It is one short: before any layer a value sees one pixel, itself. Begin with 1.",
        ),
        Mistake(
            lambda: _receptive_field([(k if k == 3 else 1, s, d) for k, s, d in _VGG16]),
            "The poolings only double the jump here. They have a kernel of 2 as well, and look.",
        ),
        Mistake(
            lambda: carried(_VGG16, STEPS["jump first"])[-1],
            "The poolings are counted with the jump behind them. Add first, then double the jump.",
        ),
        Mistake(
            lambda: _receptive_field(_VGG16[:-1]),
            "This is the field in front of the last pooling; one more layer looks.",
        ),
        Mistake(
            lambda: _receptive_field([layer for layer in _VGG16 if layer[0] == 3]),
            "The poolings are left out altogether. Without strides the field grows by 2 a layer.",
        ),
    ],
    right="Less than the 224 pixels of its picture: only the linear layers behind see it whole.",
)


def _with_stride_at(position: int) -> int:
    return _receptive_field([(3, 2 if place == position else 1, 1) for place in range(1, 7)])


best_stride_position = ValueCheck(
    name="best_stride_position",
    answer=lambda: {
        "position": max(range(1, 7), key=_with_stride_at),
        "largest": max(map(_with_stride_at, range(1, 7))),
        "smallest": min(map(_with_stride_at, range(1, 7))),
    },
    mistakes=[
        Mistake(
            {"position": 6},
            "Behind the last layer nothing is left to be widened: there the field is smallest.",
        ),
        Mistake({"position": 0}, "Positions are counted from 1 here, beginning at the image."),
        Mistake(
            {"position": "anywhere"},
            "It does matter: a stride doubles what every later layer adds. Work out two positions.",
        ),
        Mistake(
            lambda: {"largest": 2 * _with_stride_at(1)},
            "Not the whole field is doubled: the layer itself adds 2, and the 1 to begin with "
            "stays.",
        ),
        Mistake(
            lambda: {"smallest": _with_stride_at(1)},
            "That is the field with the stride in front. Put it last, and nothing is widened.",
        ),
    ],
    right="From 13 to 23 by moving one stride to the front, at less than a third of the cost "
    "and with coarser maps.",
)


def _rows_read(u: int, field: int, jump: int, padding: int) -> tuple[int, int]:
    """Source: Araujo, Norris, Sim, Distill 2019; the tests hold it against the geometry's boxes."""
    first = u * jump - padding
    return first, first + field - 1


def _stack(u: int, *layers: Layer, padding: int) -> tuple[int, int, int, int]:
    """Arguments for output row u of a stack whose layers are all padded alike."""
    field = _behind(*(Convolution(1, 1, k, s, padding, d) for k, s, d in layers))
    return u, field.size[0], field.jump[0], -field.start[0]


rows_read = FunctionCheck(
    name="rows_read",
    reference=_rows_read,
    cases={
        "three 3x3 layers": _stack(4, *[(3, 1, 1)] * 3, padding=1),
        "with strides": _stack(5, (7, 2, 1), (3, 2, 1), (3, 1, 1), padding=1),
        "the first row": _stack(0, (3, 2, 1), (3, 1, 2), padding=2),
        "without padding": _stack(2, (5, 3, 1), (2, 1, 1), padding=0),
    },
    mistakes=[
        Mistake(
            lambda u, field, jump, padding: (u * jump, u * jump + field - 1),
            "The padding is missing: row 0 begins in it, that many rows above the image.",
        ),
        Mistake(
            lambda u, field, jump, padding: (u * jump - padding, u * jump - padding + field),
            "The end is one too far: field rows from the first on end at first + field - 1.",
        ),
        Mistake(
            lambda u, field, jump, padding: (u - padding, u - padding + field - 1),
            "The jump is not used: from one output row to the next the view moves by it.",
        ),
        Mistake(
            lambda u, field, jump, padding: (u * jump + padding, u * jump + padding + field - 1),
            "The padding has the wrong sign: it lets row 0 begin above the image.",
        ),
    ],
    right="The rows of `analyse(…)` hold them: `start` (minus the padding), `jump` and "
    "`receptive_field`.",
)
