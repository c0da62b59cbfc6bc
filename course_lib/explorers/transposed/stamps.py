"""Stamp and sum: each input cell lays its kernel on the output; where stamps overlap, they add."""

from course_lib.pictures.grid import Grid, tinted
from course_lib.pictures.palette import FOCUS, KERNEL, OUTPUT, deep
from course_lib.pictures.picture import Picture

from ..layout import Panel, side_by_side
from ..numbers import rows_of, small_value, stamp_value
from ..words import times
from .parts import (
    MOST_NUMBERED,
    Heat,
    input_panel,
    side_of,
    signs_of,
    small_side,
    with_caption,
)
from .worked import Upsampled


def draw(worked: Upsampled) -> Picture:
    """Input cell times kernel is a stamp; beside it the sum of the stamps laid so far."""
    spanned = worked.layer.effective_kernel_size[0]
    side = small_side(worked.size + worked.kernel)
    kernel = rows_of(stamp_value, worked.kernel, worked.kernel)
    panels = (
        input_panel(worked, side, {worked.stamped: KERNEL}),
        Panel(f"Kernel {times((worked.kernel,) * 2)}", deep(KERNEL),
              Grid(kernel, tinted(kernel, KERNEL), cell=side)),
        Panel(f"Stamp: {small_value(*worked.stamped)} × kernel", deep(KERNEL),
              _stamp(worked, spanned, min(side, side_of(spanned, 200)))),
        Panel(_title(worked), deep(OUTPUT), _canvas(worked)),
    )  # fmt: skip
    return with_caption(side_by_side(panels, ("×", "=", "→")), _caption(worked))


def _title(worked: Upsampled) -> str:
    so_far = f"after {worked.stamps} of {worked.size**2} stamps"
    return f"Output {times((worked.length,) * 2)} {so_far}"


def _stamp(worked: Upsampled, spanned: int, side: float) -> Grid:
    """The kernel times the input cell; dilation leaves gaps in it."""
    top, left = (index * worked.stride for index in worked.stamped)
    landing, factor = worked.landing(worked.stamped), small_value(*worked.stamped)
    weights = {(r - top, c - left): weight * factor for (r, c), weight in landing.items()}
    values = [[weights.get((r, c)) for c in range(spanned)] for r in range(spanned)]
    return Grid(values, tinted(values, KERNEL), cell=side)


def _canvas(worked: Upsampled) -> Grid | Heat:
    """The sums so far, what padding crops hatched, what no stamp reaches crossed."""
    side, first = len(worked.canvas), worked.padding
    kept = range(first, first + worked.length)
    chosen = (worked.cell[0] + first, worked.cell[1] + first)
    landing = worked.landing(worked.stamped).keys() - {chosen}
    outlined = {**dict.fromkeys(sorted(landing), KERNEL), chosen: FOCUS}
    if side > MOST_NUMBERED:
        return Heat(worked.canvas, cell=side_of(side), outlined=outlined, kept=kept)
    cells = [(r, c) for r in range(side) for c in range(side)]
    beyond = {(r, c) for r, c in cells if max(r, c) >= worked.reach}
    return Grid(
        worked.canvas,
        tinted(worked.canvas, OUTPUT),
        cell=side_of(side),
        hatched={(r, c) for r, c in cells if r not in kept or c not in kept} - beyond,
        crossed=beyond,
        outlined=outlined,
    )


def _caption(worked: Upsampled) -> list[str]:
    landed = "Orange: the cell that stamps, and where its stamp lands; where stamps meet, they add."
    laid = sum(tap.input[0] * worked.size + tap.input[1] < worked.stamps for tap in worked.taps)
    chosen = "Red: the output cell that is written out below"
    if laid < len(worked.taps):
        chosen += f", with {laid} of its {len(worked.taps)} stamps so far"
    lines = [landed, f"{chosen}. Empty: no stamp."]
    large = len(worked.canvas) > MOST_NUMBERED
    if worked.padding:
        outside = "Outside the black frame" if large else "Hatched"
        lines.append(f"{outside}: stamped, then cropped away by padding.")
    if worked.dead and not large:
        lines.append("Crossed: beyond the last stamp, added by output_padding; no input gets here.")
    return [*lines, signs_of(len(worked.canvas), "no stamp")]
