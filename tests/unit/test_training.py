"""The training loop: its schedule, its average, its log, and its way back after a kill."""

import json
import os
import signal
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.data import ImageData
from course_lib.data.feeding import AugmentedChunks, LoaderFeeder
from course_lib.training import Recipe, checkpoints, read_log, train
from course_lib.training.checkpoints import checkpoint_folder
from course_lib.training.device import Placement, choose
from course_lib.training.loop import evaluate
from course_lib.training.optimizer import make_average, make_optimizer, make_schedule
from course_lib.training.run import Run

RECIPE = Recipe(epochs=3, batch_size=32, peak_lr=0.1, seed=4)


def small_data(seed: int = 0, train_count: int = 200) -> ImageData:
    """Ten grey levels with noise: a task that a tiny network learns in three epochs."""
    random = np.random.default_rng(seed)

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        labels = np.arange(count) % 10
        noise = random.integers(0, 20, (count, 32, 32, 3))
        return (labels[:, None, None, None] * 23 + noise).astype(np.uint8), labels

    names = tuple(f"grey {level}" for level in range(10))
    return ImageData("grey levels", names, *draw(train_count), *draw(100))


def small_model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=4), nn.BatchNorm2d(8), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10),
    )  # fmt: skip


def feeder() -> LoaderFeeder:
    data = small_data()
    chunks = AugmentedChunks(data.train_images, data.train_labels, None, RECIPE.seed)
    return LoaderFeeder(chunks, RECIPE.batch_size)


def weights(model: nn.Module) -> torch.Tensor:
    return torch.cat([value.flatten().double() for value in model.state_dict().values()])


def run(folder: Path, **options) -> "train":
    options = {"progress": False, "device": "cpu", **options}
    return train(small_model(), small_data(), RECIPE, folder, **options)


CHILD = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import test_training as t
model, passes = t.small_model(), [0]

def die_in_mid_epoch(module, inputs):
    passes[0] += module.training
    if passes[0] == {die_at}:
        os.kill(os.getpid(), signal.SIGKILL)

model.register_forward_pre_hook(die_in_mid_epoch)
t.train(model, t.small_data(), t.RECIPE, {folder!r}, workers={workers}, progress=False,
        device="cpu")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("workers", [0, 2])
def test_kill_9_in_mid_epoch_and_resume_gives_the_uninterrupted_weights(tmp_path, workers):
    whole = run(tmp_path / "whole", workers=workers)
    folder = tmp_path / "killed"
    code = CHILD.format(tests=os.path.dirname(__file__), die_at=2 * 6 - 2, workers=workers,
                        folder=str(folder))  # fmt: skip
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert len(read_log(folder / "log.jsonl").epochs) == 1  # it died in epoch 2 of 3
    resumed = run(folder, workers=workers, resume=True)
    torch.testing.assert_close(weights(resumed.model), weights(whole.model), rtol=0, atol=0)
    for name in ("train_loss", "train_accuracy", "test_loss", "test_accuracy"):
        assert resumed.log.column(name) == whole.log.column(name)


def test_a_line_that_was_cut_in_half_is_dropped_and_mended_by_resume(tmp_path):
    run(tmp_path)
    path = tmp_path / "log.jsonl"
    whole = path.read_text()
    path.write_text(whole[:-20])
    assert len(read_log(path).epochs) == 2
    run(tmp_path, resume=True)
    assert path.read_text() == whole


def test_ctrl_c_leaves_a_usable_state(tmp_path, capsys):
    model = small_model()
    calls = []

    def press(module, inputs):
        calls.append(module.training)
        if module.training and calls.count(True) == 9:  # six steps an epoch
            raise KeyboardInterrupt

    model.register_forward_pre_hook(press)
    stopped = train(model, small_data(), RECIPE, tmp_path, progress=False, device="cpu")
    assert not stopped.finished
    assert len(stopped.log.epochs) == 1
    assert stopped.model(torch.rand(1, 3, 32, 32)).shape == (1, 10)
    assert "state after epoch 1" in capsys.readouterr().out
    _, accuracy = evaluate(stopped.model, small_data().test_images, small_data().test_labels,
                           choose("cpu"))  # fmt: skip
    assert accuracy == stopped.log.final_accuracy  # the model is the one of the last line
    assert run(tmp_path, resume=True).finished


