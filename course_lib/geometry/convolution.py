"""The convolution, with the parameters that ``torch.nn.Conv2d`` gives it.

A layer may be built with values that PyTorch refuses (a learner's slider gets there); ``explain``
says what is wrong, and every question about sizes raises that sentence as a GeometryError.
"""

from dataclasses import dataclass
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
from .padding_modes import border_problem, mode_problem
from .pairs import Pair, times
from .window import Window


@dataclass(frozen=True)
class Convolution(Grouped, Window):
    """A 2-D convolution, named and parametrised as ``torch.nn.Conv2d``.

    Sizes are ints or (height, width) pairs; ``padding`` may also be "same" or "valid".
    """

    in_channels: int
    out_channels: int
    kernel_size: int | Pair
    stride: int | Pair = 1
    padding: int | Pair | str = 0
    dilation: int | Pair = 1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"

    def __post_init__(self) -> None:
        normalise(self, "kernel_size", "stride", "dilation")
        if not isinstance(self.padding, str):
            normalise(self, "padding")

    @property
    def kind(self) -> str:
        """What the field calls it: depthwise, grouped, pointwise (1x1) or plain convolution."""
        if self.groups > 1:
            return "depthwise" if self.groups == self.in_channels else "grouped"
        return "pointwise" if self.kernel_size == (1, 1) else "convolution"

    @property
    def borders(self) -> tuple[Pair, Pair]:
        if self.padding == "same":  # an odd one out goes to the bottom and right, as in PyTorch
            height, width = (size - 1 for size in self.effective_kernel_size)
            return (height // 2, height - height // 2), (width // 2, width - width // 2)
        height, width = (0, 0) if self.padding == "valid" else self.padding
        return (height, height), (width, width)

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """(out_channels, in_channels / groups, kernel height, kernel width)."""
        return self.out_channels, self.in_channels // self.groups, *self.kernel_size

    def macs(self, output_size: Pair) -> int:
        """Each weight is used once at each output position; the bias adds no product."""
        return prod(self.weight_shape) * prod(output_size)

    def setting_problem(self) -> str | None:
        return (
            self.group_problem()
            or self._padding_problem()
            or stride_problem(self.stride)
            or kernel_problem(self.kernel_size)
            or dilation_problem(self.dilation)
        )

    def size_problem(self, input_size: Pair) -> str | None:
        if min(input_size) < 1:
            return empty_input(input_size)
        for border, length in zip(self.borders, input_size, strict=True):
            if complaint := border_problem(*border, length, self.padding_mode):
                return complaint
        padded, kernel = self._padded(input_size), self.effective_kernel_size
        missing = max(kernel[0] - padded[0], kernel[1] - padded[1])
        if missing <= 0:
            return None
        return (
            f"Calculated padded input size per channel: ({times(padded)}). Kernel size: "
            f"({times(kernel)}). Kernel size can't be greater than actual input size. Pad by "
            f"{-(-missing // 2)} more on each side, or take a smaller kernel_size or dilation."
        )

    def _padding_problem(self) -> str | None:
        if complaint := mode_problem(self.padding_mode):
            return complaint
        if self.padding == "same" and self.stride != (1, 1):
            return (
                "padding='same' is not supported for strided convolutions. Write the padding as a "
                "number: dilation * (kernel_size - 1) // 2."
            )
        if self.padding in ("same", "valid"):
            return None
        if isinstance(self.padding, str):
            return (
                f"Invalid padding string {self.padding!r}, should be one of 'same', 'valid'. "
                "A number, or a pair (height, width), is possible too."
            )
        if self.padding_mode != "zeros":  # F.pad makes these borders, and a negative one cuts off
            return None
        return not_negative(self.padding, "padding")
