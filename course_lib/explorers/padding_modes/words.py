"""What the padding explorer says: where a cell comes from, and the sums at the border."""

from collections.abc import Iterable

from course_lib.geometry import Pair
from course_lib.pictures.marks import numeral

from ..words import count, factor, times
from .worked import (
    CLIPPED,
    COLUMNS,
    Bordered,
    Kernel,
    through_layers,
    untouched,
)

_ELSEWHERE = {
    "zeros": "The default of every PyTorch layer; NumPy and torchvision call it “constant”.",
    "reflect": "The edge is the mirror and is not repeated, which leaves n − 1 cells to show: "
    "PyTorch pads by at most n − 1 on a side.",
    "replicate": "The edge is repeated as often as needed; NumPy and torchvision call it “edge”.",
    "circular": "The map goes on from its other end, once around: PyTorch pads by at most n on a "
    "side. NumPy calls it “wrap”.",
    "symmetric": "The edge is repeated too. PyTorch has no such mode; its “reflect” leaves the "
    "edge out: {reflected}. NumPy and torchvision have both.",
    CLIPPED: "Clipped: no cells are added, the kernel is cut off at the border. A sum then is the "
    "same as with zeros; a mean is divided by the weights that are left.",
}


def signal_sentence(signal: Bordered, cell: Pair) -> str:
    """The table of modes in one sentence."""
    length, padding, mode = signal.size[1], signal.padding[1], signal.mode
    start = f"A signal of {length} cells under five padding modes and clipped"
    if mode == CLIPPED:
        return f"{start}: where nothing is padded, the kernel is cut off at the border."
    if not padding:
        return f"{start}; with a padding of 0 all are the same."
    before = " ".join(numeral(value) for value in signal.padded[0][:padding])
    return (
        f"{start}, padding {padding}: {mode} puts {before} before {signal.values[0][0]}; "
        f"{_comes_from(signal, cell, 1)}."
    )


def image_sentence(image: Bordered, cell: Pair) -> str:
    """The padded image in one sentence."""
    start = f"An image of {times(image.size)}"
    if image.mode == CLIPPED:
        return f"{start} without padding: the 3x3 kernel is cut off at the border."
    return (
        f"{start}, padding {image.padding[0]}, mode {image.mode}, and what a 3x3 kernel makes of "
        f"it; {_comes_from(image, cell, 2)}."
    )


def layers_sentence(kernel: Kernel, name: str, mode: str, layers: int) -> str:
    """The constant row in one sentence."""
    same = sum(untouched(kernel, mode, layers))
    return (
        f"A row of {COLUMNS} equal cells after {count(layers, 'layer')} ({name}, padding {mode}): "
        f"{same} of {COLUMNS} cells are as they would be without a border."
    )


def _comes_from(bordered: Bordered, cell: Pair, axes: int) -> str:
    place, source = _at(map(numeral, cell[-axes:])), bordered.source(cell)
    if source is None:
        return f"{place} is a zero"
    if source == cell:
        return f"{place} is a cell of the map itself"
    return f"{place} repeats {_at(map(numeral, source[-axes:]))}"


def _at(indices: Iterable[str]) -> str:
    return f"x[{', '.join(indices)}]"


def rule(bordered: Bordered, cell: Pair, axes: int) -> str:
    """How the mode finds the source of a cell, with the numbers put in."""
    if bordered.mode == CLIPPED:
        return ""
    source = bordered.source(cell)
    place = _at(map(numeral, cell[-axes:]))
    if source is None:
        return f"{place} = 0 because it lies outside"
    if source == cell:
        more = "; choose a hatched one to see its source" if any(bordered.padding) else ""
        return f"{place} is a cell of the map itself{more}."
    indices = [
        _index(bordered.mode, cell[axis], bordered.size[axis]) for axis in range(2 - axes, 2)
    ]
    return f"{place} = {_at(indices)} = {_at(map(str, source[-axes:]))}"


def _index(mode: str, place: int, length: int) -> str:
    """The index formula: on one side cells count from 0, on the other from ``length - 1``."""
    if 0 <= place < length:
        return str(place)
    low, written = place < 0, factor(place)
    if mode == "circular":
        return f"{written} mod {length}"
    if mode == "replicate":
        return f"max({numeral(place)}, 0)" if low else f"min({written}, {length} − 1)"
    if mode == "reflect":
        return f"−{written}" if low else f"2·({length} − 1) − {written}"
    return f"−{written} − 1" if low else f"2·{length} − 1 − {written}"


