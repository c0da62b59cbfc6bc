"""What all figures share: a white figure that lays itself out, and two quiet sorts of axes."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.pictures.palette import LINE, MUTED

Plot = tuple[Figure, str]


def new_figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), dpi=100, facecolor="white", layout="constrained")


def bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(LINE)


def quiet(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.tick_params(colors=MUTED, labelsize=9)
