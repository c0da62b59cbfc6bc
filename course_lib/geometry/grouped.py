"""What a convolution and its transpose share: channels in groups, and the weights between them."""

from math import prod

from .layer import Layer
from .pairs import Pair, Shape


class Grouped(Layer):
    """A layer whose output channels read the input channels of their own group only."""

    in_channels: int
    out_channels: int
    kernel_size: Pair
    dilation: Pair
    groups: int
    bias: bool

    @property
    def effective_kernel_size(self) -> Pair:
        """Height and width that the kernel spans: dilation * (kernel_size - 1) + 1."""
        height, width = (self.dilation[a] * (self.kernel_size[a] - 1) + 1 for a in (0, 1))
        return height, width

    @property
    def weight_shape(self) -> tuple[int, int, int, int]:
        """The shape of the weight tensor as PyTorch keeps it."""
        raise NotImplementedError

    @property
    def parameters(self) -> int:
        return prod(self.weight_shape) + self.out_channels * bool(self.bias)

    def channels_read_by(self, output_channel: int) -> range:
        """The input channels that feed this output channel: those of its group."""
        width = self.in_channels // self.groups
        first = output_channel // (self.out_channels // self.groups) * width
        return range(first, first + width)

    def channel_problem(self, shape: Shape) -> str | None:
        if shape[0] == self.in_channels:
            return None
        return (
            f"Given {self._setting}, weight of size {list(self.weight_shape)}, expected "
            f"input{[1, *shape]} to have {self.in_channels} channels, but got {shape[0]} channels "
            f"instead. Set in_channels={shape[0]}, or let the layer before it put out "
            f"{self.in_channels} channels."
        )

    def group_problem(self) -> str | None:
        """PyTorch's words if the channels do not split into the groups, else None."""
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

    @property
    def _setting(self) -> str:
        """What PyTorch's message on channels opens with."""
        return f"groups={self.groups}"

    def _channels(self, channels: int) -> int:
        return self.out_channels
