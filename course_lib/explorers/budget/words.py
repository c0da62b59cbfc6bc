"""What the game says: the layers, the goals, what is missing and why, what was spent."""

from course_lib.geometry import (
    ChannelShuffle,
    Layer,
    PixelShuffle,
    PixelUnshuffle,
    Pooling,
    Upsample,
)

from ..words import count, times
from .kinds import kind_of
from .puzzle import AT_LEAST, AT_MOST, EXACTLY, Goal
from .standing import Standing, best_of, shape_text

_FEW = 3  # goals that are explained at a time


def layer_name(layer: Layer) -> str:
    """What the table calls a layer: "depthwise", "max pool"."""
    dilated = getattr(layer, "dilation", (1, 1)) != (1, 1)
    kind = kind_of(layer)
    if dilated and kind != "transposed":
        return "dilated" if kind == "convolution" else f"dilated {kind}"
    return kind


def layer_settings(layer: Layer) -> str:
    """The settings that are not the usual ones: "7x7, stride 2, padding 3, 8 groups"."""
    match layer:
        case Pooling():
            return times(layer.kernel_size)
        case PixelShuffle(factor) | PixelUnshuffle(factor):
            return f"by {factor}"
        case ChannelShuffle(groups):
            return count(groups, "group")
        case Upsample():
            return f"by {layer.scale_factor[0]}"
    usual = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
    found = ((name, getattr(layer, name, (usual[name],))[0]) for name in usual)
    parts = [times(layer.kernel_size)]
    parts += [f"{name.replace('_', ' ')} {value}" for name, value in found if value != usual[name]]
    if kind_of(layer) == "grouped":
        parts.append(count(layer.groups, "group"))
    return ", ".join(parts)


def verdict(goal: Goal) -> str:
    """Whether a goal is met, in a word or two."""
    if goal.met:
        return "met"
    return {AT_LEAST: "too little", AT_MOST: "too much"}.get(goal.sense, "another one")


def sentence(standing: Standing) -> str:
    """The picture in one sentence, for those who do not see it."""
    puzzle = standing.puzzle
    stack = f"Puzzle {puzzle.name}: {count(len(standing.layers), 'layer')} from "
    stack += f"{shape_text(puzzle.image)} to {shape_text(standing.shapes[-1])}"
    if standing.met:
        return f"{stack}. All goals are met, score {standing.score}."
    missed = [
        f"{goal.name} {goal.shown}, wanted {goal.wanted}" for goal in standing.goals if not goal.met
    ]
    met = len(standing.goals) - len(missed)
    return f"{stack}. {met} of {len(standing.goals)} goals are met; not met: {'; '.join(missed)}."


def status(standing: Standing) -> tuple[str, ...]:
    """The lines below the picture: what is missing, and what was spent."""
    return (*_missing(standing), _costs(standing))


def _missing(standing: Standing) -> list[str]:
    lines = [_advice(goal, standing) for goal in standing.goals if not goal.met]
    if not lines:
        return [_praise(standing)]
    return lines[:_FEW]


def _praise(standing: Standing) -> str:
    puzzle, score, best = standing.puzzle, standing.score, best_of(standing.puzzle).score
    if score > best:
        compared = f"the best that was known is {best}"
    else:
        compared = "none better is known" if score == best else f"the best known is {best}"
    return (
        f"Solved: {_percent(standing.parameters, puzzle.parameters)} of the parameters and "
        f"{_percent(standing.table.macs, puzzle.macs)} of the MACs are spent. What is left of the "
        f"tighter budget is your score, {score}; {compared}."
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"


def _advice(goal: Goal, standing: Standing) -> str:
    """One sentence on a goal that is not met: what was found, and where to look."""
    name = goal.name[0].upper() + goal.name[1:]
    wanted = "" if goal.sense == EXACTLY else f"{goal.sense} "
    found = f"{name}: {goal.shown}, wanted {wanted}{goal.wanted}."
    return f"{found} {_ADVICE[goal.name](goal, standing)}"


def _of_output(goal: Goal, standing: Standing) -> str:
    found, wanted = standing.shapes[-1], standing.puzzle.output
    parts = []
    if found[1] != wanted[1]:
        way = "smaller" if found[1] > wanted[1] else "larger"
        parts.append(
            f"The map is to be {way}: strides and poolings halve it, transposed convolutions and "
            "upsampling enlarge it, padding makes up for the kernel."
        )
    if found[0] != wanted[0]:
        parts.append(f"The last layer puts out {count(found[0], 'channel')}.")
    return " ".join(parts)


def _of_field(goal: Goal, standing: Standing) -> str:
    return (
        "A layer adds (kernel − 1) · dilation · the jump before it: larger kernels cost weights, "
        "dilation and early strides do not."
    )


def _of_coverage(goal: Goal, standing: Standing) -> str:
    spans = (pair for axis in standing.seen for pair in axis)
    span, read = min(spans, key=lambda pair: pair[1] / max(pair[0], 1))
    return (
        f"Only {read} of {span} pixels in a line are read: there are holes. No step of a "
        "layer may be wider than what its taps see already."
    )


def _of_channels(goal: Goal, standing: Standing) -> str:
    return (
        "Groups, and depthwise layers, keep channels apart; a pointwise layer mixes all of them, "
        "a channel shuffle between two grouped layers deals them out."
    )


def _of_width(goal: Goal, standing: Standing) -> str:
    number = [channels for channels, _, _ in standing.shapes[1:]].index(goal.found) + 1
    return f"Behind layer {number} too much would be forgotten."


def _of_maps(goal: Goal, standing: Standing) -> str:
    number = [side for _, side, _ in standing.shapes[1:]].index(goal.found) + 1
    return f"Layer {number} shrinks it too far."


def _of_parameters(goal: Goal, standing: Standing) -> str:
    number, most = _largest([row.parameters for row in standing.table.rows])
    return (
        f"Layer {number} takes {most:,}: kernel · kernel · channels in · channels out, divided by "
        "the groups."
    )


def _of_macs(goal: Goal, standing: Standing) -> str:
    number, most = _largest([row.macs for row in standing.table.rows])
    return f"Layer {number} takes {most:,}: each of its weights works once at every place."


def _of_layers(goal: Goal, standing: Standing) -> str:
    return f"Take {count(goal.found - goal.limit, 'layer')} out, or let one do the work of two."


def _largest(numbers: list[int]) -> tuple[int, int]:
    """The layer, counted from 1, that takes most, and what it takes."""
    most = max(numbers)
    return numbers.index(most) + 1, most


_ADVICE = {
    "output": _of_output,
    "receptive field": _of_field,
    "coverage": _of_coverage,
    "channels read": _of_channels,
    "fewest channels": _of_width,
    "smallest map": _of_maps,
    "parameters": _of_parameters,
    "MACs": _of_macs,
    "layers": _of_layers,
}


def _costs(standing: Standing) -> str:
    """Parameters and MACs as sums, a term for each layer with weights."""
    rows = [row for row in standing.table.rows if row.parameters]
    return (
        f"parameters = {_sum([row.parameters for row in rows])}\n"
        f"MACs = {_sum([row.macs for row in rows])}"
    )


def _sum(terms: list[int]) -> str:
    total = f"{sum(terms):,}"
    return f"{' + '.join(f'{term:,}' for term in terms)} = {total}" if len(terms) > 1 else total
