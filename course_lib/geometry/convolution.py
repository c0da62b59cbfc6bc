"""The convolution, with the parameters that ``torch.nn.Conv2d`` gives it.

A layer may be built with values that PyTorch refuses (a learner's slider gets there); ``explain``
says what is wrong, and every question about sizes raises that sentence as a GeometryError.
"""

from dataclasses import dataclass

from .checks import at_least_one, empty_input, kernel_problem, normalise
from .pairs import Pair, Shape, times
from .window import Window


@dataclass(frozen=True)
class Convolution(Window):
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

    @property
    def parameters(self) -> int:
        out_channels, in_channels, height, width = self.weight_shape
        return out_channels * (in_channels * height * width + bool(self.bias))

    def macs(self, output_size: Pair) -> int:
        """Each weight is used once at each output position; the bias adds no product."""
        out_channels, in_channels, height, width = self.weight_shape
        return out_channels * in_channels * height * width * output_size[0] * output_size[1]

    def channels_read_by(self, output_channel: int) -> range:
        """The input channels that feed this output channel: those of its group."""
        width = self.in_channels // self.groups
        first = output_channel // (self.out_channels // self.groups) * width
        return range(first, first + width)

    def setting_problem(self) -> str | None:
        return (
            self._group_problem()
            or self._padding_problem()
            or kernel_problem(self.kernel_size)
            or at_least_one(self.stride, "stride", "non-positive stride is not supported")
            or at_least_one(self.dilation, "dilation", "dilation should be greater than zero")
        )

    def size_problem(self, input_size: Pair) -> str | None:
        padded, kernel = self._padded(input_size), self.effective_kernel_size
        missing = max(kernel[0] - padded[0], kernel[1] - padded[1])
        if min(input_size) < 1:
            return empty_input(input_size)
        if missing <= 0:
            return None
        return (
            f"Calculated padded input size per channel: ({times(padded)}). Kernel size: "
            f"({times(kernel)}). Kernel size can't be greater than actual input size. Pad by "
            f"{-(-missing // 2)} more on each side, or take a smaller kernel_size or dilation."
        )

    def channel_problem(self, shape: Shape) -> str | None:
        if shape[0] == self.in_channels:
            return None
        return (
            f"Given groups={self.groups}, weight of size {list(self.weight_shape)}, expected "
            f"input{[1, *shape]} to have {self.in_channels} channels, but got {shape[0]} channels "
            f"instead. Set in_channels={shape[0]}, or let the layer before it put out "
            f"{self.in_channels} channels."
        )

    def _shape(self, *shapes: Shape) -> Shape:
        return self.out_channels, *super()._shape(*shapes)[1:]

    def _group_problem(self) -> str | None:
        if self.groups < 1:
            return f"groups must be a positive integer. Found {self.groups}; 1 mixes all channels."
        for name in ("in_channels", "out_channels"):
            channels = getattr(self, name)
            if channels < 1:
                return f"{name} is {channels}: a layer needs one channel at least."
            if channels % self.groups:
                return (
                    f"{name} must be divisible by groups. {channels} channels do not split into "
                    f"{self.groups} equal groups; choose a divisor of both channel numbers."
                )
        return None

    def _padding_problem(self) -> str | None:
        if isinstance(self.padding, str):
            if self.padding not in ("same", "valid"):
                return (
                    f"Invalid padding string {self.padding!r}, should be one of 'same', 'valid'. "
                    "A number, or a pair (height, width), is possible too."
                )
            if self.padding == "same" and self.stride != (1, 1):
                return (
                    "padding='same' is not supported for strided convolutions. Write the padding "
                    "as a number: dilation * (kernel_size - 1) // 2."
                )
        elif min(self.padding) < 0:
            return f"negative padding is not supported. Found {self.padding}; take 0 or more."
        return None
