"""Write the submission: the five answers of the brief and the rule report in one Markdown file."""

from dataclasses import replace
from pathlib import Path

from course_lib.files import write_atomically
from course_lib.training import read_log

from .isolation import LIMIT, Request, examine
from .markdown import TITLE, markdown
from .readme import link_row, link_trouble
from .report import Report
from .rows import RULE_SETS
from .targets import no_file, split_target


class Unwritten(ValueError):
    """A submission that cannot be written; the message says why and what to do."""

    def _render_traceback_(self, *_: object) -> list[str]:
        """What a notebook shows in place of a traceback."""
        return [f"No submission was written: {self}"]


def submission(
    model: str,
    augmentation: str | None = None,
    log: str | Path | None = None,
    readme: str | None = None,
    rules: str = "session9",
    *,
    output: str | Path | None = None,
    overwrite: bool = False,
    blocks: tuple[str | tuple[str, ...], ...] | None = None,
    limit: float = LIMIT,
) -> str:
    """Return the submission as Markdown, and write it to ``output`` if that is given.

    ``model`` is "MODEL.py:CLASS", ``augmentation`` "FILE.py:NAME", ``log`` the path of a training
    log, ``readme`` a link; Session 7 asks for no augmentation. The student's files run in a process
    of their own, ``limit`` seconds at most. An existing ``output`` is replaced with ``overwrite``
    only, and only if it is an earlier submission. Raises Unwritten, with a sentence, where an
    answer is missing or a file cannot be loaded.
    """
    request = Request(model, augmentation, str(log) if log else None, blocks, rules)
    return write_submission(request, readme, output, overwrite, limit)[0]


def write_submission(
    request: Request,
    readme: str | None,
    output: str | Path | None,
    overwrite: bool = False,
    limit: float = LIMIT,
) -> tuple[str, Report]:
    """Do what ``submission`` does, and return the report beside the Markdown."""
    _refuse_what_is_missing(request, readme)
    target = Path(output).expanduser() if output else None
    if target:
        _refuse_to_lose(target, overwrite)
    try:
        log = read_log(request.log)
    except (OSError, ValueError) as error:
        raise Unwritten(f"the log cannot be read: {error}") from error
    found = examine(replace(request, summary=True), limit)
    if found.report.trouble:
        raise Unwritten(found.report.trouble)
    found = replace(found, report=replace(found.report, readme=link_row(readme)))
    text = markdown(request, found, log, readme)
    if target:
        _refuse_to_lose(target, overwrite)  # judging took a while, and a file may have come
        write_atomically(target, text.encode())
    return text, found.report


def _refuse_what_is_missing(request: Request, readme: str | None) -> None:
    if request.rules not in RULE_SETS:
        known = ", ".join(RULE_SETS)
        raise Unwritten(f"there are no rules {request.rules!r}; expected one of {known}")
    answers = {"augmentation": request.augmentation, "log": request.log, "readme": readme}
    missing = [name for name, value in answers.items() if not value]
    if request.rules == "session7" and "augmentation" in missing:
        missing.remove("augmentation")  # its brief asks for none
    if missing:
        *first, last = missing
        names = f"{', '.join(first)} and {last}" if first else last
        raise Unwritten(f"the brief asks for five answers; give {names} as well")
    if trouble := link_trouble(readme):
        raise Unwritten(trouble)
    for file in filter(None, (request.model, request.augmentation)):
        path, _ = split_target(file)
        if not path.is_file():
            raise Unwritten(no_file(path))


def _refuse_to_lose(path: Path, overwrite: bool) -> None:
    """Raise Unwritten where writing would destroy what is no earlier submission."""
    if not path.exists():
        return
    if not overwrite:
        raise Unwritten(f"{path} is there already; overwrite it (--overwrite), or name another")
    try:
        with path.open(encoding="utf-8") as file:
            ours = file.read(len(TITLE)) == TITLE
    except (OSError, ValueError):
        ours = False
    if not ours:
        raise Unwritten(f"{path} is no earlier submission, so it stays; name another file")
