"""What the groups explorer says: shapes and costs written out, what moves, what it means."""

from ..words import count, listed, times
from .worked import AGAIN, NOTHING, POINTWISE, SHUFFLED, Grouped, Stack


def sentence(stack: Stack) -> str:
    """The picture in one sentence, for those who do not see it."""
    layer = stack.layer
    behind = "" if stack.then == NOTHING else f", and behind it {stack.then}"
    return (
        f"A {_kind(layer)} of {times(layer.kernel_size)} from "
        f"{count(layer.in_channels, 'channel')} to {layer.out_channels} in "
        f"{count(layer.groups, 'group')}, with a weight of shape {layer.weight_shape}{behind}: "
        f"{count(stack.weights, 'weight')}. {_nudge(stack)}."
    )


def status(stack: Stack) -> tuple[str, ...]:
    """All lines below the picture."""
    return _weights(stack), _macs(stack), _sizes(stack), f"{_nudge(stack)}.", _meaning(stack)


def _kind(layer: Grouped) -> str:
    return "transposed convolution" if "transposed" in layer.kind else "convolution"


def _weights(stack: Stack) -> str:
    """The shape of the weight with the numbers put in, of both layers where there are two."""
    layer, groups = stack.layer, stack.layer.groups
    first, second = "C_out", "C_in"
    if "transposed" in layer.kind:
        first, second = second, first
    divided = f"{second} / {groups}" if groups > 1 else second
    line = f"weight ({first}, {divided}, k, k) = {layer.weight_shape}: {_product(layer)}"
    if stack.second is None:
        return line
    behind = stack.second
    return (
        f"{line}\nbehind it {behind.weight_shape}: {_product(behind)}, together {stack.weights:,}"
    )


def _product(layer: Grouped) -> str:
    return f"{'·'.join(map(str, layer.weight_shape))} = {count(layer.parameters, 'weight')}"


def _macs(stack: Stack) -> str:
    """The multiplications, layer by layer."""
    rows, first = stack.table.rows, stack.layer
    which = "input" if "transposed" in first.kind else "output"
    parts = []
    for layer, row in zip(stack.layers, rows, strict=True):
        places = row.macs // layer.parameters
        parts.append(f"{layer.parameters:,}·{places:,}")
    return f"MACs = weights · {which} positions = {' + '.join(parts)} = {stack.table.macs:,}"


def _sizes(stack: Stack) -> str:
    """Output size and field, which no number of groups changes."""
    table, size = stack.table, (stack.size, stack.size)
    return (
        f"map {times(size)} → {times(table.rows[-1].output_size)}, receptive field "
        f"{times(table.receptive_field)}: the groups change neither"
    )


def _nudge(stack: Stack) -> str:
    """How far a change of the followed channel gets."""
    moved, outputs = sorted(stack.moved[-1]), stack.layers[-1].out_channels
    if len(moved) == outputs:
        reach = f"all {outputs} output channels can move" if outputs > 1 else "the output can move"
    else:
        reach = f"{len(moved)} of {outputs} output channels can move: {listed(moved)}"
    return f"Nudge input channel {stack.nudged}, and {reach}"


def _meaning(stack: Stack) -> str:
    """What to take away from these settings."""
    layer, groups = stack.layer, stack.layer.groups
    if groups == 1:
        return "One group is an ordinary layer: every output channel reads every input channel."
    if stack.then == POINTWISE:
        if layer.kind == "depthwise":
            return "Depthwise, then pointwise: the depthwise separable convolution of lesson 07."
        return "The 1x1 joins the groups again: the dial is paid for by the kernel's layer alone."
    if stack.then == SHUFFLED:
        return _shuffle(stack)
    if stack.then == AGAIN:
        return (
            f"No wire leaves its group: this is {groups} networks side by side, however many "
            "layers follow."
        )
    if groups == layer.in_channels:
        return "As many groups as input channels: depthwise, the end of the dial."
    return (
        f"1 wire in {groups} is left, and with it 1 weight in {groups}. The first axis of the "
        "weight stays whole; the second is divided."
    )


def _shuffle(stack: Stack) -> str:
    """Whether the deal was enough."""
    groups, width = stack.layer.groups, stack.layer.out_channels // stack.layer.groups
    if stack.connected:
        return "The shuffle deals each group's channels out to all groups: now all reach all."
    if width == 1:
        return "A group of one channel has nothing to deal out: this shuffle changes nothing."
    return (
        f"Each group has only {count(width, 'channel')} to deal out to {groups} groups: not all "
        "reach all yet."
    )
