"""The submission: five answers and the report in one file, whatever a student wrote in them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from markdown_it import MarkdownIt

from course_lib.__main__ import main
from course_lib.assignment import Unwritten, child, document, submission
from course_lib.assignment.isolation import Request, absolute, examine
from course_lib.assignment.markdown import HEADINGS, code_span, fenced, log_text
from course_lib.models.pretrained import shipped_log
from course_lib.training import Log, read_log

ROOT = Path(__file__).resolve().parents[2]
PLAIN = ROOT / "tests" / "assignment_cases" / "plain"
LINK = "https://github.com/me/net/blob/main/README.md"
pytestmark = pytest.mark.filterwarnings("ignore:ShiftScaleRotate")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A submission's files, and the present folder; judged in this process, which is faster."""
    for name in ("model.py", "data.py"):
        shutil.copy(PLAIN / name, tmp_path)
    shutil.copy(shipped_log("session9"), tmp_path / "log.jsonl")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(document, "examine", lambda request, _: child.examine(absolute(request)))
    return tmp_path


def hand_in(**changes):
    given = {"model": "model.py:Net", "augmentation": "data.py:augmentation", "log": "log.jsonl",
             "readme": LINK}  # fmt: skip
    return submission(**{**given, **changes})


def sections(text):
    """Heading -> tokens below it, as a Markdown parser that is not ours reads them."""
    found, tokens = {}, iter(MarkdownIt().parse(text))
    for token in tokens:
        if token.type == "heading_open" and token.tag == "h2":
            found[f"## {next(tokens).content}"] = below = []
        elif found:
            below.append(token)
    return found


def blocks(tokens):
    """The code blocks among them."""
    return [token.content.removesuffix("\n") for token in tokens if token.type == "fence"]


def prose(tokens):
    """The paragraphs among them."""
    return [token.content for token in tokens if token.type == "inline"]


# What is in it


def test_the_five_answers_and_the_report_are_there_in_order_and_whole(folder):
    parts = sections(hand_in())
    assert tuple(parts) == HEADINGS
    model, table, augmentation, log, readme, report = parts.values()
    assert blocks(model) == [(folder / "model.py").read_text().rstrip()]
    assert blocks(augmentation) == [(folder / "data.py").read_text().rstrip()]
    assert prose(augmentation) == ["`augmentation` in `data.py`:"]
    assert "Total params: 95,018" in blocks(table)[0]
    assert blocks(table)[0].count("Conv2d-") == 12 + 7  # seven of the twelve are made of two layers
    assert prose(readme) == [f"<{LINK}>"]
    assert "passed     coarse dropout" in blocks(report)[0]
    assert "125 of 125  model code" in blocks(report)[0]
    assert f"0 of 200  README link (up to 200 more once shown): {LINK}" in blocks(report)[0]
    lines = blocks(log)[0].splitlines()
    records = read_log("log.jsonl").epochs
    for record in records:
        (line,) = [line for line in lines if line.startswith(f"{record['epoch']:5d}  ")]
        assert f"{record['train_accuracy']:.2%}" in line
        assert f"{record['test_accuracy']:.2%}" in line
    assert "data: JPEG copy of CIFAR-10" in lines
    assert len(records) == 36


def test_session7_asks_for_no_augmentation_and_has_no_points(folder):
    text = hand_in(rules="session7", augmentation=None)
    parts = sections(text)
    assert prose(parts[HEADINGS[2]]) == ["The brief of Session 7 asks for none."]
    assert "names no points" in blocks(parts[HEADINGS[5]])[0]
    assert "Score" not in text.split("##")[0]


def test_code_that_the_network_imports_from_its_neighbours_is_shown_too(folder):
    (folder / "model.py").rename(folder / "my_layers.py")
    (folder / "model.py").write_text("import json\n\nfrom my_layers import Net\n")
    try:
        body = sections(hand_in())[HEADINGS[0]]
    finally:
        sys.modules.pop("my_layers", None)
    assert prose(body) == ["`model.py`:", "`my_layers.py`, which it imports:"]
    assert blocks(body) == [(folder / name).read_text().rstrip()
                            for name in ("model.py", "my_layers.py")]  # fmt: skip


