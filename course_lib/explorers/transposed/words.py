"""What the transposed explorer says: the sum of a cell, sizes, and each reading's own facts."""

from course_lib.pictures.marks import numeral

from ..numbers import small_value, stamp_value
from ..words import count, plain, times
from .worked import Upsampled

_TERMS = 6  # more do not fit on a line


def sentence(worked: Upsampled) -> str:
    """The layer and the chosen cell in one sentence."""
    row, column = worked.cell
    return (
        f"A transposed convolution with kernel {worked.kernel}, stride {worked.stride}, padding "
        f"{worked.padding}, output_padding {worked.extra} and dilation {worked.dilation} turns "
        f"{times((worked.size,) * 2)} into {times((worked.length,) * 2)}; output cell "
        f"({row}, {column}) is fed by {count(len(worked.taps), 'input')} and is "
        f"{numeral(worked.outputs[row][column])}."
    )


def sum_of_cell(worked: Upsampled) -> str:
    """Which inputs feed the chosen output through which weights, then the numbers."""
    row, column = worked.cell
    name, value = f"out[{row},{column}]", worked.outputs[row][column]
    if not worked.taps:
        return f"{name} = 0: no input feeds it"
    taps = sorted(worked.taps)
    names = [
        f"in[{tap.input[0]},{tap.input[1]}]·w[{tap.weight[0]},{tap.weight[1]}]" for tap in taps
    ]
    products = [f"{small_value(*tap.input)}·{stamp_value(*tap.weight)}" for tap in taps]
    named, counted = (_joined(terms) for terms in (names, products))
    return f"{name} = {named}\n{' ' * len(name)} = {counted} = {value}"


def _joined(terms: list[str]) -> str:
    if len(terms) <= _TERMS:
        return " + ".join(terms)
    return " + ".join([*terms[:_TERMS], f"… {len(terms) - _TERMS} more"])


def view(worked: Upsampled) -> str:
    """The receptive field of the chosen cell on the input, and the jump behind the layer."""
    if not worked.taps:
        return ""
    row, column = worked.cell
    span = tuple(
        1 + max(index for index, _ in pairs) - min(index for index, _ in pairs)
        for pairs in (worked.along[row], worked.along[column])
    )
    numbers = " or ".join(map(str, sorted(set(worked.profile))))
    return (
        f"receptive field of out[{row},{column}]: {times(span)} of the input. Away from borders "
        f"an output reads {numbers} along an axis; jump {worked.layer.step_along(0)}"
    )


def size_formula(worked: Upsampled) -> str:
    """The output size, with the numbers put into the formula, and what padding does to it."""
    formula = (
        f"size = ({worked.size} − 1)·{worked.stride} − 2·{worked.padding} + "
        f"{worked.dilation}·({worked.kernel} − 1) + {worked.extra} + 1 = {worked.length}"
    )
    if not worked.padding:
        return formula
    return f"{formula}; padding crops {count(worked.padding, 'cell')} off each side"


def output_padding(worked: Upsampled) -> str:
    """Why there is an output_padding, what bounds it, and what it adds here."""
    stride, base = worked.stride, worked.length - worked.extra
    bound = max(stride, worked.dilation) - 1
    came = range(max(base, 1), base + stride)  # padding may take away more than there is
    if not came:
        told = f"The other way, no input gives {worked.size}"
    elif len(came) == 1:
        told = f"The other way, Conv2d with these settings makes {worked.size} of {came[0]} alone"
    else:
        told = (
            f"The other way, Conv2d with these settings makes {worked.size} of {_either(came)}; "
            "output_padding says which one comes back"
        )
    allowed = f"be 0 to {bound}" if bound else "only be 0"
    beyond = f" From {stride} on, the other way gives more than {worked.size}."
    return (
        f"{told}. It may {allowed}, less than max(stride, dilation)."
        f"{beyond if bound >= stride else ''}{_added(worked)}"
    )


def _either(numbers: range) -> str:
    *most, last = map(str, numbers)
    return f"{', '.join(most)} or {last}"


def _added(worked: Upsampled) -> str:
    if not worked.extra:
        return ""
    gained = min(worked.extra, worked.padding)
    told = ""
    if gained:
        told = f" Here it keeps {_lines(gained)} that padding would have cropped."
    if worked.dead == 1:
        return (
            f"{told} output_padding {worked.extra} > padding {worked.padding}: the last row and "
            "column lie beyond every stamp and hold nothing but the bias."
        )
    if worked.dead:
        return (
            f"{told} output_padding {worked.extra} > padding {worked.padding}: the last "
            f"{worked.dead} rows and columns lie beyond every stamp and hold nothing but the bias."
        )
    return told


def _lines(number: int) -> str:
    return "a row and a column" if number == 1 else f"{number} rows and columns"


# What each reading says by itself


def stamp(worked: Upsampled) -> str:
    """The stamp that was laid last."""
    row, column = worked.stamped
    first = [index * worked.stride - worked.padding for index in (row, column)]
    reach = worked.dilation * (worked.kernel - 1)
    rows, columns = (
        numeral(start) if reach == 0 else f"{numeral(start)} to {numeral(start + reach)}"
        for start in first
    )
    outside = min(first) < 0 or max(first) + reach >= worked.length
    return (
        f"stamp {worked.stamps} of {worked.size**2}: in[{row},{column}] = "
        f"{small_value(row, column)} times the kernel, at rows {rows}, columns {columns} of the "
        f"output{'; what lies outside is cropped' if outside else ''}"
    )


def waste(worked: Upsampled) -> str:
    """How many multiplications meet a zero that was put in."""
    share = round(100 * worked.wasted / worked.multiplications)
    return (
        f"{worked.length}·{worked.length} outputs · {worked.kernel}·{worked.kernel} weights = "
        f"{worked.multiplications:,} multiplications; {worked.wasted:,} of them ({share} %) meet a "
        "zero that was put in. Stamps give the same numbers without these."
    )


def shape_of_matrix(worked: Upsampled) -> str:
    """What the matrix is, and what it is not."""
    if not worked.along[worked.cell[0]]:
        return ""
    return (
        f"Row by row, C is the convolution that takes {worked.length} cells to {worked.size}, once "
        "for each kernel row. On its side it brings back the size, not the values: a transpose is "
        "no inverse."
    )


def verdict(worked: Upsampled) -> str:
    """Whether the counts are equal, and what that is worth."""
    few, many = min(worked.profile), max(worked.profile)
    kernel, stride = worked.kernel, worked.stride
    if few == 0:
        dilated = f" with dilation {worked.dilation}" if worked.dilation > 1 else ""
        return (
            "Away from borders some outputs get no stamp at all: "
            f"kernel {kernel}{dilated} leaves gaps at stride {stride}."
        )
    if few == many:
        return f"Away from borders every output gets {few}·{few} = {few * few}. {_still(worked)}"
    ratio = worked.ratio
    quotient = "" if ratio.denominator == 1 else f" = {numeral(plain(ratio))} : 1"
    return (
        f"{kernel} is no multiple of {stride}: {few} or {many} stamps along an axis, in the image "
        f"max : min = {many * many} : {few * few}{quotient}. That is the checkerboard."
    )


def _still(worked: Upsampled) -> str:
    values = sorted({value for row in worked.from_flat for value in row})
    if len(values) == 1:
        return f"With stride {worked.stride} and these weights a flat input stays flat."
    found = f"from {values[0]} to {values[-1]}"
    return (
        "Equal counts do not make an even picture: different weights meet different cells, and a "
        f"flat input of ones gives values {found}."
    )
