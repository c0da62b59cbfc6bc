"""What is known of each tensor while a forward pass is followed, and of each call."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor

from ..geometry import Elementwise, GeometryError, Layer, Node, Operation, Pair

if TYPE_CHECKING:
    from .trace import Trace


class UnknownOperation(GeometryError):
    """The model does something in space that the arithmetic does not know."""


@dataclass(frozen=True)
class Value:
    """The graph node that made a tensor, and the dimensions of it that hold space.

    ``size`` is the (height, width) of the map; ``axes`` are its dimensions, counted from the end:
    (-2, -1) in (N, C, H, W), (-1,) once flattened, () for a vector.
    """

    node: Node
    size: Pair
    axes: tuple[int, ...] = (-2, -1)

    @property
    def has_space(self) -> bool:
        """Whether there is more than one position left to mix up."""
        return self.size != (1, 1)

    @property
    def layer(self) -> Node:
        """The node behind the elementwise steps that led here."""
        node = self.node
        while isinstance(node.operation, Elementwise):
            node = node.parents[0]
        return node


@dataclass(frozen=True)
class Call:
    """One executed operation: its name, its arguments by name, what came out, and where.

    ``inputs`` are the values of those arguments that depend on the image.
    """

    trace: "Trace"
    name: str
    arguments: dict[str, Any]
    inputs: tuple[Value, ...]
    outputs: tuple[Tensor, ...]

    def value(self, argument: str) -> Value:
        """What is known of a tensor argument, which has to depend on the image."""
        found = self.trace.value_of(self.arguments[argument])
        if found is None:
            raise self.unknown(f"its {argument} does not come from the image")
        return found

    def map(self, argument: str) -> Value:
        """The same, for an argument that has to be a batch of maps (N, C, H, W)."""
        found = self.value(argument)
        in_place = found.axes == (-2, -1) or not found.has_space
        if self.arguments[argument].dim() != 4 or not in_place:
            raise self.unknown("it was expected to work on (N, C, H, W)")
        return found

    def node(self, operation: Operation, *parents: Node) -> Node:
        """A node for this call, named after the module that made it."""
        owned = self.trace.claim_parameters(self.arguments)
        return Node(operation, parents, self.trace.name(operation), owned)

    def through(self, value: Value, layer: Layer) -> Value:
        """The map behind one more layer."""
        return Value(self.node(layer, value.node), layer.output_size(value.size))

    def elementwise(self, value: Value, output: Tensor | None = None) -> Value:
        """The map behind a step that moves nothing; its output says how many channels are left."""
        output = self.outputs[0] if output is None else output
        channels = output.numel() // (value.size[0] * value.size[1])
        owned = self.trace.claim_parameters(self.arguments)
        node = Node(Elementwise(self.name, channels), (value.node,), self.name, owned)
        return Value(node, value.size, value.axes)

    def dim(self, argument: str) -> int:
        """A dimension of the argument "self", counted from the end."""
        rank = self.arguments["self"].dim()
        return self.arguments[argument] % rank - rank

    def unknown(self, reason: str) -> UnknownOperation:
        """The error for a call that cannot be followed."""
        return UnknownOperation(
            f"{self.trace.place or 'The model'} calls '{self.name}', which cannot be followed: "
            f"{reason}. Its receptive field would be a guess. Followed are convolution and its "
            "transpose, pooling, padding, pixel shuffle and unshuffle, nearest and bilinear "
            "upsampling, sums, concatenation along channels, elementwise steps, and a head that "
            "pools globally or flattens."
        )


def axes_of_one_cell(tensor: Tensor) -> tuple[int, ...]:
    """Where the single position of such a map is kept: in the last two of four dimensions."""
    return (-2, -1) if tensor.dim() == 4 else ()