def test_an_augmentation_beside_the_network_is_not_printed_twice(folder):
    (folder / "model.py").write_text(
        (folder / "data.py").read_text() + (folder / "model.py").read_text()
    )
    body = sections(hand_in(augmentation="model.py:augmentation"))[HEADINGS[2]]
    assert prose(body) == ["`augmentation` in `model.py`, see 1."]
    assert blocks(body) == []


def test_a_network_without_a_summary_says_why_and_the_rest_stands(folder, monkeypatch):
    def refuse(model):
        raise AttributeError("'dict' object has no attribute 'size'")

    monkeypatch.setattr("course_lib.models.summary.summary", refuse)
    parts = sections(hand_in())
    (table,) = blocks(parts[HEADINGS[1]])
    assert table.startswith("torchsummary has no table of this network: AttributeError: 'dict'")
    assert "passed     runs" in blocks(parts[HEADINGS[5]])[0]


def test_a_log_with_other_columns_is_shown_as_it_is():
    log = Log({"data": "CIFAR-10"}, [{"epoch": 1, "test_accuracy": "half"}])
    assert log_text(log) == 'data: CIFAR-10\n\n{"epoch": 1, "test_accuracy": "half"}'


# Nothing gets out of its place


@pytest.mark.parametrize("inside", ["```", "````\n# Heading\n`````", "~~~\n`", "a ``` b", "`" * 40])
def test_a_block_ends_where_it_should_whatever_is_in_it(inside):
    tokens = MarkdownIt().parse(fenced(f"x\n{inside}\ny") + "\n\nafter")
    assert blocks(tokens) == [f"x\n{inside}\ny"]
    assert prose(tokens) == ["after"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a.py", "a.py"), ("a`b.py", "a`b.py"), ("``a`", "``a`"), ("a\n# b", "a # b")],
)
def test_a_name_stays_inside_its_span(name, shown):
    (inline,) = (token for token in MarkdownIt().parse(code_span(name)) if token.children)
    assert [(part.type, part.content) for part in inline.children] == [("code_inline", shown)]


def test_backticks_in_code_log_and_messages_do_not_break_the_sections(folder):
    evil = '"""\n```\n# Owned\n## 2. Output of torchsummary\n"""\n'
    (folder / "model.py").write_text(evil + (folder / "model.py").read_text())
    (folder / "data.py").write_text("raise ValueError('``` ## 5. README')")
    header, *lines = (folder / "log.jsonl").read_text().splitlines()
    header = json.dumps({**json.loads(header), "data": "`````\n## 5. README"})
    (folder / "log.jsonl").write_text("\n".join([header, *lines]))
    parts = sections(hand_in())
    assert tuple(parts) == HEADINGS
    assert blocks(parts[HEADINGS[0]])[0].startswith(evil)
    assert prose(parts[HEADINGS[4]]) == [f"<{LINK}>"]


# What cannot be handed in


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"augmentation": None}, "five answers; give augmentation as well"),
        ({"log": None, "readme": None}, "give log and readme as well"),
        ({"augmentation": None, "log": None, "readme": None}, "give augmentation, log and readme"),
        ({"model": "."}, "is a folder; name the file and the network in it: "),
        ({"readme": "README.md"}, "«README.md»; expected an address such as https://"),
        ({"rules": "session8"}, "no rules 'session8'; expected one of session9"),
        ({"log": "no.jsonl"}, "the log cannot be read: "),
        ({"log": "model.py"}, "the log cannot be read: model.py holds no training log"),
        ({"model": "net.py:Net"}, "there is no file "),
        ({"augmentation": "aug.py:x"}, "there is no file "),
        ({"model": "model.py:Nett"}, "model.py has no Nett; it defines Net"),
    ],
)
def test_what_is_missing_or_broken_is_a_sentence_and_no_file_is_written(changes, words, folder):
    with pytest.raises(Unwritten) as error:
        hand_in(**changes, output="out.md")
    assert words in str(error.value)
    assert not (folder / "out.md").exists()


