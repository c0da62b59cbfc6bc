"""`bench feed`: what it counts, and that it measures all ways; no speed is asked for here."""

import numpy as np
import pytest

from course_lib.__main__ import main
from course_lib.bench.feed import Fed, Rate, one_core, table
from course_lib.data.augmentation import assignment_augmentation
from course_lib.data.feeding import AugmentedChunks


def fed(way: str, rate: float, waited: float, workers: int = 2) -> Fed:
    return Fed(way, workers, Rate(10_000, 10_000 / rate, 4), Rate(5000, 2, 2), 9, waited, 1, 7, 0)


def test_the_ratios_are_to_all_cores_to_the_cpu_time_and_to_the_loader():
    lines = [fed("loader", 2500, 3), fed("pool", 4750, 1), fed("device", 100_000, 0, 1)]
    header, bare, loader, pool, device = table(lines, 5.0).splitlines()
    assert header.split()[:3] == ["images/s", "s/epoch", "of"]
    assert bare.split()[:5] == ["one", "core,", "bare", "2,500", "20.0"]
    assert loader.split()[3:8] == ["2,500", "20.0", "0.50", "1.00", "1.00"]
    assert pool.split()[3:8] == ["4,750", "10.5", "0.95", "1.00", "1.90"]
    assert pool.split()[8:13] == ["5.0", "9.0", "1.0", "1.0", "1.1"]  # 10,000 / 4,750 - 1 hidden
    assert device.split()[1:6] == ["100,000", "0.5", "40.00", "1.00", "40.00"]
    assert len({len(line) for line in (header, bare, loader, pool, device)}) == 1


def test_one_core_is_measured_on_the_bare_pipeline():
    images = np.zeros((300, 32, 32, 3), np.uint8)
    chunks = AugmentedChunks(
        images, np.zeros(300, np.int64), assignment_augmentation((0.5,) * 3), 0
    )
    rate = one_core(chunks, seconds=0.2)
    assert rate.images % 128 == 0
    assert rate.seconds >= 0.2
    assert 100 < rate.by_cpu < 100_000, "generous: a core of 2025 does 3,000 to 6,000"


@pytest.mark.slow
def test_the_command_measures_every_way_on_the_cpu(capsys):
    options = ["--images", "400", "--epochs", "2", "--workers", "1", "--device", "cpu"]
    assert main(["bench", "feed", *options]) == 0
    out = capsys.readouterr().out
    assert "400 images of the synthetic set, 2 epochs, batches of 128; 1 workers on" in out
    for way in ("one core, bare", "loader, 1 x", "pool, 1 x", "device "):
        assert f"\n{way}" in out


def test_impossible_numbers_are_refused_in_words(capsys):
    assert main(["bench", "feed", "--workers", "0"]) == 2
    assert "--workers is at least 1, got 0" in capsys.readouterr().err
