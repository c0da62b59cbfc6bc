"""The rules of the assignment: right networks of any style pass, each mistake is named by its rule.

The wrong set-ups are one right submission, changed in a line, as real submissions had it.
"""

import json
import re
from pathlib import Path

import albumentations as A
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from course_lib.assignment import Report, check
from course_lib.assignment.loading import load_augmentation, load_network
from course_lib.assignment.rows import gathered
from course_lib.assignment.training_log import TEST_DIGEST, TRAIN_DIGEST
from course_lib.data import ImageData
from course_lib.data.augmentation import assignment_augmentation
from course_lib.models.session9 import CIFAR10_MEAN, Session9Net
from course_lib.receptive_field import measure
from course_lib.training import Log

CASES = Path(__file__).resolve().parents[1] / "assignment_cases"
RIGHT = sorted((CASES / "right").glob("*.py"))
PLAIN = (CASES / "plain" / "model.py").read_text()
DATA = (CASES / "plain" / "data.py").read_text()
GIVEN_LATER = ["horizontal flip", "shift, scale, rotate", "coarse dropout",
               "test images", "accuracy", "log lines", "untrained start"]  # fmt: skip


@pytest.fixture
def changed(tmp_path):
    """Write a file with one piece of text replaced, which has to be there; return its path."""

    def write(name, text, old="", new=""):
        assert old in text
        path = tmp_path / name
        path.write_text(text.replace(old, new))
        return path

    return write


def plain():
    return load_network(str(CASES / "plain" / "model.py"))[0]


def log_of(accuracies=(0.45, 0.7, 0.88), epochs=None, **header):
    """A log as the training command writes it, with other figures or another header."""
    lines = [
        {"kind": "epoch", "epoch": number, "train_accuracy": 0.4, "test_accuracy": accuracy}
        for number, accuracy in enumerate(accuracies, start=1)
    ]
    known = {
        "kind": "header",
        "data": "CIFAR-10",
        "train_images": 50_000,
        "test_images": 10_000,
        "test_label_digest": TEST_DIGEST,
        "recipe": {"epochs": len(lines) if epochs is None else epochs},
    }
    return Log({**known, **header}, lines)


# Right ones


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.stem)
def test_a_right_network_of_any_style_is_not_refused(path):
    name = ":make_network" if path.stem == "lazy" else ""
    model, source = load_network(f"{path}{name}")
    report = check(model, source=source)
    assert report.named("failed") == []
    assert report.named("not shown") == GIVEN_LATER
    assert report.warnings == ()


def test_there_are_at_least_six_styles_of_right_networks():
    assert len(RIGHT) >= 6


@pytest.mark.filterwarnings("ignore:ShiftScaleRotate")
def test_a_complete_right_submission_passes_every_rule():
    augmentation = load_augmentation(f"{CASES / 'plain' / 'data.py'}:augmentation", CIFAR10_MEAN)
    report = check(plain(), augmentation, log_of())
    assert report.named("passed") == [row.rule for row in report.rows]
    assert (report.exit_code, report.verdict) == (0, "all passed")


def test_our_own_network_augmentation_and_a_flat_network_with_given_blocks_pass():
    report = check(Session9Net(), assignment_augmentation(CIFAR10_MEAN), log_of())
    assert report.exit_code == 0
    flat = nn.Sequential(*(part for block in list(plain().children())[:4] for part in block),
                         *list(plain().children())[4:])  # fmt: skip
    assert check(flat)["blocks"].state == "not shown"
    blocks = [["0", "1", "2"], ["3", "4", "5"], ["6", "7", "8"], [flat[9], flat[10], "11"]]
    assert check(flat, blocks=blocks)["blocks"].state == "passed"
    moved = [["0", "1"], ["2", "3", "4", "5"], ["6", "7", "8"], ["9", "10", "11"]]
    assert "c1: 2, c2: 4" in check(flat, blocks=moved)["blocks"].found
    assert "no such module" in check(flat, blocks=["0", "1", "2", "99"])["blocks"].found


