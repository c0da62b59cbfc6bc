"""The rules on the training log: does it show what the accuracy is quoted for?"""

import hashlib
from pathlib import Path
from typing import Any

from course_lib.data.facts import CIFAR10
from course_lib.training import Log, read_log
from course_lib.training.log import augmented_by

from .rules import Broken, NotShown, Submission

FIGURES = ("train_accuracy", "test_accuracy")
NO_GPU = ("cpu", "unknown", "none", "")  # what a log says of its device
MOST_AFTER_ONE_EPOCH = 0.75  # small networks reach 40 to 65 % on CIFAR-10 in one pass


def label_digest(per_class: int) -> str:
    """The digest of labels sorted by class, as ``ImageData.label_digest`` writes it."""
    labels = b"".join(
        number.to_bytes(8, "little") * per_class for number in range(len(CIFAR10.classes))
    )
    return hashlib.sha256(labels).hexdigest()[:16]


TEST_IMAGES = CIFAR10.test_per_class * len(CIFAR10.classes)
TRAIN_IMAGES = CIFAR10.train_per_class * len(CIFAR10.classes)
TEST_DIGEST = label_digest(CIFAR10.test_per_class)
TRAIN_DIGEST = label_digest(CIFAR10.train_per_class)


def judged_on_test_images(submission: Submission) -> str:
    """The header names 10,000 test images with the labels of CIFAR-10's test set."""
    header = _log(submission).header
    count, digest = header.get("test_images"), header.get("test_label_digest")
    found = f"{_number(count)} images of «{header.get('data', 'unknown')}», labels {digest}"
    if digest == TRAIN_DIGEST or count == TRAIN_IMAGES:
        raise Broken(
            f"{found}: the training images",
            "Evaluate on the test images; what a network has learned by heart proves nothing.",
        )
    if count != TEST_IMAGES or digest != TEST_DIGEST:
        raise NotShown(
            found, "Train on CIFAR-10 with train.py or `course_lib train`, and without --hold-out."
        )
    return found


def accuracy(submission: Submission, floor: float) -> str:
    """The last epoch's accuracy on the test images, by a finished run of this network."""
    log = _log(submission)
    try:
        judged_on_test_images(submission)
    except (Broken, NotShown) as error:
        raise NotShown("the log does not show the 10,000 test images of CIFAR-10") from error
    _judge_owner(submission, log)
    wanted = _recipe(log).get("epochs", len(log.epochs))
    if len(log.epochs) < wanted:
        raise NotShown(f"the run has {len(log.epochs)} of {wanted} epochs", "Finish it.")
    figures = [record.get("test_accuracy") for record in log.epochs]
    if not all(isinstance(figure, (int, float)) for figure in figures) or not figures:
        raise NotShown("the log lacks a test accuracy", "Evaluate after each epoch.")
    if figures[-1] < floor:
        raise Broken(
            f"{figures[-1]:.2%} after epoch {len(figures)}; the best epoch had {max(figures):.2%}",
            "The last epoch counts. Train longer, let the learning rate fall to zero, and keep the "
            "augmentation mild.",
        )
    return f"{figures[-1]:.2%} after epoch {len(figures)}"


def one_line_an_epoch(submission: Submission) -> str:
    """Epochs 1, 2, 3, …, each with a figure for training and one for testing."""
    log = _log(submission)
    numbers = [record.get("epoch") for record in log.epochs]
    if numbers != list(range(1, len(numbers) + 1)) or not numbers:
        shown = ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")
        raise Broken(f"epochs {shown or 'none'}", "Log every epoch once, from 1 on, test included.")
    for record in log.epochs:
        missing = [name for name in FIGURES if not isinstance(record.get(name), (int, float))]
        if missing:
            raise Broken(
                f"epoch {record['epoch']} has no {' and no '.join(missing)}",
                "Evaluate on the test images after each epoch, and log both.",
            )
    return f"{len(numbers)} epoch{'s' if len(numbers) > 1 else ''}"


def begins_untrained(submission: Submission) -> str:
    """The first line is the first epoch of a new network."""
    log = _log(submission)
    if not log.epochs:
        raise NotShown("the log has no epoch")
    first = log.epochs[0].get("test_accuracy")
    if not isinstance(first, (int, float)):
        raise NotShown("the first epoch has no test accuracy")
    if "CIFAR-10" not in (data := str(log.header.get("data", "CIFAR-10"))):
        # Easier pictures are learned faster: a good first epoch on them is nothing to suspect.
        raise NotShown(f"{first:.2%} after the first epoch on «{data}», which is not CIFAR-10")
    if first > MOST_AFTER_ONE_EPOCH:
        raise Broken(
            f"{first:.2%} after the first epoch",
            "This log continues a trained network. Start anew and log from epoch 1.",
        )
    return f"{first:.2%} after the first epoch"


def trained_on_a_gpu(submission: Submission) -> str:
    """The log names a GPU, in its header or at an epoch of a run that went on elsewhere.

    A run on the CPU is no proof that the code would not take a GPU: it does not show it.
    """
    log = _log(submission)
    everywhere = [record.get("device", log.header.get("device")) for record in log.epochs]
    named = dict.fromkeys(str(device) for device in everywhere if device)
    gpus = [device for device in named if device.split(",")[0].strip().lower() not in NO_GPU]
    if not gpus:
        raise NotShown(
            f"the log names {', '.join(named) or 'no device'}",
            "Train where torch sees a GPU, on Colab say, with code that takes it by itself: "
            'device = "cuda" if torch.cuda.is_available() else "cpu".',
        )
    return ", ".join(gpus)


def augmented_as_handed_in(submission: Submission, found: str) -> str:
    """Return what was found of the augmentation, unless the log says that it was not used.

    Without a log there is nothing that speaks against it.
    """
    try:
        library = augmented_by(_log(submission).header)
    except NotShown:
        return found
    if library != "albumentations":
        raise NotShown(
            f"{found}; but by the log {library} augmented the images, not albumentations",
            'Train with feed="loader" or feed="pool" (--feed), and hand in that log.',
        )
    return found


def _log(submission: Submission) -> Log:
    log = submission.log
    if log is None:
        raise NotShown("no training log was given", "Pass log= or --log RUN.jsonl.")
    if isinstance(log, (str, Path)):
        try:
            log = read_log(log)
        except FileNotFoundError as error:
            raise NotShown(
                f"there is no log {log}",
                "train.py writes log.jsonl when a run on CIFAR-10 is finished.",
            ) from error
        except (OSError, ValueError) as error:
            raise NotShown(f"the log cannot be read: {error}") from error
    if not isinstance(log, Log):
        raise NotShown(f"the log is a {type(log).__name__}; expected a Log or the path of one")
    return log


def _judge_owner(submission: Submission, log: Log) -> None:
    """A log of another network shows nothing about this one."""
    mine = sum(parameter.numel() for parameter in submission.model.parameters())
    theirs = log.header.get("parameters", mine)
    if theirs != mine:
        raise NotShown(
            f"the log is of a network with {_number(theirs)} parameters; this one has {mine:,}",
            "Pass the log of this network.",
        )


def _recipe(log: Log) -> dict[str, Any]:
    recipe = log.header.get("recipe")
    return recipe if isinstance(recipe, dict) else {}


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
