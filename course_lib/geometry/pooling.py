"""Max and average pooling: windows without weights, which leave the channels alone."""

from dataclasses import dataclass

from .checks import at_least_one, dilation_problem, empty_input, kernel_problem, normalise
from .pairs import GeometryError, Pair, times
from .window import Window


@dataclass(frozen=True)
class Pooling(Window):
    """Max or average pooling, parametrised as ``torch.nn.MaxPool2d`` and ``AvgPool2d``.

    ``stride`` None is the kernel size; ``kind`` is "max" or "average"; channels stay.
    """

    kernel_size: int | Pair
    stride: int | Pair | None = None
    padding: int | Pair = 0
    dilation: int | Pair = 1
    ceil_mode: bool = False
    kind: str = "max"

    def __post_init__(self) -> None:
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel_size)
        normalise(self, "kernel_size", "stride", "padding", "dilation")
        if self.kind not in ("max", "average"):
            raise GeometryError(f"kind={self.kind!r} was found; expected 'max' or 'average'.")

    @property
    def title(self) -> str:
        return f"{self.kind} pooling"

    @property
    def borders(self) -> tuple[Pair, Pair]:
        height, width = self.padding
        return (height, height), (width, width)

    def setting_problem(self) -> str | None:
        (height, width), (kernel_height, kernel_width) = self.padding, self.kernel_size
        if self.kind == "average" and self.dilation != (1, 1):
            return (
                "AvgPool2d got an unexpected keyword argument 'dilation'. Only max pooling can be "
                "dilated; for an average use a depthwise convolution with equal weights."
            )
        if min(self.padding) < 0:
            return f"pad must be non-negative, but got pad: {min(self.padding)}. Take 0 or more."
        complaint = (
            at_least_one(self.stride, "stride", _stride_words(self.stride))
            or kernel_problem(self.kernel_size)
            or dilation_problem(self.dilation)
        )
        if complaint or (height <= kernel_height // 2 and width <= kernel_width // 2):
            return complaint
        return (
            "pad should be smaller than or equal to half of kernel size, but got padW = "
            f"{width}, padH = {height}, kW = {kernel_width}, kH = {kernel_height}. "
            f"Take a padding of {min(self.kernel_size) // 2} at most."
        )

    def size_problem(self, input_size: Pair) -> str | None:
        if min(input_size) < 1:
            return empty_input(input_size)
        output = self._lengths(input_size)
        if min(output) > 0:
            return None
        return (
            f"Given input size: ({times(input_size)}). Calculated output size: ({times(output)}). "
            "Output size is too small. Take a smaller kernel_size or dilation, or pool less often "
            "before this layer."
        )

    def _lengths(self, input_size: Pair) -> Pair:
        if not self.ceil_mode:
            return super()._lengths(input_size)
        padded = self._padded(input_size)
        height, width = map(self._ceiled, padded, self.effective_kernel_size, (0, 1))
        return height, width

    def _ceiled(self, padded: int, kernel: int, axis: int) -> int:
        """One more window for a remainder, unless it would begin in the padding at the end."""
        stride, padding = self.stride[axis], self.padding[axis]
        length = -((kernel - padded) // stride) + 1
        return length - 1 if (length - 1) * stride >= padded - padding else length


def _stride_words(stride: Pair) -> str:
    if 0 in stride:
        return "stride should not be zero"
    return f"stride should be greater than zero, but got dH: {stride[0]} dW: {stride[1]}"
