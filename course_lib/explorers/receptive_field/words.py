"""What the workbench says: the recurrence with its numbers, what a cell reads, what it costs."""

from itertools import groupby

from course_lib.geometry import Layer, LayerRow, Pair, Share, Window

from ..words import count, times
from .sight import Sight, Stack

_TERMS = 8  # more are written as multiples
_LARGE = 10**12  # paths that nobody wants to read digit by digit
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def layer_name(layer: Layer) -> str:
    """What the table calls a layer."""
    for name in ("upscale_factor", "downscale_factor"):
        if factor := getattr(layer, name, None):
            return f"{layer.title} by {factor}"
    if factor := getattr(layer, "scale_factor", None):
        return f"{layer.title} by {factor[0]}"
    return layer.title


def growth(layer: Layer, row: LayerRow, before: LayerRow | None) -> str:
    """What a layer adds to the field: the product where the recurrence holds, else the number."""
    added = row.receptive_field[0] - (before.receptive_field[0] if before else 1)
    return f"{_term(layer, before)} = {added}" if _holds(layer, row, before) else str(added)


def paths_in_words(number: Share) -> str:
    """A number of paths: "1 path", "6,561 paths", "2.6·10¹⁵ paths"."""
    if number < _LARGE:
        return count(round(number), "path")
    digits, power = f"{float(number):.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(_RAISED)} paths"


def sentence(sight: Sight) -> str:
    """The picture in one sentence, for those who do not see it."""
    stack, table = sight.stack, sight.stack.table
    jump, output = table.jump[0], stack.sizes[-1]
    start = (
        f"Behind {count(len(stack.layers), 'layer')} the receptive field is {_largest(stack)} "
        f"pixels and the jump {jump}; cell {sight.cell} of {times((output, output))}"
    )
    if not sight.box:
        return f"{start} reads nothing."
    outside = f", {sight.outside:,} of these pixels outside the image" if sight.outside else ""
    return f"{start} reads {_lines(sight)} of an image of {times((stack.size,) * 2)}{outside}."


def status(sight: Sight) -> tuple[str, ...]:
    """The lines below the picture."""
    lines = (recurrence(sight.stack), *_reading(sight), _coverage(sight.stack), cost(sight.stack))
    return tuple(filter(None, lines))


def recurrence(stack: Stack) -> str:
    """The receptive field as a sum with its numbers put in, and the jump as a product."""
    rows = stack.table.rows
    if not rows:
        return "No layers yet: each cell is one pixel."
    steps = list(zip(stack.layers, rows, (None, *rows), strict=False))
    if not all(_holds(*step) for step in steps):
        return (
            "Behind a layer that enlarges the map the recurrence no longer holds: what a cell "
            "reads depends on its position. So the field is counted, cell by cell."
        )
    terms = [_term(layer, before) for layer, _, before in steps]
    dilated = any(max(layer.dilation) > 1 for layer in stack.layers)
    strides = [str(row.stride[0]) for row in rows if row.stride[0] > 1]
    product = f"{'·'.join(strides)} = " if len(strides) > 1 else ""
    return (
        f"receptive field r = {' + '.join(('1', *_shortened(terms)))} = "
        f"{rows[-1].receptive_field[0]}: each layer adds (kernel − 1) · "
        f"{'dilation · ' * dilated}the jump before it\n"
        f"jump j = {product}{rows[-1].jump[0]}: the product of the strides"
    )


def _holds(layer: Layer, row: LayerRow, before: LayerRow | None) -> bool:
    """Whether the field of a row follows from the row before it by the recurrence."""
    if not isinstance(layer, Window) or row.varies or (before and before.varies):
        return False
    field, jump = (before.receptive_field[0], before.jump[0]) if before else (1, 1)
    return row.receptive_field[0] == field + (layer.effective_kernel_size[0] - 1) * jump


def _term(layer: Window, before: LayerRow | None) -> str:
    """(kernel − 1) · dilation · jump with its numbers put in; dilation 1 is left out."""
    dilation = f"·{layer.dilation[0]}" if layer.dilation[0] > 1 else ""
    return f"{layer.kernel_size[0] - 1}{dilation}·{before.jump[0] if before else 1}"


def _shortened(terms: list[str]) -> list[str]:
    if len(terms) <= _TERMS:
        return terms
    runs = [(term, len(list(run))) for term, run in groupby(terms)]
    return [f"{number}×({term})" if number > 1 else term for term, number in runs]


def _reading(sight: Sight) -> list[str]:
    """What the cell reads, where most of its paths begin, and what it misses."""
    if not sight.box:
        return [
            f"Cell {sight.cell} reads nothing: no tap leads there, for a stride exceeds the kernel "
            "that it spreads."
        ]
    if not sight.seen:
        return [f"Cell {sight.cell} reads nothing but padding."]
    pixels, paths = count(sight.seen, "pixel"), paths_in_words(sight.paths)
    lines = [
        f"Cell {sight.cell} reads {_lines(sight)}: {pixels} of the image by {paths}. "
        f"{_effective(sight)}"
    ]
    holes = sight.area - sight.outside - sight.seen
    if sight.outside:
        lines.append(
            f"{sight.outside:,} of the {sight.area:,} pixels in the box lie outside the image: "
            "padded zeros, from which nothing can be learned."
        )
    if holes:
        lines.append(f"{count(holes, 'pixel')} inside the box are never read: holes.")
    return lines


def _effective(sight: Sight) -> str:
    pixels = sight.core.pixels
    of_image = f", {_share(pixels, sight.seen)} of what it sees of the image" * bool(sight.outside)
    return (
        f"95 % of the paths begin in {count(pixels, 'pixel')}: {_share(pixels, sight.area)} of the "
        f"box{of_image}."
    )


def _coverage(stack: Stack) -> str:
    """How many cells see the whole image, where the field is large enough for one."""
    field, cells = stack.field, stack.sizes[-1]
    if field.size[0] < stack.size:
        return ""
    rows = sum(_sees_all(stack, row) for row in range(cells))
    if rows == cells:
        return "Every cell sees all of the image."
    return (
        f"{rows} of the {cells} rows of cells see every row of the image, so {rows * rows:,} of "
        f"{cells * cells:,} cells see all of it."
    )


def _sees_all(stack: Stack, index: int) -> bool:
    if not stack.field.reads_anything((index, index)):
        return False
    (first, last), _ = stack.field.box((index, index))
    return first <= 0 and last >= stack.size - 1


def cost(stack: Stack) -> str:
    """Weights and multiplications, and what one layer with the same field would need."""
    weights, field = stack.table.parameters, stack.field.size[0]
    if not weights:
        return ""
    text = (
        f"Full convolutions with C channels in every map: {weights:,}·C² weights and "
        f"{stack.table.macs:,}·C² multiplications."
    )
    if len(stack.layers) == 1 or stack.field.varies:
        return text
    return (
        f"{text} One {times((field, field))} layer has the same field and {field * field:,}·C² "
        "weights."
    )


def _largest(stack: Stack) -> str:
    field = times(stack.field.size)
    return f"up to {field}" if stack.field.varies else field


def _lines(sight: Sight) -> str:
    rows, columns = (_range(ends) for ends in sight.box)
    return f"rows {rows} and columns {columns}"


def _range(ends: Pair) -> str:
    first, last = (str(end).replace("-", "−") for end in ends)
    return f"{first} to {last}"


def _share(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{share:.0f} %" if share >= 1 else "less than 1 %"
