"""Make the notebooks that students open from the sources that authors write.

    python notebooks/build.py                    all of them
    python notebooks/build.py 20_assignment      one
    python notebooks/build.py --check            compare only; exit code 1 where they differ
    python notebooks/build.py --keep-outputs     run only those whose code has changed
    python notebooks/build.py --repository URL   stamp the published address first

A notebook that fails to run leaves the old one as it was.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from pipeline.derive import derive, differences
from pipeline.execute import ExecutionError, carry_outputs, execute
from pipeline.exercises import SourceError
from pipeline.workbook import ROOT, Workbook, stamp_repository

from course_lib.files import write_atomically

_SHOWN = 5  # differences of a notebook, before the rest is only counted


def build(source: Path, workbook: Workbook, keep_outputs: bool = False) -> str:
    """Write the notebook of `source`; returns what was done, in a word."""
    target = workbook.notebook(source)
    notebook = derive(source, workbook)
    kept = keep_outputs and target.exists() and carry_outputs(read(target), notebook)
    if not kept:
        execute(notebook, workbook.folder)
    nbformat.validate(notebook)
    write_atomically(target, (nbformat.writes(notebook).rstrip("\n") + "\n").encode())
    return "outputs kept" if kept else "executed"


def check(source: Path, workbook: Workbook) -> list[str]:
    """How the notebook of `source` differs from what would be built, outputs aside."""
    target = workbook.notebook(source)
    if not target.exists():
        return [f"{target.name} is missing"]
    return differences(read(target), derive(source, workbook))


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def chosen(names: Sequence[str], workbook: Workbook) -> list[Path]:
    """The sources that `names` mean (all, where none is given)."""
    sources = {source.stem: source for source in workbook.sources()}
    stems = [Path(name).name.removesuffix(".py").removesuffix(".ipynb") for name in names]
    if unknown := [stem for stem in stems if stem not in sources]:
        raise SourceError(f"no source named {', '.join(unknown)}; there are: {', '.join(sources)}")
    return [sources[stem] for stem in stems or sources]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons, such as 20_assignment; default: all")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--keep-outputs", action="store_true", help="run only where code changed")
    parser.add_argument("--repository", metavar="URL", help="https://github.com/OWNER/REPO")
    options = parser.parse_args(arguments)
    try:
        if options.repository is not None:
            print("published at", stamp_repository(root / "pyproject.toml", options.repository))
        workbook = Workbook.read(root)
        sources = chosen(options.names, workbook)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    orphans = [] if options.names else workbook.orphans()
    for orphan in orphans:
        print(f"{orphan.name}: no source stands behind it; delete it or add one", file=sys.stderr)
    failed = [source for source in sources if not _one(source, workbook, options)]
    return 1 if failed or orphans else 0


def _one(source: Path, workbook: Workbook, options: argparse.Namespace) -> bool:
    """Build or check one lesson and report on it; True if all is well."""
    try:
        if options.check:
            problems = check(source, workbook)
        else:
            print(f"{source.stem}: {build(source, workbook, options.keep_outputs)}")
            return True
    except (SourceError, ExecutionError) as error:
        problems = [str(error)] if options.check else [f"{error}\n  the old notebook is untouched"]
    for problem in problems[:_SHOWN]:
        print(f"{source.stem}: {problem}", file=sys.stderr)
    if len(problems) > _SHOWN:
        print(f"{source.stem}: … {len(problems) - _SHOWN} more differences", file=sys.stderr)
    return not problems


if __name__ == "__main__":
    sys.exit(main())
