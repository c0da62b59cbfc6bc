"""The equivalence bench: what is right holds for all settings, what is wrong is found out."""

import random
from contextlib import redirect_stdout
from dataclasses import replace
from functools import lru_cache
from io import StringIO
from xml.etree import ElementTree

import pytest
import torch
from torch.nn import functional as F

from course_lib.explorers.base import Change, Press
from course_lib.explorers.controls import Choice, Slider
from course_lib.frontends.jupyter import explore
from course_lib.measured.equivalences import EquivalenceExplorer
from course_lib.measured.equivalences.compare import compared, listing
from course_lib.measured.equivalences.explorer import TOPICS
from course_lib.measured.equivalences.outputs import crop_of
from course_lib.measured.equivalences.pair import ANY, LETTERS, Pair, Settings
from course_lib.pictures.grid import Grid

SEED = 5
KIB = 1024
PAIRS = [(topic, pair) for topic, module in TOPICS.items() for pair in module.PAIRS]
every_pair = pytest.mark.parametrize(
    ("topic", "pair"), PAIRS, ids=[f"{topic}: {pair.title}" for topic, pair in PAIRS]
)


@lru_cache
def some_settings(topic: str, pair: Pair, number: int = 24) -> tuple[Settings, ...]:
    """Settings drawn from what the controls of a pair offer, those alone that make sense."""
    rng, found = random.Random(SEED), []
    while len(found) < number:
        drawn = {}
        for control in EquivalenceExplorer(topic=topic).controls:
            if control.name in pair.start:
                drawn[control.name] = (
                    rng.randint(control.low, control.high)
                    if isinstance(control, Slider)
                    else rng.choice((ANY, *control.options))
                )
        settings = Settings(**drawn)
        if pair.problem(settings) is None:
            found.append(settings)
    return tuple(found)


def bench(topic: str, pair: Pair, **settings) -> tuple[EquivalenceExplorer, object]:
    explorer = EquivalenceExplorer(topic=topic, pair=pair.title, **settings)
    return explorer, explorer.start()


def run(lines: str) -> tuple[dict, str]:
    """What a student's own run of the lines leaves behind, and what it prints."""
    names, printed = {"torch": torch, "F": F}, StringIO()
    with redirect_stdout(printed):
        exec(lines, names)
    return names, printed.getvalue().strip()


# What the pairs claim


@every_pair
def test_one_variant_of_four_is_right_and_each_other_has_its_own_fault(topic, pair):
    assert len(pair.variants) == len(LETTERS)
    assert sum(not variant.fault for variant in pair.variants) == 1
    wrong = [variant for variant in pair.variants if variant.fault]
    assert len({variant.fault for variant in wrong}) == 3
    assert all(variant.slips and variant.trap for variant in wrong)
    assert len({pair.lines(letter) for letter in LETTERS}) == 4


@every_pair
def test_the_right_variant_is_equal_for_all_settings_to_the_last_number(topic, pair):
    for settings in some_settings(topic, pair):
        assert compared(pair, pair.right, settings).equal, (SEED, settings)


@every_pair
def test_each_wrong_variant_is_found_out_and_slips_through_just_where_it_claims(topic, pair):
    for letter in LETTERS:
        trap = pair.variant(letter).trap
        found = []
        for settings in some_settings(topic, pair) if trap else ():
            found.append(not compared(pair, letter, settings).equal)
            trapped = replace(settings, **trap)
            if pair.problem(trapped) is None:
                assert compared(pair, letter, trapped).equal, (SEED, letter, trapped)
        assert not trap or sum(found) >= 2, (SEED, letter)


