"""Lay the notebooks out for a student, and open JupyterLab on them; `make lab` calls this.

    python notebooks/lab.py [--folder my-notebooks] [flags of JupyterLab]

The student works on copies. A copy that was never saved follows the workbook's updates. One that
was is the student's: it is left alone, and a newer version is laid beside it, once, as
NAME.new.ipynb. A deleted copy is laid out afresh.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from course_lib.files import write_atomically

_RECORD = ".laid-out.json"  # in the student's folder: file name -> digest of what we put there


def lay_out(notebooks: Path, folder: Path) -> list[str]:
    """Copy the notebooks into `folder`, over no work of the student's; returns what was done."""
    folder.mkdir(parents=True, exist_ok=True)
    laid = _read_record(folder)
    done = []
    for notebook in sorted(notebooks.glob("*.ipynb")):
        content = notebook.read_bytes()
        name = _free_name(notebook.name, _digest(content), folder, laid)
        if name is None:
            continue
        target = folder / name
        done.append(f"{'updated' if target.exists() else 'new'}: {name}")
        write_atomically(target, content)
        laid[name] = _digest(content)
        write_atomically(folder / _RECORD, json.dumps(laid, indent=1).encode())
    return done


def _free_name(name: str, digest: str, folder: Path, laid: dict[str, str]) -> str | None:
    """Where this version may be written: a name that holds no work; None if it is there already."""
    for candidate in _names(name):
        offered = laid.get(candidate) == digest
        if not (folder / candidate).exists():
            declined = offered and candidate != name  # a second copy that was deleted stays away
            return None if declined else candidate
        found = _digest((folder / candidate).read_bytes())
        if offered or found == digest:
            return None
        if found == laid.get(candidate):
            return candidate
    return None


def _names(name: str) -> list[str]:
    stem = name.removesuffix(".ipynb")
    return [name, f"{stem}.new.ipynb", *(f"{stem}.new-{k}.ipynb" for k in range(2, 100))]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _read_record(folder: Path) -> dict[str, str]:
    """What was laid out before. Where that is unreadable, every copy counts as the student's."""
    try:
        record = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def main(arguments: Sequence[str] | None = None) -> None:
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--folder", type=Path, default=root / "my-notebooks")
    options, flags = parser.parse_known_args(arguments)
    for line in lay_out(root / "notebooks", options.folder):
        print(line)
    print(f"Your notebooks are in {options.folder}.", flush=True)

    from jupyterlab.labapp import LabApp  # not needed to lay out, and slow to import

    sys.exit(LabApp.launch_instance([f"--ServerApp.root_dir={options.folder.resolve()}", *flags]))


if __name__ == "__main__":
    main()
