"""Explorer: pairs of networks that are one function, among variants that only seem to be."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from course_lib.explorers.base import Change, Drawing, Event, Explorer, Question, State
from course_lib.explorers.controls import Button, Choice, Slider

from . import grouped, pixel_shuffle, separable, transposed
from .compare import compared, listing
from .pair import LETTERS, NAMES, Pair, Settings
from .picture import draw
from .words import Exposed, because, capital, named_fault, sentence, standing, verdict

TOPICS = {
    "transposed": transposed,
    "pixel_shuffle": pixel_shuffle,
    "separable": separable,
    "grouped": grouped,
}
_SLIDERS = (
    Slider("size", "height n (width n + 1)", 2, 6),
    Slider("kernel_size", "kernel size", 1, 5),
    Slider("factor", "factor r", 1, 3),
    Slider("stride", "stride", 1, 3),
    Slider("padding", "padding", 0, 3),
    Slider("in_channels", "input channels", 1, 8),
    Slider("out_channels", "output channels", 1, 8),
    Slider("groups", "groups", 1, 8),
    Slider("width", "channels in each path", 1, 4),
    Slider("seed", "seed", 1, 9),
)


@dataclass(frozen=True, kw_only=True)
class EquivalenceState(State, Settings):
    """Pair, variant and settings, and which variants were seen to differ."""

    pair: str = ""
    variant: str = LETTERS[0]
    exposed: Exposed = frozenset()

    @property
    def settings(self) -> Settings:
        """Those alone, by which a comparison is remembered."""
        return Settings(**{name: getattr(self, name) for name in NAMES})


class EquivalenceExplorer(Explorer):
    """Two ways to one function, the second in four variants: which is right for all settings?

    ``topic`` is "transposed", "pixel_shuffle", "separable" or "grouped"; ``pair`` may name one of
    its pairs to begin with. A pair opens with settings at which all variants agree. Used by lessons
    05 to 08.
    """

    name = "equivalences"
    title = "Equivalence bench: the same function twice"
    state_type: ClassVar[type[State]] = EquivalenceState

    def __init__(self, *, topic: str = "transposed", **settings: Any) -> None:
        if topic not in TOPICS:
            raise ValueError(f"there is no topic {topic!r}; there are: {', '.join(TOPICS)}")
        self.pairs = {pair.title: pair for pair in TOPICS[topic].PAIRS}
        title = settings.setdefault("pair", next(iter(self.pairs)))
        if title not in self.pairs:
            raise ValueError(f"there is no pair {title!r}; there are: {'; '.join(self.pairs)}")
        self.controls = self._controls(TOPICS[topic])
        super().__init__(**{**self.pairs[title].start, **settings})
        self.question = _question(topic, self.pairs[title])

    def _controls(self, topic: Any) -> tuple:
        used = {name for pair in self.pairs.values() for name in pair.start}
        return (
            Choice("pair", "pair", tuple(self.pairs)),
            Choice("variant", "variant", tuple(LETTERS)),
            *(slider for slider in _SLIDERS if slider.name in used),
            Choice("weights", "weights", topic.WEIGHTS),
            Choice("input", "input", topic.INPUTS),
            Button("fault", "name the fault of this variant"),
        )

    def update(self, state: EquivalenceState, event: Event) -> EquivalenceState:
        """Another pair begins with its own settings."""
        if isinstance(event, Change) and event.name == "pair" and event.value != state.pair:
            start = self.pairs[event.value].start
            state = replace(state, **{**vars(Settings()), **start}, variant=LETTERS[0])
        return super().update(state, event)

    def problem(self, state: EquivalenceState) -> str | None:
        return self._pair(state).problem(state.settings)

    def adjust(self, state: EquivalenceState) -> EquivalenceState:
        """Remember a variant that was seen to differ."""
        if compared(self._pair(state), state.variant, state.settings).equal:
            return state
        return replace(state, exposed=frozenset(state.exposed) | {(state.pair, state.variant)})

    def hidden(self, state: EquivalenceState) -> frozenset[str]:
        return NAMES - self._pair(state).start.keys()

    def press(self, state: EquivalenceState, name: str) -> EquivalenceState:
        return replace(state, note=named_fault(self._pair(state), state.variant, state.exposed))

    def draw(self, state: EquivalenceState) -> Drawing:
        pair = self._pair(state)
        seen = compared(pair, state.variant, state.settings)
        return Drawing(
            picture=draw(pair, state.variant, seen, state.exposed),
            summary=sentence(pair, state.variant, seen),
            status=(pair.claim, verdict(seen), standing(pair, state.exposed)),
        )

    def code(self, state: EquivalenceState) -> str:
        return listing(self._pair(state), state.variant, state.settings)

    def _pair(self, state: EquivalenceState) -> Pair:
        return self.pairs[state.pair]


def _question(topic: str, pair: Pair) -> Question:
    return Question(
        key=f"{topic.replace('_', ' ')}/the variant that holds: {pair.title}",
        text=f"{capital(pair.title)}: choose the variants A to D one by one and read their lines. "
        "Which one gives what the left side gives, for all settings? To agree once is not enough.",
        answer_control=Choice("answer", "the right variant", tuple(LETTERS)),
        expected=lambda: pair.right,
        because=because(pair),
    )
