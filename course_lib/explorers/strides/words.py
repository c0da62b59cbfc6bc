"""What the strides explorer says."""

from collections.abc import Sequence
from fractions import Fraction

from course_lib.pictures.marks import numeral

from ..code import torch_line
from ..words import count, plain, times
from .stripes import BLURRED, BRIGHT, KEEP, LARGEST, MEAN, Stripes
from .worked import AVERAGE, BLUR, MAX, Reading, triangle

# How often pixels are read


def reading_sentence(reading: Reading) -> str:
    """Both maps in one sentence."""
    counts = sorted({use for row in reading.uses for use in row})
    return (
        f"In an image of {times((reading.input_size,) * 2)}, kernel {reading.kernel_size} with "
        f"stride {reading.stride} and padding {reading.padding} reads pixels {_often(counts)}; "
        f"with stride 1 and {reading.way} {reading.stride} the gradient at a pixel is "
        f"{_range(reading)}."
    )


def _often(counts: Sequence[int]) -> str:
    *most, last = map(str, counts)
    return f"{', '.join(most)} or {last} times" if most else count(counts[0], "time")


def _range(reading: Reading) -> str:
    shares = [share for row in reading.arrives for share in row]
    low, high = (numeral(plain(end)) for end in (min(shares), max(shares)))
    return low if low == high else f"from {low} to {high}"


def size(reading: Reading) -> str:
    """The output size, with the numbers put into the formula, and what is left unread."""
    length, kernel = reading.input_size, reading.kernel_size
    found = (
        f"size = ⌊({length} + 2·{reading.padding} − ({kernel} − 1) − 1) / {reading.stride}⌋ + 1 "
        f"= {reading.strided.output_size(length)[0]}"
    )
    unread = sum(not use for row in reading.uses for use in row)
    if not unread:
        return found
    told = "pixel (crossed) is" if unread == 1 else "pixels (crossed) are"
    return f"{found}; {unread} of {length**2} {told} never read"


def pattern(reading: Reading) -> str:
    """Which counts repeat, and why."""
    kernel, stride, phases = reading.kernel_size, reading.stride, sorted(set(reading.phases))
    if stride == 1:
        return f"Stride 1 reads each pixel away from the border {kernel}·{kernel} times."
    if not phases[0]:
        return f"{kernel} < {stride}: from one position to the next the kernel steps over pixels."
    few, many = phases[0], phases[-1]
    if few == many:
        return (
            f"{kernel} = {few}·{stride}: away from the border each pixel is read {few}·{few} = "
            f"{count(few * few, 'time')}. The counts are even; weights are not, so that a trained "
            "layer may ripple all the same."
        )
    return (
        f"{kernel} is no multiple of {stride}: along one axis pixels are read {few} or {many} "
        f"times, in the image {few}·{few} = {few * few}, {few}·{many} = {few * many} or "
        f"{many}·{many} = {many * many} times. That is the checkerboard."
    )


def transpose(reading: Reading) -> str:
    """Why the same numbers belong to a transposed convolution."""
    if reading.stride == 1:
        return ""
    return (
        "The counts are the gradient of the strided layer with weights 1, and the overlaps of "
        f"{torch_line(reading.transposed)}: the way back through a strided convolution is a "
        "transposed convolution."
    )


def other_way(reading: Reading) -> str:
    """What the other way does with the gradient, and what it costs."""
    kernel, stride = reading.kernel_size, reading.stride
    if stride == 1:
        return "With stride 1 there is nothing to make smaller: both maps are the same."
    share = f"{kernel}·{kernel}/{stride**2} = {numeral(plain(Fraction(kernel**2, stride**2)))}"
    told = {
        MAX: "Max pooling sends it to the winners: uneven too, but by the image, not by a grid.",
        AVERAGE: f"Average pooling shares it out: away from the border each pixel gets {share}.",
        BLUR: f"The blur {_weights(stride)} shares it out: away from the border each pixel gets "
        f"{share}.",
    }[reading.way]
    dense, strided = (
        layer.macs(layer.output_size(reading.input_size))
        for layer in (reading.dense, reading.strided)
    )
    return f"{told} The price: {dense:,} MACs instead of {strided:,}."


