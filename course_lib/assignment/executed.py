"""Questions that the rules ask about the network which a forward pass executes."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from torch import nn

from course_lib.geometry import (
    Add,
    Concatenate,
    Convolution,
    Elementwise,
    GlobalPooling,
    LayerTable,
    Linear,
    Node,
    Padding,
    Pooling,
    layer_table,
)
from course_lib.receptive_field import follow

SIZE = (32, 32)


class Executed:
    """The graph of one pass on a 3 x 32 x 32 image, read by the rules.

    Raises GeometryError where the model does not run, UnknownOperation where it does something in
    space that cannot be followed.
    """

    def __init__(self, model: nn.Module) -> None:
        self.network = follow(model, SIZE)
        self.nodes = self.network.nodes
        self.shapes = self.network.shapes(SIZE)
        self._modules = dict(model.named_modules())
        self._readers: dict[Node, list[Node]] = defaultdict(list)
        for node in self.nodes:
            for parent in node.parents:
                self._readers[parent].append(node)

    @cached_property
    def table(self) -> LayerTable:
        """The layer table; raises GeometryError where branches do not lie over each other."""
        return layer_table(self.network, SIZE)

    @cached_property
    def convolutions(self) -> list[Node]:
        """The convolutions that work on a map: not those behind a global pooling."""
        return [
            node
            for node in self.nodes
            if isinstance(node.operation, Convolution) and node not in self._pooled
        ]

    @property
    def poolings(self) -> list[Node]:
        """Poolings with a window of more than one cell; the global one is none of them."""
        return [
            node
            for node in self.nodes
            if isinstance(node.operation, Pooling) and node.operation.kernel_size != (1, 1)
        ]

    @cached_property
    def separable(self) -> dict[Node, Node]:
        """Each depthwise convolution that a 1x1 follows, with that 1x1."""
        pairs = {}
        for node in self.convolutions:
            if is_depthwise(node):
                mixers = [n for n in self._next_layers(node) if is_pointwise(n)]
                mixers = [n for n in mixers if n not in self.shortcuts]
                pairs.update({node: mixers[0]} if mixers else {})
        return pairs

    @cached_property
    def shortcuts(self) -> set[Node]:
        """The 1x1 convolutions beside a branch that looks further and is added to them."""
        found = set()
        for node in self.nodes:
            if not isinstance(node.operation, Add) or node.operation.label != "add":
                continue
            for parent in node.parents:
                tip = _layer(parent)
                others = [other for other in node.parents if other is not parent]
                if is_pointwise(tip) and any(self._bypasses(tip, other) for other in others):
                    found.add(tip)
        return found

    @cached_property
    def counted(self) -> list[Node]:
        """One node for each convolution of the brief."""
        none = {*self.separable, *self.shortcuts}
        return [node for node in self.convolutions if node not in none]

    @cached_property
    def digest(self) -> str:
        """A digest of what is executed, in order and with its wiring, but without any names."""
        places = {node: place for place, node in enumerate(self.nodes)}
        steps = [(node.operation, *(places[parent] for parent in node.parents))
                 for node in self.nodes]  # fmt: skip
        return hashlib.sha256(repr(steps).encode()).hexdigest()[:16]

    def module_of(self, node: Node) -> nn.Module:
        """The innermost module of the model that executed this node."""
        path = re.sub(r" \(\d+\)$", "", node.name)
        while path not in self._modules:
            path = path.rpartition(".")[0]
        return self._modules[path]

    def ends(self) -> list[Node]:
        """Where the map ends, on each way from the output back: the last node that reads a map."""
        found, waiting, seen = [], [self.network.output], set()
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            reads_map = any(self.shapes[parent][1:] != (1, 1) for parent in node.parents)
            if reads_map or not node.parents or isinstance(node.operation, GlobalPooling):
                found.append(node)
            else:
                waiting += node.parents
        return found

    def behind_the_logits(self) -> list[str]:
        """The elementwise steps after the last layer with weights, the last one first."""
        node, labels = self.network.output, []
        while isinstance(node.operation, (Elementwise, GlobalPooling)):
            if isinstance(node.operation, Elementwise):
                labels.append(node.operation.label)
            node = node.parents[0]
        return labels if isinstance(node.operation, (Convolution, Linear)) else []

    @cached_property
    def _pooled(self) -> set[Node]:
        pooled: set[Node] = set()
        for node in self.nodes:
            summary = isinstance(node.operation, (GlobalPooling, Linear))
            if summary or (node.parents and all(parent in pooled for parent in node.parents)):
                pooled.add(node)
        return pooled

    def _next_layers(self, node: Node) -> Iterator[Node]:
        """The layers that read this map, through activations, padding, sums and concatenations."""
        for reader in self._readers[node]:
            if isinstance(reader.operation, (Elementwise, Padding, Add, Concatenate)):
                yield from self._next_layers(reader)
            else:
                yield reader

    def _bypasses(self, tip: Node, other: Node) -> bool:
        start = _layer(tip.parents[0])
        beside = _ancestors(other)
        if start not in beside or tip in beside:
            return False
        between = beside - _ancestors(start)
        return any(node in between for node in self.convolutions if not _is_1x1(node))


def is_depthwise(node: Node) -> bool:
    """Whether each channel is filtered alone, by a kernel that looks around."""
    layer = node.operation
    return isinstance(layer, Convolution) and layer.kind == "depthwise" and not _is_1x1(node)


def is_pointwise(node: Node) -> bool:
    """Whether it is a 1x1 convolution over all channels."""
    return isinstance(node.operation, Convolution) and node.operation.kind == "pointwise"


def is_max_pool(node: Node) -> bool:
    """Whether it is a max-pool with a window of more than one cell."""
    layer = node.operation
    return isinstance(layer, Pooling) and layer.kind == "max" and layer.kernel_size != (1, 1)


def _is_1x1(node: Node) -> bool:
    return node.operation.kernel_size == (1, 1)


def _layer(node: Node) -> Node:
    """The layer or merge behind the elementwise steps that led here."""
    while isinstance(node.operation, Elementwise):
        node = node.parents[0]
    return node


def _ancestors(node: Node) -> set[Node]:
    """The node and all that it depends on."""
    found, waiting = set(), [node]
    while waiting:
        if (current := waiting.pop()) not in found:
            found.add(current)
            waiting += current.parents
    return found
