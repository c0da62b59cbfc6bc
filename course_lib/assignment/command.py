"""The sub-commands ``check`` and ``check-all`` of ``python -m course_lib``."""

import argparse
import json
import sys
from pathlib import Path

from .folder import check_folder
from .isolation import LIMIT, Request, check_file
from .report import RULE_SETS, table


def add_commands(commands: argparse._SubParsersAction) -> None:
    """Add both to the sub-commands of a parser."""
    one = commands.add_parser("check", help="judge a network by the rules of the assignment")
    one.set_defaults(run=run_check)
    one.add_argument("model", metavar="MODEL.py:CLASS")
    one.add_argument("--augmentation", metavar="FILE.py:NAME")
    one.add_argument("--log", metavar="RUN.jsonl")
    one.add_argument("--blocks", metavar="A,B,C,D",
                     help="the modules C1 to C4; a+b is a block of two modules")  # fmt: skip

    folder = commands.add_parser("check-all", help="judge a folder of submissions in one table")
    folder.set_defaults(run=run_check_all)
    folder.add_argument("folder", type=Path)
    folder.add_argument("--model", default="model.py", metavar="FILE.py[:CLASS]",
                        help="where a submission keeps its network (%(default)s)")  # fmt: skip
    folder.add_argument("--augmentation", default="data.py:augmentation", metavar="FILE.py:NAME",
                        help="its augmentation (%(default)s)")  # fmt: skip
    folder.add_argument("--log", default="log.jsonl", metavar="FILE", help="its log (%(default)s)")
    folder.add_argument("--jobs", type=int, help="how many at a time (one a processor)")

    for parser in (one, folder):
        parser.add_argument("--rules", default="session9", choices=RULE_SETS)
        parser.add_argument("--limit", type=float, default=LIMIT, metavar="SECONDS",
                            help="for a submission's own code (%(default)g)")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print plain data")


def run_check(options: argparse.Namespace) -> int:
    """Print the report of one file.

    Returns 0 if all rules passed, 1 if one failed, 2 if none failed and some are not shown, 3 if
    the file cannot be loaded.
    """
    blocks = options.blocks and tuple(
        tuple(block.split("+")) for block in options.blocks.split(",")
    )
    request = Request(options.model, options.augmentation, options.log, blocks, options.rules)
    report = check_file(request, options.limit)
    if report.trouble and not options.json:
        print(f"course_lib check: {report.trouble}", file=sys.stderr)
    else:
        print(_as_json(report.as_dict()) if options.json else report)
    return report.exit_code


def run_check_all(options: argparse.Namespace) -> int:
    """Print a table of all submissions; return 0 if all rules of all passed, else 1."""
    reports = check_folder(
        options.folder, options.model, options.augmentation, options.log, options.rules,
        options.limit, options.jobs,
    )  # fmt: skip
    if options.json:
        print(_as_json({name: report.as_dict() for name, report in reports}))
    else:
        print(table(reports))
    return int(any(report.exit_code for _, report in reports))


def _as_json(data: object) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False)
