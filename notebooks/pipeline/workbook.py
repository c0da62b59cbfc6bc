"""Where the workbook's files lie, and its settings in pyproject.toml."""

import re
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from course_lib.files import write_atomically

ROOT = Path(__file__).resolve().parents[2]

_empty = tempfile.TemporaryDirectory(prefix="workbook-")  # removed when the program ends

# What every notebook runs under, in the build and in the tests, so that outputs are the same
# everywhere: data that the program draws itself, sums that no second thread reorders, and a ledger
# of predictions in which nobody has written.
ENVIRONMENT = {
    "COURSE_LEDGER": str(Path(_empty.name) / "predictions.json"),
    "COURSE_DATA": "synthetic",
    "NO_ALBUMENTATIONS_UPDATE": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Workbook:
    """The folder of notebooks (sources in ``sources/``), its published address and its version."""

    folder: Path
    repository: str
    version: str

    @classmethod
    def read(cls, root: Path = ROOT) -> "Workbook":
        """The workbook whose pyproject.toml lies in `root`."""
        settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        return cls(
            folder=root / "notebooks",
            repository=settings["tool"]["workbook"]["repository"],
            version=settings["project"]["version"],
        )

    def sources(self) -> list[Path]:
        """Every lesson's source, in the order of the lessons."""
        return sorted((self.folder / "sources").glob("*.py"))

    def notebook(self, source: Path) -> Path:
        """The notebook that is derived from `source`."""
        return self.folder / f"{source.stem}.ipynb"

    def orphans(self) -> list[Path]:
        """Notebooks that no source stands behind."""
        derived = {self.notebook(source) for source in self.sources()}
        return sorted(set(self.folder.glob("*.ipynb")) - derived)


def stamp_repository(pyproject: Path, address: str) -> str:
    """Write the published address into pyproject.toml; returns it in its plain form."""
    match = re.fullmatch(r"(https://github\.com/[\w.-]+/[\w.-]+?)(\.git)?/?", address)
    if not match:
        raise ValueError(
            f"{address!r} is not the address of a GitHub repository; "
            "expected https://github.com/OWNER/REPO"
        )
    text = pyproject.read_text(encoding="utf-8")
    stamped, count = re.subn(r'(?m)^repository = ".*"$', f'repository = "{match[1]}"', text)
    if count != 1:
        raise ValueError(f'{pyproject}: expected one line `repository = "…"`, found {count}')
    write_atomically(pyproject, stamped.encode())
    return match[1]
