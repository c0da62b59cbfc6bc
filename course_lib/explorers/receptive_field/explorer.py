"""Explorer: the receptive-field workbench, a stack of layers and what one cell behind it sees."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from course_lib.geometry import Convolution

from ..base import Change, Drawing, Event, Explorer, Question, State
from ..code import torch_stack
from ..controls import Choice, Column, LayerList, Number, Play, Row, Slider
from ..place import MIDDLE, PlacedState, chosen_anew, placed, stepped
from .layers import KINDS, channels_in, columns_of, layers_of
from .picture import draw
from .presets import OWN, PRESETS
from .sight import LARGEST_MAP, Sight, Stack, stack_of
from .words import sentence, status

_LONGEST = 20  # layers; VGG-16 has 18


@dataclass(frozen=True, kw_only=True)
class ReceptiveFieldState(PlacedState):
    """The layers, the image's side in pixels, and the output cell that is looked through."""

    preset: str = OWN
    layers: tuple[Row, ...] = ()
    input_size: int = 12


def _field_behind(*strides: int) -> int:
    """The field of 3x3 layers with these strides."""
    layers = tuple(Convolution(1, 1, 3, stride, 1) for stride in strides)
    return stack_of(layers, 32).field.size[0]


class ReceptiveFieldExplorer(Explorer):
    """A list of layers, the layer table, and the field of one output cell on the image.

    ``kinds`` says which layers may be listed (``KINDS`` in ``receptive_field_layers.py``).
    """

    name = "receptive_field"
    title = "Receptive field workbench"
    state_type: ClassVar[type[State]] = ReceptiveFieldState
    question = Question(
        key="receptive field/a layer's own stride",
        text="Before you look: three 3x3 layers have a receptive field of 7. Give the last of them "
        "a stride of 2. How large is the field now?",
        answer_control=Number("answer", "pixels", 1, 99),
        expected=lambda: _field_behind(1, 1, 2),
        because=f"A stride moves the cells apart, for the layers behind it; a layer's own field "
        f"does not grow by it. With the stride in the first layer it is "
        f"{_field_behind(2, 1, 1)}.",
    )

    def __init__(
        self, kinds: Sequence[str] = ("convolution", "max pool", "average pool"), **settings: Any
    ) -> None:
        self.columns: tuple[Column, ...] = columns_of(kinds)
        self.presets = tuple(name for name, preset in PRESETS.items() if preset.fits(kinds))
        listed = tuple((kind, KINDS[kind].columns) for kind in kinds)
        self.controls = (
            Choice("preset", "layers of", (*self.presets, OWN)),
            LayerList("layers", "layers", listed, self.columns, _LONGEST),
            Slider("input_size", "image", 1, 224),
            Slider("row", "row", 0, LARGEST_MAP - 1),
            Slider("column", "column", 0, LARGEST_MAP - 1),
            Play("step", "step through the cells"),
        )
        if "layers" not in settings and self.presets:
            settings = self._loaded(settings.get("preset", self.presets[0])) | settings
        if not {"row", "column"} & settings.keys():
            settings = MIDDLE | settings
        super().__init__(**({"last_good": self._settled(ReceptiveFieldState())} | settings))
        self._first = replace(self._named(self._first), note="")

    def update(self, state: ReceptiveFieldState, event: Event) -> ReceptiveFieldState:
        state = chosen_anew(state, event)
        if isinstance(event, Change) and event.name == "preset" and event.value in self.presets:
            loaded = replace(state, **self._loaded(event.value), **MIDDLE)
            return replace(self._named(super().update(loaded, event)), note="")
        return self._named(super().update(state, event))

    def problem(self, state: ReceptiveFieldState) -> str | None:
        return self._stack(state).problem

    def adjust(self, state: ReceptiveFieldState) -> ReceptiveFieldState:
        return placed(state, self._stack(state).sizes[-1])

    def press(self, state: ReceptiveFieldState, name: str) -> ReceptiveFieldState:
        if self.problem(state) is not None:
            return state
        return stepped(state, self._stack(state).sizes[-1])

    def draw(self, state: ReceptiveFieldState) -> Drawing:
        sight = Sight(self._stack(state), (state.row, state.column))
        last = sight.stack.sizes[-1] - 1
        return Drawing(
            picture=draw(sight),
            summary=sentence(sight),
            status=status(sight),
            limits={"row": (0, last), "column": (0, last)},
        )

    def code(self, state: ReceptiveFieldState) -> str:
        return torch_stack(layers_of(state.layers, self.columns))

    def _stack(self, state: ReceptiveFieldState) -> Stack:
        layers = layers_of(state.layers, self.columns)
        return stack_of(layers, state.input_size, channels_in(state.layers, self.columns))

    def _loaded(self, name: str) -> dict[str, Any]:
        """The settings of a preset."""
        if name not in self.presets:
            raise ValueError(
                f"there is no preset {name!r} for these kinds of layers; there are: "
                f"{', '.join(self.presets)}"
            )
        preset = PRESETS[name]
        rows = preset.rows(self.columns)
        return {"layers": rows, "input_size": preset.size}

    def _named(self, state: ReceptiveFieldState) -> ReceptiveFieldState:
        """The state with the name of its layers, which is OWN once they are edited."""
        same = (n for n in self.presets if PRESETS[n].rows(self.columns) == state.layers)
        return replace(state, preset=next(same, OWN))
