"""The pool: the loader's images to the last bit, and nothing left behind however it ends."""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import albumentations as A
import numpy as np
import pytest
import torch

from course_lib.data.augmentation import CHUNK, assignment_augmentation
from course_lib.data.feeding import AugmentedChunks, LoaderFeeder, PoolFeeder, usable_cores

COUNT = 3 * CHUNK + 40
METHODS = [m for m in ("fork", "spawn") if m in multiprocessing.get_all_start_methods()]
PATIENCE = 200  # seconds that a busy machine may take for what takes one


def dataset(transform: A.Compose | None = None, seed: int = 0) -> AugmentedChunks:
    random = np.random.default_rng(7)
    images = random.integers(0, 256, (COUNT, 32, 32, 3), dtype=np.uint8)
    transform = transform or assignment_augmentation((0.5, 0.5, 0.5))
    return AugmentedChunks(images, np.arange(COUNT), transform, seed)


def one_epoch(feeder, epoch: int) -> tuple[torch.Tensor, torch.Tensor]:
    batches = list(feeder.epoch(epoch))
    return torch.cat([images for images, _ in batches]), torch.cat([names for _, names in batches])


def pool(chunks: AugmentedChunks | None = None, method: str = METHODS[0], **options) -> PoolFeeder:
    options = {"batch_size": 50, "workers": 2, **options}
    return PoolFeeder(chunks or dataset(), context=multiprocessing.get_context(method), **options)


def shared_bytes() -> int:
    """How much memory this process has that it could share with the workers of a pool."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    ranges = [line.split()[0].split("-") for line in lines if "/pym-" in line]
    return sum(int(end, 16) - int(start, 16) for start, end in ranges)


def wait_until(true) -> bool:
    until = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


@pytest.mark.parametrize(
    "method", ["fork", pytest.param("spawn", marks=pytest.mark.slow)][: len(METHODS)]
)
def test_the_pool_gives_the_loaders_images_bit_for_bit(method):
    loader = LoaderFeeder(dataset(seed=5), 50)
    with pool(dataset(seed=5), method, last=4) as feeder:
        for epoch in (1, 2, 4):  # one after the other, then a jump
            pairs = zip(one_epoch(feeder, epoch), one_epoch(loader, epoch), strict=True)
            assert all(torch.equal(ours, theirs) for ours, theirs in pairs)


def test_an_epoch_that_was_left_in_the_middle_begins_anew():
    loader = LoaderFeeder(dataset(), 50)
    with pool(workers=1) as feeder:
        next(feeder.epoch(1))
        assert torch.equal(one_epoch(feeder, 1)[0], one_epoch(loader, 1)[0])


def test_images_that_were_handed_out_stay_as_they_are():
    with pool(last=2) as feeder:
        first = [(images, images.clone()) for images, _ in feeder.pieces(1)]
        one_epoch(feeder, 2)  # every slot is filled anew
    assert all(torch.equal(images, kept) for images, kept in first)


def test_the_next_epoch_is_prepared_while_this_one_trains():
    with pool(batch_size=COUNT, workers=1, last=2) as feeder:
        one_epoch(feeder, 1)
        crew = feeder._crew
        assert wait_until(lambda: crew._job.taken.value == 2 * len(feeder.chunks))
        time.sleep(0.2)  # for the last chunk, which is being augmented
        waited = feeder.waited
        one_epoch(feeder, 2)
        assert feeder.waited - waited < waited
        assert crew._job.taken.value == 2 * len(feeder.chunks), "nothing beyond the last epoch"


# What is left behind: nothing


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="Linux tells what is shared")
def test_processes_and_memory_are_released_at_the_end_and_after_an_error():
    large = np.zeros((3000, 32, 32, 3), np.uint8)  # pieces under 4 MB are kept for the next pool
    chunks = AugmentedChunks(large, np.zeros(3000, np.int64), None, 0)
    before = shared_bytes()
    with pool(chunks) as feeder:
        batches = feeder.epoch(1)
        next(batches)
        assert len(multiprocessing.active_children()) == 2
        assert shared_bytes() >= before + 2 * large.nbytes
        assert not list(Path("/dev/shm").glob(f"pym-{os.getpid()}-*")), "it has no name"
    assert multiprocessing.active_children() == []
    del batches
    gc.collect()
    assert shared_bytes() <= before + 4 * 2**20
    with pytest.raises(ZeroDivisionError), pool() as feeder:
        next(feeder.epoch(1))[0].numel() // 0
    assert multiprocessing.active_children() == []


def test_a_feeder_that_is_forgotten_ends_its_processes():
    feeder = pool()
    next(feeder.epoch(1))
    assert len(multiprocessing.active_children()) == 2
    del feeder
    gc.collect()
    assert multiprocessing.active_children() == []


CHILD = """
import signal, sys, time
sys.path.insert(0, {tests!r})
import test_feeding_pool as t
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the shell may have us ignore it
    feeder = t.pool(method={method!r})
    for epoch in range(1, 10**6):
        for _ in feeder.epoch(epoch):
            print(*[p.pid for p in t.multiprocessing.active_children()], flush=True)
            time.sleep(0.1)