def _weights(stride: int) -> str:
    return " ".join(str(int(weight * stride**2)) for weight in triangle(stride).values())


def reading_code(reading: Reading) -> str:
    """Both ways in PyTorch."""
    strided, dense, shrinking = map(torch_line, (reading.strided, reading.dense, reading.shrinking))
    if reading.stride == 1:
        return strided
    if reading.way != BLUR:
        return f"{strided}\nnn.Sequential({dense}, {shrinking})"
    note = f"fixed weights: {_weights(reading.stride)} down times across, over {reading.stride**4}"
    return f"{strided}\nblur = {shrinking}  # {note}\nnn.Sequential({dense}, blur)"


# Stripes


def stripes_sentence(stripes: Stripes) -> str:
    """The stripes in one sentence."""
    seen = stripes.seen_period
    told = f"seem to repeat every {numeral(plain(seen))} pixels" if seen else "vanish"
    if seen == stripes.period:
        told = "are still there"
    kept = numeral(plain(stripes.contrast(BLURRED)))
    return (
        f"Stripes that repeat every {stripes.period} pixels, shifted by {stripes.shift}: after "
        f"stride {stripes.stride} they {told}; with a blur first their contrast is {kept} of "
        f"{BRIGHT}."
    )


def frequency(stripes: Stripes) -> str:
    """What the stride makes of the stripes, as a sum of frequencies."""
    found = f"frequency = stride / period = {stripes.stride}/{stripes.period} stripes a cell"
    if stripes.frequency <= Fraction(1, 2):
        return f"{found}, not above 1/2: two cells or more for each stripe, enough to show it"
    nearest = round(stripes.frequency)
    told = f"{found}, above 1/2: seen as |{stripes.stride}/{stripes.period} − {nearest}| = "
    if stripes.seen_period is None:
        return f"{told}0: each cell falls on the same part of a stripe, and the stripes vanish"
    cells = numeral(plain(1 / stripes.seen_frequency))
    pixels = numeral(plain(stripes.seen_period))
    return f"{told}{stripes.seen_frequency}, every {cells} cells, which is every {pixels} pixels"


def chosen_cell(stripes: Stripes, index: int) -> str:
    """One cell, the four ways."""
    first, stride = index * stripes.stride, stripes.stride
    if stride == 1:
        return f"out[{index}] = x[{index}] = {stripes.pixel(index)} in all rows: nothing is lost"
    window = [stripes.pixel(first + offset) for offset in range(stride)]
    blurred = " + ".join(
        f"{stripes.pixel(first + offset)}·{int(weight * stride**2)}"
        for offset, weight in triangle(stride).items()
    )
    values = {way: numeral(plain(stripes.output(way, index)))
              for way in (KEEP, LARGEST, MEAN, BLURRED)}  # fmt: skip
    return (
        f"out[{index}] = x[{first}] = {values[KEEP]} with the stride\n"
        f"out[{index}] = max({', '.join(map(str, window))}) = {values[LARGEST]} with max pooling\n"
        f"out[{index}] = ({' + '.join(map(str, window))}) / {stride} = {values[MEAN]} with "
        f"average pooling\n"
        f"out[{index}] = ({blurred}) / {stride**2} = {values[BLURRED]} with the blur"
    )


def stripes_code(stripes: Stripes) -> str:
    """The four ways in PyTorch."""
    stride = stripes.stride
    if stride == 1:
        return "x[..., ::1]  # all of x"
    weights = ", ".join(f"{weight}." for weight in _weights(stride).split())
    return (
        f"x[..., ::{stride}]\n"
        f"F.max_pool1d(x, {stride})\n"
        f"F.avg_pool1d(x, {stride})\n"
        f"F.conv1d(x, torch.tensor([[[{weights}]]]) / {stride**2}, stride={stride}, "
        f"padding={stride - 1})"
    )