def test_ctrl_c_in_the_first_epoch_promises_nothing(tmp_path, capsys):
    model = small_model()
    model.register_forward_pre_hook(lambda module, inputs: exec("raise KeyboardInterrupt"))
    stopped = train(model, small_data(), RECIPE, tmp_path, progress=False, device="cpu")
    assert not stopped.finished
    assert "nothing is saved" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == {"log.jsonl"}


def test_training_learns_and_the_log_says_so(tmp_path):
    result = run(tmp_path)
    losses = result.log.column("train_loss")
    assert losses[-1] < losses[0]
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    header, *epochs = lines
    assert header["data"] == "grey levels"
    assert header["test_images"] == 100
    assert header["test_label_digest"] == small_data().label_digest
    assert header["recipe"]["seed"] == 4
    assert {"device", "versions", "command", "commit", "parameters"} <= set(header)
    assert [record["epoch"] for record in epochs] == [1, 2, 3]
    assert {record["device"] for record in epochs} == {"cpu, float32"}
    assert len(result.log.table().splitlines()) == 4
    loss, accuracy = evaluate(result.model, small_data().test_images, small_data().test_labels,
                              choose("cpu"))  # fmt: skip
    assert accuracy == pytest.approx(result.log.final_accuracy)
    assert loss == pytest.approx(epochs[-1]["test_loss"], abs=1e-4)


def test_a_second_run_does_not_write_over_the_first(tmp_path):
    run(tmp_path)
    before = (tmp_path / "log.jsonl").read_bytes(), (tmp_path / "last.pt").read_bytes()
    with pytest.raises(ValueError, match="already holds a run"):
        run(tmp_path)
    assert ((tmp_path / "log.jsonl").read_bytes(), (tmp_path / "last.pt").read_bytes()) == before


def test_resume_refuses_another_recipe_and_names_the_difference(tmp_path):
    run(tmp_path)
    other = Recipe(epochs=5, batch_size=32, peak_lr=0.1, seed=4)
    with pytest.raises(ValueError, match="epochs: 3 before, 5 now"):
        train(small_model(), small_data(), other, tmp_path, resume=True, progress=False)


def test_resume_refuses_another_network_even_where_all_shapes_agree(tmp_path):
    run(tmp_path)
    dilated = small_model()
    dilated[0].dilation = (2, 2)
    with pytest.raises(ValueError, match="architecture: .* before"):
        train(dilated, small_data(), RECIPE, tmp_path, resume=True, progress=False, device="cpu")


def test_a_run_may_go_on_where_gradients_need_scaling(tmp_path):
    run(tmp_path)
    scaled = Placement(torch.device("cpu"), None, True, "a device with float16")
    back = Run.start(small_model(), small_data(), RECIPE, tmp_path, scaled, feeder(), resume=True)
    assert back.scaler.is_enabled()
    assert back.epoch == 3


def test_a_full_disk_leaves_the_last_state_whole(tmp_path, monkeypatch):
    run(tmp_path)
    before = (tmp_path / "last.pt").read_bytes()
    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        train(small_model(), small_data(), RECIPE, tmp_path, resume=True, progress=False)
    assert (tmp_path / "last.pt").read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"last.pt", "log.jsonl"}


@pytest.mark.parametrize("warmup", [0, 0.2, 0.5, 1])
@pytest.mark.parametrize("steps", range(1, 8))
def test_a_run_of_few_steps_has_a_schedule_too(steps, warmup):
    recipe = Recipe(epochs=1, warmup=warmup)
    optimizer = make_optimizer(nn.Linear(2, 2), recipe)
    schedule = make_schedule(optimizer, recipe, steps=steps)
    for _ in range(steps):
        optimizer.step()
        schedule.step()
        assert 0 < schedule.get_last_lr()[0] <= recipe.peak_lr