"""


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked for its exit code has, too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux about processes")
@pytest.mark.parametrize(
    ("how", "method"),
    [("SIGKILL", "fork"), ("SIGINT", "fork"),
     pytest.param("SIGKILL", "spawn", marks=pytest.mark.slow),
     pytest.param("SIGINT", "spawn", marks=pytest.mark.slow)],
)  # fmt: skip
def test_workers_go_when_their_parent_is_killed_or_interrupted(how, method, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(CHILD.format(tests=os.path.dirname(__file__), method=method))
    child = subprocess.Popen([sys.executable, str(script)], text=True, start_new_session=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    workers = [int(pid) for pid in child.stdout.readline().split()]
    assert len(workers) == 2, child.stderr.read()
    if how == "SIGINT":  # Ctrl-C, and the button of a notebook, reach every process of the group
        os.killpg(child.pid, signal.SIGINT)
    else:
        child.kill()
    _, complaints = child.communicate(timeout=PATIENCE)
    assert wait_until(lambda: all(map(gone, workers)))
    assert complaints.count("Traceback") == (how == "SIGINT"), complaints  # the parent's own


# What goes wrong is said


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_worker_that_is_killed_is_noticed_and_the_others_end():
    with pool() as feeder:
        batches = chain.from_iterable(feeder.epoch(epoch) for epoch in range(1, 100))
        next(batches)
        os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)
        with pytest.raises(ChildProcessError, match=r"was ended by signal 9, often because memory"):
            list(batches)
        assert multiprocessing.active_children() == []
        assert len(one_epoch(feeder, 1)[1]) == COUNT - COUNT % 50, "it can be asked again"


def hostile(image: np.ndarray, **_: object) -> np.ndarray:
    raise ArithmeticError("not today")


def deadly(image: np.ndarray, **_: object) -> np.ndarray:
    sys.exit(3)


def test_an_augmentation_that_raises_or_exits_gives_a_sentence():
    for act, sentence in (
        (hostile, "augmenting images raised ArithmeticError: not today"),
        (deadly, "ended with exit code 3, what it wrote stands above"),
    ):
        chunks = dataset(A.Compose([A.Lambda(image=act, p=1)]))
        with pool(chunks) as feeder, pytest.raises(ChildProcessError, match=sentence):
            one_epoch(feeder, 1)
        assert multiprocessing.active_children() == []


def test_an_augmentation_that_cannot_travel_to_a_new_process_is_refused_in_words():
    if "spawn" not in METHODS:
        pytest.skip("this system cannot spawn")
    chunks = dataset(A.Compose([A.Lambda(image=lambda image, **_: image, p=1)]))
    with (
        pool(chunks, "spawn") as feeder,
        pytest.raises(ValueError, match="cannot be sent to a process that is started anew"),
    ):
        one_epoch(feeder, 1)
    assert multiprocessing.active_children() == []


def test_a_pool_without_workers_is_refused_and_by_default_there_is_one_a_core():
    with pytest.raises(ValueError, match="'pool' was given 0 workers; it needs 1 or more"):
        pool(workers=0)
    assert pool(workers=None).workers == usable_cores() >= 1
