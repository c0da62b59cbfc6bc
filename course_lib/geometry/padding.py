"""Padding as a layer of its own."""

from dataclasses import dataclass

from .padding_modes import PADDING_MODES, border_problem, mode_problem
from .pairs import Pair, times
from .window import Window


@dataclass(frozen=True)
class Padding(Window):
    """Rows and columns put around a map (``F.pad``), or cut off where a border is negative.

    ``borders`` is ((top, bottom), (left, right)); ``padding_mode`` says what fills them.
    """

    borders: tuple[Pair, Pair] = ((0, 0), (0, 0))
    padding_mode: str = "zeros"
    kind = "padding"
    kernel_size = stride = dilation = (1, 1)

    def setting_problem(self) -> str | None:
        if self.padding_mode in PADDING_MODES[:-1]:
            return None
        return f"Unrecognised padding mode {self.padding_mode}. {mode_problem(self.padding_mode)}"

    def size_problem(self, input_size: Pair) -> str | None:
        for border, length in zip(self.borders, input_size, strict=True):
            if complaint := border_problem(*border, length, self.padding_mode):
                return complaint
        output = self._lengths(input_size)
        if min(output) > 0:
            return None
        return (
            f"The resulting size ({times(output)}) is non-positive: an input of "
            f"({times(input_size)}) cannot lose that much. Cut off less."
        )