@pytest.mark.parametrize("code", ["1 / 0", "class Net(nn.Module)\n  pass", "exit()"])
def test_a_model_that_breaks_is_a_sentence_in_the_shell(code, folder, capsys):
    (folder / "model.py").write_text(code)
    options = ["--augmentation", "data.py:augmentation", "--log", "log.jsonl", "--readme", LINK]
    assert main(["submission", "model.py:Net", *options]) == 3
    error = capsys.readouterr().err
    assert error.startswith("course_lib submission: model.py")
    assert error.count("\n") == 1
    assert not (folder / "submission.md").exists()


def test_a_notebook_shows_the_sentence_and_no_traceback(folder, capsys):
    shell = InteractiveShell.instance()
    try:
        shell.run_cell("from course_lib.assignment import submission; submission('model.py:Net')")
    finally:
        InteractiveShell.clear_instance()
    shown = capsys.readouterr()
    text = shown.out + shown.err
    assert "No submission was written: the brief asks for five answers" in text
    assert "Traceback" not in text
    assert "document.py" not in text


# The file


def test_the_file_is_written_and_an_earlier_one_is_replaced_only_when_asked(folder):
    out = folder / "submission.md"
    text = hand_in(output=out)
    assert out.read_text() == text
    with pytest.raises(Unwritten, match="is there already; overwrite it"):
        hand_in(output=out)
    (folder / "model.py").write_text("# new\n" + (folder / "model.py").read_text())
    assert "# new" in hand_in(output=out, overwrite=True)
    assert "# new" in out.read_text()
    assert sorted(path.name for path in folder.iterdir() if path.suffix != "") == [
        "data.py", "log.jsonl", "model.py", "submission.md",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["model.py", "README.md", "picture.md", "folder"])
def test_nothing_but_an_earlier_submission_is_ever_replaced(name, folder):
    (folder / "README.md").write_text("# My network\n")
    (folder / "picture.md").write_bytes(b"\xff\xfe\x00")
    (folder / "folder").mkdir()
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(Unwritten, match="is no earlier submission, so it stays"):
        hand_in(output=name, overwrite=True)
    assert before == {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_a_file_that_came_while_it_was_judged_stays(folder, monkeypatch):
    def slow(request, _):
        (folder / "out.md").write_text("mine")
        return child.examine(absolute(request))

    monkeypatch.setattr(document, "examine", slow)
    with pytest.raises(Unwritten, match="is there already"):
        hand_in(output="out.md")
    assert (folder / "out.md").read_text() == "mine"


@pytest.mark.slow
def test_the_students_code_runs_in_a_process_of_its_own(tmp_path):
    (tmp_path / "model.py").write_text(
        "import os, sys\nopen('ran', 'w').write(str(os.getpid()))\nprint('noise')\n"
        + (PLAIN / "model.py").read_text()
    )
    found = examine(Request(str(tmp_path / "model.py"), summary=True))
    assert found.report.named("failed") == []
    assert "Total params: 95,018" in found.summary
    assert "noise" not in found.summary
    assert (tmp_path / "ran").read_text() != str(os.getpid())


@pytest.mark.slow
def test_the_shell_writes_it_and_returns_as_check_does(tmp_path):
    for name in ("model.py", "data.py"):
        shutil.copy(PLAIN / name, tmp_path)
    shutil.copy(shipped_log("session9"), tmp_path / "log.jsonl")
    command = [sys.executable, "-m", "course_lib", "submission", "model.py:Net", "--readme", LINK,
               "--augmentation", "data.py:augmentation", "--log", "log.jsonl"]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2, done.stderr  # the shipped log is that of another network
    assert "submission.md: rules of session9, 15 passed, 1 not shown." in done.stdout
    assert "Score, proposed: 468 of 700; up to 232 more once shown." in done.stdout
    assert f"README: {LINK} (a link, not opened: read it)" in done.stdout
    assert "not shown: accuracy" in done.stdout
    assert tuple(sections((tmp_path / "submission.md").read_text())) == HEADINGS
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (again.returncode, again.stdout) == (3, "")
    assert "is there already" in again.stderr
