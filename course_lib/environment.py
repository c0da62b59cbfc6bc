"""Is everything here that the workbook needs? One line a package, with a cure where it is not.

Used by lesson 00. Standard library only, since it has to run where packages are missing.
"""

import importlib
import importlib.metadata
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PROJECT = "convolutions-workbook"
_IMPORTED_AS = {"pillow": "PIL", "ipython": "IPython"}
_NO_IMPORT = {"jupyterlab"}  # it is run, not imported


@dataclass(frozen=True)
class Package:
    """A package that is needed: its name and the oldest release that will do."""

    name: str
    oldest: str

    @property
    def requirement(self) -> str:
        """What pip is asked for: ``torch>=2.6``."""
        return f"{self.name}>={self.oldest}"

    def problem(self) -> str | None:
        """What is wrong with it here and what to do, or None."""
        install = f"Run: pip install '{self.requirement}'"
        try:
            found = importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError:
            return f"is missing. {install}"
        if _numbers(found) < _numbers(self.oldest):
            return f"is {found}, too old. {install}, then restart the kernel."
        if self.name in _NO_IMPORT:
            return None
        try:
            importlib.import_module(_IMPORTED_AS.get(self.name, self.name))
        except Exception as error:  # a broken package may raise anything
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            again = f"pip install --force-reinstall '{self.requirement}'"
            return f"is {found} and does not load ({reason}). Run: {again}"
        return None


@dataclass(frozen=True, repr=False)
class Environment:
    """What was found, package by package: None, or what is wrong with it."""

    problems: dict[Package, str | None]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(self.problems.values())

    def __repr__(self) -> str:
        lines = [
            f"✗ {package.name} {problem}" if problem else f"✓ {package.name}: OK"
            for package, problem in self.problems.items()
        ]
        if self.complete:
            return "\n".join([*lines, "Everything is here."])
        advice = "The lessons need what is marked ✗; the lines say how to get it."
        return "\n".join([*lines, advice])


def check_environment() -> Environment:
    """Load every package that the workbook needs and say for each: OK, or what to do."""
    return Environment({package: package.problem() for package in needed()})


def needed() -> list[Package]:
    """The packages of requirements.txt; of the installed workbook where that file is not there."""
    path = Path(__file__).parents[1] / "requirements.txt"
    if path.exists():
        lines: Iterable[str] = path.read_text(encoding="utf-8").splitlines()
    else:
        lines = importlib.metadata.requires(_PROJECT) or ()
    lines = (line.split("#")[0] for line in lines if "extra ==" not in line)
    found = (re.match(r"\s*([\w.-]+).*?>=\s*([\d.]+)", line) for line in lines)
    return [Package(match[1].lower(), match[2]) for match in found if match]


def _numbers(version: str) -> tuple[int, ...]:
    """The release of a version as numbers: 2.15.0+cu132 -> (2, 15, 0)."""
    release = re.match(r"[\d.]*\d", version)
    numbers = [int(part) for part in release[0].split(".")] if release else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
