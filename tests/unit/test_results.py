"""Goals and results: what a log gives, what counts as a finished run, what the README says."""

from dataclasses import replace
from pathlib import Path

import pytest
import test_training as small

from course_lib.models import pretrained
from course_lib.results import attempts
from course_lib.results.attempts import Attempt, finished_log, train_missing
from course_lib.results.goals import ATTEMPTS, GOALS
from course_lib.results.measures import ACCURACY, EPOCHS, SECONDS
from course_lib.results.table import HEADINGS, NONE, rows, table
from course_lib.training.log import Log
from course_lib.training.recipe import Recipe

README = Path(__file__).parents[2] / "README.md"


def log_of(accuracies, seconds=2.0, **recipe) -> Log:
    """A log by hand, with an epoch for each accuracy."""
    recipe = Recipe(**{"epochs": len(accuracies)} | recipe)
    header = {"kind": "header", "data": "a drawn set", "device": "cpu, float32", "commit": "abc",
              "recipe": recipe.as_dict()}  # fmt: skip
    return Log(header, [
        {"kind": "epoch", "epoch": number, "test_accuracy": accuracy, "seconds": seconds + 1,
         "train_seconds": seconds}
        for number, accuracy in enumerate(accuracies, start=1)
    ])  # fmt: skip


def test_what_is_read_from_a_log():
    log = log_of([0.5, 0.86, 0.84, 0.90])
    assert ACCURACY.of(log) == pytest.approx(90), "the last epoch's, not the best"
    assert EPOCHS.of(log) == 2, "the first epoch that reaches 85 %"
    assert SECONDS.of(log) == 4.0, "two epochs of training, their evaluation left out"
    slow = log_of([0.5, 0.84])
    assert EPOCHS.of(slow) is None
    assert SECONDS.of(slow) is None


def test_an_older_log_without_seconds_of_training_gives_none():
    log = log_of([0.9])
    del log.epochs[0]["train_seconds"]
    assert SECONDS.of(log) is None
    assert EPOCHS.of(log) == 1


@pytest.mark.parametrize(
    ("measure", "better", "worse"), [(ACCURACY, 94, 92), (EPOCHS, 7, 9), (SECONDS, 6.0, 9.0)]
)
def test_a_goal_is_reached_from_the_right_side(measure, better, worse):
    goal = {id(ACCURACY): 93, id(EPOCHS): 8, id(SECONDS): 8.0}[id(measure)]
    assert measure.reaches(better, goal)
    assert measure.reaches(goal, goal)
    assert not measure.reaches(worse, goal)


def test_only_a_finished_run_of_the_same_recipe_counts(tmp_path):
    path = tmp_path / "log.jsonl"
    assert finished_log(path, Recipe(epochs=2)) is None
    log_of([0.5, 0.6]).write(path)
    assert finished_log(path, Recipe(epochs=2)).final_accuracy == 0.6
    assert finished_log(path, Recipe(epochs=2, seed=1)) is None
    assert finished_log(path, Recipe(epochs=3)) is None
    log_of([0.5], epochs=2).write(path)
    assert finished_log(path, Recipe(epochs=2)) is None, "one epoch of two"


def line_of(what: str, folder: Path) -> dict[str, str]:
    (cells,) = (cells for cells in rows(folder) if cells[0] == what)
    return dict(zip(HEADINGS, cells, strict=True))


def test_the_table_says_mean_spread_and_missing_seeds(tmp_path, monkeypatch):
    monkeypatch.setattr(attempts, "SHIPPED", tmp_path / "none ship")
    sprint, what = ATTEMPTS["sprint"], "epochs to 85 % in a run made for it"
    assert line_of(what, tmp_path)["ours"] == NONE
    for reached, (recipe, run) in zip((7, 8), sprint.runs(tmp_path), strict=False):
        run.mkdir()
        accuracies = [0.5] * (reached - 1) + [0.86] * (9 - reached)
        log = log_of(accuracies)
        log.header["recipe"] = recipe.as_dict()
        log.write(run / "log.jsonl")
    line = line_of(what, tmp_path)
    assert line["ours"] == "**7.5** ± 0.71, reached (2 of 3 seeds)"
    assert "a drawn set, 8 epochs, seeds 0, 1, albumentations, cpu, float32" in line["run"]


def test_a_run_that_never_gets_there_is_said_to(tmp_path):
    (recipe, run), *_ = ATTEMPTS["sprint"].runs(tmp_path)
    run.mkdir()
    log = log_of([0.5] * 7 + [0.8412])
    log.header["recipe"] = recipe.as_dict()
    log.write(run / "log.jsonl")
    ours = line_of("epochs to 85 % in a run made for it", tmp_path)["ours"]
    assert ours == "not reached in 1 of 1 (up to 84.12 %)"


def test_missing_runs_are_trained_once_and_a_cut_off_one_goes_on(tmp_path, monkeypatch, capsys):
    made = []

    def make(name, **_):
        made.append(name)
        return small.small_model()

    monkeypatch.setattr(attempts, "make_network", make)
    monkeypatch.setattr("course_lib.data.load", lambda name: small.small_data())
    tiny = Attempt("tiny", "session9", replace(small.RECIPE, epochs=2), (0, 1), feed="loader")
    assert train_missing([tiny], tmp_path, device="cpu")
    assert made == ["session9"] * 2
    assert [len(log.epochs) for log in tiny.logs(tmp_path)] == [2, 2]
    assert train_missing([tiny], tmp_path, device="cpu")
    assert len(made) == 2, "nothing is trained twice"


def test_every_goal_has_its_runs_and_every_run_a_network_that_there_is():
    assert {goal.attempt for goal in GOALS} == set(ATTEMPTS)
    assert {attempt.network for attempt in ATTEMPTS.values()} <= set(pretrained.NETWORKS)
    for goal in GOALS:
        assert goal.measure.reaches(goal.stretch, goal.goal), goal.what


def test_the_readme_shows_the_table_of_the_shipped_logs(tmp_path):
    assert table(rows(tmp_path)) in README.read_text(encoding="utf-8"), (
        "paste what `python -m course_lib results --folder nowhere` prints into the README"
    )
