"""Targets on the command line, "FILE.py:NAME": a file and what it defines."""

from pathlib import Path


def split_target(target: str) -> tuple[Path, str]:
    """Split "FILE.py:NAME" into the file, as an absolute path, and the name ("" if there is none).

    A colon before something else than a name belongs to the path: C:\\model.py.
    """
    path, colon, name = target.rpartition(":")
    if not colon or not name.isidentifier():
        path, name = target, ""
    return Path(path).resolve(), name


def absolute_target(target: str) -> str:
    """Return the same target with a path that holds in any folder."""
    path, name = split_target(target)
    return f"{path}:{name}" if name else str(path)


def no_file(path: Path) -> str:
    """Say in a sentence that there is no such file, and what there is instead."""
    if path.is_dir():
        return f"{path} is a folder; name the file and the network in it: {path.name}/model.py:Net"
    return f"there is no file {path}"
