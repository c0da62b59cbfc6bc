"""The padding explorer shows what F.pad does, mode by mode, and what convolutions make of it."""

from itertools import product
from xml.etree import ElementTree

import numpy
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.controls import Choice, Slider
from course_lib.explorers.padding_modes.explorer import IMAGE, LAYERS, SIGNAL, PaddingModesExplorer
from course_lib.explorers.padding_modes.worked import (
    CLIPPED,
    KERNELS,
    MODES,
    Bordered,
    Kernel,
    image,
    signal,
    through_layers,
    untouched,
)
from course_lib.pictures.marks import Bow

TORCH = ("zeros", "reflect", "replicate", "circular")
SIDES = tuple(product(range(2, 9), range(5)))  # every length and padding that the sliders reach


def named(mode: str) -> str:
    return "constant" if mode == "zeros" else mode


def tensor(rows) -> torch.Tensor:
    return torch.tensor([[float(value) for value in row] for row in rows])


def on_torch(bordered: Bordered) -> torch.Tensor:
    (rows, columns), mode = bordered.padding, bordered.mode
    values = tensor(bordered.values)
    if mode == "symmetric":
        return torch.tensor(numpy.pad(values.numpy(), ((rows,) * 2, (columns,) * 2), mode))
    return F.pad(values[None, None], (columns, columns, rows, rows), mode=named(mode))[0, 0]


def maps() -> list[Bordered]:
    return [
        Bordered(values, (rows * padding, padding), mode)
        for (length, padding), mode in product(SIDES, MODES[:-1])
        for values, rows in ((signal(length), 0), (image(4, length), 1))
    ]


def test_padded_maps_are_those_of_torch_and_symmetric_ones_those_of_numpy():
    drawn = [each for each in maps() if each.problem is None]
    for each in drawn:
        assert torch.equal(tensor(each.padded), on_torch(each)), each
    assert len(drawn) > 250


def test_exactly_what_torch_refuses_is_called_wrong():
    refused = 0
    for each in maps():
        if each.mode == "symmetric":
            assert each.problem is None
        elif each.problem is None:
            on_torch(each)
        else:
            refused += 1
            phrase = "Padding size should be less" if each.mode == "reflect" else "wrapping around"
            with pytest.raises(RuntimeError, match=phrase):
                on_torch(each)
            assert phrase in each.problem
    assert refused > 20


def test_results_are_those_of_a_convolution_on_the_padded_map():
    for each, kernel in product(maps(), KERNELS.values()):
        kernel = kernel.tall() if len(each.values) > 1 else kernel
        if each.problem or each.size[1] + 2 * each.padding[1] < 3:
            continue
        weight = tensor([kernel.weights] * kernel.height)[None, None] / kernel.divisor
        expected = F.conv2d(on_torch(each)[None, None], weight)[0, 0]
        assert torch.allclose(tensor(each.results(kernel)), expected, atol=1e-4), (each, kernel)


def test_a_clipped_mean_is_average_pooling_that_does_not_count_the_padding():
    for length, _ in SIDES:
        row, picture = signal(length), image(4, length)
        kernel = KERNELS["mean of 3"]
        mean = F.avg_pool2d(tensor(row)[None], (1, 3), 1, (0, 1), count_include_pad=False)[0]
        assert torch.allclose(tensor(Bordered(row, (0, 1), CLIPPED).results(kernel)), mean)
        mean = F.avg_pool2d(tensor(picture)[None], 3, 1, 1, count_include_pad=False)[0]
        clipped = Bordered(picture, (1, 1), CLIPPED).results(kernel.tall())
        assert torch.allclose(tensor(clipped), mean)


def test_a_clipped_sum_is_a_sum_that_reads_zeros():
    kernel = KERNELS["difference −1 0 1"]
    clipped, zeros = (Bordered(signal(7), (0, 1), mode) for mode in (CLIPPED, "zeros"))
    assert clipped.results(kernel) == zeros.results(kernel)


