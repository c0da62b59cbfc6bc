"""The transposed convolution: the wiring of a convolution, walked in the other direction.

Input ``i`` stamps the kernel onto the outputs ``i * stride - padding + t * dilation``. So output
``o`` reads the inputs ``(o + padding - t * dilation) / stride``, for those taps ``t`` where that is
a whole number: neighbouring outputs are fed by different taps, and by different numbers of them.
(Dumoulin and Visin: A guide to convolution arithmetic for deep learning, arXiv 1603.07285.)
"""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from .checks import (
    dilation_problem,
    empty_input,
    kernel_problem,
    normalise,
    not_negative,
    stride_problem,
)
from .grouped import Grouped
from .pairs import GeometryError, Pair, times


@dataclass(frozen=True)
class TransposedConvolution(Grouped):
    """A 2-D transposed convolution, named and parametrised as ``torch.nn.ConvTranspose2d``.

    Sizes are ints or (height, width) pairs. ``padding`` takes rows and columns away here;
    ``output_padding`` adds some at the bottom and right, to choose among the output sizes that a
    strided convolution maps to the same input size.
    """

    in_channels: int
    out_channels: int
    kernel_size: int | Pair
    stride: int | Pair = 1
    padding: int | Pair = 0
    output_padding: int | Pair = 0
    groups: int = 1
    bias: bool = True
    dilation: int | Pair = 1
    kind = "transposed convolution"

    def __post_init__(self) -> None:
        normalise(self, "kernel_size", "stride", "padding", "output_padding", "dilation")

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """(in_channels, out_channels / groups, kernel height, kernel width)."""
        return self.in_channels, self.out_channels // self.groups, *self.kernel_size

    def macs(self, output_size: Pair) -> int:
        """Each weight is used once at each input position: the stamp of every input cell."""
        return prod(self.weight_shape) * prod(self.input_size(output_size))

    def input_size(self, output_size: Pair) -> Pair:
        """The one (height, width) that gives this output size; GeometryError if none does."""
        first = self._lengths((1, 1))
        height, width = ((output_size[a] - first[a]) // self.stride[a] + 1 for a in (0, 1))
        if self._lengths((height, width)) != tuple(output_size):
            raise GeometryError(
                f"No input gives {times(output_size)} cells; one more or fewer of its rows or "
                f"columns changes the output by {times(self.stride)}, from {times(first)} on."
            )
        return height, width

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        stride, dilation = self.stride[axis], self.dilation[axis]
        place = output + self.padding[axis]
        return [
            ((place - tap * dilation) // stride, tap)
            for tap in range(self.kernel_size[axis])
            if (place - tap * dilation) % stride == 0
        ]

    def step_along(self, axis: int) -> Fraction:
        return Fraction(1, self.stride[axis])

    def setting_problem(self) -> str | None:
        return (
            self.group_problem()
            or not_negative(self.padding, "padding")
            or not_negative(self.output_padding, "output_padding")
            or stride_problem(self.stride)
            or kernel_problem(self.kernel_size)
            or dilation_problem(self.dilation)
            or self._output_padding_problem()
        )

    def size_problem(self, input_size: Pair) -> str | None:
        if min(input_size) < 1:
            return empty_input(input_size)
        output = self._lengths(input_size)
        if min(output) > 0:
            return None
        return (
            f"Given input size per channel: ({times(input_size)}). Calculated output size per "
            f"channel: ({times(output)}). Output size is too small. Padding takes away here: lower "
            f"it by {-(-(1 - min(output)) // 2)}, or take a larger kernel_size."
        )

    def _lengths(self, input_size: Pair) -> Pair:
        kernel = self.effective_kernel_size
        height, width = (
            (input_size[a] - 1) * self.stride[a]
            - 2 * self.padding[a]
            + kernel[a]
            + self.output_padding[a]
            for a in (0, 1)
        )
        return height, width

    def _output_padding_problem(self) -> str | None:
        extra, bounds = self.output_padding, tuple(map(max, self.stride, self.dilation))
        if extra[0] < bounds[0] and extra[1] < bounds[1]:
            return None
        return (
            "output padding must be smaller than either stride or dilation, but got "
            f"output_padding_height: {extra[0]} output_padding_width: {extra[1]} stride_height: "
            f"{self.stride[0]} stride_width: {self.stride[1]} dilation_height: "
            f"{self.dilation[0]} dilation_width: {self.dilation[1]}. Smaller than the larger of "
            f"the two is meant: at most {bounds[0] - 1} in height and {bounds[1] - 1} in width."
        )

    @property
    def _setting(self) -> str:
        return "transposed=1"
