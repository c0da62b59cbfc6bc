"""Explorer: what a cell of a real network looks at, before and after training."""

from dataclasses import dataclass
from typing import ClassVar

from course_lib.explorers.base import Drawing, Event, Explorer, Question, State
from course_lib.explorers.controls import Choice, Play, Slider
from course_lib.explorers.place import PlacedState, chosen_anew, placed, stepped
from course_lib.geometry import Field, Pair, receptive_fields

from .measure import PICTURES, SIDE, SUBJECTS, cells, gradient, network_of, paths
from .picture import Sighting, draw

_FEWER, _EQUAL, _MORE = "fewer pixels", "about as many", "more pixels"
_ABOUT = 0.05  # of the pixels: no more difference than that is "about as many"


@dataclass(frozen=True, kw_only=True)
class EffectiveFieldState(PlacedState):
    """The network, and the cell of its last map that is looked through."""

    network: str = next(iter(SUBJECTS))
    row: int = 2
    column: int = 2


class EffectiveFieldExplorer(Explorer):
    """Path counts, and the gradient of a real network before and after training, as heat maps."""

    name = "effective_field"
    title = "What a cell really looks at"
    state_type: ClassVar[type[State]] = EffectiveFieldState
    controls = (
        Choice("network", "network", tuple(SUBJECTS)),
        Slider("row", "row", 0, SIDE - 1),
        Slider("column", "column", 0, SIDE - 1),
        Play("step", "step through the cells"),
    )
    question = Question(
        key="effective field/before and after training",
        text="A guess before you look right: through one cell of Session7Net, does 95 % of the "
        "weight spread over fewer or over more pixels after training?",
        answer_control=Choice("answer", "after training", (_FEWER, _EQUAL, _MORE)),
        expected=lambda: change("Session7Net", (2, 2)),
        because="Its residual branches start switched off (the last BatchNorm of each multiplies "
        "by 0), so at first only the main path sees. Training switches them on.",
    )

    def update(self, state: EffectiveFieldState, event: Event) -> EffectiveFieldState:
        return super().update(chosen_anew(state, event), event)

    def adjust(self, state: EffectiveFieldState) -> EffectiveFieldState:
        return placed(state, cells(state.network))

    def press(self, state: EffectiveFieldState, name: str) -> EffectiveFieldState:
        return stepped(state, cells(state.network))

    def draw(self, state: EffectiveFieldState) -> Drawing:
        name, cell, side = state.network, (state.row, state.column), cells(state.network)
        trained = SUBJECTS[name].shipped is not None
        sightings = (
            Sighting("Paths, by arithmetic", paths(name, cell)),
            Sighting("Gradient before training", gradient(name, False, cell)),
            Sighting("Gradient after training", gradient(name, True, cell) if trained else None),
        )
        field = _field(name)
        return Drawing(
            picture=draw(name, sightings, field.box(cell), side, cell),
            summary=_sentence(name, cell, field),
            status=_status(name, cell, field),
            limits={"row": (0, side - 1), "column": (0, side - 1)},
        )

    def code(self, state: EffectiveFieldState) -> str:
        shipped = SUBJECTS[state.network].shipped
        network, before = "ten_convolutions()", ""
        if shipped:
            network = f"load_pretrained({shipped!r})"
            before = f"  # before training: make_network({shipped!r}).eval()"
        maps = "net.features(images)" if shipped else "net(images)"
        return (
            f"net = {network}.double(){before}\n"
            f"drawn = torch.from_numpy(synthetic(10, 10).test_images[:{PICTURES}])\n"
            "images = (drawn.permute(0, 3, 1, 2).double() / 255).requires_grad_()  # (N, C, H, W)\n"
            f"{maps}[:, :, {state.row}, {state.column}].sum().backward()\n"
            "weight = images.grad.abs().sum(1).mean(0)  # (H, W)\n"
        )


def change(name: str, cell: Pair) -> str:
    """Over how many pixels the weight spreads after training, against before."""
    before, after = (
        Sighting("", gradient(name, trained, cell)).core.pixels for trained in (False, True)
    )
    if abs(after - before) <= _ABOUT * before:
        return _EQUAL
    return _MORE if after > before else _FEWER


def _field(name: str) -> Field:
    network = network_of(name)
    return receptive_fields(network, network.shapes(SIDE))[network.output]


def _sentence(name: str, cell: Pair, field: Field) -> str:
    side = cells(name)
    after = " and after" if SUBJECTS[name].shipped else ""
    return (
        f"Heat maps of a {SIDE}x{SIDE} image, seen through cell {cell} of {side}x{side} of "
        f"{name}, receptive field {field.size[0]}x{field.size[1]}: the number of paths from each "
        f"pixel, and the gradient before{after} training."
    )


def _status(name: str, cell: Pair, field: Field) -> tuple[str, ...]:
    meaning = (
        "Gradient: how much the cell (the sum of its channels) changes with a pixel, averaged over "
        f"{PICTURES} drawn pictures. Paths: what that would be if all weights were equal."
    )
    (top, bottom), (left, right) = field.box(cell)
    rows, columns = f"rows {top} to {bottom}", f"columns {left} to {right}"
    on_image = f"The box spans {rows} and {columns}".replace("-", "−")
    if field.size[0] > SIDE:
        on_image += f"; the image has {SIDE}, so most of the box lies outside it"
    if SUBJECTS[name].shipped is None:
        return (
            meaning,
            f"{on_image}.",
            "With random weights the gradient follows the paths: much in the middle, hardly "
            "anything at the edge of the box.",
        )
    return (meaning, f"{on_image}.", f"After training 95 % lie in {_words(name, cell)}.")


def _words(name: str, cell: Pair) -> str:
    changed = change(name, cell)
    return f"{changed} pixels as before" if changed == _EQUAL else f"{changed} than before"
