"""The workbench shows the fields that torch's gradients have, and the published ones."""

import io
import random
import time
from fractions import Fraction
from itertools import product
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.controls import Row
from course_lib.explorers.effective import core_of, core_of_product
from course_lib.explorers.outline import border
from course_lib.explorers.receptive_field.explorer import (
    ReceptiveFieldExplorer,
    ReceptiveFieldState,
)
from course_lib.explorers.receptive_field.layers import KINDS, columns_of
from course_lib.explorers.receptive_field.presets import OWN, PRESETS
from course_lib.explorers.receptive_field.sight import Sight
from course_lib.explorers.receptive_field.words import paths_in_words
from course_lib.models.pretrained import make_network
from course_lib.pictures.palette import magnitude
from course_lib.pictures.raster import LEVELS, heat_png, levels
from course_lib.receptive_field import analyse, measure

SEED = 23
ALL = tuple(KINDS)


class SumPooling(nn.Module):
    """Pooling made linear: every path through the window counts."""

    def __init__(self, pool):
        super().__init__()
        self.kernel, self.settings = pool.kernel_size, (pool.stride, pool.padding)

    def forward(self, x):
        return self.kernel**2 * F.avg_pool2d(x, self.kernel, *self.settings)


def workbench(*rows, size=16, kinds=ALL, **settings):
    """An explorer of these layers, given as (kind, {column: number})."""
    columns = columns_of(kinds)
    layers = tuple(
        Row(kind, tuple(numbers.get(column.name, column.start) for column in columns))
        for kind, numbers in rows
    )
    return ReceptiveFieldExplorer(kinds, layers=layers, input_size=size, **settings)


def conv(kernel=3, stride=1, padding=None, dilation=1):
    padding = dilation * (kernel - 1) // 2 if padding is None else padding
    window = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return "dilated", window


