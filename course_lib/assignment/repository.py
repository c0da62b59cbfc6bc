"""A student's own repository to begin with: model.py, data.py, train.py, README.md, .gitignore.

The files are in ``templates/``, as they are handed out; they run. They are written for Session 9,
and only the name of the rules is put in.
"""

import os
from contextlib import suppress
from importlib.resources import files as package_files
from pathlib import Path

from .rows import RULE_SETS

TEMPLATES = {
    "model.py": "model.py",
    "data.py": "data.py",
    "train.py": "train.py",
    "README.md": "README.md",
    ".gitignore": "gitignore",  # under its own name it would be one, and hidden
}


def files(rules: str = "session9") -> dict[str, str]:
    """Return the texts of a repository by file name; raises ValueError for unknown rules."""
    if rules not in RULE_SETS:
        raise ValueError(f"there are no rules {rules!r}; expected one of {', '.join(RULE_SETS)}")
    home = package_files(__package__) / "templates"
    texts = {name: (home / file).read_text(encoding="utf-8") for name, file in TEMPLATES.items()}
    return {name: text.replace("--rules session9", f"--rules {rules}")
            for name, text in texts.items()}  # fmt: skip


def scaffold(folder: str | Path, rules: str = "session9") -> list[Path]:
    """Write a repository to begin with into ``folder``; return the paths of its files.

    All of it or nothing: raises FileExistsError, which names them, if any of the files is there,
    and takes back what it wrote if it cannot finish. Other files in the folder stay as they are.
    """
    folder, texts = Path(folder).expanduser(), files(rules)
    if folder.exists() and not folder.is_dir():
        raise FileExistsError(f"{folder} is a file; expected a folder, or a name for a new one")
    if taken := [name for name in texts if os.path.lexists(folder / name)]:
        raise FileExistsError(
            f"{folder} already has {', '.join(taken)}; nothing was written. Move "
            f"{'it' if len(taken) == 1 else 'them'} away, or name another folder"
        )
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            with open(folder / name, "x", encoding="utf-8", newline="\n") as file:
                written.append(folder / name)
                file.write(text)
    except BaseException:
        with suppress(OSError):  # the reason that is raised is the one to tell
            for path in written:
                path.unlink()
            for place in made:
                place.rmdir()
        raise
    return written
