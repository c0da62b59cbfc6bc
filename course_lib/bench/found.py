"""Every explorer that the library has, found by its name."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from course_lib.explorers.base import Explorer

_PACKAGES = ("course_lib.explorers", "course_lib.measured")


def every_explorer() -> dict[str, type[Explorer]]:
    """Name -> explorer, of all that are defined in ``explorers`` and ``measured``, by name.

    Raises ValueError where two have the same name.
    """
    found: dict[str, type[Explorer]] = {}
    for kind in _kinds():
        if found.setdefault(kind.name, kind) is not kind:
            raise ValueError(f"{found[kind.name]} and {kind} are both named {kind.name!r}")
    return dict(sorted(found.items()))


def _kinds() -> Iterator[type[Explorer]]:
    for package in map(import_module, _PACKAGES):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, type) and issubclass(value, Explorer) and _own_name(value):
                    yield value


def _own_name(kind: type[Explorer]) -> bool:
    return "name" in vars(kind)
