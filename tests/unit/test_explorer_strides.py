"""The strides explorer counts what autograd counts, and makes stripes smaller as torch does."""

from itertools import product
from xml.etree import ElementTree

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.controls import Choice, Slider
from course_lib.explorers.numbers import input_value, rows_of
from course_lib.explorers.strides.explorer import READS, STRIPES, StridesExplorer
from course_lib.explorers.strides.stripes import BLURRED, KEEP, LARGEST, MEAN, ROWS, Stripes
from course_lib.explorers.strides.worked import BLUR, MAX, WAYS, Reading

ALL_STRIPES = [Stripes(p, t, s) for p, t, s in product(range(2, 9), range(9), range(1, 5))]


def readings():
    """Every layer that the sliders reach on images of three sizes."""
    for size, kernel, stride, padding in product((4, 9, 12), range(1, 8), range(1, 5), range(4)):
        yield Reading(size, kernel, stride, padding)


def tensor(rows) -> torch.Tensor:
    return torch.tensor([[float(value) for value in row] for row in rows])


def gradient(reading: Reading, network) -> torch.Tensor:
    size = reading.input_size
    image = torch.tensor(rows_of(input_value, size, size)).float()[None, None].requires_grad_()
    network(image).sum().backward()
    return image.grad[0, 0]


def ones(reading: Reading, stride: int):
    weight = torch.ones(1, 1, reading.kernel_size, reading.kernel_size)
    return lambda image: F.conv2d(image, weight, stride=stride, padding=reading.padding)


def blur(stride: int) -> torch.Tensor:
    """The mean of as many pixels as the stride, twice: the triangle 1 2 1 / 4 for stride 2."""
    box = torch.ones(1, 1, stride) / stride
    return F.conv1d(box, box, padding=stride - 1)[0, 0]


def shrink(reading: Reading):
    stride = reading.stride
    if reading.way == BLUR:
        weight = torch.outer(blur(stride), blur(stride))[None, None]
        return lambda dense: F.conv2d(dense, weight, stride=stride, padding=stride - 1)
    pool = F.max_pool2d if reading.way == MAX else F.avg_pool2d
    return lambda dense: pool(dense, stride)


def test_counts_are_gradients_and_the_overlaps_of_the_transposed_convolution():
    counted = 0
    for reading in readings():
        if reading.problem:
            continue
        counted += 1
        uses = tensor(reading.uses)
        assert torch.equal(uses, gradient(reading, ones(reading, reading.stride))), reading
        assert torch.equal(uses, torch.outer(*[tensor([reading.uses_along])[0]] * 2)), reading
        outputs, weight = reading.strided.output_size(reading.input_size), reading.transposed
        stamps = F.conv_transpose2d(
            torch.ones(1, 1, *outputs), torch.ones(1, 1, *weight.kernel_size),
            stride=weight.stride, padding=weight.padding, output_padding=weight.output_padding,
        )  # fmt: skip
        assert torch.equal(uses, stamps[0, 0]), reading
    assert counted > 150


@pytest.mark.parametrize("way", WAYS)
def test_the_other_ways_send_back_the_gradient_of_autograd(way):
    for plain in readings():
        reading = Reading(plain.input_size, plain.kernel_size, plain.stride, plain.padding, way)
        if reading.problem:
            continue
        dense, smaller = ones(reading, 1), shrink(reading)
        expected = gradient(reading, lambda x, a=dense, b=smaller: b(a(x)))
        assert torch.allclose(tensor(reading.arrives), expected, atol=1e-4), reading


def test_kernel_3_stride_2_reads_pixels_once_twice_and_four_times():
    explorer = StridesExplorer()
    drawing = explorer.render(explorer.start())
    assert sorted({use for row in explorer.start().reading.uses for use in row}) == [1, 2, 4]
    assert "reads pixels 1, 2 or 4 times" in drawing.summary
    assert drawing.status[0] == "size = ⌊(12 + 2·1 − (3 − 1) − 1) / 2⌋ + 1 = 6"
    assert "1·1 = 1, 1·2 = 2 or 2·2 = 4 times" in drawing.status[1]
    even = explorer.update(explorer.start(), Change("kernel_size", 4))
    assert "4 = 2·2" in explorer.render(even).status[1]


