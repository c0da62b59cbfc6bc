"""Pixel shuffle: r * r channels become r x r pixels, and back.

Nothing is computed and nothing is lost, only the index changes: output (channel, row, column) is
input (channel * r * r + row % r * r + column % r, row // r, column // r).
(Shi et al.: Real-Time Single Image Super-Resolution, arXiv 1609.05158.)
"""

from dataclasses import dataclass
from fractions import Fraction

from .checks import empty_input
from .layer import Layer
from .pairs import GeometryError, Pair, Shape, as_pair
from .window import Window

Cell = tuple[int, int, int]  # (channel, row, column)


def shuffle_source(cell: Cell, upscale_factor: int) -> Cell:
    """The input (channel, row, column) that a cell of a pixel-shuffled map was."""
    channel, row, column = cell
    (row, down), (column, across) = divmod(row, upscale_factor), divmod(column, upscale_factor)
    return (channel * upscale_factor + down) * upscale_factor + across, row, column


def shuffle_target(cell: Cell, upscale_factor: int) -> Cell:
    """The (channel, row, column) where pixel shuffle puts a cell of its input."""
    channel, row, column = cell
    channel, place = divmod(channel, upscale_factor**2)
    down, across = divmod(place, upscale_factor)
    return channel, row * upscale_factor + down, column * upscale_factor + across


@dataclass(frozen=True)
class PixelShuffle(Layer):
    """(C r r, H, W) becomes (C, H r, W r), as ``torch.nn.PixelShuffle``.

    A tap's weight is the place (row, column) inside the r x r block, which picks the channel.
    """

    upscale_factor: int
    kind = "pixel shuffle"

    def __post_init__(self) -> None:
        _must_be_whole(self.upscale_factor, "upscale_factor")

    def source(self, cell: Cell) -> Cell:
        """The input (channel, row, column) that this output (channel, row, column) shows."""
        return shuffle_source(cell, self.upscale_factor)

    def target(self, cell: Cell) -> Cell:
        """The output (channel, row, column) where this input (channel, row, column) goes."""
        return shuffle_target(cell, self.upscale_factor)

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        return [divmod(output, self.upscale_factor)]

    def step_along(self, axis: int) -> Fraction:
        return Fraction(1, self.upscale_factor)

    def setting_problem(self) -> str | None:
        if self.upscale_factor > 0:
            return None
        return (
            f"pixel_shuffle expects a positive upscale_factor, but got {self.upscale_factor}. "
            "Take 1 or more."
        )

    def size_problem(self, input_size: Pair) -> str | None:
        return empty_input(input_size) if min(input_size) < 1 else None

    def channel_problem(self, shape: Shape) -> str | None:
        square = self.upscale_factor**2
        if shape[0] % square == 0:
            return None
        return (
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square "
            f"of upscale_factor, but input.size(-3)={shape[0]} is not divisible by {square}. Let "
            f"the layer before it put out {-(-shape[0] // square) * square} channels."
        )

    def _channels(self, channels: int) -> int:
        return channels // self.upscale_factor**2

    def _lengths(self, input_size: Pair) -> Pair:
        return input_size[0] * self.upscale_factor, input_size[1] * self.upscale_factor


@dataclass(frozen=True)
class PixelUnshuffle(Window):
    """(C, H r, W r) becomes (C r r, H, W), as ``torch.nn.PixelUnshuffle``.

    In space it is a window of r x r cells with stride r. A tap's weight is the place (row, column)
    inside that block: each place goes to a channel of its own.
    """

    downscale_factor: int
    kind = "pixel unshuffle"
    borders = ((0, 0), (0, 0))
    dilation = (1, 1)

    def __post_init__(self) -> None:
        _must_be_whole(self.downscale_factor, "downscale_factor")

    @property
    def kernel_size(self) -> Pair:
        return self.downscale_factor, self.downscale_factor

    @property
    def stride(self) -> Pair:
        return self.kernel_size

    def source(self, cell: Cell) -> Cell:
        """The input (channel, row, column) that this output (channel, row, column) shows."""
        return shuffle_target(cell, self.downscale_factor)

    def target(self, cell: Cell) -> Cell:
        """The output (channel, row, column) where this input (channel, row, column) goes."""
        return shuffle_source(cell, self.downscale_factor)

    def setting_problem(self) -> str | None:
        if self.downscale_factor > 0:
            return None
        return (
            f"pixel_unshuffle expects a positive downscale_factor, but got {self.downscale_factor}"
            ". Take 1 or more."
        )

    def size_problem(self, input_size: Pair) -> str | None:
        if min(input_size) < 1:
            return empty_input(input_size)
        factor = self.downscale_factor
        for name, dim, length in zip(("height", "width"), (-2, -1), input_size, strict=True):
            if length % factor:
                return (
                    f"pixel_unshuffle expects {name} to be divisible by downscale_factor, but "
                    f"input.size({dim})={length} is not divisible by {factor}. Pad the input by "
                    f"{-length % factor} or cut off {length % factor}."
                )
        return None

    def _channels(self, channels: int) -> int:
        return channels * self.downscale_factor**2


def _must_be_whole(value: int, name: str) -> None:
    """Raise GeometryError for anything but an int: PyTorch's layers take no pair here."""
    if isinstance(value, (tuple, list)):
        raise GeometryError(f"{name}={value!r} was found; expected one int for both directions.")
    as_pair(value, name)
