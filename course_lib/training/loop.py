"""The training loop, on one page: feed, forward, backward, step, average, evaluate, save."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import albumentations as A
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from tqdm.auto import tqdm

from course_lib.data.augmentation import assignment_augmentation
from course_lib.data.dataset import ImageData
from course_lib.data.feeding import AugmentedChunks, Feeder, make_feeder, to_input
from course_lib.training import own
from course_lib.training.device import Placement, choose
from course_lib.training.log import Log, heading, row
from course_lib.training.recipe import Recipe
from course_lib.training.run import Run, Times


@dataclass(frozen=True)
class Result:
    """A run's outcome: the averaged model in eval mode, its log, its folder, whether it is done."""

    model: nn.Module
    log: Log
    folder: Path
    finished: bool


def train(
    model: nn.Module,
    data: ImageData,
    recipe: Recipe = Recipe(),
    folder: str | Path = "runs/session9",
    *,
    transform: A.Compose | None = None,
    device: str = "auto",
    feed: str = "loader",
    workers: int | None = None,
    resume: bool = False,
    progress: bool = True,
) -> Result:
    """Train ``model`` on ``data`` as ``recipe`` says, and evaluate it after every epoch.

    After each epoch ``folder`` holds ``log.jsonl`` and ``last.pt``; ``resume=True`` continues from
    them and gives the same run as one that was never stopped. Ctrl-C ends with a usable result.
    ``transform`` is an augmentation of your own in place of the recipe's; see ``own.judged``.
    ``feed`` and ``workers`` say how the images come, see ``feeding.make_feeder``: "loader" and
    "pool" are albumentations and give the same run, "device" is torch and gives another.
    Raises ValueError where ``folder`` holds another run or a resume does not fit.
    """
    place = choose(device)
    model.to(place.device, memory_format=place.memory_format)
    described = None
    if transform is None:
        transform = assignment_augmentation(data.mean, recipe.flip, recipe.affine, recipe.hole)
    else:
        described = own.judged(transform, data.train_images[0])
        recipe = replace(recipe, flip=0.0, affine=0.0, hole=0.0)
    chunks = AugmentedChunks(data.train_images, data.train_labels, transform, recipe.seed)
    feeder = make_feeder(feed, chunks, recipe.batch_size, workers=workers, device=place.device,
                         last=recipe.epochs)  # fmt: skip
    run = Run.start(model, data, recipe, Path(folder), place, feeder, resume, described)
    if progress:
        print(f"Training on {run.log.header['data']}, {place.description}.\n{heading()}")
        for record in run.log:
            print(row(record))
    try:
        with feeder:
            for epoch in range(run.epoch + 1, recipe.epochs + 1):
                started, waited = time.perf_counter(), feeder.waited
                learned = train_epoch(run, feeder, place, epoch, progress)
                trained = time.perf_counter() - started
                judged = evaluate(run.average, data.test_images, data.test_labels, place)
                times = Times(time.perf_counter() - started, trained, feeder.waited - waited)
                run.finish_epoch(epoch, learned, judged, times)
                if progress:
                    print(row(run.log.epochs[-1]))
    except KeyboardInterrupt:
        print(run.stop())
    return Result(run.average.module.eval(), run.log, Path(folder), run.epoch == recipe.epochs)


def train_epoch(
    run: Run, feeder: Feeder, place: Placement, epoch: int, progress: bool
) -> tuple[float, float]:
    """Train for one epoch; return the mean loss and accuracy on the augmented images."""
    run.model.train()
    torch.manual_seed(run.recipe.seed * 100_003 + epoch)  # a resumed epoch repeats its randomness
    loss_sum = torch.zeros((), device=place.device)
    right = torch.zeros((), device=place.device)
    bar = tqdm(feeder.epoch(epoch), total=feeder.steps, desc=f"epoch {epoch}",
               leave=False, disable=not progress)  # fmt: skip
    for step, (images, labels) in enumerate(bar, start=1):
        x, y = to_input(images, place.device), labels.to(place.device)
        with place.autocast():
            logits = run.model(x)
        loss = cross_entropy(logits.float(), y, label_smoothing=run.recipe.label_smoothing)
        run.step(loss)
        loss_sum += loss.detach()
        right += (logits.argmax(1) == y).float().mean()
        if progress and step % 20 == 0:
            bar.set_postfix(loss=f"{float(loss_sum) / step:.3f}")
    return float(loss_sum) / feeder.steps, float(right) / feeder.steps


@torch.inference_mode()
def evaluate(
    model: nn.Module, images: np.ndarray, labels: np.ndarray, place: Placement
) -> tuple[float, float]:
    """Return mean cross-entropy and accuracy of ``model`` on all images, without augmentation.

    ``images`` (N, H, W, 3) uint8 and ``labels`` (N,) are arrays; the model's mode is put back.
    """
    was_training = model.training
    model.eval()
    loss, right = 0.0, 0
    for start in range(0, len(labels), 500):
        x = to_input(torch.from_numpy(images[start : start + 500]), place.device)
        y = torch.from_numpy(labels[start : start + 500]).to(place.device)
        with place.autocast():
            logits = model(x)
        loss += float(cross_entropy(logits.float(), y, reduction="sum"))
        right += int((logits.argmax(1) == y).sum())
    model.train(was_training)
    return loss / len(labels), right / len(labels)
