"""`python -m course_lib`: it does what the notebook does, and answers mistakes in a sentence."""

import json
import subprocess
import sys
from dataclasses import fields

import pytest

from course_lib.__main__ import main
from course_lib.data import synthetic
from course_lib.models.pretrained import NETWORKS
from course_lib.training.recipe import Recipe


@pytest.mark.slow
def test_train_writes_a_log_and_names_the_data(tmp_path, capsys):
    options = ["--data", "synthetic", "--epochs", "1", "--device", "cpu", "--workers", "0"]
    code = main(["train", *options, "--hold-out", "100", "--folder", str(tmp_path / "run")])
    out = capsys.readouterr().out
    assert code == 0
    assert "held-out training images" in out
    assert "of 100 images" in out
    assert "CIFAR-10" not in out
    assert (tmp_path / "run" / "log.jsonl").exists()


@pytest.mark.slow
def test_train_on_a_share_of_the_images_keeps_the_test_set_whole(tmp_path):
    options = ["--data", "synthetic", "--epochs", "1", "--device", "cpu", "--workers", "0"]
    assert main(["train", *options, "--per-class", "20", "--folder", str(tmp_path)]) == 0
    header = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[0])
    assert header["train_images"] == 200
    assert header["test_images"] == len(synthetic().test_labels)


def test_summary_prints_parameters_and_receptive_field(capsys):
    assert main(["summary"]) == 0
    out = capsys.readouterr().out
    assert "Total params: 182,986" in out
    assert "103" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["train", "--network", "resnet", "--data", "synthetic"], "no network 'resnet'"),
        (["train", "--epochs", "0", "--data", "synthetic"], "epochs is 0; expected 1 or more"),
        (["train", "--device", "tpu", "--data", "synthetic"], "device is 'tpu'"),
        (["export", "no/such/run", "--name", "x", "--data", "synthetic"], "no/such/run"),
    ],
)
def test_a_mistake_gives_a_sentence_and_exit_code_2(arguments, sentence, capsys):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


def test_import_course_lib_loads_the_standard_library_only():
    for name in ("course_lib", "course_lib.geometry", "course_lib.pictures.palette"):
        code = (
            f"import sys, {name}\n"
            "outside = {m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names)\n"
            "print(sorted(m for m in outside if not m.startswith(('course_lib', '_', 'site'))))"
        )
        run = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True)
        assert run.stdout.strip() == "[]", (name, run.stdout, run.stderr)


def test_help_names_every_network_and_explains_every_number(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in NETWORKS)
    assert all(item.metadata["help"].split()[0] in text for item in fields(Recipe))


def test_a_reader_who_has_seen_enough_gets_no_traceback():
    summary = [sys.executable, "-m", "course_lib", "summary"]
    run = subprocess.Popen(summary, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    run.stdout.close()
    assert run.stderr.read() == ""
    run.stderr.close()
    assert run.wait() == 141
