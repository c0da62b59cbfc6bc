"""Four networks and garments that move: the moving, the networks, the study and its command."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.transforms.v2 import functional as V

from course_lib.__main__ import main
from course_lib.data.garments import garments
from course_lib.data.grey import GARMENTS, TROUSER
from course_lib.measured import shift_study
from course_lib.measured.shift_study import SHIPPED, read_study, run_study, seconds_to_shift
from course_lib.measured.shifts import (
    SHIFTS,
    VARIANTS,
    Variant,
    accuracy_by_shift,
    batches,
    probabilities,
    random_shifts,
    shift,
    to_input,
    train,
)
from course_lib.models.garment_nets import cnn_flatten, cnn_gap, mlp
from course_lib.receptive_field import analyse


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def pictures():
    torch.manual_seed(4)
    return torch.rand(5, 1, 6, 9)


@pytest.mark.parametrize("dx", [-12, -9, -4, -1, 0, 1, 3, 9, 12])
def test_a_shift_is_torchvisions_and_nothing_comes_back_in(pictures, dx):
    theirs = V.affine(pictures, angle=0, translate=[dx, 0], scale=1, shear=[0, 0], fill=0)
    torch.testing.assert_close(shift(pictures, dx), theirs)
    assert shift(pictures, dx).shape == pictures.shape


def test_each_picture_of_a_batch_moves_by_a_number_of_its_own(pictures):
    many = pictures[:1].expand(4000, -1, -1, -1)
    moved = random_shifts(many, torch.Generator().manual_seed(1), most=2)
    alike = [(moved == shift(pictures[:1], dx)).all(dim=(1, 2, 3)) for dx in range(-2, 3)]
    counts = [int(one.sum()) for one in alike]
    assert sum(counts) == 4000, "each is one of the five"
    assert min(counts) > 700, counts


def test_a_batch_is_drawn_from_the_seed_and_moves_only_if_asked(pictures):
    labels = torch.arange(5)
    for shifted in (False, True):
        draws = [batches(pictures, labels, torch.Generator().manual_seed(3), 64, shifted)()
                 for _ in range(2)]  # fmt: skip
        assert torch.equal(draws[0][0], draws[1][0])
        same = torch.equal(draws[0][0], pictures[draws[0][1]])
        assert same != shifted


def test_the_trunk_is_the_same_and_only_the_head_differs():
    flat, gap = cnn_flatten(), cnn_gap()
    assert [repr(layer) for layer in flat[:-2]] == [repr(layer) for layer in gap[:-3]]
    assert flat[-1].weight.shape == (10, 32 * 49)
    assert gap[-1].weight.shape == (10, 32)
    for make in (mlp, cnn_flatten, cnn_gap):
        assert make()(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    table = analyse(flat[:-2], (28, 28), in_channels=1)
    assert table.receptive_field == (18, 18)


def test_the_maps_of_the_trunk_move_along_away_from_the_rim():
    trunk = cnn_flatten()[:-2].eval()
    trouser = to_input(garments(20, 10).test_images[TROUSER : TROUSER + 1])
    with torch.no_grad():
        before, after = trunk(trouser), trunk(shift(trouser, 4))
    torch.testing.assert_close(after[..., 3:5], before[..., 2:4])
    assert not torch.allclose(after[..., 3:5], before[..., 3:5]), "it did move"


class Brightest(nn.Module):
    """Knows the column of the brightest pixel, and that is its class."""

    def forward(self, x):
        return 100 * x[:, 0].amax(dim=1)


def test_accuracy_and_probabilities_by_shift_are_those_of_a_network_that_is_known():
    images = torch.zeros(3, 1, 4, 10)
    labels = torch.tensor([2, 5, 8])
    images[range(3), 0, 1, labels] = 1
    assert accuracy_by_shift(Brightest(), images, labels, [-1, 0, 1]) == [0, 1, 0]
    table = probabilities(Brightest(), images, [0, 1])
    assert table.shape == (2, 10)
    assert table[1, [3, 6, 9]].tolist() == pytest.approx([1 / 3] * 3)
    assert table.sum(dim=1).tolist() == pytest.approx([1, 1])


@pytest.mark.slow
def test_on_the_drawn_garments_flatten_falls_gap_holds_and_shifts_cost():
    data = garments(2000, 500)
    images, labels = to_input(data.train_images), torch.from_numpy(data.train_labels)
    tests, answers = to_input(data.test_images), torch.from_numpy(data.test_labels)
    at = {}
    for variant in VARIANTS:
        model = train(variant, images, labels, seed=3)  # not the lesson's seed
        assert not model.training
        at[variant.name] = accuracy_by_shift(model, tests, answers, [-4, 0, 4])
    kept = {name: (left + right) / 2 / middle for name, (left, middle, right) in at.items()}
    flat, shifted = VARIANTS[1].name, VARIANTS[3].name
    assert max(kept["MLP"], kept[flat]) < 2 / 3 < min(kept["CNN, GAP"], kept[shifted]), kept
    assert at[shifted][1] < at[flat][1] - 0.005


# The study


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A study of 40 garments and two networks without convolutions."""
    two = (Variant("MLP", mlp), Variant("moved", mlp, shifted=True))
    monkeypatch.setattr(shift_study, "VARIANTS", two)
    run_study(garments(40, 20), [0, 1], 2, 8, tmp_path / "log.json", say=lambda row: None)
    return tmp_path / "log.json"


