"""`make lab`: a student's work survives every update, and JupyterLab serves it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing

import lab
import pytest
from pipeline.workbook import ROOT


@pytest.fixture
def workbook(tmp_path):
    """The workbook's notebooks, and the student's folder."""
    notebooks, mine = tmp_path / "notebooks", tmp_path / "mine"
    notebooks.mkdir()
    (notebooks / "00_a.ipynb").write_text("version 1")
    return notebooks, mine


def contents(folder):
    return {path.name: path.read_text() for path in folder.glob("*.ipynb")}


def test_a_first_run_lays_every_notebook_out_and_a_second_does_nothing(workbook):
    notebooks, mine = workbook
    (notebooks / "01_b.ipynb").write_text("b")
    assert lab.lay_out(*workbook) == ["new: 00_a.ipynb", "new: 01_b.ipynb"]
    assert lab.lay_out(*workbook) == []
    assert contents(mine) == contents(notebooks)


def test_an_untouched_copy_follows_an_update(workbook):
    notebooks, mine = workbook
    lab.lay_out(*workbook)
    (notebooks / "00_a.ipynb").write_text("version 2")
    assert lab.lay_out(*workbook) == ["updated: 00_a.ipynb"]
    assert contents(mine) == {"00_a.ipynb": "version 2"}


def test_saved_work_is_kept_and_an_update_is_laid_beside_it_once(workbook):
    notebooks, mine = workbook
    lab.lay_out(*workbook)
    (mine / "00_a.ipynb").write_text("my work")
    assert lab.lay_out(*workbook) == []
    (notebooks / "00_a.ipynb").write_text("version 2")
    assert lab.lay_out(*workbook) == ["new: 00_a.new.ipynb"]
    assert contents(mine) == {"00_a.ipynb": "my work", "00_a.new.ipynb": "version 2"}
    (mine / "00_a.new.ipynb").unlink()
    assert lab.lay_out(*workbook) == [], "a version that was declined comes once"


def test_a_third_version_replaces_an_untouched_second_and_never_a_saved_one(workbook):
    notebooks, mine = workbook
    lab.lay_out(*workbook)
    (mine / "00_a.ipynb").write_text("my work")
    for version in "version 2", "version 3":
        (notebooks / "00_a.ipynb").write_text(version)
        lab.lay_out(*workbook)
    assert contents(mine) == {"00_a.ipynb": "my work", "00_a.new.ipynb": "version 3"}
    (mine / "00_a.new.ipynb").write_text("more work")
    (notebooks / "00_a.ipynb").write_text("version 4")
    assert lab.lay_out(*workbook) == ["new: 00_a.new-2.ipynb"]
    assert set(contents(mine).values()) == {"my work", "more work", "version 4"}


def test_a_deleted_copy_is_laid_out_afresh(workbook):
    _, mine = workbook
    lab.lay_out(*workbook)
    (mine / "00_a.ipynb").unlink()
    assert lab.lay_out(*workbook) == ["new: 00_a.ipynb"]


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"00_a.ipynb": 3}'])
def test_with_the_record_lost_or_spoilt_every_copy_counts_as_work(workbook, record):
    notebooks, mine = workbook
    lab.lay_out(*workbook)
    path = mine / lab._RECORD
    path.unlink() if record is None else path.write_text(record)
    (notebooks / "00_a.ipynb").write_text("version 2")
    lab.lay_out(*workbook)
    assert contents(mine) == {"00_a.ipynb": "version 1", "00_a.new.ipynb": "version 2"}


def test_a_copy_on_a_full_disk_leaves_the_old_one_whole(workbook, monkeypatch):
    notebooks, mine = workbook
    lab.lay_out(*workbook)
    (notebooks / "00_a.ipynb").write_text("version 2")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        lab.lay_out(*workbook)
    assert contents(mine) == {"00_a.ipynb": "version 1"}
    monkeypatch.undo()
    assert lab.lay_out(*workbook) == ["updated: 00_a.ipynb"]


def make(*arguments, **options):
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **options)


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@needs_make
@pytest.mark.parametrize(
    ("version", "fits"),
    [("2, 7", False), ("3, 10", False), ("3, 11", True), ("3, 13", True), ("3, 14", False)],
)
def test_a_python_that_does_not_fit_is_refused_in_words(tmp_path, version, fits):
    python = tmp_path / "python3"
    python.write_text(f"""#!/bin/sh
    case $1 in
      --version) echo Python {version} ;;
      -c) exec "{sys.executable}" -c "import sys; sys.version_info = ({version}, 1); $2" ;;
    esac""")
    python.chmod(0o755)
    done = make("lab", f"PYTHON={python}", f"VENV={tmp_path}/venv")
    assert done.returncode != 0, "this Python makes no environment"
    assert ("needs Python 3.11, 3.12 or 3.13" in done.stderr) is not fits
    assert (f"Python {version}" in done.stderr) is not fits
    assert not (tmp_path / "venv" / "pyvenv.cfg").exists()


@needs_make
def test_test_runs_the_command_that_the_readme_names(tmp_path):
    said = make("--dry-run", "test", f"VENV={tmp_path}").stdout.splitlines()
    assert said[-1] == f"{tmp_path}/bin/pytest --nbval"


@needs_make
def test_a_folder_that_is_no_environment_is_not_cleared(tmp_path):
    (tmp_path / "thesis.txt").write_text("my work")
    done = make("lab", f"PYTHON={sys.executable}", f"VENV={tmp_path}")
    assert done.returncode != 0
    assert "no environment of Python's" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "my work"


@needs_make
@pytest.mark.slow
def test_a_half_made_environment_is_made_anew(tmp_path):
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "pyvenv.cfg").touch()
    done = make(f"{venv}/.made", f"PYTHON={sys.executable}", f"VENV={venv}")
    assert done.returncode == 0, done.stderr
    assert subprocess.run([venv / "bin" / "python", "-m", "pip", "--version"]).returncode == 0
    again = make(f"{venv}/.made", f"PYTHON={sys.executable}", f"VENV={venv}")
    assert "up to date" in again.stdout


def installed(tmp_path):
    """A folder that make takes for an installed environment: this test's own Python."""
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    python = venv / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    for stamp in ".made", ".installed":
        (venv / stamp).touch()
    return venv


@needs_make
@pytest.mark.slow
def test_lab_serves_the_students_folder(tmp_path):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    jupyter = {f"JUPYTER_{kind}_DIR": str(tmp_path) for kind in ("CONFIG", "DATA", "RUNTIME")}
    flags = f"--no-browser --allow-root --ServerApp.port={port} --IdentityProvider.token="
    venv = installed(tmp_path)
    with open(tmp_path / "log", "w") as log:
        server = subprocess.Popen(
            ["make", "lab", f"VENV={venv}", f"FOLDER={tmp_path}/mine", f"LAB_FLAGS={flags}"],
            cwd=ROOT,
            env=os.environ | jupyter,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            listed = poll(f"http://127.0.0.1:{port}/api/contents", server)
        finally:
            os.killpg(server.pid, 15)
            server.wait(30)
    laid = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {file["name"] for file in listed["content"]} == laid, (tmp_path / "log").read_text()


def poll(url, server, seconds=90):
    for _ in range(seconds * 2):
        assert server.poll() is None, "the server ended by itself"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer from {url} in {seconds} s")