def test_the_schedule_rises_falls_and_ends_with_the_run():
    model = small_model()
    recipe = Recipe(epochs=10, peak_lr=0.4, warmup=0.2)
    optimizer = make_optimizer(model, recipe)
    schedule = make_schedule(optimizer, recipe, steps=5)
    rates = []
    for _ in range(50):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert rates[0] == pytest.approx(0.4 / 25)
    assert 0.97 * 0.4 < max(rates) <= 0.4  # the peak itself lies between two steps
    assert rates.index(max(rates)) in (9, 10)  # 20 % of 50 steps
    assert 0 < schedule.get_last_lr()[0] < 0.4 / 20_000


def test_weight_decay_spares_batchnorm_and_biases():
    model = small_model()
    decayed, spared = make_optimizer(model, RECIPE).param_groups
    assert decayed["weight_decay"] == RECIPE.weight_decay
    assert spared["weight_decay"] == 0
    assert {id(p) for p in decayed["params"]} == {id(model[0].weight), id(model[5].weight)}
    assert len(spared["params"]) == 4  # two biases, BatchNorm's scale and shift


def test_the_average_takes_batchnorms_buffers_along():
    model = small_model()
    average = make_average(model, RECIPE)
    for step in range(60):
        torch.manual_seed(step)
        model(torch.rand(16, 3, 32, 32) + 5)
        average.update_parameters(model)
    ours, theirs = average.module[1], model[1]
    torch.testing.assert_close(ours.running_mean, theirs.running_mean, rtol=0.1, atol=0.02)
    assert ours.num_batches_tracked == 60


def test_the_average_is_the_closed_form_of_its_decay():
    model = nn.Linear(1, 1, bias=False)
    average = make_average(model, Recipe(ema=0.9))
    expected = None
    for step in range(200):
        with torch.no_grad():
            model.weight.fill_(float(step))
        average.update_parameters(model)
        decay = min(0.9, (1 + step) / (10 + step))
        expected = float(step) if expected is None else decay * expected + (1 - decay) * step
    assert float(average.module.weight.detach()) == pytest.approx(expected, rel=1e-5)


def test_the_random_state_of_an_epoch_depends_on_the_epoch_alone(tmp_path):
    torch.manual_seed(1)
    first = run(tmp_path / "a")
    torch.manual_seed(2)
    torch.rand(100)
    second = run(tmp_path / "b")
    torch.testing.assert_close(weights(first.model), weights(second.model), rtol=0, atol=0)


def test_bad_settings_are_refused_in_words():
    with pytest.raises(ValueError, match="epochs is 0; expected 1 or more"):
        Recipe(epochs=0)
    with pytest.raises(ValueError, match=r"hole is 1.5; expected a number in \[0, 1\]"):
        Recipe(hole=1.5)
    with pytest.raises(ValueError, match="device is 'gpu'"):
        choose("gpu")
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="torch sees no GPU"):
            choose("cuda")


def test_a_file_that_is_no_log_is_named(tmp_path):
    path = tmp_path / "log.jsonl"
    for content in ("epoch 1: fine\n", "[1, 2]\n", ""):
        path.write_text(content)
        with pytest.raises(ValueError, match="holds no training log"):
            read_log(path)


def test_run_state_survives_the_round_trip(tmp_path):
    data, place = small_data(), choose("cpu")
    run(tmp_path)
    back = Run.start(small_model(), data, RECIPE, tmp_path, place, feeder(), resume=True)
    assert back.epoch == 3
    assert back.schedule.get_last_lr()[0] > 0


def test_checkpoints_go_where_the_setting_says(tmp_path, capsys):
    folder = checkpoint_folder(tmp_path / "a" / "b")
    assert folder.is_dir()
    assert capsys.readouterr().out == ""


def test_on_colab_the_session_disk_is_named_as_unsafe_and_drive_is_mounted(
    tmp_path, monkeypatch, capsys
):
    mounted = []
    colab, google = types.ModuleType("google.colab"), types.ModuleType("google")
    colab.drive = types.SimpleNamespace(mount=mounted.append)
    monkeypatch.setitem(sys.modules, "google", google)
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    checkpoint_folder(tmp_path / "runs")
    assert "lost" in capsys.readouterr().out
    monkeypatch.setattr(checkpoints, "DRIVE", tmp_path / "drive")
    assert checkpoint_folder(tmp_path / "drive" / "MyDrive" / "workbook").is_dir()
    assert mounted == [str(tmp_path / "drive")]