@every_pair
def test_it_opens_where_all_four_agree_and_one_move_from_there_finds_one_out(topic, pair):
    start = Settings(**pair.start)
    assert all(compared(pair, letter, start).equal for letter in LETTERS)
    assert compared(pair, pair.right, start).one.any(), "a map of zeros shows nothing"
    explorer, _ = bench(topic, pair)
    moved = [
        replace(start, **{control.name: value})
        for control in explorer.controls
        if control.name in pair.start and control.name != "seed"
        for value in (
            range(control.low, control.high + 1) if isinstance(control, Slider) else control.options
        )
    ]
    good = [settings for settings in moved if pair.problem(settings) is None]
    for letter in set(LETTERS) - {pair.right}:
        assert not all(compared(pair, letter, settings).equal for settings in good), letter


@every_pair
def test_numbers_that_are_not_whole_agree_too_up_to_rounding(topic, pair):
    """What is equal is the function, not a quirk of whole numbers."""
    for settings in some_settings(topic, pair)[:10]:
        lines = listing(pair, pair.right, settings)
        floats = lines.replace("torch.randint(-2, 2, shape", "torch.randn(shape")
        assert floats != lines
        names, _ = run(floats)
        torch.testing.assert_close(names["one"], names["other"])


@every_pair
def test_whole_numbers_are_exact_in_float32_as_well(topic, pair):
    for settings in some_settings(topic, pair)[:10]:
        lines = listing(pair, pair.right, settings)
        names, printed = run(lines.replace("double", "float"))
        assert names["one"].dtype == torch.float32
        assert printed == "True"


