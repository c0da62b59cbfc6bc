"""The rules on the network itself."""

import inspect
from collections.abc import Sequence
from pathlib import Path

from course_lib.geometry import GeometryError, GlobalPooling, Layer, Linear, Node, Window
from course_lib.receptive_field import UnknownOperation

from .executed import Executed, is_depthwise, is_max_pool
from .rules import Broken, NotShown, Submission, followed

CLASSES = 10
SPOILERS = {  # torch's name of the step: ours, and what it does to scores
    "relu": ("ReLU", "and a score below zero is lost with its gradient"),
    "hardtanh": ("ReLU6", "and a score outside 0 to 6 is lost with its gradient"),
    "batch_norm": ("BatchNorm", "so they depend on the other images of the batch in training"),
}


def runs(submission: Submission) -> str:
    """The network takes CIFAR-10's images and gives a number for each of ten classes."""
    try:
        channels, *size = submission.executed.shapes[submission.executed.network.output]
    except UnknownOperation as error:
        raise NotShown(str(error)) from error
    except GeometryError as error:
        raise Broken(str(error)) from error
    if channels * size[0] * size[1] != CLASSES:
        raise Broken(
            f"it gives {channels} x {size[0]} x {size[1]} numbers an image",
            f"End with a layer of {CLASSES} outputs.",
        )
    return f"it gives {CLASSES} numbers an image"


def no_pooling(submission: Submission) -> str:
    """No pooling but the global one."""
    if poolings := followed(submission).poolings:
        raise Broken(
            _listed(poolings),
            "Take it out; a convolution with stride 2, or a dilated one, does its work.",
        )
    return "none but the global one"


def three_max_pools(submission: Submission) -> str:
    """Exactly three max-pools and no other pooling but the global one."""
    poolings = followed(submission).poolings
    if len(poolings) != 3 or not all(map(is_max_pool, poolings)):
        raise Broken(
            _listed(poolings) or "no pooling",
            "Use nn.MaxPool2d(2) behind each of the first three blocks, and nowhere else.",
        )
    return _listed(poolings)


def no_stride(submission: Submission) -> str:
    """No step moves the cells of a map closer or wider; unpadded layers may trim its edge."""
    executed = followed(submission)
    steps = [node for node in executed.nodes if _changes_resolution(node, executed)]
    if steps:
        raise Broken(_listed(steps), "Set stride 1 and dilate later convolutions instead.")
    return "no stride, no resizing"


def _changes_resolution(node: Node, executed: Executed) -> bool:
    """Whether its cells lie closer or wider than those it reads: by stride, shuffle or resize."""
    if not isinstance(node.operation, Layer):
        return False
    layer = node.operation.on(executed.shapes[node.parents[0]][1:])
    return any(layer.step_along(axis) != 1 for axis in (0, 1))


def receptive_field(submission: Submission, above: int) -> str:
    """The field before the global pooling."""
    try:
        table = followed(submission).table
    except GeometryError as error:
        raise NotShown(str(error)) from error
    side = min(table.receptive_field)
    if side <= above:
        gain = 2 * min(table.jump)
        raise Broken(
            f"{side} before the whole image is pooled or flattened",
            f"{above + 1 - side} more are missing: a 3x3 convolution more at the end adds {gain}, "
            f"one of those there with dilation 2 adds as much; an earlier stride widens all that "
            "follows.",
        )
    return f"{side}"


def depthwise_separable(submission: Submission) -> str:
    """A real depthwise separable convolution: groups = in_channels > 1, kernel > 1, then a 1x1."""
    executed = followed(submission)
    if executed.separable:
        return f"{', '.join(node.name for node in executed.separable)}"
    alone = [node for node in executed.convolutions if is_depthwise(node)]
    grouped = [node for node in executed.convolutions if node.operation.groups > 1]
    if alone:
        raise Broken(
            f"depthwise without a 1x1 behind it: {', '.join(node.name for node in alone)}",
            "Follow it by nn.Conv2d(channels, out_channels, 1).",
        )
    near = "; ".join(map(_grouping, grouped))
    raise Broken(
        near or "every convolution has groups=1: none is depthwise",
        "nn.Conv2d(c, c, 3, padding=1, groups=c), then nn.Conv2d(c, out_channels, 1).",
    )


