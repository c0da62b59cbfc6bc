"""Lesson 08: drawings of layers side by side: AlexNet's two towers, blocks with branches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from course_lib.geometry import Convolution, Linear, Operation
from course_lib.pictures.palette import FOCUS, INK, INPUT, KERNEL, MUTED, OUTPUT, deep, tint

from .base import Plot, bare, new_figure

_SHOWN = 5  # branches that are drawn one by one; of more, three and the last
_UP = 0.72  # how far the towers stand from the middle


def towers(layers: Mapping[str, Convolution | Linear]) -> Plot:
    """The layers of a network in two halves; those with one group read both, the last one joins."""
    figure = new_figure(10, 3.3)
    axes = figure.subplots()
    _plain(axes)
    _box(axes, -1.0, 0, 0.7, 0.62, "image", INPUT)
    starts = [(-0.65, 0.0)]
    for column, (name, layer) in enumerate(layers.items()):
        dense = isinstance(layer, Linear)
        channels = layer.out_features if dense else layer.out_channels
        places = (0.0,) if column == len(layers) - 1 else (_UP, -_UP)
        apart = not dense and layer.groups == 2
        for place in places:
            for start in starts:
                if not apart or start[1] == place:
                    _arrow(axes, start, (column - 0.37, place), MUTED if apart else FOCUS)
            text = f"{channels // len(places):,}"
            _box(axes, column, place, 0.72, 0.62, text, KERNEL if dense else OUTPUT)
        starts = [(column + 0.37, place) for place in places]
        axes.text(column, 1.42, name, ha="center", fontsize=11, color=INK, weight="bold")
        shape = "x".join(map(str, _weight_shape(layer)))
        axes.text(column, -1.36, shape, ha="center", fontsize=8.5, color=MUTED)
    for text, y in (("GPU 1", _UP), ("GPU 2", -_UP), ("weight", -1.31)):
        axes.text(-1.45, y, text, ha="right", va="center", fontsize=9, color=MUTED)
    axes.set(xlim=(-2.1, len(layers) - 0.5), ylim=(-1.5, 1.7))
    crossing = [name for name, layer in layers.items() if getattr(layer, "groups", 1) == 1]
    return figure, (
        "A network in two rows of boxes, one a GPU. Arrows stay in their row, but for those to "
        + ", ".join(crossing)
        + ", which read the whole image or both rows."
    )


@dataclass(frozen=True)
class Block:
    """Branches from one input, each a chain of layers; how they meet, and the layers behind."""

    branches: Sequence[Sequence[Operation]]
    join: str = ""
    behind: Sequence[Operation] = ()

    @property
    def shown(self) -> list[Sequence[Operation] | None]:
        """The branches that are drawn; None stands for those that are left out."""
        if len(self.branches) <= _SHOWN:
            return list(self.branches)
        return [*self.branches[:3], None, self.branches[-1]]

    @property
    def width(self) -> float:
        """How many boxes wide it is drawn."""
        return max(1.7, len(self.shown)) + 0.4

    @property
    def height(self) -> float:
        """How many layers high it is drawn, the place where the branches meet among them."""
        return max(map(len, self.branches)) + len(self.behind) + 0.9 * bool(self.join)


def blocks(drawn: Mapping[str, Block], alt: str) -> Plot:
    """Blocks with branches, side by side; a box tells the kernel and the channels in and out."""
    widths = [block.width for block in drawn.values()]
    high = max(block.height for block in drawn.values())
    figure = new_figure(min(10.4, 0.3 + sum(widths)), 0.4 + 0.72 * high)
    row = figure.subplots(1, len(drawn), squeeze=False, width_ratios=widths)[0]
    for axes, (title, block) in zip(row, drawn.items(), strict=True):
        _plain(axes)
        _draw_block(axes, block)
        middle = (len(block.shown) - 1) / 2
        axes.set(xlim=(middle - block.width / 2, middle + block.width / 2), ylim=(-high, 0.15))
        axes.set_title(title, fontsize=11, color=INK)
    return figure, alt


def _plain(axes: Axes) -> None:
    """Axes to draw boxes in."""
    bare(axes)
    axes.spines[:].set_visible(False)


def _weight_shape(layer: Convolution | Linear) -> tuple[int, ...]:
    if isinstance(layer, Linear):
        return layer.out_features, layer.in_features
    return layer.weight_shape


def _box(
    axes: Axes, x: float, y: float, width: float, height: float, text: str, colour: str
) -> None:
    corner = (x - width / 2 + 0.04, y - height / 2 + 0.04)
    style = "round,pad=0.04,rounding_size=0.08"
    axes.add_patch(
        FancyBboxPatch(corner, width - 0.08, height - 0.08, boxstyle=style,
                       facecolor=tint(colour, 0.35), edgecolor=deep(colour), linewidth=1)
    )  # fmt: skip
    axes.text(x, y, text, ha="center", va="center", fontsize=9, color=INK, linespacing=1.25)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str) -> None:
    axes.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.3,
                                              "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def _draw_block(axes: Axes, block: Block) -> None:
    """The input at the top, the branches, the place where they meet, and what is behind it."""
    shown = block.shown
    last, deepest = len(shown) - 1, max(map(len, block.branches))
    middle, foot = last / 2, -deepest - 0.1
    axes.plot([-0.45, last + 0.45], [0, 0], color=INPUT, linewidth=4, solid_capstyle="round")
    for place, layers in enumerate(shown):
        if layers is None:
            text = f"…\n{len(block.branches)} in\nall"
            axes.text(place, -deepest / 2, text, ha="center", va="center", color=MUTED)
            continue
        end = _chain(axes, layers, place, 0.0, wide=1.6 if last == 0 else 0.94)
        if block.join:
            _arrow(axes, (place, end), (middle if block.join == "+" else place, foot), MUTED)
    if block.join:
        _box(axes, middle, foot - 0.2, 0.5 if block.join == "+" else last + 0.94, 0.4, block.join,
             MUTED)  # fmt: skip
        _chain(axes, block.behind, middle, foot - 0.4, wide=1.6)


def _chain(axes: Axes, layers: Sequence[Operation], x: float, y: float, wide: float) -> float:
    """Layers below each other from y down; returns where the last one ends."""
    for layer in layers:
        _arrow(axes, (x, y), (x, y - 0.3), MUTED)
        _box(axes, x, y - 0.61, wide, 0.62, _label(layer), _colour(layer))
        y -= 0.92
    return y


def _label(layer: Operation) -> str:
    """The kernel, and the channels in and out below it."""
    if not isinstance(layer, Convolution):
        return layer.title.replace(" ", "\n")
    kernel = "x".join(map(str, layer.kernel_size))
    groups = f", {layer.groups} groups" if layer.groups > 1 else ""
    return f"{kernel}{groups}\n{layer.in_channels} → {layer.out_channels}"


def _colour(layer: Operation) -> str:
    if not isinstance(layer, Convolution):
        return INPUT
    return OUTPUT if layer.kernel_size == (1, 1) else KERNEL