def test_nine_of_twelve_columns_differ_after_four_zero_padded_layers_and_none_otherwise():
    torch.manual_seed(20)
    for mode in TORCH:
        layers = [nn.Conv2d(1, 1, 3, padding=1, padding_mode=mode, bias=False) for _ in range(4)]
        with torch.no_grad():
            columns = nn.Sequential(*layers).double()(torch.ones(1, 1, 12, 12).double())[0, 0].T
        different = torch.unique((columns * 1e9).round(), dim=0).shape[0]
        assert different == (9 if mode == "zeros" else 1)
        row = through_layers(KERNELS["weights 1 2 3"], mode, 4)[-1].values[0]
        assert len(set(row)) == different


def test_the_row_through_layers_is_that_of_torch():
    for name, mode in product(KERNELS, TORCH):
        kernel, row = KERNELS[name], torch.full((1, 1, 12), 100.0)
        for step in through_layers(kernel, mode, 6)[1:]:
            weight = torch.tensor([[kernel.weights]]) / kernel.divisor
            row = F.conv1d(F.pad(row, (1, 1), mode=named(mode)), weight)
            assert torch.allclose(tensor(step.values), row[0], atol=1e-3)


def test_the_question_is_answered_by_torch():
    row = torch.ones(1, 1, 12)
    for _ in range(4):
        row = F.avg_pool1d(row, 3, stride=1, padding=1)
    same = int(torch.isclose(row, torch.ones(())).sum())
    assert PaddingModesExplorer.question.expected() == same == 4
    assert sum(untouched(KERNELS["mean of 3"], "reflect", 4)) == 12


def with_weights(layer: nn.Module, kernel: Kernel) -> nn.Module:
    weight = tensor([kernel.weights] * kernel.height) / kernel.divisor
    layer.weight = nn.Parameter(weight.reshape(layer.weight.shape))
    return layer


def run(explorer: PaddingModesExplorer, state) -> torch.Tensor:
    """What the explorer's lines of code give, with its kernel in the layer."""
    import torchvision.transforms.v2.functional  # the line of symmetric names it in full

    x = tensor(state.bordered.values)[None]
    names = {"F": F, "nn": nn, "torch": torch, "torchvision": torchvision}
    names["x"] = x[None] if state.view == IMAGE else x
    first, *rest = explorer.code(state).splitlines()
    if state.mode != CLIPPED:
        padded = eval(first, names)
        assert torch.equal(padded.reshape(-1, padded.shape[-1]), on_torch(state.bordered)), first
        layer = with_weights(eval(rest[0], names), state.filter)
        return layer(padded if state.mode == "symmetric" else names["x"])
    if not rest:
        layer = eval(first, names)
        return (layer if "Pool" in first else with_weights(layer, state.filter))(names["x"])
    exec(first, names)
    with_weights(names["conv"], state.filter)
    exec(rest[0], names)
    return names["x"]


def test_the_lines_of_code_do_what_is_drawn():
    for view, mode, kernel in product((SIGNAL, IMAGE), MODES, KERNELS):
        for length, padding in ((6, 2), (5, 1)):
            explorer = PaddingModesExplorer(
                view=view, mode=mode, kernel=kernel, length=length, padding=padding
            )
            state = explorer.start()
            results = tensor(state.bordered.results(state.filter))
            out = run(explorer, state).reshape(results.shape)
            assert torch.allclose(out, results, atol=1e-4), explorer.code(state)


def test_the_lines_of_a_stack_of_layers_keep_the_size():
    for mode, kernel in product(MODES, KERNELS):
        explorer = PaddingModesExplorer(view=LAYERS, mode=mode, kernel=kernel, layers=3)
        names = {"nn": nn, "torch": torch, "x": torch.ones(1, 1, 12), "range": range}
        code = explorer.code(explorer.start())
        if code.startswith("conv"):
            exec(code, names)
            assert names["x"].shape == (1, 1, 12)
        else:
            stack = eval(code, names)
            assert (len(stack), stack(names["x"]).shape) == (3, (1, 1, 12))


