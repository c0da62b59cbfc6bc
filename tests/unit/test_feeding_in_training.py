"""`train(feed=…)`: the loader and the pool are one run, the log says which, the rules read it."""

import json
import os
import subprocess
import sys
from importlib.metadata import version

import pytest
import torch
from test_assignment import CIFAR10_MEAN, log_of, plain
from test_training import RECIPE, small_data, small_model, weights

from course_lib.assignment import check
from course_lib.data.augmentation import A, assignment_augmentation
from course_lib.data.device_augmentation import DeviceAugmentation
from course_lib.training import read_log, train
from course_lib.training.log import augmented_by

FIGURES = ("train_loss", "train_accuracy", "test_loss", "test_accuracy")
RULES = ("horizontal flip", "shift, scale, rotate", "coarse dropout")


def run(folder, feed, **options):
    options = {"progress": False, "device": "cpu", **options}
    return train(small_model(), small_data(), RECIPE, folder, feed=feed, **options)


def stopped(folder, feed, after, **options):
    """A run that Ctrl-C ends in the first step of the epoch that follows."""
    model, steps = small_model(), [0]

    def press(module, _inputs):
        steps[0] += module.training
        if steps[0] == 6 * after + 1:  # six steps an epoch
            raise KeyboardInterrupt

    model.register_forward_pre_hook(press)
    return train(model, small_data(), RECIPE, folder, feed=feed, progress=False, device="cpu",
                 **options)  # fmt: skip


def test_a_run_may_change_between_loader_and_pool_and_stays_the_same_run(tmp_path):
    whole = run(tmp_path / "whole", "loader")
    assert not stopped(tmp_path / "a", "loader", after=1).finished
    assert not stopped(tmp_path / "b", "pool", after=2, workers=1).finished
    for folder, feed in (("a", "pool"), ("b", "loader")):
        resumed = run(tmp_path / folder, feed, resume=True)
        torch.testing.assert_close(weights(resumed.model), weights(whole.model), rtol=0, atol=0)
        for name in FIGURES:
            assert resumed.log.column(name) == whole.log.column(name)
    assert read_log(tmp_path / "a" / "log.jsonl").column("feed") == ["loader", "pool", "pool"]


def test_the_device_gives_a_run_of_its_own_which_resumes_to_the_same(tmp_path):
    whole = run(tmp_path / "whole", "device")
    stopped(tmp_path / "stopped", "device", after=1)
    resumed = run(tmp_path / "stopped", "device", resume=True)
    torch.testing.assert_close(weights(resumed.model), weights(whole.model), rtol=0, atol=0)


def test_a_run_of_albumentations_does_not_go_on_with_torch_nor_the_other_way_round(tmp_path):
    for first, then in (("loader", "device"), ("device", "pool")):
        stopped(tmp_path / first, first, after=1)
        before = (tmp_path / first / "log.jsonl").read_bytes()
        with pytest.raises(ValueError, match="augmented by .* before, by .* now"):
            run(tmp_path / first, then, resume=True)
        assert (tmp_path / first / "log.jsonl").read_bytes() == before


def test_a_log_of_an_earlier_version_is_albumentations(tmp_path):
    stopped(tmp_path, "loader", after=1)
    state = torch.load(tmp_path / "last.pt", weights_only=True)
    del state["header"]["feed"]
    torch.save(state, tmp_path / "last.pt")
    assert run(tmp_path, "pool", resume=True, workers=1).finished


@pytest.mark.parametrize(
    ("feed", "library"),
    [("loader", "albumentations"), ("pool", "albumentations"), ("device", "torch")],
)
def test_the_log_says_how_the_images_came_what_was_done_and_how_long_training_waited(
    tmp_path, feed, library
):
    run(tmp_path, feed)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    said = lines[0]["feed"]
    assert (said["way"], said["library"]) == (feed, library)
    versions = {"albumentations": A.__version__, "torch": version("torch")}
    assert said["version"] == versions[library]
    assert [text.split("(")[0] for text in said["transforms"]] == [
        "HorizontalFlip", "ShiftScaleRotate", "CoarseDropout"]  # fmt: skip
    assert f"p={RECIPE.affine}" in said["transforms"][1]
    for line in lines[1:]:
        assert line["feed"] == feed
        assert 0 <= line["waited"] <= line["train_seconds"] + 0.01 <= line["seconds"] + 0.02


def test_a_way_that_cannot_be_taken_is_refused_before_anything_is_written(tmp_path):
    for options, sentence in (
        ({"feed": "disk"}, "feed is 'disk'"),
        ({"feed": "pool", "workers": 0}, "needs 1 or more"),
        ({"feed": "device", "transform": A.Compose([A.GaussNoise()])}, "it found GaussNoise"),
    ):
        with pytest.raises(ValueError, match=sentence):
            run(tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


CHILD = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import test_training as t
signal.signal(signal.SIGINT, signal.default_int_handler)  # the shell may have us ignore it
model, steps = t.small_model(), [0]

def press(module, inputs):
    steps[0] += module.training
    if steps[0] == 9:
        os.killpg(0, signal.SIGINT)  # a terminal and a notebook reach the workers as well

model.register_forward_pre_hook(press)
t.train(model, t.small_data(), t.RECIPE, {folder!r}, feed="pool", workers=2, progress=False,
        device="cpu")
print("the notebook goes on")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no process groups")
def test_ctrl_c_ends_a_run_of_the_pool_with_a_sentence_and_no_complaint_of_a_worker(tmp_path):
    tests = __file__.rsplit("/", 1)[0]
    code = CHILD.format(tests=tests, folder=str(tmp_path))
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                           timeout=300, start_new_session=True)  # fmt: skip
    assert child.returncode == 0, child.stderr
    assert "The state after epoch 1 is in" in child.stdout
    assert "the notebook goes on" in child.stdout
    assert "Traceback" not in child.stderr


# What the rules make of it


def ways(report):
    return {rule: report[rule] for rule in RULES}


@pytest.mark.parametrize(
    "feed",
    [
        {"way": "loader", "library": "albumentations"},
        {"way": "pool", "library": "albumentations"},
        None,
        "odd",
    ],
)
def test_loader_and_pool_are_accepted_as_albumentations(feed):
    header = {} if feed is None else {"feed": feed}
    report = check(plain(), assignment_augmentation(CIFAR10_MEAN), log_of(**header))
    assert {row.state for row in ways(report).values()} == {"passed"}


def test_the_device_is_reported_for_what_it_is():
    log = log_of(feed={"way": "device", "library": "torch"})
    report = check(plain(), assignment_augmentation(CIFAR10_MEAN), log)
    for row in ways(report).values():
        assert row.state == "not shown"
        assert "by the log torch augmented the images, not albumentations" in row.found
        assert 'feed="loader" or feed="pool"' in row.cure
    others = [row.state for row in report.rows if row.rule not in RULES]
    assert "failed" not in others, "the accuracy is what it is"


def test_the_devices_transforms_handed_in_as_augmentation_break_the_rule():
    device = DeviceAugmentation(assignment_augmentation(CIFAR10_MEAN))
    report = check(plain(), device, log_of())
    for row in ways(report).values():
        assert row.state == "failed"
        assert "by torch on the device, not by albumentations" in row.found


def test_what_augmented_is_read_from_any_header():
    assert augmented_by({}) == augmented_by({"feed": []}) == "albumentations"
    assert augmented_by({"feed": {"library": "torch"}}) == "torch"
