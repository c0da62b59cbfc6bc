"""Load a network and an augmentation out of a student's file; everything wrong is a sentence."""

import importlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from .targets import no_file, split_target


class Unloadable(Exception):
    """A file, or something in it, cannot be loaded; the message says why and what to do."""


def load_network(target: str) -> tuple[nn.Module, Path]:
    """Return the network that "FILE.py:NAME" names, and the file.

    NAME is a class or function that needs no arguments, or a network; without it the file has to
    define one network that is part of no other.
    """
    path, name = split_target(target)
    module = _import(path)
    thing = _named(module, path, name) if name else _only_network(module, path)
    if isinstance(thing, nn.Module):
        return thing, path
    if not callable(thing):
        raise Unloadable(f"{path.name}: {name} is a {type(thing).__name__}; expected a network")
    model = _called(thing, path)
    if not isinstance(model, nn.Module):
        raise Unloadable(f"{path.name}: {name} returns a {type(model).__name__}, not an nn.Module")
    return model, path


def load_augmentation(target: str, mean: tuple[float, float, float]) -> Any:
    """Return what "FILE.py:NAME" names; a function is called, with ``mean`` if it asks for it."""
    path, name = split_target(target)
    if not name:
        raise Unloadable(f"{target}: say which augmentation it is, as {path.name}:NAME")
    thing = _named(_import(path), path, name)
    if not inspect.isroutine(thing) and not isinstance(thing, type):
        return thing
    wants = "mean" in inspect.signature(thing).parameters
    return _called(thing, path, mean) if wants else _called(thing, path)


def _import(path: Path) -> ModuleType:
    """Import a file as its own neighbours would: beside them, or inside their package."""
    if not path.is_file():
        raise Unloadable(no_file(path))
    if path.suffix != ".py":
        raise Unloadable(f"{path.name} is no Python file; write the class into model.py")
    root, parts = path.parent, [path.stem]
    sys.path.insert(0, str(root))
    while (root / "__init__.py").is_file():
        root, parts = root.parent, [root.name, *parts]
    sys.path.insert(0, str(root))
    name = ".".join(parts)
    return _guarded(path, "importing it", lambda: _load(name, path))


def _load(name: str, path: Path) -> ModuleType:
    if "." in name:
        return importlib.import_module(name)
    while name in sys.modules:
        if getattr(sys.modules[name], "__file__", None) == str(path):
            return sys.modules[name]
        name += "_"  # it is called like a module that is in use
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _named(module: ModuleType, path: Path, name: str) -> Any:
    if not hasattr(module, name):
        known = [n for n, thing in vars(module).items() if _is_network(thing, module)]
        there = f"; it defines {', '.join(known)}" if known else ""
        raise Unloadable(f"{path.name} has no {name}{there}")
    return getattr(module, name)


def _only_network(module: ModuleType, path: Path) -> nn.Module:
    """The one network of a file: what can be built without arguments and is part of no other."""
    built = {}
    for name, thing in list(vars(module).items()):
        if _is_network(thing, module) and not _required(thing):
            built[name] = _called(thing, path)
    inside = {
        type(part) for model in built.values() for part in model.modules() if part is not model
    }
    whole = [name for name, model in built.items() if type(model) not in inside]
    if len(whole) != 1:
        found = f"the networks {', '.join(whole)}" if whole else "no network without arguments"
        raise Unloadable(f"{path.name} defines {found}; name the one to judge: {path.name}:NAME")
    return built[whole[0]]


def _is_network(thing: Any, module: ModuleType) -> bool:
    is_class = isinstance(thing, type) and issubclass(thing, nn.Module)
    return is_class and thing.__module__ == module.__name__


def _required(thing: Callable) -> list[str]:
    """The arguments that a call cannot do without."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        name
        for name, parameter in inspect.signature(thing).parameters.items()
        if parameter.default is parameter.empty and parameter.kind not in kinds
    ]


def _called(thing: Callable, path: Path, *arguments: Any) -> Any:
    if missing := _required(thing)[len(arguments) :]:
        raise Unloadable(
            f"{path.name}: {thing.__name__} needs {', '.join(missing)}; give defaults, or name a "
            "function without arguments that returns it"
        )
    return _guarded(path, f"calling {thing.__name__}", lambda: thing(*arguments))


def _guarded(path: Path, step: str, act: Callable[[], Any]) -> Any:
    """Do one step of a student's code; whatever it raises becomes a sentence."""
    try:
        return act()
    except SystemExit as error:
        raise Unloadable(
            f"{path.name}: {step} called exit(); put what runs the training behind "
            'if __name__ == "__main__":'
        ) from error
    except SyntaxError as error:
        name = Path(error.filename or path).name
        raise Unloadable(f"{name}, line {error.lineno}: {error.msg}") from error
    except BaseException as error:  # a MemoryError or KeyboardInterrupt is the submission's too
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        place = f", line {lines[-1]}" if lines else ""
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        raise Unloadable(f"{path.name}{place}: {step} raised {what}") from error
