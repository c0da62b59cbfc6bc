"""Every check of every lesson: the right answer passes, each known mistake is refused by name.

The numbers that the checks expect are held against torch, torchvision and published figures.
"""

import random
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models import vgg16
from torchvision.transforms.functional import to_tensor

import course_lib.exercises
from course_lib.exercises import channels, normal, predict, receptive_field, start
from course_lib.exercises.catalogue import lessons
from course_lib.exercises.engine import Check
from course_lib.exercises.functions import FunctionCheck
from course_lib.exercises.predictions import Prediction
from course_lib.exercises.values import ValueCheck
from course_lib.exercises.words import is_array
from course_lib.geometry import Convolution, Field
from course_lib.receptive_field import analyse

CHECKS = {f"{lesson}.{name}": check for lesson, checks in lessons().items()
          for name, check in checks.items()}  # fmt: skip
FUNCTIONS = {name: check for name, check in CHECKS.items() if isinstance(check, FunctionCheck)}

every_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)


@pytest.fixture(autouse=True)
def _ledger_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LEDGER", str(tmp_path / "predictions.json"))


def judged(check, answer):
    return check(answer, "guess") if isinstance(check, Prediction) else check(answer)


def test_every_check_of_the_package_is_in_the_catalogue_under_its_own_name():
    folder = course_lib.exercises
    modules = [import_module(f"{folder.__name__}.{m.name}") for m in iter_modules(folder.__path__)]
    there = {id(x) for module in modules for x in vars(module).values() if isinstance(x, Check)}
    assert there == {id(check) for check in CHECKS.values()}
    assert [name for name, check in CHECKS.items() if name.split(".")[1] != check.name] == []
    assert len(CHECKS) >= 25


@every_check
def test_the_right_answer_is_right_and_teaches_one_thing_more(check):
    result = judged(check, check.solution)
    assert result.outcome == "right", result
    assert check.right in result.sentence
    assert len(check.right) > 30


@every_check
def test_each_known_mistake_is_refused_with_its_own_sentence(check):
    wrong = check.wrong_answers()
    assert len(wrong) >= 3
    assert len({sentence for _, sentence in wrong}) == len(wrong)
    for answer, sentence in wrong:
        result = judged(check, answer)
        assert (result.outcome, result.cause) == ("wrong", sentence), result


@every_check
def test_an_untouched_stub_is_not_attempted(check):
    stubs = [...]
    if isinstance(check, FunctionCheck):
        stubs += [lambda *arguments: ..., lambda *arguments: [1, ...]]
    elif isinstance(check.solution, dict):
        stubs += [dict.fromkeys(check.solution, ...)]
    for stub in stubs:
        result = judged(check, stub)
        assert (result.outcome, result.cause) == ("not attempted", ""), result


@every_check
def test_what_is_no_answer_at_all_is_refused_in_words(check):
    for answer in (None, "text", 2.5, -1, [], {}, {"a": 1}, object(), print, nn.Linear):
        assert judged(check, answer).outcome in ("wrong", "raised", "not attempted")
        assert judged(check, answer).outcome != "right"


@every_check
def test_what_is_said_is_the_same_every_time(check):
    for answer, _ in check.wrong_answers():
        first, again = (repr(judged(check, answer)) for _ in range(2))
        said = first.partition("\n  note")[0]  # a prediction counts once
        assert again.startswith(said)
        assert " at 0x" not in first


def spoiled(value):
    """Generic wrong answers that a right one turns into, by what they are."""
    yield "None", None
    yield "a text", "text"
    if is_array(value) and value.ndim:
        value = torch.as_tensor(value)
        yield "zeros", torch.zeros_like(value)
        yield "off by one", value + 1
        if value.is_floating_point():  # of whole numbers the bits do not matter
            yield "another dtype", value.round().long()
        yield "one axis more", value[None]
        yield "the last row missing", value[:-1]
        if value.ndim > 1 and not torch.equal(value.mT, value):
            yield "transposed", value.mT
    elif isinstance(value, int):
        yield from [("one more", value + 1), ("one less", value - 1), ("a bool", value > 3)]
        yield from [("a float", float(value)), ("zero", 0), ("quoted", str(value))]
    elif isinstance(value, float):
        yield from [("one more", value + 1), ("the other sign", -value), ("its half", value / 2)]
        yield "quoted", str(value)
        if not value.is_integer():
            yield "a whole number", round(value)
    elif isinstance(value, (list, tuple)) and any(map(is_array, value)):
        for place, entry in enumerate(value):
            for how, other in spoiled(entry):
                yield f"{place}: {how}", (*value[:place], other, *value[place + 1 :])
    elif isinstance(value, (list, tuple)):
        yield "one more each", [number + 1 for number in value]
        yield "one entry more", [*value, 1]
        if all(isinstance(number, int) for number in value):
            yield "floats", [float(number) for number in value]
        yield "the other way round", value[::-1]
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield f"no {name}", {key: value[key] for key in value if key != name}
            for how, other in spoiled(entry):
                yield f"{name}: {how}", {**value, name: other}


