"""The repository to begin with: it runs, it breaks rules, and it never writes over anything."""

import ast
import importlib.util
import json
import os
import runpy
import shlex
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import albumentations as A
import numpy as np
import pytest
import torch
from torch import nn

from course_lib.__main__ import main
from course_lib.assignment import RULE_SETS, Request, command, repository, scaffold
from course_lib.assignment.child import judge
from course_lib.data import synthetic
from course_lib.data.augmentation import augment
from course_lib.models.pretrained import NETWORKS
from course_lib.training import Recipe, read_log, train

ROOT = Path(__file__).resolve().parents[2]
NAMES = ["model.py", "data.py", "train.py", "README.md", ".gitignore"]
TO_DO = ["blocks", "pooling", "receptive field", "depthwise separable", "dilation", "GAP"]


@pytest.fixture
def own(tmp_path):
    """A fresh repository of a student."""
    scaffold(tmp_path / "own")
    return tmp_path / "own"


def imported(path):
    """A file of the repository as a module, without leaving it behind."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


# What is written


def test_five_files_are_written_and_a_folder_is_made_for_them(tmp_path, capsys):
    home = tmp_path / "courses" / "own"
    assert main(["scaffold", str(home)]) == 0
    assert sorted(path.name for path in home.iterdir()) == sorted(NAMES)
    out = capsys.readouterr().out
    assert all(str(home / name) in out for name in NAMES)
    *_, train, check = out.splitlines()
    python = shlex.split(train)[0]
    assert [shlex.split(line)[0] for line in (train, check)] == [python] * 2
    asked = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True)
    assert asked.stdout.decode().strip() == sys.prefix, "a python that has course_lib"


def test_other_files_in_the_folder_stay(tmp_path):
    (tmp_path / "LICENSE").write_text("mine")
    assert [path.name for path in scaffold(tmp_path)] == NAMES
    assert (tmp_path / "LICENSE").read_text() == "mine"


@pytest.mark.parametrize("taken", [["README.md"], ["model.py", ".gitignore"]])
def test_what_is_there_is_named_and_nothing_is_written(taken, tmp_path, capsys):
    for name in taken:
        (tmp_path / name).write_text("mine")
    assert main(["scaffold", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert f"already has {', '.join(taken)}; nothing was written" in error
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(taken)
    assert all((tmp_path / name).read_text() == "mine" for name in taken)


def test_a_link_that_leads_nowhere_and_a_file_in_place_of_the_folder_are_in_the_way(tmp_path):
    (tmp_path / "data.py").symlink_to(tmp_path / "nowhere.py")
    with pytest.raises(FileExistsError, match=r"already has data\.py"):
        scaffold(tmp_path)
    with pytest.raises(FileExistsError, match="is a file; expected a folder"):
        scaffold(__file__)


def test_a_disk_that_is_full_at_the_third_file_leaves_nothing_behind(tmp_path, monkeypatch):
    texts = repository.files()
    texts["train.py"] = None  # writing it raises
    monkeypatch.setattr(repository, "files", lambda rules: texts)
    (tmp_path / "LICENSE").write_text("mine")
    for home in (tmp_path, tmp_path / "new" / "folder"):
        with pytest.raises(TypeError):
            scaffold(home)
    assert [path.name for path in tmp_path.iterdir()] == ["LICENSE"]


def test_the_rules_that_are_asked_for_stand_in_every_command(tmp_path):
    for rules in RULE_SETS:
        text = "".join(path.read_text() for path in scaffold(tmp_path / rules, rules))
        assert text.count(f"--rules {rules}\n") + text.count(f"--rules {rules} ") == 3
        assert text.count("--rules") == 3
    with pytest.raises(ValueError, match="no rules 'session8'"):
        scaffold(tmp_path / "x", "session8")
    assert not (tmp_path / "x").exists()


def test_the_readme_has_a_section_for_everything_that_is_asked_for(own):
    text = (own / "README.md").read_text()
    parts = text.split("\n## ")
    heads = [part.splitlines()[0] for part in parts[1:]]
    assert heads == ["The network", "Receptive field", "Summary", "Augmentation", "Training log",
                     "What I learned", "Run it"]  # fmt: skip
    assert all("*Belongs here:" in part for part in parts[:-1])
    assert all(command in parts[-1] for command in ("train.py", "check", "submission"))


def test_git_leaves_out_images_and_checkpoints_and_keeps_code_and_log(own):
    for name in ("runs/001/last.pt", "data/cifar-10-python.tar.gz", "log.jsonl"):
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).touch()
    subprocess.run(["git", "init", "-q"], cwd=own, check=True)
    listed = subprocess.run(["git", "ls-files", "--others", "--exclude-standard"], cwd=own,
                            capture_output=True, text=True, check=True)  # fmt: skip
    assert sorted(listed.stdout.split()) == sorted([*NAMES, "log.jsonl"])


# What it does


def test_the_network_runs_learns_and_is_none_of_ours(own):
    torch.manual_seed(0)
    model = imported(own / "model.py").Net()
    images, labels = torch.rand(16, 3, 32, 32), torch.arange(16) % 10
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02)
    losses = []
    for _ in range(10):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    counts = {sum(p.numel() for p in network().parameters()) for network in NETWORKS.values()}
    assert sum(p.numel() for p in model.parameters()) == 37_242
    assert 37_242 not in counts


@pytest.mark.parametrize("rules", RULE_SETS)
def test_the_check_runs_in_it_and_has_work_to_name(rules, own, monkeypatch, capsys):
    monkeypatch.setattr(command, "check_file", lambda request, limit: judge(request))
    monkeypatch.chdir(own)
    options = ["--augmentation", "data.py:augmentation", "--log", "log.jsonl", "--rules", rules]
    assert main(["check", "model.py:Net", *options]) == 1
    report = judge(Request("model.py:Net", "data.py:augmentation", "log.jsonl", rules=rules))
    beside = [] if rules == "session7" else ["shift, scale, rotate", "coarse dropout"]
    extra = ["stride"] if rules == "session9-dilated" else []
    assert set(report.named("failed")) == {*TO_DO, *beside, *extra}
    assert "runs" in report.named("passed")
    assert "there is no log log.jsonl" in capsys.readouterr().out


def test_the_augmentation_can_be_trained_with_as_it_is(own):
    images = synthetic(20, 10).train_images
    transform = imported(own / "data.py").augmentation((0.5, 0.5, 0.5))
    changed = augment(transform, images, seed=0, epoch=1, chunk=0)
    assert (changed.dtype, changed.shape) == (np.uint8, images.shape)
    kept = [np.array_equal(a, b) for a, b in zip(changed, images, strict=True)]
    mirrored = [np.array_equal(a, b[:, ::-1]) for a, b in zip(changed, images, strict=True)]
    assert 0 < sum(kept) < 20
    assert all(a or b for a, b in zip(kept, mirrored, strict=True))


@pytest.mark.slow
def test_it_trains_resumes_and_is_handed_in_from_the_shell(own):
    quick = ["train.py", "--data", "synthetic", "--per-class", "13", "--workers", "0"]
    done = run(*quick, "--epochs", "1", cwd=own)
    assert done.returncode == 0, done.stderr
    assert "Last epoch: " in done.stdout
    assert "of 1,000 images (synthetic set (130 of the training images))" in done.stdout
    log = read_log(own / "runs" / "001" / "log.jsonl")
    assert len(log.epochs) == 1
    assert "HorizontalFlip(p=0.5)" in log.header["augmentation"]
    assert log.header["recipe"]["affine"] == 0  # what the recipe would draw was not drawn
    assert not (own / "log.jsonl").exists()  # the drawn pictures are not what is handed in
    assert "That was a trial. The log to hand in comes from a run with --data cifar10." in (
        done.stdout
    )

    again = run(*quick, "--epochs", "1", "--resume", cwd=own)
    assert (again.returncode, sorted(os.listdir(own / "runs"))) == (0, ["001"])
    text = (own / "data.py").read_text()
    (own / "data.py").write_text(text.replace("HorizontalFlip", "VerticalFlip"))
    changed = run(*quick, "--epochs", "1", "--resume", cwd=own)
    assert changed.returncode == 1
    assert changed.stderr.startswith("train.py: ")
    assert "belongs to another run (augmentation: " in changed.stderr
    (own / "data.py").write_text(text)

    checked = run("-m", "course_lib", "check", "model.py:Net", "--augmentation",
                  "data.py:augmentation", "--log", "runs/001/log.jsonl", cwd=own)  # fmt: skip
    assert checked.returncode == 1, checked.stderr
    assert "failed     receptive field: 16" in checked.stdout
    assert "passed     log lines: 1 epoch\n" in checked.stdout


@pytest.fixture
def trained(own, monkeypatch):
    """Runs train.py in this process, on images of which only the name is real."""
    real = replace(synthetic(40, 10), name="CIFAR-10")
    monkeypatch.setattr("course_lib.data.load", lambda name: real)
    for name in ("data", "model"):  # put there by hand, so that they are gone afterwards
        monkeypatch.setitem(sys.modules, name, imported(own / f"{name}.py"))

    def run_it(*more):
        options = ["--epochs", "2", "--batch-size", "5", "--workers", "0", "--device", "cpu"]
        monkeypatch.setattr(sys, "argv", ["train.py", *options, *more])
        runpy.run_path(str(own / "train.py"), run_name="__main__")

    return run_it


def test_a_run_on_real_images_leaves_its_log_beside_the_code(own, trained):
    for number in (1, 2):
        trained()
        written = (own / "log.jsonl").read_bytes()
        assert written == (own / "runs" / f"{number:03}" / "log.jsonl").read_bytes()
    assert json.loads(written.splitlines()[0])["data"] == "CIFAR-10"


def test_a_run_on_held_out_images_is_to_choose_by_and_leaves_no_log_to_hand_in(
    own, trained, capsys
):
    trained("--hold-out", "10")
    header = read_log(own / "runs" / "001" / "log.jsonl").header
    assert header["data"] == "CIFAR-10 (held-out training images)"
    assert (header["train_images"], header["test_images"]) == (30, 10)
    assert not (own / "log.jsonl").exists()
    said = capsys.readouterr().out
    assert "of 10 images (CIFAR-10 (held-out training images))" in said
    assert "The log to hand in comes from a run without --hold-out." in said


def test_the_options_that_the_lesson_advises_reach_the_recipe(own, trained):
    trained("--peak-lr", "0.1", "--weight-decay", "0.005", "--ema", "0.998", "--seed", "3")
    recipe = read_log(own / "log.jsonl").header["recipe"]
    chosen = {"peak_lr": 0.1, "weight_decay": 0.005, "ema": 0.998, "seed": 3, "batch_size": 5}
    assert {name: recipe[name] for name in chosen} == chosen
    trained()
    recipe = read_log(own / "log.jsonl").header["recipe"]
    assert recipe["peak_lr"] == 0.02
    assert (recipe["weight_decay"], recipe["ema"]) == (Recipe().weight_decay, Recipe().ema)


def test_the_readme_gives_the_rate_for_a_network_that_ends_in_global_pooling(own):
    text = (own / "README.md").read_text()
    assert "\npython train.py --data cifar10 --peak-lr 0.2 " in text
    assert "0.02, is for the network that `scaffold` wrote" in " ".join(text.split())


# An augmentation of one's own, in training


def test_training_refuses_an_augmentation_that_it_could_not_use_before_it_begins(tmp_path):
    data = synthetic(20, 10)
    for transform, words in [
        (A.Compose([A.Normalize()]), r"uint8 \(32, 32, 3\) into float32 .* Leave out Normalize"),
        (A.Compose([A.Resize(16, 16)]), r"into uint8 \(16, 16, 3\)"),
        (A.Compose([A.ToTensorV2()]), r"torch.uint8 \(3, 32, 32\)"),
        (A.HorizontalFlip(), r"is a HorizontalFlip; expected A.Compose"),
    ]:
        with pytest.raises(ValueError, match=words):
            train(nn.Conv2d(3, 10, 32), data, Recipe(), tmp_path / "run", transform=transform)
    assert not (tmp_path / "run").exists()


def test_training_draws_the_augmentation_that_is_given_and_the_log_describes_it(tmp_path):
    drawn = []

    def spy(image, **_):
        drawn.append(image.shape)
        return image

    model = nn.Sequential(nn.Conv2d(3, 10, 32), nn.Flatten())
    recipe, transform = Recipe(epochs=1, batch_size=4), A.Compose([A.Lambda(image=spy, name="spy")])
    result = train(model, synthetic(20, 10), recipe, tmp_path, transform=transform, device="cpu")
    assert len(drawn) == 20 + 1  # one to try it
    described = result.log.header["augmentation"]
    assert "Lambda" in described
    assert " at 0x" not in described  # the same text in the next process, so that a run resumes


# What is installed


def test_the_templates_are_whole_programs():
    for name, text in repository.files().items():
        if name.endswith(".py"):
            assert ast.get_docstring(ast.parse(text))


@pytest.mark.slow
def test_an_installed_wheel_writes_the_same_repository(own, tmp_path):
    copy = tmp_path / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "course_lib", copy / "course_lib",
                    ignore=shutil.ignore_patterns("__pycache__", "weights"))  # fmt: skip
    built = run("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                "--wheel-dir", ".", ".", cwd=copy)  # fmt: skip
    assert built.returncode == 0, built.stderr
    (wheel,) = copy.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); "
               "from course_lib.assignment import scaffold; scaffold('installed')")  # fmt: skip
    done = run("-c", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in NAMES:
        assert (tmp_path / "installed" / name).read_text() == (own / name).read_text()