def test_session7_counts_max_pools_that_are_function_calls():
    class Pooled(nn.Module):
        def __init__(self):
            super().__init__()
            self.net = plain()

        def forward(self, x):
            for block in (self.net.c1, self.net.c2, self.net.c3):
                x = F.max_pool2d(block(x), 2)
            return self.net.fc(self.net.c4(x).mean((2, 3)))

    assert check(Pooled(), rules="session7").named("failed") == []
    assert "max pooling 2x2" in check(Pooled(), rules="session9")["pooling"].found
    assert check(plain(), rules="session7").named("failed") == ["blocks", "pooling"]


# Wrong networks

# A plain 3x3 that is called depthwise makes two convolutions with its 1x1, so blocks are named too.
BESIDE = {
    "groups=1 called depthwise": {"blocks", "parameters"},
    "groups=32 of 64": {"blocks"},
    "a 1x1 depthwise": {"blocks", "receptive field"},
}
WRONG = [
    ("groups=1 called depthwise", {"groups=in_channels, ": ""},
     "depthwise separable", "groups=1"),
    ("groups=32 of 64", {"groups=in_channels, ": "groups=in_channels // 2, "},
     "depthwise separable", "groups=32 of 64 channels: not depthwise"),
    ("a 1x1 depthwise", {"in_channels, 3, stride, 1,": "in_channels, 1, stride, 0,"},
     "depthwise separable", "looks at nothing"),
    ("no dilation", {"dilation=2": "dilation=1"}, "dilation", "dilation 1"),
    ("a dilated 1x1", {"conv(64, 64, dilation=2)": "nn.Conv2d(64, 64, 1, dilation=2)"},
     "dilation", "dilation 1"),
    ("four convolutions in C2", {"separable(32, 64": "conv(32, 32), separable(32, 64"},
     "blocks", "c1: 3, c2: 4, c3: 3, c4: 3"),
    ("two convolutions in C4", {"self.c4 = nn.Sequential(separable(64, 64), ":
     "self.c4 = nn.Sequential("}, "blocks", "c4: 2"),
    ("a layer called twice", {"self.c4(self.c3(": "self.c4(self.c3[1](self.c3(",
     "self.c1(x))))": "self.c1(x)))))"}, "blocks", "c3: 4"),
    ("three blocks", {"self.c4": "self.last"}, "blocks", "only c1, c2, c3"),
    ("a stem before C1", {"self.c1(x)": "self.c1(self.stem(x))",
     "self.fc = ": "self.stem = conv(3, 3)\n        self.fc = "},
     "blocks", "outside of them: stem.0"),
    ("a max-pool", {"self.c1(x)": "nn.functional.max_pool2d(self.c1(x), 2)"},
     "pooling", "max pooling 2x2, stride 2"),
    ("an average pool before GAP", {"self.gap(x)": "self.gap(nn.functional.avg_pool2d(x, 4))"},
     "pooling", "average pooling 4x4"),
    ("no GAP", {"self.gap(x)": "x", "Linear(64": "Linear(4096"},
     "GAP", "flattened map of 64 x 8 x 8"),
    ("a global maximum", {"nn.AdaptiveAvgPool2d(1)": "nn.AdaptiveMaxPool2d(1)"},
     "GAP", "gap takes the max, not the mean"),
    ("a global maximum by a function", {"self.gap(x)": "nn.functional.adaptive_max_pool2d(x, 1)"},
     "GAP", "takes the max, not the mean"),
    ("a global maximum by a method", {"self.gap(x)": "x.amax((2, 3))"},
     "GAP", "takes the max, not the mean"),
    ("203,530 parameters", {"self.fc = ":
     "self.spare = nn.Linear(1, 108_512, bias=False)\n        self.fc = "},
     "parameters", "203,530"),
    ("a hundred classes", {"Linear(64, 10)": "Linear(64, 100)"}, "runs", "100 x 1 x 1"),
]  # fmt: skip


