"""Train the network of model.py on images that data.py augments.

    python train.py --data synthetic --epochs 5     does everything run? no download, a minute
    python train.py --data cifar10 --per-class 1000 --epochs 36    a fifth of the images
    python train.py                                 all of CIFAR-10 with a GPU, else synthetic
    python train.py --data cifar10                  all of CIFAR-10; an hour or two without a GPU
    python train.py --data cifar10 --peak-lr 0.2    when the network ends in global pooling
    python train.py --data cifar10 --hold-out 5000  to choose between settings: no test image used
    python train.py --resume                        go on with the newest run, same options

Each run has a folder under runs/, with its log and its checkpoint. When a run on CIFAR-10 is
finished, its log becomes log.jsonl: the one to hand in. That of a run with --hold-out does not.
"""

import argparse
import sys
from pathlib import Path

import torch
from course_lib.data import DataError, load
from course_lib.training import Recipe, train

from data import augmentation
from model import Net

HERE = Path(__file__).resolve().parent
START = Recipe(peak_lr=0.02)  # other numbers than these come from the command line
OPTIONS = ("epochs", "batch_size", "peak_lr", "weight_decay", "ema", "seed")


def options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default="auto", choices=["auto", "cifar10", "synthetic"])
    parser.add_argument("--per-class", type=int, help="training images of each class (all)")
    parser.add_argument("--hold-out", type=int, metavar="N",
                        help="judge on N held-out training images, not on test images")  # fmt: skip
    for name in OPTIONS:
        default = getattr(START, name)
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default,
                            help=f"({default})")  # fmt: skip
    parser.add_argument("--device", default="auto", help="auto takes a GPU if there is one")
    parser.add_argument("--feed", default="loader", choices=["loader", "pool", "device"],
                        help="loader, or pool: prepared an epoch ahead, the same images; "
                             "device: the GPU augments, without albumentations")  # fmt: skip
    parser.add_argument("--workers", type=int,
                        help="processes that augment (loader: 1, pool: one a core)")  # fmt: skip
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def run_folder(resume: bool) -> Path:
    """Return the folder of the newest run to resume, or one for a new run."""
    runs = sorted((HERE / "runs").glob("[0-9][0-9][0-9]"))
    if resume and not runs:
        raise ValueError("there is no run to resume")
    if resume:
        return runs[-1]
    return HERE / "runs" / f"{int(runs[-1].name) + 1 if runs else 1:03}"


def main(chosen: argparse.Namespace) -> None:
    """Train, say where the log is, and put that of a finished run on CIFAR-10 to the code."""
    recipe = Recipe(**{name: getattr(chosen, name) for name in OPTIONS})
    data = load(chosen.data)
    if chosen.per_class:
        data = data.subset(chosen.per_class)
    if chosen.hold_out:
        data = data.hold_out(chosen.hold_out)
    workers = 1 if chosen.workers is None and chosen.feed == "loader" else chosen.workers
    torch.manual_seed(recipe.seed)
    result = train(
        Net(), data, recipe, run_folder(chosen.resume),
        transform=augmentation(data.mean), device=chosen.device, feed=chosen.feed,
        workers=workers, resume=chosen.resume,
    )  # fmt: skip
    if not result.finished:
        return
    count = len(data.test_labels)
    print(f"Last epoch: {result.log.final_accuracy:.2%} of {count:,} images ({data.name}).")
    print(f"Log and checkpoint: {result.folder}")
    if data.is_drawn:
        print("That was a trial. The log to hand in comes from a run with --data cifar10.")
    elif chosen.hold_out:
        print("That was to choose by. The log to hand in comes from a run without --hold-out.")
    else:
        result.log.write(HERE / "log.jsonl")
        print("The log is log.jsonl as well: the one to hand in.")


if __name__ == "__main__":
    try:
        main(options())
    except (DataError, ValueError, OSError) as error:
        sys.exit(f"train.py: {error}")