def test_it_opens_on_reflect_with_the_edge_not_repeated():
    explorer = PaddingModesExplorer()
    drawing = explorer.render(explorer.start())
    assert drawing.status[:3] == (
        "x[−2] = x[−(−2)] = x[2]",
        "out[1] = (11 + 10 + 11) / 3 = 10.67, centred on x[0]",
        "size = 6 + 2·2 − (3 − 1) = 8",
    )
    assert drawing.summary.endswith("reflect puts 12 11 before 10; x[−2] repeats x[2].")
    symmetric = explorer.update(explorer.start(), Change("mode", "symmetric"))
    told = explorer.render(symmetric).status[-1]
    assert "12 11 | 10 … against 11 10 | 10 …" in told
    assert "PyTorch has no such mode" in told
    with pytest.raises(NotImplementedError):
        F.pad(torch.ones(1, 1, 6), (2, 2), mode="symmetric")


def test_a_bow_leads_to_each_cell_that_is_repeated():
    explorer = PaddingModesExplorer(length=6, padding=2)
    bows = [m for m in explorer.draw(explorer.start()).picture.marks if isinstance(m, Bow)]
    assert len(bows) == 4 * 4  # four modes repeat cells, two on each side; zeros come from nowhere


def test_a_border_too_wide_keeps_the_last_picture_and_is_explained():
    explorer = PaddingModesExplorer(length=3, padding=2)
    wrong = explorer.update(explorer.start(), Change("padding", 3))
    drawing = explorer.render(wrong)
    assert "pad by 2 at most" in drawing.problem
    assert 'opacity="0.3"' in drawing.svg()
    assert "padded by 2" in drawing.svg()
    others = explorer.render(explorer.update(wrong, Change("mode", "replicate")))
    assert not others.problem
    assert "a padding of 3 is too wide: 2 at most" in others.svg()  # in the row of reflect


def test_a_signal_shorter_than_the_kernel_is_explained():
    explorer = PaddingModesExplorer(mode="zeros", length=2, padding=1)
    wrong = explorer.render(explorer.update(explorer.start(), Change("padding", 0)))
    assert "Kernel size can't be greater than actual input size" in wrong.problem


def test_a_chosen_cell_that_is_gone_moves_inside_and_says_so():
    explorer = PaddingModesExplorer(view=IMAGE, row=7, column=9)
    moved = explorer.update(explorer.start(), Change("padding", 1))
    assert (moved.row, moved.column) == (5, 7)
    assert "with its border the map has 6x8 cells" in explorer.render(moved).status[0]
    there = explorer.update(explorer.start(), Change("mode", CLIPPED))
    assert explorer.update(there, Change("mode", "reflect")) == explorer.start()


def test_a_prediction_is_answered_after_it_is_made():
    explorer = PaddingModesExplorer(view=LAYERS, mode="zeros")
    answered = explorer.update(explorer.start(), Change("answer", 8))
    assert explorer.render(explorer.update(answered, Press("reveal"))).reply.startswith(
        "You said 8; it is 4."
    )


def corners(explorer: PaddingModesExplorer):
    choices = {
        control.name: control.options
        if isinstance(control, Choice)
        else (control.low, control.high)
        for control in explorer.controls
        if isinstance(control, (Choice, Slider)) and control.name not in ("row", "column")
    }
    for values in product(*choices.values()):
        yield dict(zip(choices, values, strict=True))


def test_every_corner_of_the_settings_is_drawn_in_60_kib_or_explained():
    explorer = PaddingModesExplorer()
    for number, settings in enumerate(corners(explorer)):
        far = 99 * (number % 2)
        drawing = explorer.render(PaddingModesExplorer(**settings, row=far, column=far).start())
        svg = drawing.svg()
        assert len(svg.encode()) <= 60 * 1024, settings
        assert ElementTree.fromstring(svg).get("aria-label") == drawing.summary
        assert drawing.problem or (drawing.code and drawing.status), settings
        assert drawing.summary.count("\n") == 0
    assert number > 400