def test_the_pattern_inside_is_what_autograd_finds_far_from_the_border():
    for kernel, stride in product(range(1, 8), range(1, 5)):
        reading = Reading(12, kernel, stride, 0)
        image = torch.ones(1, 1, 60, requires_grad=True)
        F.conv1d(image, torch.ones(1, 1, kernel), stride=stride).sum().backward()
        middle = image.grad[0, 0, 24 : 24 + stride].int().tolist()  # 24 is a multiple of all
        assert reading.phases == middle, (kernel, stride)


def test_smaller_stripes_are_those_of_torch():
    for stripes in ALL_STRIPES:
        stride, far = stripes.stride, 5 * stripes.stride  # so far that no border is read
        x = torch.tensor([float(stripes.pixel(i - far)) for i in range(36 + 2 * far)])[None, None]
        expected = {
            KEEP: x[..., ::stride],
            LARGEST: F.max_pool1d(x, stride),
            MEAN: F.avg_pool1d(x, stride),
            BLURRED: F.conv1d(x, blur(stride)[None, None], stride=stride, padding=stride - 1),
        }
        for way in ROWS:
            found = [float(stripes.output(way, i)) for i in range(stripes.outputs)]
            inside = expected[way][0, 0, 5 : 5 + len(found)]
            assert torch.allclose(torch.tensor(found), inside, atol=1e-4), (stripes, way)


def test_the_period_that_is_seen_is_the_strongest_frequency_of_what_is_kept():
    for stripes in ALL_STRIPES:
        cells = 840 // stripes.stride  # whole periods of every kind
        kept = torch.tensor([float(stripes.output(KEEP, i)) for i in range(cells)])
        spectrum = torch.fft.rfft(kept - kept.mean()).abs()
        if stripes.seen_period is None:
            assert spectrum.max() < 1e-3, stripes
        else:
            assert spectrum[round(cells * float(stripes.seen_frequency))] > 0.99 * spectrum.max()


