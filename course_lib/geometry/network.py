"""A network as a small directed graph: each node knows the nodes that it reads.

Write one down by hand, or let ``course_lib.receptive_field`` make one from a torch module:

    image = source()
    stem = image.then(Convolution(3, 16, 3, padding=1), "stem")
    block = stem.then(Convolution(16, 16, 3, padding=1), "block")
    network = Network(merge(Add(), stem, block))
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from .operations import Input, Operation
from .pairs import GeometryError, Pair, Shape, as_pair


@dataclass(frozen=True, eq=False)
class Node:
    """One use of an operation. Two nodes are the same only if they are one object.

    ``own_parameters`` overrides the operation's count, for weights that an earlier node counted.
    """

    operation: Operation
    parents: tuple["Node", ...] = ()
    name: str = ""
    own_parameters: int | None = None

    @property
    def label(self) -> str:
        """The name, or what a table calls the operation where no name was given."""
        return self.name or self.operation.title

    @property
    def parameters(self) -> int:
        own = self.own_parameters
        return self.operation.parameters if own is None else own

    def then(self, operation: Operation, name: str = "") -> "Node":
        """The node that applies this operation to this one."""
        return Node(operation, (self,), name)


def source(channels: int = 3) -> Node:
    """The image that a network starts from."""
    return Node(Input(channels), name="input")


def merge(operation: Operation, *parents: Node, name: str = "") -> Node:
    """The node that joins several, with ``Add()`` or ``Concatenate()``."""
    return Node(operation, parents, name)


def chain(operations: Iterable[Operation], in_channels: int = 3) -> "Network":
    """A network without branches; its nodes are numbered from 1."""
    node = source(in_channels)
    for number, operation in enumerate(operations, start=1):
        node = node.then(operation, str(number))
    return Network(node)


@dataclass(frozen=True, eq=False)
class Network:
    """All nodes that the output depends on; what it does not depend on is not part of it."""

    output: Node

    def __post_init__(self) -> None:
        inputs = [node for node in self.nodes if isinstance(node.operation, Input)]
        if len(inputs) != 1:
            raise GeometryError(
                f"The network has {len(inputs)} inputs; expected one. Begin with one source() and "
                "build every branch on it."
            )

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node after its parents; the input is first."""
        ordered: dict[Node, None] = {}
        waiting = [self.output]
        while waiting:  # no recursion: deep networks exceed Python's limit
            missing = [parent for parent in waiting[-1].parents if parent not in ordered]
            if missing:
                waiting.append(missing[0])
            else:
                ordered[waiting.pop()] = None
        return tuple(ordered)

    def shapes(self, input_size: int | Pair) -> dict[Node, Shape]:
        """The (C, H, W) after each node; a GeometryError names the node that cannot be."""
        shapes: dict[Node, Shape] = {}
        for node in self.nodes:
            if isinstance(node.operation, Input):
                shapes[node] = (node.operation.channels, *as_pair(input_size, "input_size"))
                continue
            try:
                shapes[node] = node.operation.output_shape(*(shapes[p] for p in node.parents))
            except GeometryError as error:
                raise GeometryError(f"{node.label}: {error}") from None
        return shapes
