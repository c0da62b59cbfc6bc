"""The command line: train, summary, export; scaffold, check(-all), submission; bench; shifts."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn

from course_lib import bench
from course_lib.assignment.command import add_commands
from course_lib.data.errors import DataError
from course_lib.measured import shift_command
from course_lib.results.command import add_commands as add_results
from course_lib.training.recipe import Recipe

FEEDS = ("loader", "pool", "device")  # feeding.WAYS, which would load torch
_PIPE_CLOSED = 141  # what a shell gives for a program that the closed pipe has ended
_NETWORKS = "session9 (the default), session9-dilated, session7, single-stride, starter"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; print a sentence where it cannot be done and return its code for that."""
    options = make_parser().parse_args(arguments)
    try:
        code = options.run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever reads, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _PIPE_CLOSED
    except (DataError, ValueError, OSError) as error:
        print(f"course_lib {options.command}: {error}", file=sys.stderr)
        return getattr(options, "refusal", 2)


class Parser(argparse.ArgumentParser):
    """Ends at a wrong option with the exit code that its command has for a refusal, else with 2."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(self.get_default("refusal") or 2, f"{self.prog}: {message}\n")

    def parse_known_args(self, *given: Any, **named: Any) -> tuple[argparse.Namespace, list[str]]:
        """Refuse unknown options here, where the command is known, and not in the parser above."""
        options, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return options, unknown


def make_parser() -> argparse.ArgumentParser:
    """Return the parser; every number of the recipe is an option of ``train``."""
    parser = Parser(prog="python -m course_lib", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    train = commands.add_parser("train", help="train a network, as the assignment notebook does")
    train.set_defaults(run=run_train)
    train.add_argument("--network", default="session9", metavar="NAME", help=_NETWORKS)
    train.add_argument("--data", default="auto", choices=["auto", "cifar10", "synthetic"],
                       help="auto: CIFAR-10 with a GPU, the synthetic set without")  # fmt: skip
    train.add_argument("--per-class", type=int, default=0, metavar="N",
                       help="train on N images a class; the test set stays whole")  # fmt: skip
    train.add_argument("--hold-out", type=int, default=0, metavar="N",
                       help="judge on N held-out training images, not on the test set")  # fmt: skip
    train.add_argument("--folder", type=Path,
                       help="log and checkpoint go here (runs/NAME of the network)")  # fmt: skip
    train.add_argument("--device", default="auto", help="auto (the default), cpu, cuda or mps")
    train.add_argument("--feed", default="loader", choices=FEEDS,
                       help="loader (the default); pool: the same images, prepared an epoch ahead; "
                            "device: the GPU augments, without albumentations")  # fmt: skip
    train.add_argument("--workers", type=int, metavar="N",
                       help="processes that augment (loader: 1, pool: one a core)")  # fmt: skip
    train.add_argument("--resume", action="store_true", help="continue the run in the folder")
    for item in fields(Recipe):
        train.add_argument(f"--{item.name.replace('_', '-')}", type=type(item.default),
                           default=item.default, metavar=type(item.default).__name__.upper(),
                           help=f"{item.metadata['help']} ({item.default})")  # fmt: skip

    summary = commands.add_parser("summary", help="parameters and receptive field, layer by layer")
    summary.set_defaults(run=run_summary)
    summary.add_argument("--network", default="session9", metavar="NAME", help=_NETWORKS)
    summary.add_argument("--size", type=int, default=32, help="side of the input image (32)")

    export = commands.add_parser("export", help="turn a finished run into shipped weights")
    export.set_defaults(run=run_export)
    export.add_argument("folder", type=Path)
    export.add_argument("--name", required=True, help="session9, say")
    export.add_argument("--data", default="cifar10", choices=["cifar10", "synthetic"])

    add_commands(commands)
    add_results(commands)
    bench.add_commands(commands)
    shift_command.add_commands(commands)
    return parser


def run_train(options: argparse.Namespace) -> int:
    """Train a network on the command line."""
    import torch

    from course_lib.data import load
    from course_lib.models.pretrained import make_network
    from course_lib.training import train

    data = load(options.data)
    if options.per_class:
        data = data.subset(options.per_class)
    if options.hold_out:
        data = data.hold_out(options.hold_out)
    recipe = Recipe(**{item.name: getattr(options, item.name) for item in fields(Recipe)})
    torch.manual_seed(recipe.seed)
    model = make_network(options.network, mean=data.mean, std=data.std)
    folder = options.folder or Path("runs") / options.network
    workers = 1 if options.workers is None and options.feed == "loader" else options.workers
    result = train(
        model, data, recipe, folder,
        device=options.device, feed=options.feed, workers=workers, resume=options.resume,
    )  # fmt: skip
    if not result.finished:
        return 1
    print(f"Last epoch: {result.log.final_accuracy:.2%} of {len(data.test_labels):,} images "
          f"({data.name}). Log and checkpoint: {folder}")  # fmt: skip
    return 0


def run_summary(options: argparse.Namespace) -> int:
    """Print torchsummary's table, then the layer table with the receptive field."""
    from course_lib.models.pretrained import make_network
    from course_lib.models.summary import summary
    from course_lib.receptive_field import analyse

    model = make_network(options.network)
    size = (options.size, options.size)
    summary(model, (3, *size))
    print(analyse(model, size))
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Write weights, log and model card of a finished run into the library."""
    from course_lib.data import load
    from course_lib.models.export import export

    for path in export(options.folder, options.name, load(options.data)):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
