"""Mixed images and labels are those of torchvision, and shares are those of the pixels."""

import numpy as np
import pytest
import torch
from torch.nn.functional import one_hot
from torchvision.transforms import v2

from course_lib.data import image_mixing as mixing
from course_lib.data.image_mixing import Box

N, C, H, W, K = 5, 3, 12, 20, 7
BEFORE = torch.arange(N).roll(1)  # torchvision's partner: the image before


def batch(seed=0):
    """Images whose every pixel tells the image that it comes from, and labels without order."""
    random = np.random.default_rng(seed)
    images = torch.arange(N).float()[:, None, None, None].expand(N, C, H, W) / N
    images = images + torch.from_numpy(random.random((1, 1, H, W))).float() / (2 * N)
    return images, one_hot(torch.tensor([3, 0, 6, 2, 5]), K).float()


def source(images):
    """Which image of the batch each pixel comes from, (N, H, W)."""
    return (images[:, 0] * N).floor().long()


def torchvision(transform, **parameters):
    """The transform of torchvision with these parameters instead of drawn ones."""
    transform.make_params = lambda flat_inputs: parameters
    return transform(*batch())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.85, 1.0])
def test_mixup_is_that_of_torchvision_for_the_same_share(share):
    theirs = torchvision(v2.MixUp(num_classes=K), lam=share)
    for one, other in zip(mixing.blend(*batch(), share, BEFORE), theirs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("box", [Box(2, 9, 5, 18), Box(0, 12, 0, 20), Box(4, 4, 3, 9)])
def test_cutmix_is_that_of_torchvision_for_the_same_box(box):
    corners = (box.left, box.top, box.right, box.bottom)
    theirs = torchvision(v2.CutMix(num_classes=K), box=corners, lam_adjusted=1 - box.area / (H * W))
    for one, other in zip(mixing.paste(*batch(), box, BEFORE), theirs, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("method", [mixing.cutmix, mixing.ricap])
def test_the_label_says_which_share_of_the_pixels_is_whose(method):
    images, labels = batch()
    seen = set()
    for seed in range(40):
        mixed, shares = method(images, labels, np.random.default_rng(seed))
        counted = one_hot(source(mixed), N).float().mean(dim=(1, 2))  # (N, N)
        torch.testing.assert_close(shares, counted @ labels, msg=f"seed {seed}")
        torch.testing.assert_close(shares.sum(1), torch.ones(N))
        seen.update((shares[0] > 0).sum().item() for _ in [0])
    assert len(seen) > 1, "both mixed and unmixed labels occur"


@pytest.mark.parametrize("method", [mixing.mixup, mixing.cutmix, mixing.ricap])
def test_the_same_generator_gives_the_same_batch_and_another_one_another(method):
    one, same, other = (method(*batch(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one[0], same[0])
    assert torch.equal(one[1], same[1])
    assert not torch.equal(one[0], other[0])


@pytest.mark.parametrize(
    "method", [mixing.mixup, mixing.cutmix, mixing.ricap, mixing.sample_pairing]
)
def test_what_is_passed_in_stays_as_it_was(method):
    images, labels = batch()
    before = images.clone(), labels.clone()
    method(images, labels, np.random.default_rng(0))
    assert torch.equal(images, before[0])
    assert torch.equal(labels, before[1])


def test_mixup_shares_follow_the_beta_distribution():
    images, labels = torch.tensor([0.0, 1]).reshape(2, 1, 1, 1), torch.eye(2)
    for alpha in (0.2, 1.0, 4.0):
        random = np.random.default_rng(0)
        drawn = [mixing.mixup(images, labels, random, alpha)[1][0, 0].item() for _ in range(4000)]
        mixed = [share for share in drawn if share < 1]  # a partner of its own keeps its label
        assert np.mean(mixed) == pytest.approx(0.5, abs=0.03)
        assert np.var(mixed) == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.1), alpha


def test_sample_pairing_keeps_the_first_label():
    images, labels = batch()
    mixed, kept = mixing.sample_pairing(images, labels, np.random.default_rng(3))
    assert kept is labels
    partner = torch.from_numpy(np.random.default_rng(3).permutation(N))
    torch.testing.assert_close(mixed, (images + images[partner]) / 2)


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_a_box_lies_within_the_image_and_is_cut_off_at_its_border(share):
    random = np.random.default_rng(0)
    boxes = [mixing.draw_box((H, W), share, random) for _ in range(300)]
    assert all(0 <= b.top <= b.bottom <= H and 0 <= b.left <= b.right <= W for b in boxes)
    areas = {box.area for box in boxes}
    assert len(areas) > 1, "cut off at the border"
    assert max(areas) <= H * W * share + H + W


def test_pieces_of_ricap_stand_where_they_are_told_to_and_start_where_they_are_told_to():
    images = torch.arange(4 * H * W).float().reshape(4, 1, H, W)
    partners = torch.stack([torch.full((4,), number) for number in range(4)])
    starts = np.array([[1, 2], [3, 4], [0, 9], [5, 1]])
    mixed, shares = mixing.patch(images, torch.eye(4), (5, 8), partners, starts)
    for (rows, columns), image, (top, left) in zip(
        [((0, 5), (0, 8)), ((0, 5), (8, W)), ((5, H), (0, 8)), ((5, H), (8, W))], images, starts,
        strict=True,
    ):  # fmt: skip
        found = mixed[2, 0, slice(*rows), slice(*columns)]
        high, wide = found.shape
        assert torch.equal(found, image[0, top : top + high, left : left + wide])
    torch.testing.assert_close(shares[0] * H * W, torch.tensor([40.0, 60, 56, 84]))


def test_a_mosaic_holds_four_images_and_every_pixel_keeps_its_class():
    images, _ = batch()
    maps = torch.arange(N)[:, None, None].expand(N, H, W)
    for seed in range(20):
        mixed, classes = mixing.mosaic(images, maps, np.random.default_rng(seed))
        assert mixed.shape == images.shape
        assert torch.equal(source(mixed), classes), seed
        corners = classes[:, [0, 0, -1, -1], [0, -1, 0, -1]]
        assert len(corners.unique()) == N


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (torch.zeros(2, 3, 4, 4), torch.tensor([0, 1]), "one_hot"),
        (torch.zeros(2, 3, 4, 4), torch.zeros(3, 5), "expected"),
        (torch.zeros(2, 3, 4, 4, dtype=torch.uint8), torch.zeros(2, 5), "images / 255"),
        (torch.zeros(2, 3, 4, 4), torch.zeros(2, 5, dtype=torch.long), "labels.float"),
    ],
)
def test_what_cannot_be_mixed_is_refused_in_words(images, labels, words):
    with pytest.raises(ValueError, match=words):
        mixing.mixup(images, labels, np.random.default_rng(0))