def sight(explorer, cell=None):
    stack = explorer._stack(explorer.start())
    return Sight(stack, cell or (stack.sizes[-1] // 2,) * 2)


def random_rows(rng):
    """Up to five layers of any kind; where unshuffled channels meet a shuffle, others."""
    while True:
        rows = []
        for kind in rng.choices(ALL, k=rng.randint(1, 5)):
            low, high = (0, 2) if "pool" in kind else (0, 3)
            numbers = {
                "kernel": rng.randint(2 if "pool" in kind else 1, 4),
                "stride": rng.randint(1, 3),
                "padding": min(rng.randint(low, high), 1 if "pool" in kind else 3),
                "dilation": rng.randint(1, 3),
                "output padding": rng.randint(0, 1),
                "factor": rng.randint(1, 3),
            }
            rows.append((kind, numbers))
        mixed = [k for k, _ in rows if k in ("dilated", "convolution", "transposed")]
        if mixed or not {"pixel shuffle", "pixel unshuffle"} <= {kind for kind, _ in rows}:
            between = "".join({"pixel shuffle": "s", "pixel unshuffle": "u"}.get(k, "")
                              or ("w" if k in mixed else "") for k, _ in rows)  # fmt: skip
            if "us" not in between:
                return rows


def random_workbench(rng):
    """A workbench that works, with one of its output cells."""
    while True:
        explorer = workbench(*random_rows(rng), size=rng.randint(1, 20))
        state = explorer.start()
        if explorer.problem(state) is None and explorer._stack(state).sizes[-1] <= 40:
            cells = explorer._stack(state).sizes[-1]
            return explorer, (rng.randrange(cells), rng.randrange(cells))


def gradient_of_ones(explorer, cell):
    """The gradient of one cell of the explorer's own PyTorch lines, with all weights 1."""
    state = explorer.start()
    model = eval(explorer.code(state), {"nn": nn})
    pools = (nn.MaxPool2d, nn.AvgPool2d)
    model = nn.Sequential(*(SumPooling(m) if isinstance(m, pools) else m for m in model)).double()
    for weight in model.parameters():
        nn.init.ones_(weight)
    stack = explorer._stack(state)
    image = torch.zeros(1, stack.channels, stack.size, stack.size).double().requires_grad_()
    output = model(image)
    assert output.shape[-1] == stack.sizes[-1]
    (gradient,) = torch.autograd.grad(output[..., cell[0], cell[1]].sum(), image)
    return gradient[0].sum(0)


def drawn_paths(seen):
    rows, columns = (
        torch.tensor([float(line.get(i, 0)) for i in range(seen.stack.size)], dtype=torch.float64)
        for line in (seen.rows, seen.columns)
    )
    return rows[:, None] * columns


def test_paths_of_250_random_stacks_are_the_gradients_of_all_ones_networks():
    rng = random.Random(SEED)
    for _ in range(250):
        explorer, cell = random_workbench(rng)
        seen, expected = sight(explorer, cell), gradient_of_ones(explorer, cell)
        where = (SEED, explorer.code(explorer.start()), seen.stack.size, cell)
        # Bilinear upsampling finds its places in float32; all else are whole numbers.
        close = 1e-5 if "bilinear" in where[1] else 0
        assert torch.allclose(drawn_paths(seen), expected, rtol=close, atol=close), where
        assert seen.seen == int((expected > close).sum()), where
        if seen.seen and not seen.outside and "Transpose" not in where[1]:  # its padding cuts off
            reached = (expected > close).nonzero()
            box = tuple(zip(reached.amin(0).tolist(), reached.amax(0).tolist(), strict=True))
            assert seen.box == box, where


def test_the_core_is_the_smallest_set_of_pixels_that_holds_95_percent():
    rng = random.Random(SEED + 1)
    for _ in range(120):
        explorer, cell = random_workbench(rng)
        seen = sight(explorer, cell)
        weights = np.sort(drawn_paths(seen).numpy().ravel())[::-1]
        held = np.cumsum(weights) / (weights.sum() or 1)
        expected = 1 + int(np.argmax(held >= 0.95 - 1e-12)) if seen.seen else 0
        assert seen.core.pixels == expected, (SEED + 1, explorer.code(explorer.start()), cell)
        assert core_of(weights.tolist()).pixels == expected
        assert (weights >= seen.core.least).sum() >= expected


def test_a_map_without_weight_has_no_core():
    assert core_of([]).pixels == core_of([0, 0]).pixels == core_of_product([], [1]).pixels == 0
    assert core_of([1] * 20).pixels == core_of_product([1] * 4, [1] * 5).pixels == 19


@pytest.mark.parametrize(("layers", "share"), [(5, 50), (10, 28), (20, 15)])
def test_the_effective_field_shrinks_against_the_box_as_layers_are_added(layers, share):
    seen = sight(workbench(*[conv()] * layers, size=64))
    assert seen.span == (2 * layers + 1,) * 2
    assert round(100 * seen.core.pixels / seen.area) == share


@pytest.mark.parametrize(
    ("rates", "covered", "span"),
    [((2, 2, 2), 7, 13), ((1, 2, 3), 13, 13), ((1, 2, 5), 17, 17), ((1, 2, 9), 21, 25),
     ((2, 4, 8), 15, 29), ((4, 4, 4), 7, 25), ((1, 3, 9), 27, 27)],
)  # fmt: skip
def test_dilated_stacks_have_the_known_holes(rates, covered, span):
    explorer = workbench(*(conv(dilation=rate) for rate in rates), size=40)
    seen = sight(explorer)
    assert (seen.seen, seen.span) == (covered**2, (span, span))
    holes = f"{span**2 - covered**2} pixels inside the box are never read: holes."
    assert (holes in explorer.render(explorer.start()).status) == (covered < span)


# VGG-16, AlexNet (v2) and MobileNet: Araujo, Norris, Sim, Distill 2019, table of networks.
@pytest.mark.parametrize(
    ("preset", "field", "jump"), [("VGG-16", 212, 32), ("AlexNet", 195, 32), ("MobileNet", 315, 32)]
)
def test_known_networks_have_their_published_fields(preset, field, jump):
    explorer = ReceptiveFieldExplorer(preset=preset)
    table = sight(explorer).stack.table
    assert (table.receptive_field, table.jump) == ((field, field), (jump, jump))


@pytest.mark.parametrize(
    ("preset", "network"),
    [("Session9Net", "session9"), ("Session9DilatedNet", "session9-dilated"),
     ("Session7Net", "session7"), ("StarterNet", "starter")],
)  # fmt: skip
def test_presets_of_the_assignment_have_the_fields_of_the_networks(preset, network):
    table = sight(ReceptiveFieldExplorer(ALL, preset=preset)).stack.table
    expected = analyse(make_network(network))
    assert (table.receptive_field, table.jump) == (expected.receptive_field, expected.jump)


def test_the_field_is_the_one_that_a_gradient_measures_on_a_larger_image():
    rng = random.Random(SEED + 2)
    kinds = ("convolution", "max pool", "average pool")
    for _ in range(12):
        rows = [(rng.choice(kinds), {"kernel": rng.randint(2, 4), "stride": rng.randint(1, 2),
                                     "padding": 1}) for _ in range(rng.randint(1, 4))]  # fmt: skip
        explorer = workbench(*rows, size=40, kinds=kinds)
        model = eval(explorer.code(explorer.start()), {"nn": nn})
        assert sight(explorer).stack.field.size == measure(model, 40, 1).receptive_field, rows


def test_one_stride_among_six_layers_helps_the_more_the_earlier_it_comes():
    fields = []
    for place in range(6):
        strides = [2 if layer == place else 1 for layer in range(6)]
        seen = sight(workbench(*(conv(stride=stride) for stride in strides), size=32))
        fields.append(seen.stack.field.size[0])
    assert fields == [23, 21, 19, 17, 15, 13]


def test_every_row_of_the_table_adds_what_its_product_says():
    rows = [conv(), conv(dilation=2), conv(stride=2), conv(dilation=2), conv(dilation=4)]
    explorer = workbench(*rows, size=40)
    drawing = explorer.render(explorer.start())
    assert drawing.status[0].startswith(
        "receptive field r = 1 + 2·1 + 2·2·1 + 2·1 + 2·2·2 + 2·4·2 = 33: each layer adds "
        "(kernel − 1) · dilation · the jump before it\njump j = 2"
    )
    for product_ in ("2·1 = 2", "2·2·1 = 4", "2·2·2 = 8", "2·4·2 = 16"):
        assert f">{product_}</text>" in drawing.svg()


def test_the_sum_in_the_status_is_the_field_of_random_stacks():
    rng, sums = random.Random(SEED + 3), 0
    for _ in range(150):
        explorer, _ = random_workbench(rng)
        line = explorer.render(explorer.start()).status[0]
        field = sight(explorer).stack.field.size[0]
        if line.startswith("receptive field r = "):
            written, result = line.removeprefix("receptive field r = ").split(":")[0].split(" = ")
            terms = written.replace("·", "*").replace("×", "*")
            assert eval(terms) == int(result) == field, (SEED + 3, line)
            sums += 1
        else:
            assert line.startswith("Behind a layer that enlarges the map")
    assert sums > 20


def test_numbers_of_paths_that_nobody_would_read_are_shortened():
    assert paths_in_words(1) == "1 path"
    assert paths_in_words(3**18) == "387,420,489 paths"
    assert paths_in_words(2_602_870_608_208_896) == "2.6·10¹⁵ paths"
    assert paths_in_words(Fraction(10**21, 3)) == "3.3·10²⁰ paths"


def test_a_field_far_larger_than_the_image_is_cut_off_and_says_so():
    explorer = workbench(*[conv(stride=2)] * 8, size=8)
    drawing = explorer.render(explorer.start())
    assert "the receptive field: 511x511 pixels, cut off here" in drawing.svg()
    small = workbench(*[conv()] * 3, size=8)
    assert "cut off" not in small.render(small.start()).svg()


@pytest.mark.parametrize(("field", "rows"), [(33, 2), (45, 14), (63, 32)])
def test_on_32_pixels_it_says_how_many_cells_see_the_whole_image(field, rows):
    kernels = [11] * ((field - 1) // 10) + [1 + (field - 1) % 10]
    explorer = workbench(*(conv(kernel) for kernel in kernels if kernel > 1), size=32)
    status = " ".join(explorer.render(explorer.start()).status)
    if rows == 32:
        assert "Every cell sees all of the image." in status
    else:
        assert f"{rows} of the 32 rows of cells" in status
        assert f"{rows**2} of 1,024 cells see all of it" in status


def test_the_part_of_the_field_outside_the_image_is_counted_hatched_and_said():
    explorer = workbench(*[conv()] * 3, size=10, row=0, column=9)
    seen = sight(explorer, (0, 9))
    (top, bottom), (left, right) = seen.box
    pixels = product(range(top, bottom + 1), range(left, right + 1))
    outside = sum(not (0 <= r < 10 and 0 <= c < 10) for r, c in pixels)
    assert seen.outside == outside == 33
    drawing = explorer.render(explorer.start())
    assert "33 of the 49 pixels in the box lie outside the image" in " ".join(drawing.status)
    assert "33 of these pixels outside the image" in drawing.summary
    assert "never read" not in " ".join(drawing.status)
    assert "outside the image: padded zeros" in drawing.svg()
    unpadded = workbench(*[conv(padding=0)] * 3, size=10)
    assert "padded zeros" not in unpadded.render(unpadded.start()).svg()


def test_a_cell_that_reads_only_padding_or_nothing_is_explained():
    padded = workbench(conv(1, padding=3), size=4, row=0)
    assert "reads nothing but padding" in " ".join(padded.render(padded.start()).status)
    gaps = workbench(("transposed", {"kernel": 1, "stride": 2, "padding": 0}), size=4, row=1)
    drawing = gaps.render(gaps.start())
    assert "reads nothing: no tap leads there" in " ".join(drawing.status)
    assert "the receptive field:" not in drawing.svg()


def test_weights_and_multiplications_are_those_of_one_channel_in_torch():
    explorer = workbench(*[conv()] * 3, size=10)
    status = explorer.render(explorer.start()).status[-1]
    assert "27·C² weights and 2,700·C² multiplications" in status
    assert "One 7x7 layer has the same field and 49·C² weights." in status
    model = eval(explorer.code(explorer.start()), {"nn": nn})
    assert sum(p.numel() for p in model.parameters()) == 27


def test_wrong_settings_name_the_layer_and_keep_the_last_good_picture():
    explorer = ReceptiveFieldExplorer(preset="three 3x3")
    good = explorer.start()
    wrong = explorer.update(good, Change("layers", (*good.layers, Row("convolution", (3, 0, 1)))))
    drawing = explorer.render(wrong)
    assert drawing.problem.startswith("Layer 4: non-positive stride is not supported")
    assert 'opacity="0.3"' in drawing.svg()
    assert "Image 10x10" in drawing.svg()
    assert wrong.preset == OWN
    assert explorer.update(wrong, Change("layers", good.layers)) == good
    small = explorer.update(explorer.start(), Change("layers", (Row("max pool", (2, 2, 0)),) * 4))
    assert "Output size is too small" in explorer.render(small).problem
    assert explorer.press(small, "step") == small


def test_maps_that_nobody_could_see_are_refused_in_words():
    explorer = workbench(*[("nearest upsample", {"factor": 4})] * 6, size=16)
    problem = explorer.render(explorer.start()).problem
    assert problem.startswith("Layer 4 makes a map of 4096x4096 cells; up to 1024 a side")


def test_an_explorer_built_with_wrong_settings_still_draws_and_explains():
    explorer = workbench(conv(stride=0))
    drawing = explorer.render(explorer.start())
    assert "Layer 1: non-positive stride" in drawing.problem
    ElementTree.fromstring(drawing.svg())


def test_a_preset_brings_its_layers_and_an_edit_makes_them_ones_own():
    explorer = ReceptiveFieldExplorer()
    state = explorer.update(explorer.start(), Change("preset", "VGG-16"))
    assert (len(state.layers), state.input_size, state.row, state.column) == (18, 224, 3, 3)
    edited = explorer.update(state, Change("layers", state.layers[:-1]))
    assert edited.preset == OWN
    assert explorer.update(edited, Change("layers", state.layers)).preset == "VGG-16"
    assert explorer.update(state, Change("preset", OWN)).preset == "VGG-16"


def test_the_chosen_cell_keeps_its_place_over_the_image():
    explorer = workbench(conv(), conv(), size=16, row=12, column=0)
    strided = tuple(Row(row.kind, (3, 2, *row.numbers[2:])) for row in explorer.start().layers)
    state = explorer.update(explorer.start(), Change("layers", strided))
    assert (state.row, state.column) == (3, 0)
    assert state.note == "The chosen cell moved to (3, 0): there are 4x4 cells now."
    assert explorer.render(state).limits == {"row": (0, 3), "column": (0, 3)}
    beyond = explorer.update(state, Change("column", 9))
    assert (beyond.row, beyond.column) == (3, 3)
    back = explorer.update(state, Change("layers", explorer.start().layers))
    assert (back.row, back.column) == (12, 0)


def test_a_cell_in_the_middle_stays_there_however_the_image_is_resized():
    explorer = ReceptiveFieldExplorer()
    state = explorer.start()
    for size in (*range(10, 0, -1), *range(2, 33)):
        state = explorer.update(state, Change("input_size", size))
        assert (state.row, state.column) == (size // 2, size // 2)


def test_stepping_visits_every_cell_and_begins_again():
    explorer = ReceptiveFieldExplorer(preset="stride late", row=0, column=0)
    state, seen = explorer.start(), []
    for _ in range(37):
        seen.append((state.row, state.column))
        state = explorer.update(state, Press("step"))
    assert seen == [*product(range(6), range(6)), (0, 0)]


def test_a_stride_does_not_enlarge_its_own_layers_field():
    explorer = ReceptiveFieldExplorer()
    assert explorer.question.expected() == 7
    assert "first layer it is 11" in explorer.question.because
    answered = explorer.update(explorer.start(), Change("answer", 11))
    wrong = explorer.update(answered, Press("reveal"))
    assert explorer.render(wrong).reply.startswith("You said 11; it is 7.")


def test_a_lesson_chooses_the_kinds_of_layers_and_gets_their_columns_and_presets():
    plain = ReceptiveFieldExplorer()
    assert [column.name for column in plain.columns] == ["kernel", "stride", "padding"]
    assert not {"Session9Net", "down and up again"} & set(plain.presets)
    dilated = ReceptiveFieldExplorer(("convolution", "dilated"), preset="rates 1, 2, 4")
    assert [column.name for column in dilated.columns][-1] == "dilation"
    assert set(ReceptiveFieldExplorer(ALL).presets) == set(PRESETS)
    alone = ReceptiveFieldExplorer(("bilinear upsample",))
    assert (alone.presets, alone.start().layers) == ((), ())
    with pytest.raises(ValueError, match="no kind of layer 'dilation'; there are: convolution"):
        ReceptiveFieldExplorer(("dilation",))
    with pytest.raises(ValueError, match="no preset 'Session9Net' for these kinds"):
        ReceptiveFieldExplorer(preset="Session9Net")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_draws_well_formed_and_without_a_problem(preset):
    explorer = ReceptiveFieldExplorer(ALL, preset=preset)
    drawing = explorer.render(explorer.start())
    assert explorer.start().preset == preset
    assert not drawing.problem
    root = ElementTree.fromstring(drawing.svg())
    assert root.get("aria-label") == drawing.summary
    assert "nan" not in drawing.svg()


def test_a_stack_without_layers_is_the_pixel_itself():
    explorer = ReceptiveFieldExplorer(layers=())
    drawing = explorer.render(explorer.start())
    assert "No layers yet" in drawing.status[0]
    assert explorer._stack(explorer.start()).field.size == (1, 1)


def walk(explorer, steps, rng):
    """States that a restless learner passes through."""
    state = explorer.start()
    for _ in range(steps):
        name = rng.choice(["preset", "layers", "input_size", "row", "column"])
        limits = explorer.render(state).limits
        if name == "preset":
            value = rng.choice(explorer.presets)
        elif name == "layers":
            rows = [
                Row(kind, tuple(rng.randint(c.low, min(c.high, 4)) for c in explorer.columns))
                for kind in rng.choices([kind for kind, _ in explorer.controls[1].kinds], k=2)
            ]
            value = (*state.layers, *rows)[-20:]
        elif name == "input_size":
            value = rng.randint(1, 224)
        else:
            value = rng.randint(*limits[name])
        state = explorer.update(state, Change(name, value))
        yield state


@pytest.mark.parametrize("kinds", [("convolution", "max pool", "average pool"), ALL])
def test_pictures_stay_small_and_quick_whatever_is_set(kinds):
    explorer, rng, seconds, sizes = ReceptiveFieldExplorer(kinds), random.Random(SEED), [], []
    for state in walk(explorer, 90, rng):
        start = time.process_time()
        drawing = explorer.render(state)
        sizes.append(len(drawing.svg().encode()))
        seconds.append(time.process_time() - start)
        assert drawing.summary
        assert drawing.problem or drawing.code
    assert max(sizes) <= 60 * 1024
    assert sorted(seconds)[int(0.95 * len(seconds))] < 0.030, sorted(seconds)[-10:]


def test_the_largest_picture_stays_under_60_kibibytes():
    rows = [conv(3, dilation=1 + n % 2) for n in range(14)] + [conv(11)] * 6
    for explorer in (
        workbench(*rows, size=224),
        workbench(conv(11, 2, 5), *[conv(11)] * 13, *[conv(8, padding=4)] * 6, size=224),
        workbench(*[conv(3)] * 3, size=15),
    ):
        drawing = explorer.render(explorer.start())
        assert not drawing.problem
        assert len(drawing.svg().encode()) <= 60 * 1024


def test_a_heat_image_decodes_to_the_colours_of_the_scale():
    shares = [[0, 0.001, 0.5], [1, 0.999, 0.25]]
    rows = [levels(row) for row in shares]
    assert rows == [[0, 1, 8], [LEVELS, LEVELS, 4]]
    image = Image.open(io.BytesIO(heat_png(rows))).convert("RGBA")
    assert image.size == (3, 2)
    for r, c in product(range(2), range(3)):
        pixel = image.getpixel((c, r))
        if rows[r][c] == 0:
            assert pixel[3] == 0
        else:
            colour = magnitude((rows[r][c] - 1) / (LEVELS - 1))
            assert "#" + bytes(pixel[:3]).hex() == colour.lower()
            assert pixel[3] == 255


def test_a_large_heat_image_is_stored_in_more_than_one_block():
    rows = [[(r * c) % 16 for c in range(401)] for r in range(401)]
    image = Image.open(io.BytesIO(heat_png(rows)))
    assert np.array_equal(np.asarray(image), np.array(rows))


def test_the_line_around_cells_goes_out_and_comes_back_once():
    with_dents = [(0, 3, 5), (1, 1, 6), (2, 2, 4), (3, 0, 6), (5, 2, 3)]
    assert border(with_dents) == [
        (3, 0), (3, 1), (1, 1), (1, 3), (0, 3), (0, 5), (2, 5), (2, 6),
        (3, 6), (3, 5), (6, 5), (6, 1), (5, 1), (5, 0), (3, 0),
    ]  # fmt: skip
    assert border([(2, 1, 4)]) == [(1, 2), (1, 3), (4, 3), (4, 2), (1, 2)]


def test_an_unknown_state_field_is_answered_with_the_known_ones():
    with pytest.raises(ValueError, match="no setting stride; there are: anchor, column"):
        ReceptiveFieldExplorer(stride=2)
    assert ReceptiveFieldState().layers == ()