@pytest.mark.parametrize("check", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_function_with_a_generic_mistake_is_refused(check):
    kinds = {how for value in check.expected for how, _ in spoiled(value)}
    assert len(kinds) >= 6
    for how in kinds:

        def wrong(*arguments, how=how):
            right = check.reference(*arguments)
            return dict(spoiled(right)).get(how, right)

        assert check(wrong).outcome == "wrong", how
    assert check(lambda *arguments: arguments[0]).outcome == "wrong"


@pytest.mark.parametrize("name", [n for n, c in CHECKS.items() if type(c) is ValueCheck])
def test_a_value_with_a_generic_mistake_is_refused(name):
    check = CHECKS[name]
    if check.accept and name != "assignment.honest_log":
        return  # many answers are right: what is not is told by the lesson's own tests
    for how, wrong in spoiled(check.solution):
        assert check(wrong).outcome == "wrong", how


def test_inputs_are_not_square_not_symmetric_and_have_other_channels_in_than_out():
    for case, (_, h) in normal.convolve.inputs.items():
        assert "lesson" in case or not np.array_equal(abs(h), abs(h[::-1])), case
    x, w, *_ = normal.conv2d.inputs["2 pictures, 3 channels to 4"]
    assert len(x) == 2
    assert x.shape[2] != x.shape[3]
    assert w.shape[0] != w.shape[1]
    assert not torch.equal(w, w.flip(2, 3))
    x, w, stride = normal.conv2d.inputs["a stride that does not come out even"]
    assert all((n - k) % stride for n, k in zip(x.shape[2:], w.shape[2:], strict=True))


# The numbers, against something that is not us


def test_the_worked_examples_come_out_as_published():
    convolve = normal.convolve
    assert convolve.expected[0].tolist() == [3, -2, 6, 2, -10, -2]
    example, kernel, stride = normal.conv2d.inputs["the lesson's 7x7 example"]
    assert normal.conv2d.expected[0][0, 0].tolist() == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]
    turned = torch.conv2d(example, kernel.mT, stride=stride)[0, 0]
    assert turned.tolist() == [[3, 4, 0], [6, 10, 4], [6, 10, 4]]
    assert normal.copied_picture.solution == {(0, 0), (1, 0), (2, 1)}


def test_the_values_that_students_look_for():
    assert start.reads_padding.solution == 44
    assert start.least_padding.solution == 1
    assert channels.bottleneck_weights.solution == {"bottleneck": 69_632, "direct": 589_824}
    assert channels.widest_middle.solution == 57
    assert receptive_field.copy_task.solution == 4
    assert receptive_field.best_stride_position.solution == {
        "position": 1, "largest": 23, "smallest": 13
    }  # fmt: skip
    assert receptive_field.receptive_field.expected[0] == 33


def test_the_wrong_answers_are_those_that_are_given():
    def wrong(check):
        return {answer for answer, _ in check.wrong_answers()}

    assert {48, 52, 12} <= wrong(start.reads_padding)
    assert {0, 2, "same"} <= wrong(start.least_padding)
    assert {58, 63, 64} <= wrong(channels.widest_middle)
    assert {211, 181, 243} <= wrong(receptive_field.vgg16_field)
    layers = receptive_field.receptive_field.inputs["all in one"][0]
    given = {mistake.wrong(layers) for mistake in receptive_field.receptive_field.mistakes}
    assert {35, 15, 91, 53, 32} <= given
    bottlenecks = {a["bottleneck"] for a, _ in channels.bottleneck_weights.wrong_answers()}
    assert {53_248, 36_864, 331_776} <= bottlenecks
    assert {a["largest"] for a, _ in receptive_field.best_stride_position.wrong_answers()} >= {46}


def test_vgg16s_field_is_that_of_torchvisions_network():
    with torch.device("meta"):
        trunk = vgg16(weights=None).features
    assert analyse(trunk, (224, 224)).receptive_field == (receptive_field.vgg16_field.solution,) * 2


def test_bottlenecks_have_as_many_weights_as_torch_gives_them():
    def weights(*layers):
        return sum(nn.Conv2d(a, b, k, bias=False).weight.numel() for a, b, k in layers)

    assert channels.bottleneck_weights.solution == {
        "bottleneck": weights((256, 64, 1), (64, 64, 3), (64, 256, 1)),
        "direct": weights((256, 256, 3)),
    }
    cheaper = [weights((64, m, 1), (m, m, 3), (m, 64, 1)) < weights((64, 64, 3)) for m in (57, 58)]
    assert cheaper == [True, False]