def test_contrast_and_change_are_measured_on_the_rows():
    for period, stride in product(range(2, 9), range(1, 5)):
        here, moved = Stripes(period, 0, stride), Stripes(period, 1, stride)
        cells = range(840 // stride)  # whole periods of every kind
        for way in ROWS:
            row, after = (torch.tensor([float(each.output(way, i)) for i in cells])
                          for each in (here, moved))  # fmt: skip
            assert float(here.contrast(way)) == pytest.approx(float(row.max() - row.min()))
            change = float((row - after).abs().mean())
            assert float(here.change(way)) == pytest.approx(change, rel=1e-4), (here, way)


def test_the_question_is_answered_by_torch():
    pixels = torch.tensor([Stripes(3, 0, 1).pixel(i) for i in range(60)])
    bright = 2 * (pixels[::2] > 0).nonzero().flatten()
    assert set(bright.diff().tolist()) == {6}
    assert StridesExplorer.question.expected() == 6


def test_the_lines_of_code_do_what_is_drawn():
    for way in WAYS:
        explorer = StridesExplorer(way=way, kernel_size=3, padding=1)
        names = {"nn": nn}
        *lines, last = explorer.code(explorer.start()).splitlines()
        exec("\n".join(lines[1:]), names)
        for line in (lines[0], last):
            assert eval(line, names)(torch.ones(1, 1, 12, 12)).shape == (1, 1, 6, 6)
    explorer = StridesExplorer(view=STRIPES, period=5, stride=3)
    stripes = explorer.start().stripes
    x = torch.tensor([[[float(stripes.pixel(i)) for i in range(36)]]])
    for line, way in zip(explorer.code(explorer.start()).splitlines(), ROWS, strict=True):
        out = eval(line, {"F": F, "torch": torch, "x": x})[0, 0, 1:-1]  # the ends read padding
        expected = [float(stripes.output(way, i)) for i in range(1, stripes.outputs - 1)]
        assert torch.allclose(out, torch.tensor(expected), atol=1e-4), line


def test_exactly_what_torch_refuses_is_called_wrong():
    for plain, way in product(readings(), WAYS):
        stride = plain.stride - 1  # 0 too
        reading = Reading(plain.input_size, plain.kernel_size, stride, plain.padding, way)
        try:
            ones(reading, stride)(torch.ones(1, 1, reading.input_size, reading.input_size))
            gradient(reading, lambda x, r=reading: shrink(r)(ones(r, 1)(x)))
        except RuntimeError:
            assert reading.problem, reading
        else:
            assert reading.problem is None, reading


def test_wrong_settings_keep_the_last_picture_and_are_explained():
    explorer = StridesExplorer()
    wrong = explorer.render(explorer.update(explorer.start(), Change("stride", 0)))
    assert "non-positive stride is not supported" in wrong.problem
    assert 'opacity="0.3"' in wrong.svg()
    assert "Kernel 3, stride 2" in wrong.svg()
    stripes = StridesExplorer(view=STRIPES)
    wrong = stripes.render(stripes.update(stripes.start(), Change("stride", 0)))
    assert "non-positive stride" in wrong.problem


def test_a_shift_moves_the_stripes_to_the_right():
    still, moved = (torch.tensor([Stripes(5, t, 1).pixel(i) for i in range(20)]) for t in (0, 2))
    assert torch.equal(moved, still.roll(2))


def test_play_moves_the_stripes_by_one_pixel_and_begins_again():
    explorer = StridesExplorer(view=STRIPES, period=3)
    state, seen = explorer.start(), []
    for _ in range(4):
        seen.append(state.shift)
        state = explorer.update(state, Press("move"))
    assert seen == [0, 1, 2, 0]


def test_a_fine_stripe_vanishes_or_not_by_where_it_begins_but_always_turns_grey_when_averaged():
    for shift, kept in ((0, 12), (1, 0)):
        stripes = Stripes(2, shift, 2)
        assert {stripes.output(KEEP, i) for i in range(18)} == {kept}
        assert {stripes.output(MEAN, i) for i in range(18)} == {6}
    explorer = StridesExplorer(view=STRIPES, period=2)
    assert "they vanish" in explorer.render(explorer.start()).summary


def test_a_chosen_cell_that_is_gone_moves_inside_and_says_so():
    explorer = StridesExplorer(view=STRIPES, column=17)
    moved = explorer.update(explorer.start(), Change("stride", 4))
    assert moved.column == 8
    assert "moved to 8: there are 9 cells now" in explorer.render(moved).status[0]


def test_every_corner_of_the_settings_is_drawn_in_60_kib_or_explained():
    controls = [c for c in StridesExplorer.controls if isinstance(c, (Choice, Slider))]
    reads = ("stride", "input_size", "kernel_size", "padding", "way")
    drawn = 0
    for view, names in ((READS, reads), (STRIPES, ("stride", "period", "shift", "column"))):
        values = [
            c.options if isinstance(c, Choice) else (c.low, c.low + 1, c.high)
            for c in controls
            if c.name in names
        ]
        for chosen in product(*values):
            explorer = StridesExplorer(view=view, **dict(zip(names, chosen, strict=True)))
            drawing = explorer.render(explorer.start())
            svg = drawing.svg()
            assert len(svg.encode()) <= 60 * 1024, chosen
            assert ElementTree.fromstring(svg).get("aria-label") == drawing.summary
            assert drawing.problem or (drawing.code and drawing.status), chosen
            drawn += not drawing.problem
    assert drawn > 150