@pytest.mark.parametrize(("case", "changes", "rule", "found"), WRONG, ids=[c[0] for c in WRONG])
def test_a_wrong_network_is_named_by_its_own_rule(case, changes, rule, found, changed):
    report = check(changed_network(changed, changes))
    assert set(report.named("failed")) == {rule} | BESIDE.get(case, set())
    assert found in report[rule].found
    assert report[rule].cure
    assert report.exit_code == 1


def changed_network(changed, changes):
    text = PLAIN
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return load_network(str(changed("model.py", text)))[0]


def test_a_network_that_does_not_run_breaks_one_rule_and_shows_no_other(changed):
    model = changed_network(changed, {"Linear(64, 10)": "Linear(65, 10)"})
    report = check(model)
    assert report.named("failed") == ["runs"]
    assert "64" in report["runs"].found
    assert "see «runs»" in report["blocks"].found
    assert report["parameters"].state == "passed"


def test_a_network_that_fails_is_run_for_one_rule_only():
    calls = []

    class Fails(nn.Module):
        def forward(self, x):
            calls.append(x.shape)
            raise RuntimeError("no")

    assert "no" in check(Fails())["runs"].found
    assert len(calls) <= 2  # without values, and with


def test_what_cannot_be_followed_is_not_shown_instead_of_guessed(changed):
    model = changed_network(changed, {"self.c1(x)": "self.c1(x).roll(1, 3)"})
    report = check(model)
    assert report.named("failed") == []
    assert "'roll', which cannot be followed" in report["runs"].found
    assert report["receptive field"].state == "not shown"


def test_relu_and_batch_norm_on_the_scores_are_warnings(changed):
    tail = {"return self.fc(self.flatten(self.gap(x)))":
            "return nn.functional.relu(self.last(self.fc(self.flatten(self.gap(x)))))",
            "self.fc = ": "self.last = nn.BatchNorm1d(10)\n        self.fc = "}  # fmt: skip
    report = check(changed_network(changed, tail))
    assert report.named("failed") == []
    assert [text.split()[0] for text in report.warnings] == ["ReLU", "BatchNorm"]
    before_gap = {"self.fc(self.flatten(self.gap(x)))": "self.gap(self.last(x)).flatten(1)",
                  "self.fc = ": "self.last = conv(64, 10)\n        self.fc = "}  # fmt: skip
    assert len(check(changed_network(changed, before_gap)).warnings) == 2
    assert "warning    ReLU acts on the ten scores" in str(report)


def rows_of_convolutions(dilations, kernel=3):
    """Twelve convolutions in four blocks with these dilations; the last kernel may differ."""
    kernels = [3] * 11 + [kernel]
    layers = [
        nn.Conv2d(3 if i == 0 else 8, 8, k, padding=d, dilation=d)
        for i, (k, d) in enumerate(zip(kernels, dilations, strict=True))
    ]
    blocks = [nn.Sequential(*layers[i : i + 3]) for i in (0, 3, 6, 9)]
    model = nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))
    return model, check(model, blocks=["0", "1", "2", "3"])["receptive field"]


@pytest.mark.parametrize(
    ("dilated", "kernel", "field"),
    [(1, 3, 27), (3, 3, 31), (5, 3, 35), (9, 3, 43), (9, 4, 44), (10, 3, 45)],
)
def test_the_field_is_computed_whatever_the_readme_claims(dilated, kernel, field):
    model, row = rows_of_convolutions([2] * dilated + [1] * (12 - dilated), kernel)
    assert measure(model[:4]).receptive_field == (field, field)
    assert row.state == ("passed" if field > 44 else "failed")
    assert row.found.split()[0] == str(field)
    if field <= 44:
        assert row.cure.startswith(f"{45 - field} more are missing")


