"""Judge a folder of submissions, several at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .isolation import LIMIT, Request
from .many import check_files
from .readme import file_row
from .report import Report
from .targets import split_target

NOT_THEIRS = ("site-packages", "node_modules")
SHOWN = 4  # files that a sentence names


@dataclass(frozen=True)
class _Submission:
    """Where a submission's files lie; ``trouble`` says why there is nothing to judge."""

    name: str
    readme: Path
    request: Request | None = None
    trouble: str = ""


def check_folder(
    folder: str | Path,
    model: str = "model.py",
    augmentation: str = "data.py:augmentation",
    log: str = "log.jsonl",
    rules: str = "session9",
    limit: float = LIMIT,
    jobs: int | None = None,
    readme: str = "README.md",
) -> list[tuple[str, Report]]:
    """Return (name, report) for each submission in a folder, sorted by name.

    A submission is a folder with a file ``model``, at its top or in one of its folders, and with
    ``augmentation``, ``log`` and ``readme`` beside that file or above it, as far as there are any;
    a Python file is one too, with a network only. ``limit`` is in seconds a submission, ``jobs``
    the number judged at a time (as many as there are processors). Raises ValueError if there is
    none.
    """
    found = [_submission(place, (model, augmentation, log, readme), rules)
             for place in _places(Path(folder))]  # fmt: skip
    if not found:
        raise ValueError(f"{folder} holds no submissions: folders with a {model}, or Python files")
    judged = iter(check_files([each.request for each in found if each.request], limit, jobs))
    return [
        (each.name, replace(next(judged) if each.request else Report(rules, trouble=each.trouble),
                            readme=file_row(each.readme)))
        for each in found
    ]  # fmt: skip


def _places(folder: Path) -> Iterator[Path]:
    """The folders and Python files in which submissions are, sorted by name."""
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    for place in sorted(folder.resolve().iterdir()):
        hidden = place.name.startswith((".", "__"))
        if not hidden and (place.is_dir() or place.suffix == ".py"):
            yield place


def _submission(place: Path, names: tuple[str, str, str, str], rules: str) -> _Submission:
    model, augmentation, log, readme = names
    if place.is_file():
        return _Submission(place.name, place / readme, Request(str(place), rules=rules))
    try:
        home = _home(place, model)
    except LookupError as error:
        return _Submission(place.name, place / readme, trouble=str(error.args[0]))
    beside = [_nearest(name, home, place) for name in (augmentation, log, readme)]
    request = Request(str(home / model), *beside[:2], rules=rules)
    return _Submission(place.name, Path(beside[2] or place / readme), request)


def _home(place: Path, model: str) -> Path:
    """The folder from which ``model`` is named: a download has another one around the files.

    Raises LookupError, with a sentence, unless there is one such file.
    """
    file = split_target(str(place / model))[0].relative_to(place.resolve())
    if (place / file).is_file():
        return place
    theirs = [path for path in sorted(place.rglob("*.*")) if _is_theirs(path.relative_to(place))]
    found = [path for path in theirs if path.parts[-len(file.parts) :] == file.parts]
    if len(found) == 1:
        return found[0].parents[len(file.parts) - 1]
    others = found or [path for path in theirs if path.suffix in (".py", ".ipynb")]
    names = ", ".join(str(path.relative_to(place)) for path in others[:SHOWN])
    names += ", …" if len(others) > SHOWN else ""
    if found:
        raise LookupError(f"more than one {file}: {names}")
    raise LookupError(f"there is no {file} in it" + (f"; there is {names}" if names else ""))


def _is_theirs(path: Path) -> bool:
    """Whether a student wrote it: not what is hidden, installed or left behind by a program."""
    return not any(part.startswith((".", "__")) or part in NOT_THEIRS for part in path.parts[:-1])


def _nearest(name: str, home: Path, place: Path) -> str | None:
    """The file (or FILE.py:NAME) beside the model, or above it inside the submission."""
    for folder in (home, *home.parents):
        if split_target(str(folder / name))[0].is_file():
            return str(folder / name)
        if folder == place:
            return None
    return None
