"""Files of students: judged in a process of their own, whatever their code does."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path

import pytest
from torch import nn

from course_lib.__main__ import main
from course_lib.assignment import Report, Request, check, check_file, check_folder, command, many
from course_lib.assignment.alike import alike, groups, log_digest, source_digest
from course_lib.assignment.child import judge
from course_lib.assignment.targets import split_target
from course_lib.assignment.training_log import TEST_DIGEST
from course_lib.models.pretrained import make_network, shipped_log
from course_lib.training import Log, read_log

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
    assert reports["no model"].trouble == "there is no model.py in it"


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
        ("", [], 3, "is a folder; name the file and the network in it: complete/model.py:Net"),
        ("log.jsonl:Net", [], 3, "is no Python file"),
        ("model.py:Net", ["--log", "no.jsonl"], 2, "there is no log no.jsonl"),
    ],
)
def test_exit_codes_1_2_and_3(model, options, code, words, complete, capsys, here):
    assert main(["check", str(complete / model), *options]) == code
    captured = capsys.readouterr()
    assert words in captured.out + captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("command", "words", "code"),
    [
        ("check model.py --rules session8", "invalid choice: 'session8'", 3),
        ("check model.py --logg x", "check: unrecognized arguments: --logg x", 3),
        ("check", "required: MODEL.py:CLASS", 3),
        ("submission model.py --limit soon", "invalid float value: 'soon'", 3),
        ("check-all", "required: folder", 2),
        ("check-all . --jobs few", "invalid int value: 'few'", 2),
        ("scaffold . --force", "scaffold: unrecognized arguments: --force", 2),
        ("judge model.py", "invalid choice: 'judge'", 2),
    ],
)
def test_a_mistake_in_the_command_does_not_look_like_a_rule_that_is_not_shown(
    command, words, code, capsys
):
    with pytest.raises(SystemExit) as end:
        main(command.split())
    assert end.value.code == code
    assert words in capsys.readouterr().err


def test_a_package_with_relative_imports_and_a_factory_function_are_loaded(tmp_path):
    package = tmp_path / "nets"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "parts.py").write_text(PLAIN)
    (package / "random.py").write_text("from .parts import Net\n\ndef build():\n    return Net()\n")
    report = judge(Request(str(package / "random.py") + ":build"))
    assert report.named("failed") == []
    assert report["modularity"].found == "random.py"


@pytest.mark.slow
@pytest.mark.parametrize("forks", [True, False], ids=["forked", "a new Python for each"])
def test_check_all_prints_a_table_and_passes_over_hidden_folders(forks, complete, capsys,
                                                                 monkeypatch):  # fmt: skip
    monkeypatch.setattr(many, "FORKS", forks and many.FORKS)
    (complete.parent / "__pycache__").mkdir()
    assert main(["check-all", str(complete.parent)]) == 0
    lines = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert [line.split() for line in lines[1:]] == [["complete", "all", "passed", "500-700"]]


@pytest.fixture
def four(complete):
    """A folder of a complete submission, two that resemble it, and one that cannot be loaded."""
    home = complete.parent
    (complete / "README.md").write_text("# What I did\n" + "Four blocks of three layers. " * 6)
    renamed = PLAIN.replace("Net", "Web").replace("self.c", "self.block").replace("conv(", "unit(")
    (home / "=renamed.py").write_text(renamed)
    (home / "relaid.py").write_text('"""Mine."""\n\n# all mine\n' + PLAIN.replace("    ", "  "))
    (home / "broken.py").write_text("raise ValueError('=HYPERLINK(1)')")
    return home


@pytest.mark.slow
def test_check_all_writes_a_spreadsheet_and_hints_at_what_is_alike(four, tmp_path, capsys):
    sheet = tmp_path / "marks.csv"
    back = tmp_path / "to send back"
    assert main(["check-all", str(four), "--csv", str(sheet), "--reports", str(back)]) == 1
    out = capsys.readouterr().out
    assert sorted(path.stem for path in back.iterdir()) == [
        "=renamed.py", "broken.py", "complete", "relaid.py",
    ]  # fmt: skip
    assert "passed     receptive field: " in (back / "complete.txt").read_text()
    assert "ValueError: =HYPERLINK(1)" in (back / "broken.py.txt").read_text()
    assert "no verdict:\n  same network: =renamed.py, complete, relaid.py\n" in out
    assert "  same source: complete, relaid.py\n" in out
    lines = {line["submission"]: line for line in
             csv.DictReader(sheet.read_text("utf-8-sig").splitlines())}  # fmt: skip
    assert list(lines) == ["'=renamed.py", "broken.py", "complete", "relaid.py"]
    assert lines["complete"]["points proposed"] == "700"
    assert lines["complete"]["parameters, found"] == "95,018"
    assert lines["complete"]["accuracy, found"] == "86.00% after epoch 2"
    assert lines["complete"]["points: README link"] == "200"
    assert lines["complete"]["alike"] == "'=renamed.py: same network; relaid.py: same source"
    assert lines["relaid.py"]["points proposed"] == "250"
    assert lines["relaid.py"]["up to more once shown"] == "450"
    assert lines["relaid.py"]["accuracy"] == "not shown"
    assert lines["broken.py"]["points proposed"] == lines["broken.py"]["alike"] == ""
    assert "ValueError: =HYPERLINK(1)" in lines["broken.py"]["trouble"]


@pytest.mark.parametrize("option", ["--csv", "--reports"])
def test_marks_that_are_there_are_never_written_over(option, four, tmp_path, capsys):
    sheet = tmp_path / "marks"
    sheet.write_text("submission,mark\ncomplete,1\n")
    assert main(["check-all", str(four), option, str(sheet)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert sheet.read_text() == "submission,mark\ncomplete,1\n"


# Where a submission keeps its files


@pytest.fixture
def asked(monkeypatch):
    """What check_folder would judge, and the reports of no file at all."""
    requests = []

    def note(given, *_):
        requests.extend(given)
        return [Report(request.rules) for request in given]

    monkeypatch.setattr("course_lib.assignment.folder.check_files", note)
    return requests


def lay_out(home, *files):
    for file in files:
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_text("x")


def test_a_download_with_a_folder_around_it_and_code_in_src_is_found(tmp_path, asked):
    lay_out(tmp_path / "ann", "net-main/src/model.py", "net-main/src/data.py", "net-main/log.jsonl",
            "net-main/README.md", "net-main/.venv/model.py", "__MACOSX/net-main/model.py",
            "net-main/lib/site-packages/x/model.py")  # fmt: skip
    lay_out(tmp_path / "ben", "model.py", "old/model.py", "old/log.jsonl")
    lay_out(tmp_path, "log.jsonl", "data.py")  # those of the class folder are nobody's
    reports = dict(check_folder(tmp_path))
    ann, ben, _ = asked
    main = tmp_path / "ann" / "net-main"
    code, log = main / "src", str(main / "log.jsonl")
    assert ann == Request(str(code / "model.py"), f"{code / 'data.py'}:augmentation", log)
    assert reports["ann"].readme.found == "README.md has 1 word of its own"
    assert ben == Request(str(tmp_path / "ben" / "model.py"))
    assert reports["ben"].readme.found == "there is no README.md"


def test_a_file_in_a_folder_can_be_asked_for_with_its_class(tmp_path, asked):
    lay_out(tmp_path / "ann", "top/nets/small.py", "top/small.py", "top/data.py")
    check_folder(tmp_path, model="nets/small.py:Net", augmentation="data.py:train")
    top = tmp_path / "ann" / "top"
    assert asked == [Request(f"{top}/nets/small.py:Net", f"{top}/data.py:train")]


@pytest.mark.parametrize(
    ("files", "trouble"),
    [
        (["a/model.py", "b/model.py"], "more than one model.py: a/model.py, b/model.py"),
        (["s9.ipynb", "README.md"], "there is no model.py in it; there is s9.ipynb"),
        ([f"{n}.py" for n in range(6)], "no model.py in it; there is 0.py, 1.py, 2.py, 3.py, …"),
        (["report.pdf"], "there is no model.py in it"),
    ],
)
def test_what_cannot_be_found_is_a_sentence_and_is_not_judged(files, trouble, tmp_path, asked):
    lay_out(tmp_path / "ann", *files)
    ((name, report),) = check_folder(tmp_path)
    assert (name, asked, report.exit_code) == ("ann", [], 3)
    assert report.trouble.endswith(trouble)


@pytest.mark.parametrize("forks", [True, False], ids=["forked", "a new Python for each"])
def test_folders_without_any_model_give_a_table_of_sentences(forks, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(many, "FORKS", forks)
    lay_out(tmp_path, "ann/net.ipynb", "ben/report.pdf")
    assert main(["check-all", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"ann +cannot be judged +- +there is no model.py in it; there is net", lines[1])
    assert re.match(r"ben +cannot be judged +- +there is no model.py in it$", lines[2])


def test_the_help_says_what_a_process_of_its_own_guards_against(capsys):
    with pytest.raises(SystemExit):
        main(["check-all", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "guards against accidents, not against malice" in said


# What is alike


def test_a_log_and_a_network_of_the_workbook_are_recognised(tmp_path):
    ours = read_log(shipped_log("session9"))
    again = Log({"kind": "header", "data": "mine"}, ours.epochs)
    again.write(tmp_path / "log.jsonl")
    other = Log(ours.header, [{**ours.epochs[0], "test_loss": 1.0}, *ours.epochs[1:]])
    other.write(tmp_path / "other.jsonl")
    digests = [log_digest(tmp_path / name) for name in ("log.jsonl", "other.jsonl", "no.jsonl")]
    assert digests[0] == log_digest(shipped_log("session9")) != digests[1]
    assert digests[2] == ""
    copied = replace(check(make_network("session9")), log=digests[0])
    own = replace(check(nn.Linear(1, 1)), log=digests[1])
    assert (copied.ours, own.ours) == ("Session9Net", "")
    assert groups([("ann", copied), ("ben", own)]) == [
        ("same log", ["ann", "the workbook's session9 log"]),
        ("same network", ["ann", "the workbook's Session9Net"]),
    ]
    twice = alike([("ann", replace(copied, source="s")), ("ben", replace(copied, source="s"))])
    assert twice["ben"][0] == "ann: same log, same source"
    alone = Report("session9", source="s", architecture="a")
    assert groups([("ann", alone), ("ben", alone)]) == [("same source", ["ann", "ben"])]


def test_the_source_is_compared_without_layout_comments_and_docstrings(tmp_path):
    def digest(text):
        (tmp_path / "x.py").write_text(text)
        return source_digest(tmp_path / "x.py")

    plain = digest("def f(a):\n    return a + 1\n")
    assert digest('"""New."""\ndef f( a ):  # mine\n\n  "Doc."\n  return (a\n+ 1)\n') != plain
    assert digest('"""New."""\ndef f( a ):  # mine\n\n  "Doc."\n  return a+1\n') == plain
    assert digest("def f(a):\n    return a + 2\n") != plain
    assert digest("") == digest("# nothing\n") == ""
    assert digest("def f(:\n  return '") == digest("def f(:\n\n  return   '") != ""
    assert source_digest(tmp_path / "no.py") == ""


def test_a_network_is_recognised_whatever_its_parts_are_called():
    def network(width, order=(0, 1)):
        parts = [nn.Conv2d(3, width, 3), nn.ReLU()]
        return nn.Sequential(*(parts[i] for i in order), nn.AdaptiveAvgPool2d(1))

    named = nn.Sequential(OrderedDict(zip("abc", network(4), strict=True)))
    digests = [check(model).architecture
               for model in (network(4), named, network(5), network(4, (1, 0)))]  # fmt: skip
    assert digests[0] == digests[1] != ""
    assert len(set(digests)) == 3
    assert check(nn.Linear(1, 1)).architecture == ""


def test_a_folder_without_submissions_is_answered_in_a_sentence(tmp_path, capsys):
    for folder, sentence in ((tmp_path, "holds no submissions"), (tmp_path / "x", "no folder")):
        assert main(["check-all", str(folder)]) == 2
        assert sentence in capsys.readouterr().err


def test_the_process_that_only_starts_others_does_not_load_torch():
    program = "import course_lib.__main__, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "False\n", done.stderr


def test_a_target_is_split_at_a_name_only(tmp_path):
    assert split_target(f"{tmp_path}/model.py:Net") == (tmp_path / "model.py", "Net")
    assert split_target(f"{tmp_path}/a:b c.py") == (tmp_path / "a:b c.py", "")
