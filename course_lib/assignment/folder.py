"""Judge a folder of submissions, several at a time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from .isolation import LIMIT, Request
from .many import check_files
from .readme import file_row
from .report import Report
from .targets import split_target


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

    A submission is a folder that holds ``model`` and, if it can, ``augmentation``, ``log`` and
    ``readme``; a Python file is one too, with a network only. ``limit`` is in seconds a submission,
    ``jobs`` the number judged at a time (as many as there are processors). Raises ValueError if
    there is none.
    """
    home = Path(folder).resolve()
    requests = dict(_requests(home, model, augmentation, log, rules))
    if not requests:
        raise ValueError(f"{folder} holds no submissions: folders with a {model}, or Python files")
    reports = check_files(list(requests.values()), limit, jobs)
    return [
        (name, replace(report, readme=file_row(home / name / readme)))
        for name, report in zip(requests, reports, strict=True)
    ]


def _requests(
    folder: Path, model: str, augmentation: str, log: str, rules: str
) -> Iterator[tuple[str, Request]]:
    if not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    for place in sorted(folder.iterdir()):
        if place.name.startswith((".", "__")):
            continue
        if place.is_dir():
            yield (
                place.name,
                Request(
                    str(place / model),
                    str(place / augmentation) if _exists(place / augmentation) else None,
                    str(place / log) if (place / log).is_file() else None,
                    rules=rules,
                ),
            )
        elif place.suffix == ".py":
            yield place.name, Request(str(place), rules=rules)


def _exists(target: Path) -> bool:
    return split_target(str(target))[0].is_file()
