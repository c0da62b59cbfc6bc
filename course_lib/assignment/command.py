"""The sub-commands of ``python -m course_lib`` for the assignment."""

import argparse
import json
import shlex
import shutil
import sys
from pathlib import Path

from course_lib.files import write_atomically

from .alike import alike
from .document import write_submission
from .folder import check_folder
from .isolation import LIMIT, Request, check_file
from .repository import scaffold
from .rows import RULE_SETS
from .tables import as_csv, table

NOTHING_JUDGED = 3
EXIT_CODES = (
    "Exit code: 0 all rules passed, 1 a rule failed, 2 none failed and some are not shown, "
    "3 nothing could be judged."
)
GUARD = (
    "A submission's code runs in a process of its own, with a limit of time. That guards against "
    "accidents, not against malice."
)


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add ``scaffold``, ``check``, ``submission`` and ``check-all`` to a parser's sub-commands."""
    begin = commands.add_parser("scaffold", help="write a repository of your own to begin with")
    begin.set_defaults(run=run_scaffold)
    begin.add_argument("folder", type=Path, help="a new one, or one without these files")

    one = commands.add_parser("check", help="judge a network by the rules of the assignment",
                              epilog=EXIT_CODES)  # fmt: skip
    one.set_defaults(run=run_check)
    one.add_argument("--json", action="store_true", help="print plain data")

    hand_in = commands.add_parser("submission", help="write the five answers into one file",
                                  epilog=EXIT_CODES)  # fmt: skip
    hand_in.set_defaults(run=run_submission)
    hand_in.add_argument("--readme", metavar="LINK", help="the address of your README.md")
    hand_in.add_argument("--output", type=Path, default=Path("submission.md"), metavar="FILE.md",
                         help="(%(default)s)")  # fmt: skip
    hand_in.add_argument("--overwrite", action="store_true", help="replace an earlier submission")

    for parser in (one, hand_in):
        # 2 says that some rules are not shown; a mistake in the command must not look like that.
        parser.set_defaults(refusal=NOTHING_JUDGED)
        parser.add_argument("model", metavar="MODEL.py:CLASS", help="the network")
        parser.add_argument("--augmentation", metavar="FILE.py:NAME",
                            help="what is done to each training image")  # fmt: skip
        parser.add_argument("--log", metavar="RUN.jsonl", help="the log of its training")
        parser.add_argument("--blocks", type=_blocks, metavar="A,B,C,D",
                            help="the modules C1 to C4; a+b is a block of two modules")  # fmt: skip

    folder = _add_check_all(commands)
    for parser in (begin, one, hand_in, folder):
        parser.add_argument("--rules", default="session9", choices=RULE_SETS,
                            help="of which assignment (%(default)s)")  # fmt: skip
    for parser in (one, hand_in, folder):
        parser.add_argument("--limit", type=float, default=LIMIT, metavar="SECONDS",
                            help="for a submission's own code (%(default)g)")  # fmt: skip


def _add_check_all(commands: argparse._SubParsersAction) -> argparse.ArgumentParser:
    folder = commands.add_parser("check-all", help="judge a folder of submissions in one table",
                                 epilog=f"{GUARD} Exit code: 0 all rules of all passed, "
                                        "1 not so, 2 there is nothing to judge.")  # fmt: skip
    folder.set_defaults(run=run_check_all)
    folder.add_argument("folder", type=Path, help="it holds a folder for each submission")
    folder.add_argument("--model", default="model.py", metavar="FILE.py[:CLASS]",
                        help="its network, at the top or in a folder (%(default)s)")  # fmt: skip
    folder.add_argument("--augmentation", default="data.py:augmentation", metavar="FILE.py:NAME",
                        help="its augmentation (%(default)s)")  # fmt: skip
    folder.add_argument("--log", default="log.jsonl", metavar="FILE", help="its log (%(default)s)")
    folder.add_argument("--readme", default="README.md", metavar="FILE",
                        help="its README (%(default)s)")  # fmt: skip
    folder.add_argument("--jobs", type=int, help="how many at a time (one a processor)")
    folder.add_argument("--json", action="store_true", help="print plain data")
    folder.add_argument("--csv", type=Path, metavar="FILE", help="write a spreadsheet as well")
    folder.add_argument("--reports", type=Path, metavar="FOLDER",
                        help="write each submission's report as well, to send back")  # fmt: skip
    return folder


def run_scaffold(options: argparse.Namespace) -> int:
    """Write a repository and say how to begin."""
    for path in scaffold(options.folder, options.rules):
        print(path)
    python = _this_python()
    print(f"\nBegin with README.md. In {options.folder}:\n"
          f"  {python} train.py --data synthetic --epochs 5\n"
          f"  {python} -m course_lib check model.py:Net --augmentation data.py:augmentation "
          f"--rules {options.rules}")  # fmt: skip
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Print the report of one file.

    Returns 0 if all rules passed, 1 if one failed, 2 if none failed and some are not shown, 3 if
    the file cannot be loaded.
    """
    report = check_file(_request(options), options.limit)
    if report.trouble and not options.json:
        print(f"course_lib check: {report.trouble}", file=sys.stderr)
    else:
        print(_as_json(report.as_dict()) if options.json else report)
    return report.exit_code


def run_submission(options: argparse.Namespace) -> int:
    """Write the submission, and return as ``check`` does; print what is not as it should be."""
    _, report = write_submission(
        _request(options), options.readme, options.output, options.overwrite, options.limit
    )
    print(f"{options.output}: rules of {report.rules}, {report.verdict}.")
    if report.score:
        print(report.score)
    for state in ("failed", "not shown"):
        if rules := report.named(state):
            print(f"{state}: {'; '.join(rules)}")
    if report.score:
        print(f"README: {report.readme.found}")
    return report.exit_code


def run_check_all(options: argparse.Namespace) -> int:
    """Print a table of all submissions; return 0 if all rules of all passed, else 1."""
    for path in filter(None, (options.csv, options.reports)):
        if path.exists():
            raise ValueError(f"{path} is there already, maybe with your marks; name another")
    reports = check_folder(
        options.folder, options.model, options.augmentation, options.log, options.rules,
        options.limit, options.jobs, options.readme,
    )  # fmt: skip
    if options.json:
        pairs = alike(reports)
        print(_as_json({name: {**report.as_dict(), "alike": pairs.get(name, [])}
                        for name, report in reports}))  # fmt: skip
    else:
        print(table(reports))
    if options.csv:
        write_atomically(options.csv, as_csv(reports).encode("utf-8-sig"))  # so Excel reads names
    for name, report in reports if options.reports else ():
        write_atomically(options.reports / f"{name}.txt", f"{report}\n".encode())
    return int(any(report.exit_code for _, report in reports))


def _this_python() -> str:
    """What starts this Python in the user's shell: `python`, if that is in its folder."""
    found, here = shutil.which("python"), Path(sys.executable)
    return "python" if found and Path(found).parent == here.parent else shlex.quote(str(here))


def _request(options: argparse.Namespace) -> Request:
    return Request(options.model, options.augmentation, options.log, options.blocks, options.rules)


def _blocks(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(block.split("+")) for block in text.split(","))


def _as_json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
