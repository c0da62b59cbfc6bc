"""The environment check names each package, and what to do where one is missing."""

import importlib.metadata
import re

import pytest

from course_lib import environment
from course_lib.environment import Environment, Package, check_environment, needed


def test_every_requirement_is_looked_at_and_here():
    names = {package.name for package in needed()}
    assert {"torch", "torchvision", "albumentations", "ipywidgets", "matplotlib"} <= names
    found = check_environment()
    assert found.complete, found
    assert repr(found).endswith("Everything is here.")


def test_the_list_is_the_one_that_pip_knows():
    required = importlib.metadata.requires("convolutions-workbook")
    names = {re.split("[<>=!]", line)[0].lower() for line in required if "extra" not in line}
    assert {package.name for package in needed()} == names


def test_without_the_file_the_installed_package_is_asked(monkeypatch, tmp_path):
    listed = needed()
    monkeypatch.setattr(environment, "__file__", str(tmp_path / "course_lib" / "environment.py"))
    assert sorted(map(str, needed())) == sorted(map(str, listed))


@pytest.mark.parametrize(
    ("version", "oldest", "sentence"),
    [
        (None, "2.6", "is missing. Run: pip install 'torch>=2.6'"),
        ("2.5.1+cu121", "2.6", "is 2.5.1+cu121, too old."),
        ("2.10.0", "2.6", None),
        ("2.6.0", "2.6", None),
        ("2.6", "2.6.0", None),
    ],
)
def test_missing_and_old_packages_come_with_a_command(monkeypatch, version, oldest, sentence):
    def pretend(name: str) -> str:
        if version is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(importlib.metadata, "version", pretend)
    problem = Package("torch", oldest).problem()
    assert problem is None if sentence is None else sentence in problem


def test_a_package_that_does_not_load_is_named_with_the_reason(monkeypatch):
    def broken(name: str):
        raise RuntimeError("operator torchvision::nms does not exist\nand more")

    monkeypatch.setattr(environment.importlib, "import_module", broken)
    package = Package("torchvision", "0.1")
    problem = package.problem()
    assert "does not load (operator torchvision::nms does not exist)" in problem
    assert "--force-reinstall 'torchvision>=0.1'" in problem
    said = repr(Environment({package: problem}))
    assert said.startswith("✗ torchvision is ")
    assert "Everything is here" not in said