def test_a_depthwise_convolution_is_separable_only_if_a_1x1_over_all_channels_follows():
    depthwise = nn.Conv2d(8, 8, 3, groups=8)
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10)]
    for follower, state in [
        (nn.Conv2d(8, 8, 1), "passed"),
        (nn.Conv2d(8, 8, 3), "failed"),
        (nn.Conv2d(8, 8, 1, groups=2), "failed"),
    ]:
        model = nn.Sequential(nn.Conv2d(3, 8, 3), depthwise, nn.ReLU(), follower, *head)
        assert check(model)["depthwise separable"].state == state


def test_every_separable_convolution_of_ours_is_found_beside_the_residual_adds():
    found = check(Session9Net())["depthwise separable"].found
    assert found.split(", ") == [f"c{block}.{place}.depthwise" for block, place in (
        (1, 2), (2, 0), (2, 2), (3, 0), (3, 1), (3, 2), (4, 0), (4, 1), (4, 2))]  # fmt: skip


def test_a_network_from_a_notebook_breaks_modularity_and_a_bare_sequential_does_not_show_it():
    net = type("Net", (nn.Module,), {"__module__": "__main__", "forward": lambda self, x: x})
    assert check(net())["modularity"].state == "failed"
    assert "model.py" in check(net())["modularity"].cure
    assert check(nn.Sequential())["modularity"].state == "not shown"
    # The brief of Session 7 does not ask for modules.
    assert "modularity" not in [row.rule for row in check(net(), rules="session7").rows]


def test_a_check_leaves_the_model_its_gradients_and_the_random_state_alone():
    model = plain().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    check(model)
    torch.testing.assert_close(torch.rand(2), expected, rtol=0, atol=0)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_what_is_no_network_and_unknown_rules_are_refused_in_words():
    with pytest.raises(TypeError, match="found the class Session9Net; expected a network"):
        check(Session9Net)
    with pytest.raises(ValueError, match="no rules 'session8'; expected one of session9"):
        check(plain(), rules="session8")


# Wrong augmentations

