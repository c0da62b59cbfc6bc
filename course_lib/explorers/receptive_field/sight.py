"""What one cell behind a stack of layers sees of the image: the box, and the paths inside it."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from course_lib.geometry import (
    Field,
    GeometryError,
    Layer,
    LayerTable,
    Network,
    Node,
    Pair,
    Shape,
    Share,
    receptive_fields,
    source,
    table_of,
)

from ..effective import Core, core_of_product

LARGEST_MAP = 1024  # cells along a side, so that nothing is drawn that nobody could see
Line = dict[int, Share]  # index along one axis -> number of paths


@dataclass(frozen=True)
class Stack:
    """Layers in a row, on a square image with ``size`` pixels a side."""

    layers: tuple[Layer, ...]
    size: int
    channels: int = 1

    @cached_property
    def network(self) -> Network:
        node = source(self.channels)
        for number, layer in enumerate(self.layers, start=1):
            node = node.then(layer, f"Layer {number}")
        return Network(node)

    @cached_property
    def problem(self) -> str | None:
        """Why PyTorch would refuse a layer, which one, and what to do, or None."""
        try:
            shapes = self._shapes
        except GeometryError as error:
            return str(error)
        for node, (_, height, _) in shapes.items():
            if height > LARGEST_MAP:
                return (
                    f"{node.label} makes a map of {height}x{height} cells; up to {LARGEST_MAP} a "
                    "side are drawn. Take a smaller factor, stride or input."
                )
        return None

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """The side of the image and of the map behind each layer."""
        return tuple(shape[1] for shape in self._shapes.values())

    @cached_property
    def table(self) -> LayerTable:
        return table_of(self.network, self._shapes, self._fields)

    @cached_property
    def field(self) -> Field:
        """The field of the last map's cells."""
        return self._fields[self.network.output]

    @cached_property
    def _fields(self) -> dict[Node, Field]:
        """The field after each node."""
        return receptive_fields(self.network, self._shapes)

    @cached_property
    def _shapes(self) -> dict[Node, Shape]:
        """The (C, H, W) after each node, the image first."""
        return self.network.shapes(self.size)

    @cached_property
    def _lines(self) -> dict[int, Line]:
        """The paths that were counted already."""
        return {}

    def paths_along(self, index: int) -> Line:
        """The number of paths from each row (or column) of the image to that one of the output.

        Paths through padded zeros are left out: they carry nothing.
        """
        if index not in self._lines:
            self._lines[index] = self._counted(index)
        return self._lines[index]

    def _counted(self, index: int) -> Line:
        line: Line = {index: 1}
        for layer, size in zip(self.layers[::-1], self.sizes[-2::-1], strict=True):
            line = layer.on((size, size)).pulled_back(0, line, size)
        return line


@lru_cache(maxsize=64)
def stack_of(layers: tuple[Layer, ...], size: int, channels: int = 1) -> Stack:
    """The stack of these layers; what it has computed is kept for the next picture."""
    return Stack(layers, size, channels)


@dataclass(frozen=True)
class Sight:
    """What the output cell (row, column) of a stack sees."""

    stack: Stack
    cell: Pair

    @cached_property
    def box(self) -> tuple[Pair, Pair] | None:
        """((first row, last row), (first column, last column)) of its field, padding included.

        None for a cell that no layer connects with anything.
        """
        field = self.stack.field
        return field.box(self.cell) if field.reads_anything(self.cell) else None

    @cached_property
    def span(self) -> Pair:
        """(height, width) of the box."""
        height, width = (last - first + 1 for first, last in self.box or ((0, -1), (0, -1)))
        return height, width

    @property
    def area(self) -> int:
        """The pixels of the box."""
        return self.span[0] * self.span[1]

    @cached_property
    def outside(self) -> int:
        """How many pixels of the box lie outside the image, in the padding."""
        edge = self.stack.size - 1
        inside = [max(0, min(last, edge) - max(first, 0) + 1) for first, last in self.box or ()]
        return self.area - inside[0] * inside[1] if inside else 0

    @cached_property
    def rows(self) -> Line:
        """The paths from each row of the image that is seen."""
        return self.stack.paths_along(self.cell[0])

    @cached_property
    def columns(self) -> Line:
        """The paths from each column; those of a pixel are its row's times its column's."""
        return self.stack.paths_along(self.cell[1])

    @property
    def seen(self) -> int:
        """How many pixels of the image are seen, holes left out."""
        return len(self.rows) * len(self.columns)

    @property
    def paths(self) -> Share:
        """All paths from the image to the cell."""
        return sum(self.rows.values()) * sum(self.columns.values())

    @property
    def most(self) -> Share:
        """The paths from the pixel that has most of them."""
        return max(self.rows.values(), default=0) * max(self.columns.values(), default=0)

    @cached_property
    def core(self) -> Core:
        """The fewest pixels that hold most of the paths."""
        return core_of_product(self.rows.values(), self.columns.values())