def dilated(submission: Submission) -> str:
    """A dilated convolution; dilating a 1x1 changes nothing."""
    found = [
        node
        for node in followed(submission).convolutions
        if any(
            rate > 1 and kernel > 1
            for rate, kernel in zip(
                node.operation.dilation, node.operation.kernel_size, strict=True
            )
        )
    ]
    if not found:
        raise Broken("every convolution has dilation 1", "Set dilation=2, padding=2 on a 3x3.")
    return ", ".join(f"{node.name} ({node.operation.dilation[0]})" for node in found)


def global_average_pooling(submission: Submission) -> str:
    """The map ends in a global pooling, not in a linear layer that flattens it."""
    executed = followed(submission)
    for node in executed.ends():
        if isinstance(node.operation, GlobalPooling):
            way = node.operation.reduction
            if way == "mean":
                continue
            raise Broken(f"{node.name} takes the {way}, not the mean",
                         "nn.AdaptiveAvgPool2d(1) in its place.")  # fmt: skip
        channels, height, width = executed.shapes[node.parents[0] if node.parents else node]
        if isinstance(node.operation, Linear):
            found = f"{node.name} reads the flattened map of {channels} x {height} x {width}"
        else:
            found = f"none; {node.name} is the last to read a map"
        raise Broken(found, "nn.AdaptiveAvgPool2d(1) behind the last block, then the linear layer.")
    return ", ".join(node.name for node in executed.ends())


def parameters(submission: Submission, below: int) -> str:
    """All parameters of the module."""
    count = sum(parameter.numel() for parameter in submission.model.parameters())
    if count >= below:
        raise Broken(
            f"{count:,}",
            f"Take away {count - below + 1:,} or more: narrower blocks, or a depthwise separable "
            "convolution for a plain one. Layers that are not used count as well.",
        )
    return f"{count:,}"


def in_a_module(submission: Submission) -> str:
    """The network's code lives in a file that others can import."""
    source = submission.source or _source(type(submission.model))
    if source is None:
        kind = type(submission.model)
        if kind.__module__.startswith("torch."):
            raise NotShown(f"a bare {kind.__name__} does not say where it was put together")
        raise Broken(
            f"{kind.__name__} was defined in {kind.__module__}, a notebook or an interactive "
            "session",
            "Write the class into model.py and import it from there.",
        )
    return source.name


def logit_warnings(executed: Executed) -> tuple[str, ...]:
    """Sentences on steps that spoil the ten scores: they break no rule and cost accuracy."""
    labels = " ".join(executed.behind_the_logits())
    return tuple(
        f"{name} acts on the ten scores, {harm}. End with the bare layer."
        for word, (name, harm) in SPOILERS.items()
        if word in labels
    )


def _listed(nodes: Sequence[Node]) -> str:
    """Layers by name with what they are: "pool (max pooling 2x2, stride 2)"."""
    return ", ".join(f"{node.name} ({_what(node.operation)})" for node in nodes)


def _what(layer: Layer) -> str:
    if not isinstance(layer, Window):
        return layer.title
    return "{} {}x{}, stride {}".format(layer.title, *layer.kernel_size, layer.stride[0])


def _grouping(node: Node) -> str:
    layer = node.operation
    if layer.kind == "depthwise":
        return f"{node.name} is a depthwise convolution with a 1x1 kernel, which looks at nothing"
    return f"{node.name} has groups={layer.groups} of {layer.in_channels} channels: not depthwise"


def _source(kind: type) -> Path | None:
    """The Python file that defines a class; None for torch's own and for a notebook's."""
    if kind.__module__ == "__main__" or kind.__module__.startswith("torch."):
        return None
    try:
        path = Path(inspect.getfile(kind))
    except (TypeError, OSError):
        return None
    return path if path.suffix == ".py" and path.exists() else None
