"""The checks of lesson 05: ``from course_lib.exercises import transposed as check``.

What the author writes, each in one cell (solution and stub between the marks)::

    def stamp_and_sum(x, kernel, stride, padding):
        '''x and kernel: tensors of shape (height, width).'''
        return ...  # your lines
    check.stamp_and_sum(stamp_and_sum)

    def by_zeros(x, kernel, stride, padding):
        '''The same by a convolution of an input with zeros put in; padding is less than k.'''
        return ...  # your lines
    check.by_zeros(by_zeros)

    def output_padding(n, kernel_size, stride, padding):
        '''What brings back the size n that a convolution with these settings took in.'''
        return ...  # your line
    check.output_padding(output_padding)

    ratio = ...  # most to fewest stamps on an output cell, kernel 5x5, stride 3
    check.overlap_ratio(ratio)

    def evened(kernel, stride):
        '''The kernel (k, k) with the weights of each phase divided by their sum.'''
        return ...  # your lines
    check.evened(evened)
"""

from collections.abc import Callable

from course_lib.geometry import TransposedConvolution, overlap_counts

from .engine import Mistake
from .functions import FunctionCheck
from .transposed_kernels import by_zeros, evened, stamp_and_sum
from .values import ValueCheck

__all__ = ["by_zeros", "evened", "output_padding", "overlap_ratio", "stamp_and_sum"]


def _output_padding(n: int, kernel_size: int, stride: int, padding: int) -> int:
    """The rows that a strided convolution leaves unread at the end, which the way back misses."""
    layer = TransposedConvolution(1, 1, kernel_size, stride, padding)
    made = (n + 2 * padding - kernel_size) // stride + 1
    return n - layer.output_size(made)[0]


output_padding = FunctionCheck(
    name="output_padding",
    reference=_output_padding,
    cases={
        "the lesson's settings, 8": (8, 3, 2, 1),
        "the lesson's settings, 7": (7, 3, 2, 1),
        "a stride of 3": (12, 5, 3, 2),
        "a stride of 5": (24, 4, 5, 1),
        "an even kernel": (9, 4, 3, 1),
        "a stride of 1": (6, 3, 1, 1),
    },
    mistakes=[
        Mistake(
            lambda n, kernel_size, stride, padding: 1,
            "Always 1 is right where a row was left over, and only there.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: 0,
            "Always 0 gives the smallest of the sizes that are made alike.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: stride - 1,
            "stride - 1 gives the largest of the sizes that are made alike.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: (n - kernel_size) % stride,
            "The padding is missing: it gives the kernel more rows to step over.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: (n + padding - kernel_size) % stride,
            "The padding is counted once. It lies on both sides: 2 * padding rows more.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: n % stride,
            "The remainder is not that of n: the first window takes kernel_size rows.",
        ),
        Mistake(
            lambda n, kernel_size, stride, padding: (kernel_size - n - 2 * padding) % stride,
            "The sign is turned round: that is how many rows would have to be added for the next "
            "step, not how many are left over.",
        ),
    ],
    right="`layer(y, output_size=(8, 8))` works it out for you, and says so where no value fits.",
)


def _ratio(kernel_size: int, stride: int) -> float:
    """Most to fewest in the image, from counts far from the borders."""
    counts = overlap_counts(TransposedConvolution(1, 1, kernel_size, stride), 8)
    inner = [row[3 * stride : 4 * stride] for row in counts[3 * stride : 4 * stride]]
    return max(map(max, inner)) / min(map(min, inner))


def _along_an_axis(kernel_size: int, stride: int) -> Callable[[], int]:
    return lambda: round(_ratio(kernel_size, stride) ** 0.5)


overlap_ratio = ValueCheck(
    name="overlap_ratio",
    answer=lambda: _ratio(5, 3),
    mistakes=[
        Mistake(
            _along_an_axis(5, 3), "That is along one axis. In the image rows and columns multiply."
        ),
        Mistake(
            lambda: _ratio(5, 2), "That is for stride 2, where an axis has 3 or 2 stamps on a cell."
        ),
        Mistake(9, "9 is stride times stride: the cells of one period, not their counts."),
        Mistake(
            lambda: (5 / 3) ** 2,
            "Kernel over stride, squared, is the mean count. Lay stamps of 5 cells, 3 apart, and "
            "count on three neighbours.",
        ),
    ],
    right="Along an axis 1, 2, 2: so 4 : 1, as for kernel 3 and stride 2, in a coarser pattern.",
)