HOLE = "num_holes_range=(1, 1), hole_height_range=(16, 16), hole_width_range=(16, 16), fill=FILL"
WRONG_DATA = [
    ("the arguments of 1.x", HOLE, "max_holes=1, max_height=16, max_width=16, fill_value=FILL",
     "coarse dropout", "1 to 2 holes of 3 to 6 x 3 to 6 pixels, fill 0.0"),
    ("the mean on the scale 0 to 1", "fill=FILL", "fill=MEAN", "coarse dropout", "black hole"),
    ("black instead of the mean", "fill=FILL", "fill=0", "coarse dropout", "(125, 123, 114)"),
    ("random colours", "fill=FILL", "fill='random'", "coarse dropout", "fill=(125, 123, 114)"),
    ("two holes", "(1, 1)", "(1, 2)", "coarse dropout", "1 to 2 holes"),
    ("a small hole", "hole_width_range=(16, 16)", "hole_width_range=(8, 8)",
     "coarse dropout", "16 x 8 pixels"),
    ("a hole in the mask", "fill=FILL", "fill=FILL, fill_mask=0",
     "coarse dropout", "fill_mask=None"),
    ("0 to 255 after Normalize", "        A.CoarseDropout",
     "        A.Normalize(MEAN, STD),\n        A.CoarseDropout", "coarse dropout", "normalised"),
    ("no flip", "HorizontalFlip(p=0.5)", "VerticalFlip(p=0.5)", "horizontal flip", "VerticalFlip"),
    ("a flip that never happens", "A.HorizontalFlip(p=0.5)", "A.HorizontalFlip(p=0)",
     "horizontal flip", "p=0"),
    ("no shift", "shift_limit=0.0625", "shift_limit=0", "shift, scale, rotate", "shift"),
    ("an affine that only rotates", "ShiftScaleRotate(shift_limit=0.0625, scale_limit=0.1, "
     "rotate_limit=10, ", "Affine(rotate=(-10, 10), ", "shift, scale, rotate", "shift and scale"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Argument", "ignore:ShiftScaleRotate")
@pytest.mark.parametrize(("old", "new", "rule", "words"), [case[1:] for case in WRONG_DATA],
                         ids=[case[0] for case in WRONG_DATA])  # fmt: skip
def test_a_wrong_augmentation_is_named_by_its_own_rule(old, new, rule, words, changed):
    path = changed("data.py", DATA, old, new)
    report = check(plain(), load_augmentation(f"{path}:augmentation", CIFAR10_MEAN))
    assert report.named("failed") == [rule]
    assert words in report[rule].found + report[rule].cure


@pytest.mark.filterwarnings("ignore:ShiftScaleRotate")
def test_right_augmentations_of_other_styles_pass():
    one = {"num_holes_range": (1, 1), "hole_height_range": (0.5, 0.5), "hole_width_range": (16, 16)}
    normalise = A.Normalize(CIFAR10_MEAN, (0.247, 0.2435, 0.2616))
    after = [A.HorizontalFlip(), A.Affine((0.9, 1.1), 0.1, None, (-5, 5)), normalise,
             A.CoarseDropout(**one, fill=0)]  # fmt: skip
    grey = [A.OneOf([A.HorizontalFlip(), A.Blur()]), A.ShiftScaleRotate(),
            A.CoarseDropout(**one, fill=121)]  # fmt: skip
    floats = [A.HorizontalFlip(), A.ShiftScaleRotate(), A.ToFloat(),
              A.CoarseDropout(**one, fill=CIFAR10_MEAN)]  # fmt: skip

    class Transform:
        def __init__(self):
            self.pipeline = A.Compose(after)

    for augmentation in (after, grey, floats, Transform()):
        assert check(plain(), augmentation).named("failed") == []


def test_an_augmentation_without_albumentations_breaks_all_three_rules():
    report = check(plain(), nn.Identity())
    assert report.named("failed") == ["horizontal flip", "shift, scale, rotate", "coarse dropout"]
    assert "holds no albumentations" in report["coarse dropout"].found


# Wrong logs


@pytest.mark.parametrize(
    ("log", "failed", "not_shown"),
    [
        (log_of(test_images=50_000, test_label_digest=TRAIN_DIGEST), ["test images"], ["accuracy"]),
        (log_of(test_images=50_000), ["test images"], ["accuracy"]),
        (log_of((0.856, 0.87, 0.88)), ["untrained start"], []),
        (log_of((0.45, 0.86, 0.849)), ["accuracy"], []),
        (log_of(test_images=5_000, test_label_digest="0" * 16), [], ["test images", "accuracy"]),
        (log_of(test_label_digest="0" * 16), [], ["test images", "accuracy"]),
        (log_of(parameters=1), [], ["accuracy"]),
        (log_of(epochs=24), [], ["accuracy"]),
        (log_of((0.9, 0.95), data="synthetic set", test_images=1_000, test_label_digest="0" * 16),
         [], ["test images", "accuracy", "untrained start"]),
    ],
    ids=["training images and labels", "training images", "a trained network continued",
         "the best epoch is not the last", "held-out images", "other labels",
         "the log of another network", "an unfinished run", "drawn pictures, learned fast"],
)  # fmt: skip
def test_a_log_counts_for_what_it_shows(log, failed, not_shown):
    report = check(plain(), log=log)
    assert report.named("failed") == failed
    of_the_log = [rule for rule in report.named("not shown") if rule in GIVEN_LATER[3:]]
    assert of_the_log == not_shown


@pytest.mark.parametrize(
    ("header", "epochs", "state", "found"),
    [
        ({"device": "NVIDIA H200, bfloat16"}, {}, "passed", "NVIDIA H200, bfloat16"),
        ({"device": "mps, float32"}, {}, "passed", "mps, float32"),
        ({"device": "cpu, float32"}, {}, "not shown", "the log names cpu, float32"),
        ({}, {}, "not shown", "the log names no device"),
        ({"device": "cpu, float32"}, {2: "Tesla T4, float16"}, "passed", "Tesla T4, float16"),
        ({"device": "Tesla T4, float16"}, {1: "cpu", 2: "cpu", 3: "cpu"}, "not shown", "names cpu"),
    ],
)
def test_a_gpu_is_shown_by_the_log_and_a_run_on_the_cpu_breaks_no_rule(
    header, epochs, state, found
):
    log = log_of(**header)
    for number, device in epochs.items():
        log.epochs[number - 1]["device"] = device
    row = check(plain(), log=log, rules="session7")["GPU"]
    assert (row.state, found in row.found) == (state, True)
    assert check(plain(), rules="session7")["GPU"].state == "not shown"


def test_epochs_that_are_missing_or_not_judged_are_named():
    log = log_of()
    del log.epochs[1]
    assert "epochs 1, 3" in check(plain(), log=log)["log lines"].found
    log = log_of()
    del log.epochs[2]["test_accuracy"]
    report = check(plain(), log=log)
    assert "epoch 3 has no test_accuracy" in report["log lines"].found
    assert report["accuracy"].state == "not shown"


def test_a_log_is_read_from_a_file_and_anything_else_is_not_shown(tmp_path):
    path = tmp_path / "log.jsonl"
    log_of().write(path)
    assert check(plain(), log=path)["accuracy"].state == "passed"
    path.write_text("Epoch 1: accuracy 99 %\n")
    assert "holds no training log" in check(plain(), log=str(path))["accuracy"].found
    path.write_text("[1, 2]\n")
    assert check(plain(), log=path)["log lines"].state == "not shown"
    assert "no.jsonl" in check(plain(), log=tmp_path / "no.jsonl")["accuracy"].found
    assert check(plain(), log=3)["accuracy"].state == "not shown"


def test_the_digests_are_those_of_labels_sorted_by_class():
    labels = torch.arange(10).repeat_interleave(1000).numpy()
    images = torch.zeros(10_000, 1, 1, 3, dtype=torch.uint8).numpy()
    data = ImageData("x", tuple("0123456789"), images, labels, images, labels)
    assert data.label_digest == TEST_DIGEST == "c5575395e636cadc"
    assert TRAIN_DIGEST != TEST_DIGEST


# The report


def test_a_report_survives_being_written_as_json_and_prints_every_row():
    report = check(plain(), log=log_of((0.1, 0.2, 0.3)))
    again = Report.from_dict(json.loads(json.dumps(report.as_dict())))
    assert again == report
    text = str(report)
    for row in report.rows:
        if row.rule not in GIVEN_LATER[:3]:
            assert re.search(rf"^{row.state} +{row.rule}: ", text, re.MULTILINE)
    assert "expected: 85% or more in the last epoch" in text
    assert max(map(len, text.splitlines())) <= 100
    assert check(plain()).exit_code == 2


def test_what_one_reason_leaves_unshown_is_told_once_with_all_that_is_expected():
    report = check(plain())
    told = [row for row in gathered(report.rows) if row.state == "not shown"]
    assert [row.rule for row in told] == ["; ".join(GIVEN_LATER[:3]), "; ".join(GIVEN_LATER[3:])]
    text = " ".join(str(report).split())
    for row in report.rows:
        assert row.state == "passed" or row.expected in text
    assert text.count("no training log was given") == 1
    failed = check(plain(), nn.Identity()).rows[8:11]  # the augmentations, all for one reason
    assert len({(row.state, row.found, row.cure) for row in failed}) == 1
    assert tuple(gathered(failed)) == failed
