"""Explorer: a network of the assignment by sliders, and which of the rules it keeps."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import ClassVar

from course_lib.assignment.rows import PASSED, Row
from course_lib.explorers.base import Drawing, Explorer, Question, State
from course_lib.explorers.controls import Button, Choice, Slider

from .network import (
    ENDS,
    EXTRA,
    HALF,
    HEADS,
    KINDS,
    NEITHER,
    SHIPPED,
    Judged,
    Settings,
    code,
    judged,
)  # fmt: skip
from .picture import draw

_ANSWERS = {"as many": 1, "4 times": 4, "7 times": 7, "64 times": 64}


@dataclass(frozen=True, kw_only=True)
class RulesState(State, Settings):
    """The settings of the network."""

    @property
    def settings(self) -> Settings:
        """Those alone, by which a network is judged and remembered."""
        return Settings(**{item.name: getattr(self, item.name) for item in fields(Settings)})


class AssignmentRulesExplorer(Explorer):
    """Slide a network together and see which rules of Session 9 it keeps.

    It opens on a plain network that breaks six. Shown are the rules on the network alone; those on
    augmentation, log and code need more than sliders. Used by lesson 20.
    """

    name = "assignment_rules"
    title = "Which rules does this network keep?"
    state_type: ClassVar[type[State]] = RulesState
    controls = (
        Slider("blocks", "blocks", 2, 4),
        Slider("layers", "convolutions in each", 1, 4),
        Slider("width", "channels of the first", 8, 48, 4),
        Choice("ends", "C1 to C3 end with", ENDS),
        Choice("kind", "most layers are", KINDS),
        Slider("dilation_c2", "dilation in C2", 1, 8),
        Slider("dilation_c3", "dilation in C3", 1, 8),
        Choice("head", "the end", HEADS),
        Button("plain", "plain network"),
        Button("shipped", "as in Session9Net"),
    )
    question = Question(
        key="assignment/multiplications without strides",
        text="Before you slide: Session9Net has three strides. Take them away, so that every map "
        "stays 32x32; it has as many parameters as before. How many multiplications does one "
        "picture need, compared with before?",
        answer_control=Choice("answer", "multiplications", tuple(_ANSWERS)),
        expected=lambda: _without_strides(),  # later, since it takes a moment
        because="A weight is used once at each place of its map. The weights of C4 worked at 4x4 "
        "places and now work at 32x32, 64 times as many; those of the first two layers as often as "
        "before. See for yourself: «as in Session9Net», then end the blocks with «neither».",
    )

    def draw(self, state: RulesState) -> Drawing:
        found = judged(state.settings)
        return Drawing(draw(state.settings, found), _sentence(found), tuple(_status(found)))

    def hidden(self, state: RulesState) -> frozenset[str]:
        if state.layers == 1:  # the dilated one is the second
            return frozenset({"dilation_c2", "dilation_c3"})
        return frozenset({"dilation_c3"} if state.blocks < 3 else ())

    def press(self, state: RulesState, name: str) -> RulesState:
        wanted = SHIPPED if name == "shipped" else Settings()
        return replace(state, **asdict(wanted))

    def code(self, state: RulesState) -> str:
        lines = list(code(state.settings))
        if state.kind == HALF:
            lines.insert(0, "# HalfGrouped: nn.Conv2d(c, c, 3, groups=c // 2), then a 1x1")
        return "\n".join(lines)


def _sentence(found: Judged) -> str:
    """What a reader who does not see the picture gets."""
    broken = [name for name, row in _asked(found).items() if row.state != PASSED]
    kept = f"{len(_asked(found)) - len(broken)} of {len(_asked(found))} rules on the network kept"
    table = found.table
    return (
        f"{kept}{'; broken: ' + ', '.join(broken) if broken else ''}. {table.parameters:,} "
        f"parameters, receptive field {min(table.receptive_field)}, {table.macs / 1e6:.1f} million "
        "multiply-accumulates a picture."
    )


def _status(found: Judged) -> Iterator[str]:
    """How far it is, what to do next, and what it costs."""
    broken = [row for row in _asked(found).values() if row.state != PASSED]
    yield f"{len(_asked(found)) - len(broken)} of {len(_asked(found))} rules on the network kept."
    if broken:
        yield f"Next, {broken[0].rule}: {broken[0].cure}"
    else:
        yield ("What no slider shows: augmentation, the code in a module, a log, and whether it "
               "learns.")  # fmt: skip
    times = found.table.macs / judged(SHIPPED).table.macs
    yield f"{found.table.macs:,} MACs a picture, {times:.1f} times those of Session9Net."


def _asked(found: Judged) -> dict[str, Row]:
    """The rows of the brief's own rules, without that of the extra points."""
    return {name: row for name, row in found.rows.items() if name != EXTRA}


def _without_strides() -> str:
    """The answer to the question, computed."""
    flat = judged(replace(SHIPPED, ends=NEITHER)).table.macs
    times = flat / judged(SHIPPED).table.macs
    return min(_ANSWERS, key=lambda words: abs(_ANSWERS[words] - times))
