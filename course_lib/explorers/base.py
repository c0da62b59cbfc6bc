"""What an explorer is: a state, controls that change it, and a pure drawing of it.

All that a learner has done, the answer to the question included, is one immutable ``State``.
``update(state, event)`` and ``render(state)`` are pure, so an explorer can be tested without a
widget, and any front end can show it: ipywidgets today, a web page tomorrow.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

from course_lib.pictures.picture import Picture, faded

from .controls import Button, Choice, Control

CONFIDENCES = ("guess", "think", "sure")


@dataclass(frozen=True, kw_only=True)
class State:
    """What every explorer remembers; each explorer's own state adds its settings.

    ``answer``, ``confidence`` and ``revealed`` belong to the question. ``last_good`` is the state
    that is drawn, dimmed, while the settings are wrong. ``note`` says which index moved, and why;
    ``reply`` answers a wish to check that cannot be granted yet.
    """

    answer: Any = None
    confidence: str = CONFIDENCES[0]
    revealed: bool = False
    last_good: "State | None" = None
    note: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Change:
    """The learner set the control ``name`` to ``value``."""

    name: str
    value: Any


@dataclass(frozen=True)
class Press:
    """The learner pressed the button ``name``, or its Play did."""

    name: str


Event = Change | Press


@dataclass(frozen=True)
class Drawing:
    """What a state looks like.

    ``summary`` is one sentence: alt text, aria-label and plain text. ``status`` holds lines of
    text below the picture, formulae with numbers in them. ``limits`` are the bounds of index
    controls. ``render`` adds the rest: ``code``, the PyTorch lines; ``hidden``, the controls that
    this state does not need; ``problem``, what is wrong with the settings; ``reply``, what the
    question says to the learner's answer.
    """

    picture: Picture
    summary: str
    status: tuple[str, ...] = ()
    limits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    code: str = ""
    hidden: frozenset[str] = frozenset()
    problem: str = ""
    reply: str = ""

    def svg(self) -> str:
        """The picture as SVG text, labelled with the summary."""
        return self.picture.svg(self.summary)


@dataclass(frozen=True)
class Question:
    """A prediction to make before the picture gives it away.

    ``key`` names it in the ledger of predictions, as "topic/what is asked". ``answer_control`` is
    the box for the answer, named "answer". ``expected()`` computes the right answer; ``because``
    is shown once the learner has committed to one.
    """

    key: str
    text: str
    answer_control: Control
    expected: Callable[[], Any]
    because: str

    def verdict(self, state: State) -> str:
        """What is said after the reveal."""
        right = self.expected()
        if state.answer == right:
            return f"Right: {right}. {self.because}"
        return f"You said {state.answer}; it is {right}. {self.because}"


class Explorer:
    """One live picture; subclasses give it a state, controls, and ``draw``.

    Arguments of the constructor override the state's first values: ``Explorer(stride=2)``.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    state_type: ClassVar[type[State]] = State
    controls: tuple[Control, ...] = ()
    question: Question | None = None

    def __init__(self, **settings: Any) -> None:
        known = {item.name for item in fields(self.state_type)}
        if unknown := sorted(settings.keys() - known):
            raise ValueError(
                f"{type(self).__name__} has no setting {', '.join(unknown)}; there are: "
                f"{', '.join(sorted(known - {item.name for item in fields(State)}))}"
            )
        self._first = self._settled(self.state_type(**settings))

    def start(self) -> State:
        """The state that it opens with."""
        return self._first

    def all_controls(self) -> tuple[Control, ...]:
        """The controls of the picture, then those of the question."""
        if self.question is None:
            return self.controls
        return (
            *self.controls,
            self.question.answer_control,
            Choice("confidence", "how sure", CONFIDENCES),
            Button("reveal", "check my prediction"),
        )

    def update(self, state: State, event: Event) -> State:
        """The state after an event; raises ValueError for a control that there is not."""
        names = [control.name for control in self.all_controls()]
        if event.name not in names:
            raise ValueError(f"no control {event.name!r}; there are: {', '.join(names)}")
        good = state if self.problem(state) is None else state.last_good
        state = replace(state, last_good=good, note="", reply="")
        if isinstance(event, Press):
            return self._settled(self._pressed(state, event.name))
        return self._settled(replace(state, **{event.name: event.value}))

    def _pressed(self, state: State, name: str) -> State:
        if name != "reveal":
            return self.press(state, name)
        if state.answer is None:
            return replace(state, reply="First your own answer: a wrong one helps to remember too.")
        return replace(state, revealed=True)

    def _settled(self, state: State) -> State:
        """Keep indices inside where the settings are right; where wrong, keep what was good."""
        if self.problem(state) is None:
            return replace(self.adjust(state), last_good=None)
        good = state.last_good
        return replace(state, last_good=replace(good, last_good=None) if good else None)

    def render(self, state: State) -> Drawing:
        """The drawing of a state; wrong settings dim the last good picture and are explained."""
        problem = self.problem(state)
        if problem is None:
            drawn = replace(self.draw(state), code=self.code(state))
        else:
            drawn = self._dimmed(state, problem)
        reply = state.reply
        if self.question and state.revealed:
            reply = self.question.verdict(state)
        status = tuple(filter(None, (state.note, *drawn.status)))
        return replace(drawn, status=status, hidden=self.hidden(state), reply=reply)

    def _dimmed(self, state: State, problem: str) -> Drawing:
        good = state.last_good or self._settled(self.state_type())
        drawn = self.draw(good)
        return replace(
            drawn,
            picture=faded(drawn.picture),
            summary=f"These settings do not work: {problem}",
            status=(),
            problem=problem,
        )

    # What an explorer defines

    def draw(self, state: State) -> Drawing:
        """Draw a state without problems."""
        raise NotImplementedError

    def problem(self, state: State) -> str | None:
        """What is wrong with the settings, in PyTorch's words and with a cure, or None."""
        return None

    def adjust(self, state: State) -> State:
        """Move indices inside their bounds, and say so in ``note``."""
        return state

    def hidden(self, state: State) -> frozenset[str]:
        """The controls that this state does not need."""
        return frozenset()

    def press(self, state: State, name: str) -> State:
        """What a button does."""
        return state

    def code(self, state: State) -> str:
        """The PyTorch lines that do what is drawn."""
        raise NotImplementedError


def clamp(value: int, low: int, high: int) -> int:
    """The nearest number in [low, high]."""
    return max(low, min(value, high))
