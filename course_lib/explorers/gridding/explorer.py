"""Explorer: the gridding lab, what a stack of dilated layers reads and what it leaves out."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from course_lib.geometry import Convolution, explain

from ..base import Change, Drawing, Event, Explorer, Question, State, clamp
from ..code import torch_stack
from ..controls import Choice, Number, Rates, Slider, Switch
from ..words import count
from .coverage import Coverage, coverage_of
from .picture import draw
from .words import sentence, status

_LAYERS, _RATE, _LARGEST = 5, 16, 129  # layers, the largest rate, the largest span that is drawn
OWN = "your own"
# What a preset sets: rates, kernel size, causal.
PRESETS: dict[str, tuple[tuple[int, ...], int, bool]] = {
    **{
        ", ".join(map(str, rates)): (rates, 3, False)
        for rates in ((1, 1, 1), (2, 2, 2), (1, 2, 3), (1, 2, 5), (1, 3, 9), (2, 4, 8), (1, 2, 9))
    },
    "WaveNet: two taps, 1, 2, 4, 8": ((1, 2, 4, 8), 2, True),
}


@dataclass(frozen=True, kw_only=True)
class GriddingState(State):
    """The rates, the first next to the image; one kernel size for all; the place looked at.

    ``place`` is counted from the output's own, to the right. Where ``causal``, nothing to the right
    is read, and there is only a row.
    """

    preset: str = OWN
    rates: tuple[int, ...] = (1, 2, 3)
    kernel_size: int = 3
    causal: bool = False
    place: int = 5


class GriddingExplorer(Explorer):
    """A list of rates, the places that one output reads by how many paths, and the holes."""

    name = "gridding"
    title = "Gridding lab"
    state_type: ClassVar[type[State]] = GriddingState
    controls = (
        Choice("preset", "rates of", (*PRESETS, OWN)),
        Rates("rates", "dilation rates", 0, _RATE, _LAYERS),
        Slider("kernel_size", "kernel size", 2, 5),
        Switch("causal", "causal"),
        Slider("place", "place", 1 - _LARGEST, _LARGEST - 1),
    )
    question = Question(
        key="dilated/five to the right behind rates 2, 2, 2",
        text="Before you change anything: three layers of kernel 3 with rates 2, 2, 2 span 13 "
        "places, 6 on each side. A row of random bits goes in, and each output is to say the bit "
        "that lies 5 places to its right. How often can the best network be right, in %?",
        answer_control=Number("answer", "%", 0, 100),
        expected=lambda: 100 if 5 in coverage_of((2, 2, 2), 3, False).line else 50,
        because="Steps of 2 only ever add up to even numbers, so no path leads to a place at an "
        "odd distance. A random bit that cannot be seen can only be guessed.",
    )

    def __init__(self, **settings: Any) -> None:
        name = settings.get("preset", OWN)
        if name not in (*PRESETS, OWN):
            raise ValueError(f"there is no preset {name!r}; there are: {'; '.join(PRESETS)}")
        super().__init__(**(_settings(name) | settings))
        self._first = replace(self._named(self._first), note="")

    def update(self, state: GriddingState, event: Event) -> GriddingState:
        if isinstance(event, Change) and event.name == "preset":
            state = replace(state, **_settings(event.value))
        return self._named(super().update(state, event))

    def problem(self, state: GriddingState) -> str | None:
        layers = (Convolution(1, 1, state.kernel_size, dilation=rate) for rate in state.rates)
        wrong = filter(None, (_wrong(layer, state.causal) for layer in layers))
        if complaint := next(wrong, None):
            return complaint
        span = 1 + (state.kernel_size - 1) * sum(state.rates)
        if span > _LARGEST:
            return (
                f"These layers span {span} places; up to {_LARGEST} are drawn. Take smaller rates, "
                "fewer layers or a smaller kernel."
            )
        return None

    def adjust(self, state: GriddingState) -> GriddingState:
        first, last = self._coverage(state).ends
        place = clamp(state.place, first, last)
        if place == state.place:
            return state
        note = f"The place moved to {place}: the span goes from {first} to {last} now."
        return replace(state, place=place, note=note.replace("-", "−"))

    def draw(self, state: GriddingState) -> Drawing:
        seen = self._coverage(state)
        return Drawing(
            picture=draw(seen, state.place),
            summary=sentence(seen, state.place),
            status=status(seen, state.place),
            limits={"place": seen.ends},
        )

    def code(self, state: GriddingState) -> str:
        if not state.causal:
            return torch_stack(
                tuple(
                    Convolution(1, 1, state.kernel_size, dilation=rate, bias=False,
                                padding=rate * (state.kernel_size - 1) // 2)
                    for rate in state.rates
                )
            )  # fmt: skip
        lines = (
            f"    nn.ConstantPad1d(({rate * (state.kernel_size - 1)}, 0), 0.0),\n"
            f"    nn.Conv1d(1, 1, kernel_size={state.kernel_size}, dilation={rate}, bias=False),\n"
            for rate in state.rates
        )
        return f"nn.Sequential(\n{''.join(lines)})"

    @staticmethod
    def _coverage(state: GriddingState) -> Coverage:
        return coverage_of(state.rates, state.kernel_size, state.causal)

    @staticmethod
    def _named(state: GriddingState) -> GriddingState:
        """The state with the name of its preset, which is OWN once it is changed."""
        settings = (state.rates, state.kernel_size, state.causal)
        same = (name for name, preset in PRESETS.items() if preset == settings)
        return replace(state, preset=next(same, OWN))


def _settings(preset: str) -> dict[str, Any]:
    """What a preset sets; nothing if it is the learner's own."""
    if preset == OWN:
        return {}
    return dict(zip(("rates", "kernel_size", "causal"), PRESETS[preset], strict=True))


def _wrong(layer: Convolution, causal: bool) -> str | None:
    """Why a layer cannot be built, or cannot keep the size, and what to do."""
    kernel_size, rate = layer.kernel_size[0], layer.dilation[0]
    if rate < 1:
        return explain(layer, kernel_size)
    lost = rate * (kernel_size - 1)
    if causal or lost % 2 == 0:
        return None
    return (
        f"A kernel of {kernel_size} with rate {rate} needs {count(lost, 'zero')} for the size to "
        f"stay: {lost // 2} on one side and {lost - lost // 2} on the other. No padding that is "
        "the same on both sides does it. Take an odd kernel size, or switch causal on, which puts "
        "all zeros on the left."
    )
