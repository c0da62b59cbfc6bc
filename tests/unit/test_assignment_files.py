"""Files of students: judged in a process of their own, whatever their code does."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_lib.__main__ import main
from course_lib.assignment import Request, check_file, check_folder, command, many
from course_lib.assignment.child import judge
from course_lib.assignment.report import split_target
from course_lib.assignment.training_log import TEST_DIGEST

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "assignment_cases"
PLAIN = (CASES / "plain" / "model.py").read_text()
LIMIT = 10.0  # seconds for a submission's own code; the one that loops for ever takes them all


def write_log(path):
    """A log of the plain submission, as the training command writes it."""
    header = {"kind": "header", "data": "CIFAR-10", "test_images": 10_000,
              "test_label_digest": TEST_DIGEST, "parameters": 95_018}  # fmt: skip
    epochs = [{"kind": "epoch", "epoch": n, "train_accuracy": a, "test_accuracy": a}
              for n, a in ((1, 0.4), (2, 0.86))]  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in [header, *epochs]) + "\n")


@pytest.fixture
def complete(tmp_path):
    """A folder with the plain submission: model.py, data.py and log.jsonl."""
    folder = tmp_path / "complete"
    shutil.copytree(CASES / "plain", folder)
    write_log(folder / "log.jsonl")
    return folder


# Submissions that would stop or corrupt a naive checker, and what the report says of each.
BAD = {
    "loops": ("while True: pass", "did not come to an end in"),
    "raises": ("value = 1 / 0", "model.py, line 1: importing it raised ZeroDivisionError"),
    "exits": ("import sys; sys.exit(0)", "importing it called exit()"),
    "leaves": ("import os; os._exit(7)", "ended the process that judged it, with exit status 7"),
    "crashes": ("import os; os.kill(os.getpid(), 11)", "was killed by SIGSEGV"),
    "syntax": ("from torch import nn\nclass Net(nn.Module)\n    pass", "line 2: expected"),
    "asks": ("input('learning rate? ')", "importing it raised EOFError"),
    "empty": ("", "defines no network without arguments; name the one to judge"),
    "arguments": ("from torch import nn\nclass Net(nn.Module):\n    def __init__(self, width):\n"
                  "        super().__init__()", "no network without arguments"),
    "two": (PLAIN + "\nclass Other(Net): pass\n", "the networks Net, Other; name the one"),
    "forward": (PLAIN.replace("        x = self.c4", "        exit()\n        x = self.c4"),
                "judging it raised SystemExit"),
}  # fmt: skip


@pytest.fixture(scope="module")
def twenty(tmp_path_factory):
    """A folder of twenty submissions and what check_folder says of it."""
    home = tmp_path_factory.mktemp("class")
    for name, (text, _) in BAD.items():
        (home / name).mkdir()
        (home / name / "model.py").write_text(text)
    for path in (CASES / "right").glob("*.py"):
        if path.stem != "lazy":  # its network is made by a function, which has to be named
            shutil.copy(path, home / path.name)
    shutil.copytree(CASES / "plain", home / "complete")
    write_log(home / "complete" / "log.jsonl")
    shutil.copytree(CASES / "plain", home / "noisy")
    (home / "noisy" / "model.py").write_text("print('{\"rows\": []}' * 100_000)\n" + PLAIN)
    (home / "noisy" / "data.py").write_text("raise ValueError('no images here')")
    (home / "no model").mkdir()
    (home / "wide.py").write_text(PLAIN.replace("Linear(64, 10)", "Linear(64, 100)"))
    (home / ".git").mkdir()
    return home, dict(check_folder(home, limit=LIMIT, jobs=2))


@pytest.mark.slow
def test_a_folder_of_twenty_gives_a_report_for_each(twenty):
    home, reports = twenty
    assert len(reports) == 20
    assert list(reports) == sorted(path.name for path in home.iterdir() if path.name != ".git")


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_a_bad_submission_is_a_sentence_and_stops_none_of_the_others(name, twenty):
    report = twenty[1][name]
    assert BAD[name][1] in report.trouble
    assert "Traceback" not in report.trouble
    assert (report.rows, report.exit_code) == ((), 3)


@pytest.mark.slow
def test_the_good_ones_beside_them_are_judged(twenty):
    reports = twenty[1]
    assert reports["complete"].verdict == "all passed"
    for name in ("functional.py", "residual.py", "called_twice.py", "gated_branches.py",
                 "no_linear_layer.py"):  # fmt: skip
        assert reports[name].named("failed") == []
        assert len(reports[name].named("passed")) == 9
    assert reports["wide.py"].named("failed") == ["runs"]
    assert "no file" in reports["no model"].trouble


@pytest.mark.slow
def test_what_a_submission_prints_does_not_reach_the_report(twenty):
    report = twenty[1]["noisy"]
    assert report.named("failed") == [
        "horizontal flip", "shift, scale, rotate", "coarse dropout",
    ]  # fmt: skip
    assert "data.py, line 1: importing it raised ValueError: no images here" in (
        report["coarse dropout"].found
    )


@pytest.mark.slow
def test_nothing_is_left_in_the_submissions_folder(twenty):
    assert sorted(path.name for path in (twenty[0] / "complete").iterdir()) == [
        "data.py", "log.jsonl", "model.py",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_submission_past_its_limit_is_killed_with_all_that_it_started(tmp_path):
    mark = tmp_path / "alive"
    loop = f"import time\nwhile True:\n    open({str(mark)!r}, 'w').close()\n    time.sleep(.05)"
    (tmp_path / "model.py").write_text(
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-S', '-c', {loop!r}])\nchild.wait()\n"
    )
    report = check_file(Request(str(tmp_path / "model.py")), limit=3)
    assert "did not come to an end in 3 seconds" in report.trouble
    assert mark.exists()
    mark.unlink()
    time.sleep(0.5)
    assert not mark.exists()


@pytest.mark.slow
def test_the_shell_says_the_same_and_tells_by_its_exit_code(complete):
    command = [sys.executable, "-m", "course_lib", "check", f"{complete / 'model.py'}:Net"]
    data = ["--augmentation", str(complete / "data.py") + ":augmentation"]
    log = ["--log", os.path.relpath(complete / "log.jsonl", ROOT)]
    done = subprocess.run([*command, *data, *log], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "Rules of session9: all passed" in done.stdout


@pytest.fixture
def here(monkeypatch):
    """Commands judge in this process, so that each need not load torch anew."""
    monkeypatch.setattr(command, "check_file", lambda request, limit: judge(request))


@pytest.mark.parametrize(
    ("model", "options", "code", "words"),
    [
        ("model.py", ["--rules", "session7"], 1, "failed     pooling: no pooling"),
        ("model.py:Net", ["--json"], 2, '"verdict": "9 passed, 7 not shown"'),
        ("model.py:Net", ["--blocks", "c1,c2,c3,c4.0+c4.1+c4.2"], 2, "c4: 3 convolutions"),
        ("model.py:Net", ["--blocks", "c1,c2,c3,c4.0+c4.1"], 1, "outside of them: c4.2.2"),
        ("model.py:Nett", [], 3, "model.py has no Nett; it defines Net"),
        ("nothing.py:Net", [], 3, "there is no file"),
        ("log.jsonl:Net", [], 3, "is no Python file"),
    ],
)
def test_exit_codes_1_2_and_3(model, options, code, words, complete, capsys, here):
    assert main(["check", str(complete / model), *options]) == code
    captured = capsys.readouterr()
    assert words in captured.out + captured.err
    assert "Traceback" not in captured.err


def test_a_package_with_relative_imports_and_a_factory_function_are_loaded(tmp_path):
    package = tmp_path / "nets"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "parts.py").write_text(PLAIN)
    (package / "random.py").write_text("from .parts import Net\n\ndef build():\n    return Net()\n")
    report = judge(Request(str(package / "random.py") + ":build"))
    assert report.named("failed") == []
    assert report["modularity"].found == "random.py"


@pytest.mark.parametrize("forks", [True, False], ids=["forked", "a new Python for each"])
def test_check_all_prints_a_table_and_passes_over_hidden_folders(forks, complete, capsys,
                                                                 monkeypatch):  # fmt: skip
    monkeypatch.setattr(many, "FORKS", forks and many.FORKS)
    (complete.parent / "__pycache__").mkdir()
    assert main(["check-all", str(complete.parent)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:]] == [["complete", "all", "passed"]]


def test_a_folder_without_submissions_is_answered_in_a_sentence(tmp_path, capsys):
    for folder, sentence in ((tmp_path, "holds no submissions"), (tmp_path / "x", "no folder")):
        assert main(["check-all", str(folder)]) == 2
        assert sentence in capsys.readouterr().err


def test_the_process_that_only_starts_others_does_not_load_torch():
    program = "import course_lib.assignment, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "False\n", done.stderr


def test_a_target_is_split_at_a_name_only(tmp_path):
    assert split_target(f"{tmp_path}/model.py:Net") == (tmp_path / "model.py", "Net")
    assert split_target(f"{tmp_path}/a:b c.py") == (tmp_path / "a:b c.py", "")
