"""The steps of a network that have no taps: inputs, merges, and those that see a whole map.

An operation maps the shapes (C, H, W) of its parents to a shape. ``problem`` returns what PyTorch
would complain about, with a cure, or None. Steps that read neighbouring cells are ``Layer``s; they
follow the same protocol.
"""

from dataclasses import dataclass
from itertools import pairwise

from .pairs import GeometryError, Pair, Shape


class Operation:
    """One step of a network; subclasses say what it does to shapes."""

    kind = "operation"
    parameters = 0

    @property
    def title(self) -> str:
        """What a table calls it."""
        return self.kind

    def problem(self, *shapes: Shape) -> str | None:
        """What is wrong with these input shapes, in PyTorch's words and with a cure, or None."""
        return None

    def output_shape(self, *shapes: Shape) -> Shape:
        """The (C, H, W) that comes out; raises GeometryError with the problem if there is one."""
        complaint = self.problem(*shapes)
        if complaint:
            raise GeometryError(complaint)
        return self._shape(*shapes)

    def macs(self, output_size: Pair) -> int:
        """Multiply-accumulates of one image, for an output of that (height, width)."""
        return 0

    def _shape(self, *shapes: Shape) -> Shape:
        return shapes[0]


@dataclass(frozen=True)
class Input(Operation):
    """The image, with its number of channels. A network has one."""

    channels: int = 3
    kind = "input"


@dataclass(frozen=True)
class Elementwise(Operation):
    """A step that moves nothing in space: activation, BatchNorm, dropout, a slice of channels.

    ``channels`` is the number that comes out, None if it stays.
    """

    label: str = "elementwise"
    channels: int | None = None
    kind = "elementwise"

    def _shape(self, *shapes: Shape) -> Shape:
        channels, height, width = shapes[0]
        return self.channels or channels, height, width


@dataclass(frozen=True)
class Add(Operation):
    """A sum of maps, as in a residual block; a size of 1 broadcasts, as in PyTorch.

    ``label`` names another way to combine them cell by cell, such as a product.
    """

    label: str = "add"
    kind = "add"

    @property
    def title(self) -> str:
        return self.label

    def problem(self, *shapes: Shape) -> str | None:
        for a, b in pairwise(shapes):
            for axis in (2, 1, 0):
                if a[axis] != b[axis] and 1 not in (a[axis], b[axis]):
                    return (
                        f"The size of tensor a ({a[axis]}) must match the size of tensor b "
                        f"({b[axis]}) at non-singleton dimension {axis + 1}. Give both branches "
                        "the same stride and padding, and a 1x1 convolution where channels differ."
                    )
        return None

    def _shape(self, *shapes: Shape) -> Shape:
        channels, height, width = map(max, zip(*shapes, strict=True))
        return channels, height, width


@dataclass(frozen=True)
class Concatenate(Operation):
    """Maps laid behind each other along the channels."""

    kind = "concatenate"

    def problem(self, *shapes: Shape) -> str | None:
        for number, shape in enumerate(shapes):
            for expected, found in zip(shapes[0][1:], shape[1:], strict=True):
                if expected != found:
                    return (
                        f"Sizes of tensors must match except in dimension 1. Expected size "
                        f"{expected} but got size {found} for tensor number {number} in the list. "
                        "Give all branches the same stride and padding."
                    )
        return None

    def _shape(self, *shapes: Shape) -> Shape:
        return sum(shape[0] for shape in shapes), *shapes[0][1:]


@dataclass(frozen=True)
class GlobalPooling(Operation):
    """The whole map becomes one cell a channel.

    ``reduction`` says how: "mean" (a sum is one too, but for its scale), "max", "min" or "select".
    """

    reduction: str = "mean"
    kind = "global pooling"

    def _shape(self, *shapes: Shape) -> Shape:
        return shapes[0][0], 1, 1


@dataclass(frozen=True)
class Linear(Operation):
    """A fully connected layer on the flattened map, named as ``torch.nn.Linear`` names it."""

    in_features: int
    out_features: int
    bias: bool = True
    kind = "linear"

    @property
    def parameters(self) -> int:
        return self.out_features * (self.in_features + bool(self.bias))

    def macs(self, output_size: Pair) -> int:
        return self.in_features * self.out_features

    def problem(self, *shapes: Shape) -> str | None:
        channels, height, width = shapes[0]
        found = channels * height * width
        if found == self.in_features:
            return None
        return (
            f"mat1 and mat2 shapes cannot be multiplied (1x{found} and "
            f"{self.in_features}x{self.out_features}). Set in_features={found}, or pool the map "
            "globally first, so that its size does not matter."
        )

    def _shape(self, *shapes: Shape) -> Shape:
        return self.out_features, 1, 1