def signal_sum(signal: Bordered, kernel: Kernel) -> str:
    """The sum at cell 0, where the kernel hangs over the border by one cell."""
    if not signal.padding[1] and signal.mode != CLIPPED:
        return "Without padding the kernel fits only around cells that have two neighbours."
    return f"{_sum(signal, kernel)}, centred on x[0]"


def _sum(signal: Bordered, kernel: Kernel) -> str:
    window = signal.window(kernel, (0, 0))
    total = " + ".join(
        numeral(_value(signal, cell)) + (f"·{factor(weight)}" if weight != 1 else "")
        for cell, weight in window
    )
    divisor = signal.divisor(kernel, window)
    shown = total if divisor == 1 else f"({total}) / {divisor}"
    return f"{_output(signal, 1)} = {shown} = {_result(signal, kernel)}"


def image_sum(image: Bordered, kernel: Kernel) -> str:
    """What the top left corner gets: the sum of products, and how much of it is real."""
    if not image.padding[0] and image.mode != CLIPPED:
        return "Without padding the kernel fits only around cells that have all their neighbours."
    window = image.window(kernel, (0, 0))
    total = sum(_value(image, cell) * weight for cell, weight in window)
    divisor = image.divisor(kernel, window)
    shown = "" if divisor == 1 else f"{numeral(total)} / {divisor} = "
    real = sum(image.inside(cell) for cell, _ in window)
    return (
        f"{_output(image, 2)} = {shown}{_result(image, kernel)}, centred on x[0, 0]: {real} of the "
        "9 cells under the kernel are real"
    )


def _output(bordered: Bordered, axes: int) -> str:
    """The output that is centred on the first real cell: the padding moves it along."""
    index = 0 if bordered.mode == CLIPPED else bordered.padding[1] - 1
    return f"out[{', '.join([str(index)] * axes)}]"


def _value(bordered: Bordered, cell: Pair) -> int:
    source = bordered.source(cell)
    return 0 if source is None else int(bordered.values[source[0]][source[1]])


def _result(bordered: Bordered, kernel: Kernel) -> str:
    result = bordered.result(kernel, (0, 0))
    return numeral(int(result) if result.denominator == 1 else float(result))


def size(signal: Bordered) -> str:
    """How many results there are."""
    length, padding = signal.size[1], signal.padding[1]
    if signal.mode == CLIPPED:
        return f"size = {length}, one result for each cell"
    return f"size = {length} + 2·{padding} − (3 − 1) = {length + 2 * padding - 2}"


def name_elsewhere(bordered: Bordered) -> str:
    """What the mode is called elsewhere, and how wide it may be."""
    return _ELSEWHERE[bordered.mode].format(reflected=_reflected(bordered))


def _reflected(bordered: Bordered) -> str:
    """What reflect puts before the first row, against what symmetric does."""
    first, width = bordered.values[:1], max(1, min(bordered.padding[1], bordered.size[1] - 1))
    rows = [Bordered(first, (0, width), mode).padded[0] for mode in ("reflect", "symmetric")]
    return " against ".join(
        f"{' '.join(map(numeral, row[:width]))} | {row[width]} …" for row in rows
    )


def kept(kernel: Kernel, mode: str, layers: int) -> str:
    """How far the border has come, and how many different cells that makes."""
    same = sum(untouched(kernel, mode, layers))
    values = set(through_layers(kernel, mode, layers)[-1].values[0])
    return (
        f"{same} of {COLUMNS} cells are as they would be without a border · "
        f"{count(len(values), 'different value')} in the row"
    )


def first_layer(kernel: Kernel, mode: str) -> str:
    """What one layer makes of the first cell of the constant row."""
    row = through_layers(kernel, mode, 0)[0]
    line = _sum(row, kernel)
    if all(untouched(kernel, mode, 1)):
        return f"{line}, as everywhere in the row"
    if not sum(kernel.weights):
        return f"{line}: an edge where the row has none"
    return f"{line}: the zero counts as a part of the row"
