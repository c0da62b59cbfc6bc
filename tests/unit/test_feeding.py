"""The same images reach the network whatever the workers, the batches, or a resume."""

import multiprocessing
import os
import time

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, Dataset

from course_lib.__main__ import FEEDS
from course_lib.data.augmentation import CHUNK, assignment_augmentation
from course_lib.data.feeding import (
    WAYS,
    AugmentedChunks,
    Feeder,
    LoaderFeeder,
    make_feeder,
    to_input,
)

COUNT = 3 * CHUNK + 40


def dataset(seed: int = 0, augmented: bool = True) -> AugmentedChunks:
    random = np.random.default_rng(7)
    images = random.integers(0, 256, (COUNT, 32, 32, 3), dtype=np.uint8)
    transform = assignment_augmentation((0.5, 0.5, 0.5)) if augmented else None
    return AugmentedChunks(images, np.arange(COUNT), transform, seed)


def one_epoch(feeder: Feeder, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    batches = list(feeder.epoch(epoch))
    return torch.cat([images for images, _ in batches]), torch.cat([names for _, names in batches])


def test_workers_change_nothing():
    alone, helped = LoaderFeeder(dataset(), 64), LoaderFeeder(dataset(), 64, workers=2)
    for epoch in (1, 2, 5):
        for mine, theirs in zip(one_epoch(alone, epoch), one_epoch(helped, epoch), strict=True):
            torch.testing.assert_close(mine, theirs, rtol=0, atol=0)


def test_a_spawned_worker_draws_what_a_forked_one_does():
    methods = [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()]
    if len(methods) < 2:
        pytest.skip("this system cannot fork")
    drawn = []
    for method in methods:
        loader = DataLoader(dataset(), batch_size=None, sampler=[(3, 0), (3, 1)], num_workers=1,
                            multiprocessing_context=method)  # fmt: skip
        drawn.append(torch.cat([images for images, _ in loader]))
    torch.testing.assert_close(drawn[0], drawn[1], rtol=0, atol=0)


class Naive(Dataset):
    """What everyone writes first: the transform draws from a generator of its own."""

    def __init__(self) -> None:
        self.transform = assignment_augmentation((0.5, 0.5, 0.5))
        self.image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)

    def __len__(self) -> int:
        return 8

    def __getitem__(self, _index: int) -> np.ndarray:
        return self.transform(image=self.image)["image"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_the_trap_is_real_forked_workers_repeat_each_other_and_every_epoch():
    loader = DataLoader(Naive(), batch_size=4, num_workers=2, multiprocessing_context="fork")
    drawn = [batch for _epoch in range(2) for batch in loader]
    assert all(torch.equal(batch, drawn[0]) for batch in drawn)


def test_two_epochs_and_two_chunks_are_augmented_differently():
    chunks = dataset()
    twin = AugmentedChunks(np.tile(chunks.images[:1], (COUNT, 1, 1, 1)), chunks.labels,
                           chunks.transform, 0)  # fmt: skip
    seen = [twin[epoch, chunk][0] for epoch in (1, 2) for chunk in (0, 1)]
    for first in range(len(seen)):
        for second in range(first):
            assert (seen[first] != seen[second]).any()


@pytest.mark.parametrize("batch_size", [1, 50, 128, 200, 424])
def test_any_batch_size_gives_the_same_stream(batch_size):
    images, names = one_epoch(LoaderFeeder(dataset(), batch_size), 1)
    all_images, all_names = one_epoch(LoaderFeeder(dataset(), 1), 1)
    kept = COUNT - COUNT % batch_size
    assert len(names) == kept
    assert torch.equal(names, all_names[:kept])
    assert torch.equal(images, all_images[:kept])


@pytest.mark.parametrize("batch_size", [50, 128, 200])
def test_batches_are_put_together_without_torchs_threads_which_would_spin(monkeypatch, batch_size):
    def threaded(*_arguments: object) -> None:
        pytest.fail("torch.cat wakes its threads, and they take the cores of the workers")

    with LoaderFeeder(dataset(), batch_size) as feeder, monkeypatch.context() as patch:
        patch.setattr(torch, "cat", threaded)
        assert len(list(feeder.epoch(1))) == COUNT // batch_size


def test_every_image_comes_once_an_epoch_in_a_new_order():
    feeder = LoaderFeeder(dataset(augmented=False), 1)
    orders = [one_epoch(feeder, epoch)[1] for epoch in (1, 2)]
    for order in orders:
        assert sorted(order.tolist()) == list(range(COUNT))
    assert (orders[0] != orders[1]).any()


def test_an_image_keeps_its_label():
    chunks = dataset(augmented=False)
    images, names = one_epoch(LoaderFeeder(chunks, 32), 4)
    np.testing.assert_array_equal(images.numpy(), chunks.images[names.numpy()])


@pytest.mark.parametrize("way", WAYS)
def test_a_batch_larger_than_the_data_is_refused_in_words(way):
    with pytest.raises(ValueError, match=f"batch_size is 1000; expected 1 to {COUNT}"):
        make_feeder(way, dataset(), 1000)


def test_another_way_is_refused_and_the_command_line_offers_all_there_are():
    with pytest.raises(ValueError, match="feed is 'disk'; expected one of loader, pool, device"):
        make_feeder("disk", dataset(), 10)
    assert FEEDS == WAYS


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_every_image_once_with_its_label_in_the_same_order(way):
    chunks = dataset(augmented=False)
    with make_feeder(way, chunks, 50, workers=1, last=3) as feeder:
        images, names = one_epoch(feeder, 3)
    with make_feeder("loader", chunks, 50) as feeder:
        expected = one_epoch(feeder, 3)[1]
    assert feeder.steps == COUNT // 50
    assert torch.equal(names, expected)
    assert len(set(names.tolist())) == len(names)
    np.testing.assert_array_equal(images.numpy(), chunks.images[names.numpy()])


class Slow(Feeder):
    """A feeder whose images take their time."""

    way = "slow"

    def pieces(self, epoch):
        for chunk in range(len(self.chunks)):
            time.sleep(0.05)
            yield self.chunks[epoch, chunk]


def test_waiting_is_counted_where_training_stands_still_and_not_where_it_works():
    feeder = Slow(dataset(augmented=False), 128)
    for _ in feeder.epoch(1):
        time.sleep(0.1)
    assert 0.2 <= feeder.waited < 0.3 + 0.1, "four chunks, three steps of work"


@pytest.mark.parametrize("workers", [0, 2])
def test_a_loader_that_is_closed_in_mid_epoch_leaves_no_process(workers):
    feeder = LoaderFeeder(dataset(), 64, workers)
    batches = feeder.epoch(1)
    next(batches)
    assert len(multiprocessing.active_children()) == workers
    feeder.close()
    assert multiprocessing.active_children() == []
    with pytest.raises(ValueError, match="the feeder is closed"):
        next(feeder.epoch(2))


def test_the_device_gets_channels_first_in_0_to_1():
    x = to_input(torch.tensor([[[[0, 51, 255]]]], dtype=torch.uint8), torch.device("cpu"))
    assert x.shape == (1, 3, 1, 1)
    torch.testing.assert_close(x.flatten(), torch.tensor([0, 0.2, 1.0]))
