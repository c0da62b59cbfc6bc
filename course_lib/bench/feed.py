"""The feeding bench: the three ways side by side, and the bare pipeline on one core beside them.

Each way is measured twice: alone, with a consumer that throws the images away, and under a training
step, where what counts is how long training stands still. The bare pipeline is measured before and
after each way, since other programs may take a share of the cores that changes all the time; in one
process and in all at once, since two cores together are seldom twice one. All of it is done in
several rounds, of which the table holds the medians.
"""

import os
import time
from collections.abc import Iterator

import torch
from torch import nn

from course_lib.data import ImageData, cifar10, synthetic
from course_lib.data.augmentation import assignment_augmentation
from course_lib.data.feeding import (
    WAYS,
    AugmentedChunks,
    Feeder,
    make_feeder,
    to_input,
    usable_cores,
)
from course_lib.training.device import Placement, choose

from .feed_table import LEGEND, Fed, Round, table
from .memory import MemoryOf
from .rates import Rate, bare

BATCH = 128


class Trainer:
    """A training step: on a GPU the assignment's network, on a CPU a small one."""

    def __init__(self, place: Placement) -> None:
        self.place = place
        if place.device.type == "cpu":
            body = [nn.Conv2d(3, 16, 3, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2)]
            model = nn.Sequential(*body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))
        else:
            from course_lib.models import Session9Net

            model = Session9Net()
        self.model = model.to(place.device, memory_format=place.memory_format)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)

    def step(self, images: torch.Tensor, labels: torch.Tensor) -> None:
        """Do one step on a batch of uint8 images."""
        with self.place.autocast():
            logits = self.model(to_input(images, self.place.device))
        loss = nn.functional.cross_entropy(logits.float(), labels.to(self.place.device))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()

    def seconds(self, chunks: AugmentedChunks, steps: int) -> float:
        """Time ``steps`` steps on one batch that lies ready."""
        batch = torch.from_numpy(chunks.images[:BATCH]), torch.from_numpy(chunks.labels[:BATCH])
        self.step(*batch)
        self.finish()
        started = time.perf_counter()
        for _ in range(steps):
            self.step(*batch)
        self.finish()
        return time.perf_counter() - started

    def finish(self) -> None:
        """Wait for what a GPU still has to do."""
        if self.place.device.type == "cuda":
            torch.cuda.synchronize(self.place.device)


def measure(way: str, chunks: AugmentedChunks, epochs: int, workers: int, trainer: Trainer) -> Fed:
    """Measure one way, alone and under training, between two of the bare pipeline."""
    before = bare(chunks, workers)

    def feeder() -> Feeder:
        return make_feeder(way, chunks, BATCH, workers=workers, device=trainer.place.device,
                           last=epochs)  # fmt: skip

    started = time.perf_counter()
    with feeder() as fed:
        for epoch in range(1, epochs + 1):
            for _ in fed.epoch(epoch):
                pass
        trainer.finish()
        alone = Rate(epochs * len(chunks.labels), time.perf_counter() - started)
    with MemoryOf(trainer.place.device) as memory, feeder() as fed:
        started, first = time.perf_counter(), 0.0
        for epoch in range(1, epochs + 1):
            for images, labels in fed.epoch(epoch):
                trainer.step(images, labels)
            first = first or fed.waited
            memory.look()
        trainer.finish()
        seconds = time.perf_counter() - started
        waited = fed.waited
    both = before + bare(chunks, workers)
    used = 1 if way == "device" else workers
    return Fed(way, used, alone, both, seconds, waited, first, memory.most, memory.most_gpu)


def report(
    name: str, images: int, epochs: int, rounds: int, workers: int | None, device: str
) -> Iterator[str]:
    """Measure all ways; yield what to print: where it was measured, the table, its legend."""
    data: ImageData = cifar10() if name == "cifar10" else synthetic(train=images, test=10)
    workers = workers or usable_cores()
    place = choose(device)
    chunks = AugmentedChunks(
        data.train_images, data.train_labels, assignment_augmentation(data.mean), seed=0
    )
    trainer = Trainer(place)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    yield (
        f"{len(chunks.labels):,} images of the {data.name}, {epochs} epochs, batches of {BATCH}, "
        f"medians of {rounds} rounds; "
        f"{workers} workers on {usable_cores()} cores{load}; {place.description}, training "
        f"{type(trainer.model).__name__} of {sum(p.numel() for p in trainer.model.parameters()):,} "
        "parameters."
    )
    steps = epochs * (len(chunks.labels) // BATCH)
    yield table([
        Round(
            trainer.seconds(chunks, steps),
            [measure(way, chunks, epochs, workers, trainer) for way in WAYS],
        )
        for _ in range(rounds)
    ])  # fmt: skip
    yield LEGEND
