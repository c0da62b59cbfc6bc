"""The layer table: one row a layer, with its sizes, its receptive field and what it costs."""

from collections.abc import Iterable
from dataclasses import dataclass

from .fields import Field, receptive_fields
from .network import Network, Node
from .notes import field_notes
from .operations import Elementwise, Input
from .pairs import Pair, Shape, Share, as_pair

HEADINGS = (
    "layer", "kind", "kernel", "stride", "dilation", "output", "jump", "field", "parameters", "MACs"
)  # fmt: skip
LEFT_ALIGNED = 2  # the first columns hold words, the others numbers


@dataclass(frozen=True)
class LayerRow:
    """One layer. What it does not have is None; ``receptive_field`` None is the whole image.

    ``start`` is where the field of cell (0, 0) begins; negative, where that is in the padding.
    Behind a layer that makes maps larger, ``jump`` may hold fractions, and the field may depend on
    the position: ``varies`` says whether, ``receptive_field`` is the largest one, and ``period``
    tells after how many cells the sizes return.
    """

    name: str
    kind: str
    kernel_size: Pair | None
    stride: Pair | None
    dilation: Pair | None
    output_shape: Shape
    jump: tuple[Share, Share] | None
    receptive_field: Pair | None
    start: Pair | None
    parameters: int
    macs: int
    varies: bool = False
    period: Pair | None = None

    @property
    def output_size(self) -> Pair:
        """(height, width) of the map that comes out."""
        return self.output_shape[1:]

    def cells(self) -> tuple[str, ...]:
        """The row as text, in the order of HEADINGS; a field «image» is the whole of it."""
        channels, *size = self.output_shape
        field = _number(self.receptive_field) if self.receptive_field else "image"
        return (
            self.name, self.kind, _grid(self.kernel_size), _number(self.stride),
            _number(self.dilation), f"{channels}x{_grid((size[0], size[1]))}", _number(self.jump),
            field, f"{self.parameters:,}", f"{self.macs:,}",
        )  # fmt: skip


@dataclass(frozen=True, repr=False)
class LayerTable:
    """The rows of a network for one input size; ``print`` shows them in columns.

    ``other_parameters`` belong to steps without a row (BatchNorm, PReLU); ``notes`` are sentences
    on what the numbers leave out.
    """

    rows: tuple[LayerRow, ...]
    input_shape: Shape
    other_parameters: int = 0
    notes: tuple[str, ...] = ()

    @property
    def receptive_field(self) -> Pair:
        """(height, width) of the last field before the whole image is pooled or flattened."""
        known = [row.receptive_field for row in self.rows if row.receptive_field]
        return known[-1] if known else (1, 1)

    @property
    def jump(self) -> tuple[Share, Share]:
        """How far that field moves from one cell to the next, in input pixels."""
        known = [row.jump for row in self.rows if row.jump]
        return known[-1] if known else (1, 1)

    @property
    def parameters(self) -> int:
        """All parameters that the output depends on."""
        return sum(row.parameters for row in self.rows) + self.other_parameters

    @property
    def macs(self) -> int:
        """Multiply-accumulates of convolutions and linear layers for one image."""
        return sum(row.macs for row in self.rows)

    def __str__(self) -> str:
        lines = [HEADINGS, *(row.cells() for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [_aligned(line, widths) for line in lines]
        text.insert(1, _aligned(["-" * width for width in widths], widths))
        channels, *size = self.input_shape
        field = _number(self.receptive_field)
        text += [
            "",
            f"input: {channels}x{_grid((size[0], size[1]))}",
            f"receptive field before the whole image is seen: {field}, jump {_number(self.jump)}",
            f"parameters: {self.parameters:,} ({self.other_parameters:,} in steps without a row)",
            f"MACs: {self.macs:,}",
        ]
        return "\n".join([*text, *(f"note: {note}" for note in self.notes)])

    __repr__ = __str__  # so that a notebook shows the table where a cell ends with it


def layer_table(network: Network, input_size: int | Pair) -> LayerTable:
    """The table of a network on images of that size; elementwise steps get no row."""
    shapes = network.shapes(as_pair(input_size, "input_size"))
    return table_of(network, shapes, receptive_fields(network, shapes))


def table_of(
    network: Network, shapes: dict[Node, Shape], fields: dict[Node, Field | None]
) -> LayerTable:
    """The same where shapes and fields are known already."""
    shown = [n for n in network.nodes if not isinstance(n.operation, (Input, Elementwise))]
    return LayerTable(
        rows=tuple(_row(node, shapes[node], fields[node]) for node in shown),
        input_shape=shapes[network.nodes[0]],
        other_parameters=sum(n.parameters for n in network.nodes if n not in shown),
        notes=field_notes(network, fields),
    )


def _row(node: Node, shape: Shape, field: Field | None) -> LayerRow:
    operation = node.operation
    return LayerRow(
        name=node.label,
        kind=operation.title,
        kernel_size=getattr(operation, "kernel_size", None),
        stride=getattr(operation, "stride", None),
        dilation=getattr(operation, "dilation", None),
        output_shape=shape,
        jump=field and field.jump,
        receptive_field=field and field.size,
        start=field and field.start,
        parameters=node.parameters,
        macs=operation.macs(shape[1:]),
        varies=bool(field and field.varies),
        period=field and field.period,
    )


def _grid(pair: tuple[Share, Share] | None) -> str:
    return f"{pair[0]}x{pair[1]}" if pair else "-"


def _number(pair: tuple[Share, Share] | None) -> str:
    """A square pair as one number."""
    return str(pair[0]) if pair and pair[0] == pair[1] else _grid(pair)


def _aligned(cells: Iterable[str], widths: list[int]) -> str:
    columns = enumerate(zip(cells, widths, strict=True))
    aligned = [c.ljust(w) if place < LEFT_ALIGNED else c.rjust(w) for place, (c, w) in columns]
    return "  ".join(aligned)