def test_images_become_tensors_as_torchvision_makes_them():
    for (image,), expected in zip(start.to_chw.inputs.values(), start.to_chw.expected, strict=True):
        torch.testing.assert_close(expected, to_tensor(image))


def test_output_sizes_are_those_of_torchs_layer():
    check = normal.output_size
    for given, expected in zip(check.inputs.values(), check.expected, strict=True):
        n, *settings = given
        layer = nn.Conv1d(1, 1, *settings)
        assert layer(torch.zeros(1, 1, n)).shape[-1] == expected


def test_rows_read_are_those_of_the_geometry_for_random_stacks():
    draw = random.Random(3)
    for _ in range(50):
        field = Field()
        for _ in range(draw.randint(1, 5)):
            k, s, p, d = (draw.randint(*ends) for ends in ((1, 5), (1, 3), (0, 4), (1, 3)))
            field = field.after(Convolution(1, 1, k, s, p, d))
        u = draw.randint(0, 9)
        given = u, field.size[0], field.jump[0], -field.start[0]
        assert receptive_field.rows_read.reference(*given) == field.box((u, u))[0]


def test_a_matrix_times_a_signal_is_its_convolution():
    draw = np.random.default_rng(0)
    h, f = draw.normal(size=3), draw.normal(size=9)
    np.testing.assert_allclose(normal.matrix_of.reference(h, 9) @ f, np.convolve(f, h, "valid"))


def test_swapped_channels_are_swapped():
    picture = torch.rand(2, 3, 4, 5)
    swapped = torch.conv2d(picture, channels.swap_channels.solution)
    torch.testing.assert_close(swapped, picture[:, [1, 2, 0]])


# Right answers of other kinds


def test_loops_numpy_lists_and_linear_layers_are_right_too():
    def convolve(f, h):
        count = len(f) - len(h) + 1
        return [sum(f[i + len(h) - 1 - j] * h[j] for j in range(len(h))) for i in range(count)]

    def conv2d(x, w, stride=1):
        (n, _, height, width), (maps, _, kh, kw) = x.shape, w.shape
        out = np.zeros((n, maps, (height - kh) // stride + 1, (width - kw) // stride + 1))
        for at in np.ndindex(*out.shape):
            image, filter_, row, column = at
            row, column = row * stride, column * stride
            out[at] = (x[image, :, row : row + kh, column : column + kw] * w[filter_]).sum()
        return out

    def matrix_of(h, n):
        rows = n - len(h) + 1
        return [[0] * i + list(h[::-1]) + [0] * (rows - 1 - i) for i in range(rows)]

    def pointwise_as_linear(x, weight, bias):
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
        return layer(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    def rows_read(u, field, jump, padding):
        return np.array([u * jump - padding, u * jump - padding + field - 1])

    assert normal.convolve(convolve).outcome == "right"
    assert normal.conv2d(conv2d).outcome == "right"
    assert normal.matrix_of(matrix_of).outcome == "right"
    assert channels.pointwise_as_linear(pointwise_as_linear).outcome == "right"
    assert receptive_field.rows_read(rows_read).outcome == "right"
    chw = start.to_chw(lambda image: np.transpose(image, (2, 0, 1)) / 255)
    assert chw.outcome == "right"


def test_every_setting_that_halves_is_right_and_the_others_say_what_they_make():
    for kernel_size, stride, padding in [(2, 2, 0), (1, 2, 0), (4, 2, 1), (7, 1, 0), (3, 2, 1)]:
        settings = {"kernel_size": kernel_size, "stride": stride, "padding": padding}
        assert nn.Conv1d(1, 1, **settings)(torch.zeros(1, 1, 12)).shape[-1] == 6
        assert start.halve(settings).outcome == "right"
    assert "12 becomes 4" in repr(start.halve({"kernel_size": 3, "stride": 3}))
    assert "can't be greater" in repr(start.halve({"kernel_size": 20, "stride": 2}))
    assert "stride" in repr(start.halve({"kernel_size": 2, "stride": 0}))
    assert "'kernel'" in repr(start.halve({"kernel": 2}))
    assert "no kernel_size" in repr(start.halve({"stride": 2}))
    assert start.halve({"kernel_size": 2.5, "stride": 2}).outcome == "wrong"


# Predictions


def test_a_prediction_is_asked_again_by_its_name():
    assert predict("convolution/outputs that read padding", 44, "sure").outcome == "right"
    assert predict("convolution/outputs that read padding").outcome == "not attempted"
    assert "144 outputs" in predict("convolution/outputs that read padding").sentence
    assert "explorer" in predict("convolution/of which nobody knows", 1, "sure").sentence


def test_questions_are_named_by_topic_and_each_once():
    questions = [check.question for check in CHECKS.values() if isinstance(check, Prediction)]
    assert len(set(questions)) == len(questions) >= 5
    assert all(question.count("/") == 1 for question in questions)