def test_a_transposed_convolution_with_kernel_as_stride_is_a_1x1_and_a_shuffle():
    """Worked out here, by the formula of pixel shuffle and without it."""
    pair = TOPICS["pixel_shuffle"].PAIRS[0]
    settings = Settings(**{**pair.start, "in_channels": 2, "out_channels": 3, "factor": 3,
                           "weights": ANY})  # fmt: skip
    seen = compared(pair, "A", settings)
    x, w = seen.values["x"], seen.values["w"]
    for channel, row, column in ((0, 0, 0), (2, 4, 7), (1, 8, 11)):
        expected = sum(
            x[0, c, row // 3, column // 3] * w[c, channel, row % 3, column % 3] for c in range(2)
        )
        assert seen.one[0, channel, row, column] == expected


# What is shown


@every_pair
def test_the_lines_that_are_shown_give_what_is_drawn(topic, pair):
    for number, settings in enumerate(some_settings(topic, pair)[:8]):
        letter = LETTERS[number % 4]
        explorer, state = bench(topic, pair, **{**vars(settings), "variant": letter})
        drawing = explorer.render(state)
        seen = compared(pair, letter, settings)
        if seen.refusal:
            with pytest.raises(RuntimeError):
                run(drawing.code)
            continue
        names, printed = run(drawing.code)
        assert printed == str(seen.equal)
        assert torch.equal(names["one"], seen.one)
        assert torch.equal(names["other"], seen.other)
        grids = [mark for mark in drawing.picture.marks if isinstance(mark, Grid)]
        assert [grid.values for grid in grids] == [
            seen.value(pair.weight).tolist(),
            *(crop_of(maps, seen.apart).of(maps).tolist() for maps in (seen.one, seen.other)),
        ]
        shapes = [str(tuple(names[name].shape)) for name in ("one", "other")]
        assert all(f">{shape}<" in drawing.svg() for shape in shapes)


@every_pair
def test_the_part_that_is_drawn_holds_the_largest_difference_and_outlines_all(topic, pair):
    for settings in some_settings(topic, pair)[:8]:
        for letter in LETTERS:
            seen = compared(pair, letter, settings)
            if not seen.difference:
                continue
            part = crop_of(seen.one, seen.apart).of(seen.apart)
            assert part.max() == (seen.one - seen.other).abs().max()
            explorer, state = bench(topic, pair, **{**vars(settings), "variant": letter})
            *_, other = (m for m in explorer.render(state).picture.marks if isinstance(m, Grid))
            assert len(other.outlined) == (part != 0).sum()


@every_pair
def test_whatever_is_set_it_draws_a_small_picture_and_says_it_in_one_sentence(topic, pair):
    for settings in some_settings(topic, pair)[:4]:
        for letter in LETTERS:
            explorer, state = bench(topic, pair, **{**vars(settings), "variant": letter})
            drawing = explorer.render(state)
            svg = drawing.svg()
            assert ElementTree.fromstring(svg).get("aria-label") == drawing.summary
            assert len(svg.encode()) < 32 * KIB
            weight, *outputs = (m for m in drawing.picture.marks if isinstance(m, Grid))
            assert all(weight.y + weight.height < output.y for output in outputs)
            assert pair.title[1:] in drawing.summary
            assert "?" not in svg or compared(pair, letter, settings).refusal


@every_pair
def test_every_value_of_every_control_is_seen_or_explained(topic, pair):
    explorer, first = bench(topic, pair)
    hidden, code = explorer.render(first).hidden, explorer.code(first)
    for control in explorer.controls:
        if control.name in hidden or control.name not in pair.start:
            continue
        values = (
            range(control.low, control.high + 1) if isinstance(control, Slider) else control.options
        )
        for value in values:
            state = explorer.update(first, Change(control.name, value))
            if value != getattr(first, control.name):
                assert explorer.problem(state) or explorer.code(state) != code
    shown = {control.name for control in explorer.controls} - hidden
    assert shown == {"pair", "variant", "fault", *pair.start}


def test_settings_that_torch_refuses_are_explained_and_dim_the_last_picture():
    explorer, state = bench("grouped", TOPICS["grouped"].PAIRS[0])
    drawing = explorer.render(explorer.update(state, Change("groups", 3)))
    assert "must be divisible by groups" in drawing.problem
    assert 'opacity="0.3"' in drawing.svg()
    explorer, state = bench("transposed", TOPICS["transposed"].PAIRS[0], size=2, kernel_size=1,
                            padding=0)  # fmt: skip
    drawing = explorer.render(explorer.update(state, Change("padding", 3)))
    assert "Output size is too small" in drawing.problem


def test_a_variant_may_have_another_shape_or_be_refused_and_that_counts_as_exposed():
    zeros = TOPICS["transposed"].PAIRS[0]
    explorer, state = bench("transposed", zeros, padding=2)
    drawing = explorer.render(state)
    assert drawing.status[1] == ("(1, 2, 3, 5) against (1, 2, 7, 9): not even the shapes agree.")
    assert state.exposed == {(zeros.title, "A")}
    explorer, state = bench("transposed", zeros, size=2, stride=1, kernel_size=5, padding=0)
    drawing = explorer.render(state)
    assert drawing.status[1].startswith("PyTorch refuses the other way: ")
    assert "PyTorch refuses these lines." in drawing.svg()
    assert state.exposed == {(zeros.title, "A")}


def test_the_inverse_is_no_transpose_and_its_figure_is_rounded():
    matrix = TOPICS["transposed"].PAIRS[2]
    explorer, state = bench("transposed", matrix, variant="C", weights=ANY)
    seen = compared(matrix, "C", state.settings)
    back = seen.values["matrix"] @ seen.other.flatten()
    torch.testing.assert_close(back, seen.values["v"].flatten()), "so it is the inverse"
    assert f"max |difference| = {seen.difference:.3g}: " in explorer.render(state).summary


# The search for the right one


def test_variants_are_exposed_one_by_one_until_the_right_one_remains():
    explorer, state = bench("transposed", TOPICS["transposed"].PAIRS[0])
    standing = lambda: explorer.render(state).status[-1]  # noqa: E731
    assert standing().startswith("No variant is exposed yet.")
    for letter in LETTERS:  # at the first settings nothing speaks against any
        state = explorer.update(state, Change("variant", letter))
    assert standing().startswith("No variant is exposed yet.")
    state = explorer.update(state, Change("weights", ANY))
    assert standing() == "Exposed: D. Still standing: A, B and C."
    state = explorer.update(state, Change("variant", "A"))
    state = explorer.update(state, Change("kernel_size", 4))
    assert standing() == "Exposed: A and D. Still standing: B and C."
    for name, value in (("variant", "B"), ("in_channels", 2)):
        state = explorer.update(state, Change(name, value))
    assert standing() == "Exposed: A, B and D. C remains: it holds for all settings."


def test_a_fault_is_named_only_once_it_is_exposed():
    pair = TOPICS["transposed"].PAIRS[0]
    explorer, state = bench("transposed", pair, variant="D")
    said = lambda: explorer.render(explorer.update(state, Press("fault"))).status[0]  # noqa: E731
    assert said().startswith("Nothing speaks against D so far.")
    state = explorer.update(state, Change("weights", ANY))
    assert said() == f"D: {pair.variant('D').fault} It is not seen if the kernel is symmetric."
    state = explorer.update(state, Change("variant", "C"))
    assert said().startswith("Nothing speaks against C so far.")
    for letter in "AB":
        state = replace(state, exposed=state.exposed | {(pair.title, letter)})
    assert said() == "C has no fault: it is the same function for all settings."


def test_what_is_exposed_in_one_pair_is_not_in_another_and_is_kept():
    first, second, _ = TOPICS["transposed"].PAIRS
    explorer, state = bench("transposed", first, variant="D", weights=ANY)
    other = explorer.update(state, Change("pair", second.title))
    assert explorer.render(other).status[-1].startswith("No variant is exposed yet.")
    back = explorer.update(other, Change("pair", first.title))
    assert explorer.render(back).status[-1] == "Exposed: D. Still standing: A, B and C."


def test_another_pair_begins_with_its_own_settings():
    explorer, state = bench("grouped", TOPICS["grouped"].PAIRS[0], variant="B", groups=2)
    for pair in TOPICS["grouped"].PAIRS[1:]:
        state = explorer.update(state, Change("pair", pair.title))
        assert (state.settings, state.variant) == (Settings(**pair.start), "A")


def test_settings_given_with_a_pair_are_kept_in_any_order():
    title = TOPICS["transposed"].PAIRS[1].title
    for settings in ({"pair": title, "stride": 2}, {"stride": 2, "pair": title}):
        state = explore(EquivalenceExplorer()).set(**settings).state
        assert (state.pair, state.stride, state.size) == (title, 2, 5)


@every_pair
def test_the_question_asks_for_the_right_variant_and_names_every_fault(topic, pair):
    explorer, state = bench(topic, pair)
    question = explorer.question
    assert question.expected() == pair.right
    assert question.key.startswith(topic.replace("_", " ") + "/")
    wrong = next(letter for letter in LETTERS if letter != pair.right)
    state = explorer.update(state, Change("answer", wrong))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith(f"You said {wrong}; it is {pair.right}. ")
    assert all(variant.fault in reply for variant in pair.variants)


def test_no_letter_is_the_right_one_too_often():
    letters = [pair.right for _, pair in PAIRS]
    assert all(letters.count(letter) in range(2, 6) for letter in LETTERS), letters


# What it leaves alone


def test_running_touches_neither_the_random_numbers_nor_what_gradients_are_recorded():
    gradient = TOPICS["transposed"].PAIRS[1]
    before = torch.random.get_rng_state()
    compared.cache_clear()
    with torch.inference_mode():
        assert compared(gradient, gradient.right, Settings(**gradient.start)).equal
    assert torch.equal(torch.random.get_rng_state(), before)


def test_the_same_settings_are_compared_once():
    pair = PAIRS[0][1]
    assert compared(pair, "A", Settings()) is compared(pair, "A", Settings())


def test_topics_and_pairs_that_there_are_not_are_named():
    with pytest.raises(ValueError, match="no topic 'dilated'; there are: transposed, pixel"):
        EquivalenceExplorer(topic="dilated")
    with pytest.raises(ValueError, match="no pair 'nine'; there are: zeros and"):
        EquivalenceExplorer(pair="nine")
    options = {c.name: c.options for c in EquivalenceExplorer().controls if isinstance(c, Choice)}
    assert options["variant"] == ("A", "B", "C", "D")
