"""The gallery has a picture for each method of the survey, and published figures are complete."""

import numpy as np
import torch

from course_lib.data import published
from course_lib.data.survey import SIDE, between_class, survey

METHODS = (
    "SamplePairing", "Mixup", "BC learning", "CutMix", "Mosaic", "AugMix", "PuzzleMix", "Co-Mixup",
    "SuperMix", "GridMix", "Cut, Paste and Learn", "Scale and Blend", "Context DA",
    "Simple Copy-Paste", "Continuous Copy-Paste",
)  # fmt: skip


def test_every_method_has_a_picture_of_its_own_for_any_scenes():
    for seed in range(6):
        made = survey(np.random.default_rng(seed))
        assert set(made) == {"one of the images", *METHODS}
        for name, picture in made.items():
            assert picture.shape == (SIDE, SIDE, 3), name
            assert picture.min() >= 0, name
            assert picture.max() <= 1, name
        others = [one.tobytes() for name, one in made.items()]
        assert len(set(others)) == len(others), seed


def test_the_same_seed_gives_the_same_gallery():
    one, same = (survey(np.random.default_rng(3)) for _ in range(2))
    assert all((one[name] == same[name]).all() for name in one)


def test_waves_keep_their_volume_and_the_ends_are_the_images_themselves():
    torch.manual_seed(0)
    quiet, loud = 0.1 * torch.randn(3, 40, 40), 0.5 * torch.randn(3, 40, 40)
    torch.testing.assert_close(between_class(quiet, loud, 1.0), quiet)
    equal = between_class(loud, torch.randn(3, 40, 40) * 0.5, 0.5)
    assert abs(float(equal.std()) - 0.5) < 0.02, "a plain mean would be quieter"
    half = between_class(quiet, loud, 0.5) - quiet.mean()
    parts = [float((half * one).mean() / one.std()) for one in (quiet, loud)]
    assert 0.7 < parts[0] / parts[1] < 1.4, "each is heard as loud as the other"


def test_published_rates_are_complete_and_errors_are_those_of_papers():
    assert len(published.THROUGHPUT) == 21
    assert all(len(rates) == len(published.LIBRARIES) for rates in published.THROUGHPUT.values())
    assert published.THROUGHPUT["ShiftScaleRotate"][:2] == (669, 425)
    assert published.CUTOUT["ResNet18"]["C10+"] == (4.72, 3.99)
    assert published.CUTOUT["WideResNet"]["SVHN"] == (1.60, 1.30)
    assert published.RICAP["RICAP, beta = 0.3"] == (2.85, 17.22)
