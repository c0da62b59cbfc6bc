"""The groups explorer wires, shapes and counts as torch does; a nudge goes as far as in torch."""

import itertools
import random

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course_lib.explorers.base import Change, Press
from course_lib.explorers.groups.explorer import CHANNELS, GroupsExplorer, GroupsState
from course_lib.explorers.groups.weight import NONE, Weight
from course_lib.explorers.groups.worked import AGAIN, NOTHING, POINTWISE, SHUFFLED, THEN
from course_lib.pictures.grid import Grid
from course_lib.pictures.marks import Box, Label, Wires
from course_lib.pictures.palette import FOCUS, LINE

SEED = 8
MOST_BYTES = 60 * 1024


def states(number: int) -> list[GroupsState]:
    """States that PyTorch accepts."""
    rng, found = random.Random(SEED), []
    while len(found) < number:
        groups = rng.choice((1, 2, 3, 4, 6, 12))
        inputs, outputs = (groups * rng.randint(1, CHANNELS // groups) for _ in range(2))
        found.append(
            GroupsState(
                kind=rng.choice(("Conv2d", "ConvTranspose2d")), in_channels=inputs,
                out_channels=outputs, groups=groups, kernel_size=rng.choice((1, 3, 5)),
                stride=rng.randint(1, 3), size=rng.randint(1, 9), then=rng.choice(THEN),
                nudged=rng.randrange(inputs),
            )
        )  # fmt: skip
    return found


def network(state: GroupsState) -> nn.Sequential:
    """What the explorer's lines build."""
    built = eval(GroupsExplorer().code(state), {"nn": nn})
    return built if isinstance(built, nn.Sequential) else nn.Sequential(built)


def layers_of(state: GroupsState) -> list[nn.Module]:
    return [layer for layer in network(state) if not isinstance(layer, nn.ChannelShuffle)]


def drawn(state: GroupsState) -> tuple:
    return GroupsExplorer().render(state).picture.marks


@torch.no_grad()
def moved_in_torch(state: GroupsState, channel: int) -> set[int]:
    """The output channels that differ when one input channel is another."""
    model = network(state)
    for weight in model.parameters():
        weight.uniform_(0.5, 1)  # positive, so that nothing cancels
    x = torch.rand(1, state.in_channels, state.size, state.size)
    nudged = x.clone()
    nudged[:, channel] += 1
    return set((model(nudged) != model(x))[0].any(2).any(1).nonzero().flatten().tolist())


def test_the_shapes_weights_and_macs_are_those_of_torch():
    for state in states(80):
        layers, status = layers_of(state), GroupsExplorer().render(state).status
        for layer, line in zip(layers, status[0].splitlines(), strict=True):
            assert f"{tuple(layer.weight.shape)}: " in line, (SEED, state)
            assert f"= {layer.weight.numel():,} weight" in line
        with FlopCounterMode(display=False) as counter:
            out = network(state)(torch.ones(1, state.in_channels, state.size, state.size))
        assert status[1].endswith(f"= {counter.get_total_flops() // 2:,}"), (SEED, state)
        first = layers[0](torch.ones(1, state.in_channels, state.size, state.size))
        assert out.shape[2:] == first.shape[2:], "what is behind keeps the size"
        height, width = out.shape[2:]
        assert f"→ {height}x{width}," in status[2], (SEED, state)


def test_a_nudge_moves_the_channels_that_it_moves_in_torch():
    torch.manual_seed(SEED)
    for state in states(80):
        for channel in range(state.in_channels):
            moved = state.stack.moved_by(channel)[-1]
            assert moved == moved_in_torch(state, channel), (SEED, state, channel)


def test_a_wire_joins_an_input_and_an_output_where_torch_has_a_weight():
    for state in states(60):
        wires = [mark for mark in drawn(state) if isinstance(mark, Wires)]
        assert {wire.colour for wire in wires} == {LINE, FOCUS}
        joined = sum(len(wire.ends) for wire in wires)
        shuffled = state.out_channels if state.then == SHUFFLED else 0
        expected = sum(layer.weight.shape[0] * layer.weight.shape[1] for layer in layers_of(state))
        assert joined == expected + shuffled, (SEED, state)
        (thick,) = (wire for wire in wires if wire.colour == FOCUS)
        reads = [read for step in state.stack.steps for read in step.reads]
        assert 0 < len(thick.ends) <= sum(map(len, reads))


def test_as_many_outputs_have_a_thick_outline_as_move():
    for state in states(40):
        outlined = [m for m in drawn(state) if isinstance(m, Box) and m.stroke == FOCUS]
        right = max(box.x for box in outlined[:-1])  # the last frames kernels of the weight
        last = [box for box in outlined[:-1] if abs(box.x - right) < 8]
        assert len(last) == len(state.stack.moved[-1]), (SEED, state)


def test_the_drawn_matrix_is_the_dense_layer_that_computes_the_same():
    """Kernels where the picture has colour, zeros elsewhere: torch's dense layer agrees."""
    generator = torch.Generator().manual_seed(SEED)
    for state in states(80):
        grouped = layers_of(state)[0]
        shown = Weight(state.stack.layer, state.nudged)
        rows, columns = shown.axes
        there = torch.tensor([[fill != NONE for fill in row] for row in shown.full()])
        assert int(there.sum()) == grouped.weight.shape[0] * grouped.weight.shape[1]
        dense = torch.zeros(rows, columns, state.kernel_size, state.kernel_size)
        dense[there] = grouped.weight.detach().flatten(0, 1)
        x = torch.rand(2, state.in_channels, 7, 6, generator=generator)
        kind = nn.functional.conv2d if shown.ordinary else nn.functional.conv_transpose2d
        ours = kind(x, dense, stride=state.stride, padding=state.kernel_size // 2)
        torch.testing.assert_close(ours, grouped(x), msg=str((SEED, state)))


def test_what_is_kept_is_drawn_as_wide_as_the_second_axis_of_the_weight():
    for state in states(60):
        _, packed = (mark for mark in drawn(state) if isinstance(mark, Grid))
        shape = layers_of(state)[0].weight.shape
        assert (len(packed.fills), len(packed.fills[0])) == tuple(shape[:2]), (SEED, state)
        assert str(tuple(shape)) in {m.text for m in drawn(state) if isinstance(m, Label)}


def test_the_frame_lies_round_the_kernels_that_the_nudged_channel_meets():
    for state in states(60):
        full, _ = (mark for mark in drawn(state) if isinstance(mark, Grid))
        frame = [m for m in drawn(state) if isinstance(m, Box) and m.stroke == FOCUS][-1]
        inside = {
            (row, column)
            for row, column in itertools.product(range(len(full.fills)), range(len(full.fills[0])))
            if frame.x < full.centre((row, column))[0] < frame.x + frame.width
            and frame.y < full.centre((row, column))[1] < frame.y + frame.height
        }
        readers = state.stack.moved[1]
        pairs = {(output, state.nudged) for output in readers}
        if state.kind == "ConvTranspose2d":
            pairs = {pair[::-1] for pair in pairs}
        assert inside == pairs, (SEED, state)


def test_the_dial_has_every_setting_that_torch_accepts_with_its_cost():
    for state in states(40):
        settings = {setting.layer.groups: setting for setting in state.stack.dial()}
        for groups in range(1, CHANNELS + 1):
            try:
                nn.Conv2d(state.in_channels, state.out_channels, 3, groups=groups)
            except ValueError:
                assert groups not in settings
            else:
                words = {m.text for m in drawn(state) if isinstance(m, Label)}
                turned = GroupsState(**{**vars(state), "groups": groups})
                weights = sum(layer.weight.numel() for layer in layers_of(turned))
                assert settings[groups].weights == weights
                assert f"{weights:,} · {settings[groups].table.macs:,}" in words, (SEED, state)


def test_the_present_setting_has_a_frame():
    for groups in (1, 2, 4, 8):
        explorer = GroupsExplorer(groups=groups)
        marks = explorer.render(explorer.start()).picture.marks
        (bold,) = (m for m in marks if isinstance(m, Label) and m.bold and "group" in m.text
                   and "weight" not in m.text.lower())  # fmt: skip
        assert bold.text == f"{groups} group{'s' if groups > 1 else ''}"


def test_behind_the_shuffle_a_channel_keeps_the_number_that_it_had():
    explorer = GroupsExplorer(in_channels=6, out_channels=12, groups=3, then=SHUFFLED)
    labels = [m for m in explorer.render(explorer.start()).picture.marks if isinstance(m, Label)]
    (head,) = (m for m in labels if m.text == "Shuffled")
    names = [int(m.text) for m in labels if m.x == head.x and m.text.isdigit()]
    numbers = torch.arange(12.0).reshape(1, 12, 1, 1)
    assert names == nn.ChannelShuffle(3)(numbers).flatten().int().tolist()


def test_two_groups_keep_a_nudge_to_4_of_8_and_a_shuffle_lets_it_reach_all():
    explorer = GroupsExplorer(in_channels=12, out_channels=12, groups=3, then=AGAIN)
    state = explorer.update(explorer.start(), Change("answer", "8 without, 8 with"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said 8 without, 8 with; it is 4 without, 8 with.")
    for then, outputs in ((AGAIN, 4), (SHUFFLED, 8)):
        assert len(moved_in_torch(GroupsState(then=then), 0)) == outputs
    assert explorer.question.expected() in explorer.question.answer_control.options


def test_it_asks_for_the_weight_shape_where_one_layer_is_shown():
    for then in (NOTHING, POINTWISE):
        question = GroupsExplorer(then=then).question
        assert question.expected() == str(tuple(nn.Conv2d(8, 8, 3, groups=4).weight.shape))
        assert question.expected() in question.answer_control.options


def test_groups_that_do_not_divide_are_explained_as_torch_does_and_can_be_undone():
    for kind in ("Conv2d", "ConvTranspose2d"):
        explorer = GroupsExplorer(kind=kind, in_channels=6, out_channels=8)
        good = explorer.start()
        for groups in (3, 4, 5, 6, 7, 8, 12):
            with pytest.raises(ValueError, match="must be divisible by groups") as refused:
                getattr(nn, kind)(6, 8, 3, groups=groups)
            state = explorer.update(good, Change("groups", groups))
            drawing = explorer.render(state)
            assert str(refused.value) in drawing.problem
            assert "choose a divisor" in drawing.problem
            assert 'opacity="0.3"' in drawing.svg()
            assert explorer.update(state, Press("step")).nudged == good.nudged
            assert explorer.update(state, Change("groups", 2)) == good


def test_a_nudged_channel_that_is_gone_moves_inside_and_says_so():
    explorer = GroupsExplorer(nudged=7)
    moved = explorer.update(explorer.start(), Change("in_channels", 4))
    drawing = explorer.render(moved)
    assert moved.nudged == 3
    assert drawing.limits == {"nudged": (0, 3)}
    assert drawing.status[0].startswith("The nudged channel moved to 3")


def test_play_nudges_one_channel_after_the_other_and_begins_again():
    explorer = GroupsExplorer(in_channels=4)
    state, seen = explorer.start(), []
    for _ in range(5):
        seen.append(state.nudged)
        state = explorer.update(state, Press("step"))
    assert seen == [0, 1, 2, 3, 0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"groups": 1}, "ordinary layer"),
        ({"groups": 4}, "1 wire in 4"),
        ({"groups": 8}, "depthwise, the end of the dial"),
        ({"groups": 2, "then": AGAIN}, "2 networks side by side"),
        ({"groups": 2, "then": SHUFFLED}, "now all reach all"),
        ({"groups": 4, "then": SHUFFLED}, "only 2 channels to deal out to 4 groups"),
        ({"groups": 8, "then": SHUFFLED}, "changes nothing"),
        ({"groups": 4, "then": POINTWISE}, "joins the groups again"),
        ({"groups": 8, "then": POINTWISE}, "depthwise separable"),
    ],
)
def test_the_last_line_says_what_is_so(settings, words):
    explorer = GroupsExplorer(**settings)
    state = explorer.start()
    assert words in explorer.render(state).status[-1]
    reached = [moved_in_torch(state, channel) for channel in range(8)]
    together = ("ordinary layer", "now all reach all", "joins the groups again",
                "depthwise separable")  # fmt: skip
    assert all(len(outputs) == 8 for outputs in reached) == (words in together)


def test_it_opens_on_two_groups():
    explorer = GroupsExplorer()
    drawing = explorer.render(explorer.start())
    assert drawing.status == (
        "weight (C_out, C_in / 2, k, k) = (8, 4, 3, 3): 8·4·3·3 = 288 weights",
        "MACs = weights · output positions = 288·256 = 73,728",
        "map 16x16 → 16x16, receptive field 3x3: the groups change neither",
        "Nudge input channel 0, and 4 of 8 output channels can move: 0 to 3.",
        "1 wire in 2 is left, and with it 1 weight in 2. The first axis of the weight stays whole; "
        "the second is divided.",
    )
    assert drawing.code == "nn.Conv2d(8, 8, kernel_size=3, padding=1, groups=2, bias=False)"


def test_a_transposed_layer_has_its_input_channels_first():
    explorer = GroupsExplorer(kind="ConvTranspose2d", in_channels=6, out_channels=12, groups=3)
    status = explorer.render(explorer.start()).status
    shape = tuple(nn.ConvTranspose2d(6, 12, 3, groups=3).weight.shape)
    assert status[0].startswith(f"weight (C_in, C_out / 3, k, k) = {shape}: 6·4·3·3")
    assert status[1].startswith("MACs = weights · input positions")


def test_no_setting_makes_a_picture_larger_than_60_kib_or_leaves_it():
    explorer, largest = GroupsExplorer(), 0
    ends = itertools.product((1, 12), (1, 12), (1, 12), (1, 64), THEN)
    for inputs, outputs, groups, size, then in ends:
        state = GroupsState(in_channels=inputs, out_channels=outputs, groups=groups, size=size,
                            then=then, kernel_size=5)  # fmt: skip
        if explorer.problem(state):
            continue
        picture = explorer.render(state).picture
        largest = max(largest, len(picture.svg("").encode()))
        for mark in picture.marks:
            if isinstance(mark, (Grid, Box)):
                assert 0 < mark.x < mark.x + mark.width <= picture.width - 20
                assert 0 < mark.y < mark.y + mark.height <= picture.height
            if isinstance(mark, Label) and mark.anchor == "start":
                assert mark.x + 0.62 * mark.size * len(mark.text) < picture.width, mark.text
    assert 15_000 < largest <= MOST_BYTES, largest
