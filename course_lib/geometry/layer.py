"""What every layer that moves values in space answers: sizes, taps, and what an input cell feeds.

A layer says along one axis which inputs an output reads (``taps_along``); both axes behave alike
and do not know of each other, so all the rest follows from that. ``Window`` holds the layers that
slide a window; the upsampling layers are in files of their own.
"""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from .operations import Operation
from .padding_modes import padded_index
from .pairs import GeometryError, Pair, Shape, Share, as_pair, times


class Tap(NamedTuple):
    """One connection: this input cell feeds this output cell through this weight (row, column)."""

    input: Pair
    output: Pair
    weight: Pair


class Layer(Operation):
    """A step in which an output cell reads some input cells through taps.

    ``padding_mode`` says what lies around its input, in the words of ``padded_index``.
    """

    padding_mode = "zeros"

    def output_size(self, input_size: int | Pair) -> Pair:
        """The (height, width) that comes out; raises GeometryError if nothing can."""
        size = as_pair(input_size, "input_size")
        complaint = self.setting_problem() or self.size_problem(size)
        if complaint:
            raise GeometryError(complaint)
        return self._lengths(size)

    def taps_along(self, axis: int, output: int) -> list[tuple[int, int]]:
        """The (input index, kernel index) pairs of one output index along axis 0 or 1.

        The plane is taken as endless: indices below 0 and beyond the input lie in the padding.
        """
        raise NotImplementedError

    def step_along(self, axis: int) -> Fraction:
        """How many input cells lie between the taps of one output cell and those of the next."""
        raise NotImplementedError

    def shares_along(self, axis: int, output: int, length: int | None = None) -> dict[int, Share]:
        """Each input index that an output index reads, with the number of taps that lead there.

        With the ``length`` of the input, padding is resolved: zeros are left out, a repeated cell
        counts where it comes from. Bilinear upsampling reads shares of cells instead of whole ones.
        """
        shares: dict[int, Share] = {}
        for index, share in self._weighed(axis, output):
            cell = index if length is None else padded_index(index, length, self.padding_mode)
            if cell is not None:
                shares[cell] = shares.get(cell, 0) + share
        return shares

    def pulled_back(
        self, axis: int, line: Mapping[int, Share], length: int | None = None
    ) -> dict[int, Share]:
        """The paths to each input index, for a ``line`` of those to each output index.

        ``length`` is that of the input, as for ``shares_along``.
        """
        counts: dict[int, Share] = {}
        for output, paths in line.items():
            for index, share in self.shares_along(axis, output, length).items():
                counts[index] = counts.get(index, 0) + paths * share
        return counts

    def on(self, input_size: Pair) -> "Layer":
        """The same layer, with everything settled that depends on the size of its input."""
        return self

    def taps(self, output_cell: Pair, input_size: int | Pair) -> list[Tap]:
        """The connections of one output cell to real input cells; padded zeros are left out."""
        size = as_pair(input_size, "input_size")
        must_be_inside(output_cell, self.output_size(size), "output")
        rows, columns = (self._real_taps(axis, output_cell[axis], size) for axis in (0, 1))
        return [
            Tap((row, column), output_cell, (down, across))
            for (row, down), (column, across) in product(rows, columns)
        ]

    def outputs_fed_by(self, input_cell: Pair, input_size: int | Pair) -> list[Tap]:
        """The connections of one input cell to every output cell that reads it."""
        size = as_pair(input_size, "input_size")
        must_be_inside(input_cell, size, "input")
        readers = [
            [
                (output, tap)
                for output in range(length)
                for source, tap in self._real_taps(axis, output, size)
                if source == input_cell[axis]
            ]
            for axis, length in enumerate(self.output_size(size))
        ]
        return [
            Tap(input_cell, (row, column), (down, across))
            for (row, down), (column, across) in product(*readers)
        ]

    def shares(self, output_cell: Pair, input_size: int | Pair) -> dict[Pair, Share]:
        """The input cells of one output cell, each with its number of taps, or bilinear share."""
        size = as_pair(input_size, "input_size")
        must_be_inside(output_cell, self.output_size(size), "output")
        layer = self.on(size)
        lines = (layer.shares_along(a, output_cell[a], size[a]).items() for a in (0, 1))
        return {(r, c): down * across for (r, down), (c, across) in product(*lines)}

    def setting_problem(self) -> str | None:
        """What is wrong with the settings, whatever the input, or None."""
        raise NotImplementedError

    def size_problem(self, input_size: Pair) -> str | None:
        """What is wrong with an input of that size, for settings that are right, or None."""
        raise NotImplementedError

    def channel_problem(self, shape: Shape) -> str | None:
        """What is wrong with the channels of an input (C, H, W), or None."""
        return None

    def problem(self, *shapes: Shape) -> str | None:
        shape = shapes[0]
        complaint = self.setting_problem() or self.channel_problem(shape)
        return complaint or self.size_problem(shape[1:])

    def _shape(self, *shapes: Shape) -> Shape:
        channels, *size = shapes[0]
        return self._channels(channels), *self._lengths((size[0], size[1]))

    def _channels(self, channels: int) -> int:
        """The channels that come out, for settings and shapes that are right."""
        return channels

    def _lengths(self, input_size: Pair) -> Pair:
        """The output size, for settings and an input that are right."""
        raise NotImplementedError

    def _weighed(self, axis: int, output: int) -> list[tuple[int, Share]]:
        """The taps along an axis as (input index, what the tap counts)."""
        return [(index, 1) for index, _ in self.taps_along(axis, output)]

    def _real_taps(self, axis: int, output: int, size: Pair) -> list[tuple[int, int]]:
        """The taps along an axis that end on real cells, with padding traced to its source."""
        taps = self.on(size).taps_along(axis, output)
        cells = [(padded_index(i, size[axis], self.padding_mode), tap) for i, tap in taps]
        return [(cell, tap) for cell, tap in cells if cell is not None]


def explain(layer: Layer, input_size: int | Pair, in_channels: int | None = None) -> str | None:
    """Why PyTorch would refuse this layer on that input, in its words and with a cure, or None.

    With ``in_channels``, the channels that arrive are checked too.
    """
    size = as_pair(input_size, "input_size")
    if in_channels is not None:
        return layer.problem((in_channels, *size))
    return layer.setting_problem() or layer.size_problem(size)


def must_be_inside(cell: Pair, size: Pair, what: str) -> None:
    """Raise GeometryError if there is no such cell in a map of that size."""
    if not all(0 <= position < length for position, length in zip(cell, size, strict=True)):
        raise GeometryError(
            f"The {what} cell {tuple(cell)} lies outside the {what} of {times(size)} cells; "
            f"rows run from 0 to {size[0] - 1}, columns from 0 to {size[1] - 1}."
        )
