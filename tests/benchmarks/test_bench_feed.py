"""`bench feed`: what it counts, and that it measures all ways; no speed is asked for here."""

import cv2
import numpy as np
import pytest

from course_lib.__main__ import main
from course_lib.bench.feed_table import Fed, Round, table
from course_lib.bench.rates import Bare, Rate, all_cores, one_core
from course_lib.data.augmentation import assignment_augmentation
from course_lib.data.feeding import AugmentedChunks


def fed(way: str, rate: float, waited: float, workers: int = 2) -> Fed:
    bare = Bare(2, Rate(5000, 2), Rate(8000, 2))
    return Fed(way, workers, Rate(10_000, 10_000 / rate), bare, 9, waited, 1, 7, 0)


def test_the_ratios_are_to_one_core_times_their_number_to_all_at_once_and_to_the_loader():
    lines = [fed("loader", 2500, 3), fed("pool", 4750, 1), fed("device", 100_000, 0, 1)]
    header, one, both, loader, pool, device = table([Round(5.0, lines)]).splitlines()
    assert header.split()[:3] == ["images/s", "s/epoch", "of"]
    assert one.split()[:6] == ["one", "core,", "bare", "2,500", "20.0", "1.00"]
    assert both.split()[:7] == ["2", "at", "once,", "bare", "4,000", "12.5", "0.80"]
    assert loader.split()[3:8] == ["2,500", "20.0", "0.50", "0.62", "1.00"]
    assert pool.split()[3:8] == ["4,750", "10.5", "0.95", "1.19", "1.90"]
    assert pool.split()[8:13] == ["5.0", "9.0", "1.0", "1.0", "1.1"]  # 10,000 / 4,750 - 1 hidden
    assert device.split()[1:6] == ["100,000", "0.5", "40.00", "25.00", "40.00"]
    assert len({len(line) for line in (header, one, both, loader, pool, device)}) == 1


def test_of_several_rounds_the_middle_one_counts_and_its_own_ratios():
    rounds = [
        Round(1, [fed("loader", loader, 1), fed("pool", pool, 1)])
        for loader, pool in ((1000, 2000), (5000, 5500), (2500, 3000))
    ]
    pool = table(rounds).splitlines()[-1].split()
    assert pool[:2] == ["pool,", "2"]
    assert pool[3] == "3,000"
    assert pool[7] == "1.20", "the median of 2.00, 1.10 and 1.20"


@pytest.mark.parametrize(
    "measured", [one_core, lambda chunks, seconds: all_cores(chunks, 2, seconds)], ids=["1", "2"]
)
def test_the_bare_pipeline_is_measured_on_one_core_and_on_all(measured):
    images = np.zeros((300, 32, 32, 3), np.uint8)
    chunks = AugmentedChunks(
        images, np.zeros(300, np.int64), assignment_augmentation((0.5,) * 3), 0
    )
    blurred = cv2.GaussianBlur(np.zeros((2000, 2000), np.uint8), (31, 31), 0)  # wakes its threads
    assert not blurred.any()
    rate = measured(chunks, seconds=0.2)
    assert rate.images % 128 == 0
    assert rate.seconds >= 0.2
    assert 50 < rate.per_second < 200_000, "generous: a core of 2025 does 3,000 to 6,000"


@pytest.mark.slow
def test_the_command_measures_every_way_on_the_cpu(capsys):
    options = "--images 400 --epochs 2 --rounds 2 --workers 1 --device cpu"
    assert main(["bench", "feed", *options.split()]) == 0
    out = capsys.readouterr().out
    assert "400 images of the synthetic set, 2 epochs, batches of 128, medians of 2 rounds" in out
    for way in ("one core, bare", "1 at once, bare", "loader, 1 x", "pool, 1 x", "device "):
        assert f"\n{way}" in out


def test_impossible_numbers_are_refused_in_words(capsys):
    assert main(["bench", "feed", "--workers", "0"]) == 2
    assert "--workers is at least 1, got 0" in capsys.readouterr().err