def test_a_log_says_with_what_it_was_made_and_is_read_back(small):
    log = json.loads(small.read_text())
    assert (log["data"], log["seeds"]) == ("drawn garments", [0, 1])
    assert (log["epochs"], log["batch"]) == (2, 8)
    assert log["digest"] == garments(40, 20).digest
    assert log["learning_rates"] == [0.005, 0.0025]
    assert log["versions"]["torch"] == str(torch.__version__)
    study = read_study(small)
    assert study.networks == ["MLP", "moved"]
    assert study.mean("MLP", "accuracy").shape == (len(SHIFTS),)
    assert study.mean("MLP", "by_epoch")[-1] == study.mean("MLP", "accuracy")[SHIFTS.index(0)]
    table = study.mean("moved", "probabilities")
    assert table.sum(axis=1) == pytest.approx(np.ones(len(SHIFTS)), abs=1e-3)
    assert "2 epochs, mean of 2 seeds, CPU, 1 thread" in study.told


def test_an_interrupted_log_counts_the_seeds_that_are_whole(small):
    log = json.loads(small.read_text())
    log["networks"]["moved"]["runs"].pop()
    small.write_text(json.dumps(log))
    study = read_study(small)
    assert len(study.log["networks"]["MLP"]["runs"]) == 1
    assert study.epochs_told == "2 epochs, one seed"
    for networks in ({"MLP": log["networks"]["MLP"]}, {}):
        small.write_text(json.dumps({**log, "networks": networks}))
        with pytest.raises(ValueError, match="interrupted"):
            read_study(small)


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"kind": "header"}', "half of {"])
def test_what_is_no_log_is_refused_in_words(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(ValueError, match=r"x\.json (is not JSON|holds no log)"):
        read_study(tmp_path / "x.json")


def test_one_at_a_time_takes_longer_than_a_batch():
    images = to_input(garments(300, 10).train_images)
    one, many = seconds_to_shift(images, 100, timed=300).values()
    assert one > 3 * many


def test_the_shipped_log_is_of_the_real_set_and_shows_what_the_lesson_says():
    study = read_study()
    log = study.log
    assert (log["data"], log["train_images"], log["test_images"]) == ("Fashion-MNIST", 60000, 10000)
    assert log["shifts"] == list(SHIFTS)
    assert study.networks == [variant.name for variant in VARIANTS]
    at = SHIFTS.index(0)
    accuracy = {name: study.mean(name, "accuracy") for name in study.networks}
    flat, gap, shifted = study.networks[1:]
    assert accuracy[gap][at - 4] > accuracy[flat][at - 4] + 0.2
    assert accuracy[gap][at] < accuracy[flat][at] - 0.01
    assert accuracy[shifted].min() > accuracy[flat].min() + 0.2
    for variant in VARIANTS:
        parameters = sum(p.numel() for p in variant.make().parameters())
        assert log["networks"][variant.name]["parameters"] == parameters
    assert SHIPPED.stat().st_size < 60_000


# The command


def test_the_command_writes_a_log_and_says_where(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(shift_study, "VARIANTS", (Variant("MLP", mlp),))
    path = tmp_path / "new" / "log.json"
    assert main(["shifts", "--epochs", "1", "--seeds", "1", "--output", str(path)]) == 0
    out = capsys.readouterr().out
    assert "drawn garments, 2,000 training pictures" in out
    assert f"Log: {path}" in out
    assert json.loads(path.read_text())["kind"] == "shifts"
    assert [one.name for one in path.parent.iterdir()] == ["log.json"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--epochs", "0"], "--epochs is at least 1, got 0"),
        (["--folder", "x"], "--folder is for --data fashion"),
        (["--data", "fashion", "--folder", "no/such"], "no folder no/such"),
    ],
)
def test_a_mistake_gives_a_sentence_and_exit_code_2(arguments, sentence, capsys):
    assert main(["shifts", *arguments]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


def test_help_explains_every_option_without_loading_torch():
    code = "import sys; from course_lib.__main__ import make_parser; make_parser(); " \
           "print('torch' in sys.modules)"  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False"
    with pytest.raises(SystemExit):
        main(["shifts", "--help"])


def test_the_trouser_is_where_the_classes_say():
    assert GARMENTS[TROUSER] == "trouser"
