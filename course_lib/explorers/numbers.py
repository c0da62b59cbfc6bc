"""The small whole numbers that explorers calculate with, the same every time.

The 5x5 corner of the input and the 3x3 kernel are the example that convolution lectures have
worked through for years; beyond them the numbers follow a rule, so that any size can be asked for.
"""

_INPUT = ((2, 2, 3, 3, 3), (0, 1, 3, 0, 3), (2, 3, 0, 1, 3), (3, 3, 2, 1, 2), (3, 3, 0, 2, 3))
_KERNEL = ((2, 0, 1), (1, 0, 0), (0, 1, 1))
_STAMP = ((1, 2, 1, 3, 2), (3, 1, 2, 1, 1), (2, 1, 4, 2, 3), (1, 3, 1, 2, 1), (2, 1, 2, 4, 1))
# How each channel's stripes rise by row and by column, and what they begin with.
_STRIPES = ((1, 0, 0), (0, 1, 3), (1, 1, 3), (1, -1, 1),
            (2, 1, 0), (1, 2, 1), (2, -1, 3), (1, -2, 0))  # fmt: skip


def input_value(row: int, column: int) -> int:
    """The pixel at (row, column), from 0 to 3."""
    if row < len(_INPUT) and column < len(_INPUT):
        return _INPUT[row][column]
    return (3 * row + 5 * column + row * column // 2) % 4


def kernel_value(row: int, column: int) -> int:
    """The weight at (row, column), from -1 to 2."""
    if row < len(_KERNEL) and column < len(_KERNEL):
        return _KERNEL[row][column]
    return (2 * row + column) % 4 - 1


def channel_value(channel: int, row: int, column: int) -> int:
    """The pixel of a map of several channels, from 0 to 3; each channel has stripes of its own."""
    down, across, start = _STRIPES[channel % len(_STRIPES)]
    return (down * row + across * column + start) % 4


def filter_value(output: int, channel: int, row: int, column: int) -> int:
    """The weight from an input channel to an output channel, from -1 to 2; no two kernels agree."""
    return (14 * output + 13 * channel + 26 * row + 18 * column) ** 3 % 89 % 4 - 1


def bias_value(output: int) -> int:
    """The bias of an output channel, from -1 to 2."""
    return (output + 3) % 4 - 1


def rows_of(function, height: int, width: int) -> list[list[int]]:
    """The values of ``function(row, column)`` as rows of a (height, width) map."""
    return [[function(row, column) for column in range(width)] for row in range(height)]


def small_value(row: int, column: int) -> int:
    """A pixel from 1 to 4: never 0, so that zeros in a picture are known to be put in."""
    return 1 + input_value(row, column)


def stamp_value(row: int, column: int) -> int:
    """A weight from 1 to 4 of a kernel that looks different when it is flipped."""
    return _STAMP[row % len(_STAMP)][column % len(_STAMP)]
