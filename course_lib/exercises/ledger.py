"""The ledger of predictions: what you said, how sure you were, and what to ask yourself again.

One JSON file on your own disk: ``predictions.json`` in the current folder, or the file that the
environment variable COURSE_LEDGER names. Nothing is sent anywhere. A question has a stable name,
"topic/what it asks", such as "convolution/outputs that read padding". Standard library only.
"""

import json
import os
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from course_lib.files import write_atomically

from .review import Entry, Review

_FORMAT = 1  # a file that says otherwise was written by another version


class LedgerError(ValueError):
    """The file cannot be read; the message says what was found in it."""


def record(question: str, answer: Any, right: bool, confidence: str) -> str:
    """Keep a prediction; return what there is to tell about the file, mostly nothing.

    ``answer`` is a number, a text, or a list or dict of such; ``right`` whether it was right;
    ``confidence`` "guess", "think" or "sure". The same once more, as when a cell is run again, adds
    nothing. A file that cannot be read is set aside under another name, never overwritten.
    Raises ValueError for a confidence that is none; a file that cannot be written is told.
    """
    entry = Entry(question, _plain(answer), bool(right), confidence)
    note = ""
    try:
        try:
            kept = entries()
        except LedgerError as error:
            note = f"{error}. It now lies in {_set_aside()}, and a new ledger was begun."
            kept = ()
        if entry != next((old for old in reversed(kept) if old.question == question), None):
            _write([*kept, entry])
    except OSError as error:
        note += f" This answer could not be kept in {_path()}: {error.strerror or error}."
    return note.strip()


def entries() -> tuple[Entry, ...]:
    """All predictions, in the order in which they were made; raises LedgerError or OSError."""
    try:
        content = json.loads(_path().read_text(encoding="utf-8"))
        if content["format"] == _FORMAT:
            return tuple(Entry(**one) for one in content["predictions"])
    except FileNotFoundError:
        return ()
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LedgerError(f"{_path()} holds no predictions that can be read") from error
    raise LedgerError(f"{_path()} was written by another version of the workbook")


def review() -> Review:
    """Return a page on all predictions: «sure and wrong» first, then what to ask again."""
    try:
        return Review(entries())
    except LedgerError as error:
        return Review((), f"{error}. Your next answer sets the file aside and begins a new one.")
    except OSError as error:
        return Review((), f"{_path()} cannot be read: {error.strerror or error}.")


def _path() -> Path:
    return Path(os.environ.get("COURSE_LEDGER") or "predictions.json")


def _write(kept: list[Entry]) -> None:
    content = {"format": _FORMAT, "predictions": [asdict(entry) for entry in kept]}
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_atomically(_path(), (text + "\n").encode())


def _set_aside() -> Path:
    """Rename the file to the first name that is free."""
    path = _path()
    names = (path.with_name(f"{path.stem}.unreadable-{number}.json") for number in count(1))
    return path.rename(next(name for name in names if not name.exists()))


def _plain(value: Any) -> Any:
    """The value as JSON gives it back, so that the same answer is seen to be the same."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value), key=str)
    return value if isinstance(value, (bool, int, float, type(None))) else str(value)[:200]
