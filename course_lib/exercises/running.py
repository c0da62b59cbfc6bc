"""Call a student's code and keep all that happened: value, error and its line, prints, changes."""

import contextlib
import copy
import inspect
import io
import linecache
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .comparing import difference
from .words import cut


@dataclass(frozen=True)
class Run:
    """One call. ``line`` is the student's line that raised; ``changed`` the arguments altered."""

    value: Any = None
    error: BaseException | None = None
    line: str = ""
    printed: str = ""
    changed: tuple[int, ...] = ()

    @property
    def untouched(self) -> bool:
        """Whether the `...` of the stub is still in the code."""
        if self.error is None:
            return has_dots(self.value)
        text = message(self.error)
        dots = "'ellipsis'" in text or "of ellipsis" in text  # Python's words, and torch's
        return dots or isinstance(self.error, NotImplementedError)


def run(function: Callable[..., Any], arguments: Sequence[Any]) -> Run:
    """Call it on a copy of the arguments. Only a KeyboardInterrupt comes through."""
    given, printed = copy.deepcopy(list(arguments)), io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            value = function(*given)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a student's exit() too must not end the notebook
        return Run(error=error, line=_line(function, error), printed=printed.getvalue())
    changed = [n for n, (one, other) in enumerate(zip(given, arguments, strict=True))
               if difference(one, other, tolerance=0)]  # fmt: skip
    return Run(value, printed=printed.getvalue(), changed=tuple(changed))


def message(error: BaseException) -> str:
    """What the error says: its first paragraph, or nothing where it cannot say it."""
    try:
        return cut(str(error).strip().split("\n\n")[0])
    except Exception:
        return ""


def has_dots(value: Any) -> bool:
    """Whether it is the stub's `...`, or holds one."""
    if isinstance(value, dict):
        return any(map(has_dots, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(map(has_dots, value))
    return value is ...


def takes(function: Callable[..., Any], count: int) -> bool:
    """Whether it can be called with so many arguments; true where that cannot be known."""
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def _line(function: Callable[..., Any], error: BaseException) -> str:
    """The innermost line of the error that stands among the student's code."""
    home = _home(function)
    steps = [
        (frame.f_code, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_globals is home
    ]
    if not steps:
        return ""
    code, number = steps[-1]
    text = cut(linecache.getline(code.co_filename, number))
    cell = re.search(r"ipykernel_|ipython-input", code.co_filename)
    where = f"line {number} of {'the cell' if cell else Path(code.co_filename).name}"
    return f"{where}: `{text}`" if text else where


def _home(function: Callable[..., Any]) -> dict[str, Any] | None:
    """The global names of the code that the student wrote."""
    function = inspect.unwrap(getattr(function, "func", function))
    for owner in (function, getattr(type(function), "forward", None), type(function).__call__,
                  getattr(function, "__init__", None)):  # fmt: skip
        if hasattr(owner, "__globals__"):
            return owner.__globals__
    return None
