"""An explorer with every kind of control, for the tests of what shows explorers."""

from dataclasses import dataclass, replace
from typing import ClassVar

from course_lib.explorers.base import Drawing, Explorer, Question, State, clamp
from course_lib.explorers.controls import (
    Button,
    Choice,
    Column,
    LayerList,
    Number,
    Play,
    Rates,
    Row,
    Slider,
    Switch,
)
from course_lib.pictures.marks import Label
from course_lib.pictures.picture import picture

KINDS = (("convolution", ("kernel", "stride")), ("pool", ("kernel",)))
COLUMNS = (Column("kernel", 1, 9, 3), Column("stride", 1, 4, 1))


@dataclass(frozen=True, kw_only=True)
class ToyState(State):
    size: int = 5
    place: int = 2
    scale: float = 1.5
    shade: str = "light"
    framed: bool = False
    rates: tuple[int, ...] = (1, 2)
    layers: tuple[Row, ...] = (Row("convolution", (3, 1)),)
    pressed: int = 0


class Toy(Explorer):
    """Says what its state is, in the picture; `place` is an index below `size`."""

    name = "toy"
    title = "Every <kind> of control"
    state_type: ClassVar[type[State]] = ToyState
    controls = (
        Slider("size", "size", 0, 12),
        Slider("place", "place", 0, 11),
        Number("scale", "scale", 0, 4, whole=False),
        Choice("shade", "shade", ("light", "dark")),
        Switch("framed", "with a frame"),
        Rates("rates", "dilation rates", 1, 9, longest=3),
        LayerList("layers", "layers", KINDS, COLUMNS, longest=3),
        Button("back", "back to 0"),
        Play("step", "step", milliseconds=200),
    )
    question = Question(
        key="toy/places",
        text="How many places are there?",
        answer_control=Number("answer", "places", 0, 99),
        expected=lambda: 5,
        because="They are counted from 0 to 4.",
    )

    def problem(self, state: ToyState) -> str | None:
        return None if state.size else "A size of 0 leaves no place; raise it to 1."

    def adjust(self, state: ToyState) -> ToyState:
        place = clamp(state.place, 0, state.size - 1)
        note = "" if place == state.place else f"The place moved to {place}."
        return replace(state, place=place, note=note)

    def hidden(self, state: ToyState) -> frozenset[str]:
        return frozenset() if state.framed else frozenset({"scale"})

    def press(self, state: ToyState, name: str) -> ToyState:
        return replace(state, place=0 if name == "back" else state.place + 1)

    def draw(self, state: ToyState) -> Drawing:
        said = f"{state.place} of {state.size}, {state.shade}, {state.scale}, {state.framed}"
        said += f", rates {state.rates}, layers {[(r.kind, *r.numbers) for r in state.layers]}"
        return Drawing(
            picture=picture(320, 60, [Label(10, 30, said)]),
            summary=f"Place {said}.",
            status=(f"place = {state.place}", "a < b\nand so on"),
            limits={"place": (0, state.size - 1)},
        )

    def code(self, state: ToyState) -> str:
        return f"x[{state.place}]"
