"""What lesson 09's checks expect, held against torchvision, albumentations and torch."""

import copy
import warnings

import albumentations as A
import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torchvision.transforms import v2

from course_lib.data import image_mixing as mixing
from course_lib.exercises import augmentation as check


def test_mixup_is_that_of_torchvision():
    def theirs(images, labels, share, partner):
        mix = v2.MixUp()
        mix.make_params = lambda inputs: {"lam": share}
        # torchvision mixes with the image before; bring each partner there, a pair at a time
        pairs = [mix(images[[j, i]], labels[[j, i]]) for i, j in enumerate(partner.tolist())]
        return torch.stack([x[1] for x, _ in pairs]), torch.stack([y[1] for _, y in pairs])

    result = check.mixup(theirs)
    assert result.outcome == "right", result


def test_cutmix_is_that_of_the_course_which_is_that_of_torchvision():
    def ours(images, labels, centre, sides, partner):
        (height, width), ends = images.shape[2:], []
        for middle, side, length in zip(centre, sides, (height, width), strict=True):
            ends += [max(middle - side // 2, 0), min(middle - side // 2 + side, length)]
        return mixing.paste(images, labels, mixing.Box(*ends), partner)

    result = check.cutmix(ours)
    assert result.outcome == "right", result


@pytest.mark.parametrize("one", [check.mixup, check.cutmix], ids=lambda one: one.name)
def test_the_batches_hide_nothing(one):
    for case, (images, labels, *_, partner) in one.inputs.items():
        height, width = images.shape[2:]
        assert height != width, case
        assert len(images) != labels.shape[1], "or an axis could be taken for the other"
        assert not torch.equal(partner, partner.argsort()), "its inverse must be another order"


def test_some_boxes_are_cut_off_and_none_is_square():
    whole = []
    for images, _, centre, sides, _ in check.cutmix.inputs.values():
        ends = zip(centre, sides, images.shape[2:], strict=True)
        whole.append(all(m - s // 2 >= 0 and m - s // 2 + s <= n for m, s, n in ends))
        assert sides[0] != sides[1]
    assert True in whole
    assert whole.count(False) >= 2


def test_a_hole_within_the_image_is_that_of_albumentations():
    image, centre, size, mean = check.cutout.inputs["a hole within the image"]
    fill = [round(255 * one) for one in mean]
    hole = A.Erasing(p=1, fill=fill)
    top, left = (middle - size // 2 for middle in centre)
    box = np.array([[left, top, left + size, top + size]])
    theirs = hole.apply(image, holes=box, seed=0)
    np.testing.assert_array_equal(check.cutout.expected[0], theirs)


def test_ricap_shares_are_those_of_the_pixels():
    labels = torch.eye(4)
    partners = torch.stack([torch.full((4,), number) for number in range(4)])
    _, shares = mixing.patch(
        torch.zeros(4, 1, 20, 32), labels, (5, 24), partners, np.zeros((4, 2), int)
    )
    assert check.ricap_shares.solution == pytest.approx(shares[0].tolist())
    assert sum(check.ricap_shares.solution) == pytest.approx(1)


def test_smoothed_labels_give_the_loss_that_torch_smooths_itself():
    for (labels, epsilon), smooth in zip(
        check.smoothed.inputs.values(), check.smoothed.expected, strict=True
    ):
        scores = torch.randn(labels.shape, generator=torch.Generator().manual_seed(0))
        inside = F.cross_entropy(scores, labels, label_smoothing=epsilon)
        torch.testing.assert_close(F.cross_entropy(scores, smooth), inside)


def test_workers_that_are_copied_draw_the_same():
    parent = A.Compose([A.CoarseDropout(p=1), A.Affine(rotate=30, p=1)])
    image = np.random.default_rng(0).integers(256, size=(32, 32, 3), dtype=np.uint8)
    drawn = {copy.deepcopy(parent)(image=image)["image"].tobytes() for _ in range(6)}
    assert len(drawn) == check.worker_draws.solution == 1


def test_each_fault_of_the_pipeline_is_one():
    image = np.random.default_rng(0).integers(256, size=(32, 32, 3), dtype=np.uint8)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        line_4 = A.CoarseDropout(max_holes=1, max_height=8, max_width=8, p=0.5)
    assert "max_holes" in str(told[0].message)
    assert line_4.hole_height_range != (8, 8)
    normal = A.Normalize((0.49, 0.48, 0.45), (0.25, 0.24, 0.26))(image=image)["image"]
    hole = {"hole_height_range": (16, 16), "hole_width_range": (16, 16)}
    line_6 = A.CoarseDropout(**hole, fill=(125, 123, 114), p=1)(image=normal)["image"]
    assert line_6.max() > 20 * np.abs(normal).max()


@pytest.mark.parametrize("answer", [{4, 6}, [4, 6, 8, 8], {1}, {4, 6, 8, 9, 2}])
def test_faults_that_are_not_all_are_counted(answer):
    result = check.pipeline_faults(answer)
    assert result.outcome == "wrong"
    assert "of the faults" in str(result)


def test_a_box_that_is_cut_off_along_one_axis_only_is_refused():
    def cut_off(axis):
        def mix(images, labels, centre, sides, partner):
            starts = [middle - side // 2 for middle, side in zip(centre, sides, strict=True)]
            ends = [start + side for start, side in zip(starts, sides, strict=True)]
            starts[axis] = max(starts[axis], 0)
            rows, columns = (slice(*pair) for pair in zip(starts, ends, strict=True))
            mixed = images.clone()
            mixed[:, :, rows, columns] = images[partner][:, :, rows, columns]
            share = mixed[0, 0, rows, columns].numel() / mixed[0, 0].numel()
            return mixed, (1 - share) * labels + share * labels[partner]

        return mix

    for axis in range(2):
        assert check.cutmix(cut_off(axis)).outcome == "wrong", axis


def test_half_of_each_label_is_not_taken_for_another_mistake():
    def half(images, labels, *more):
        mixed, _ = check.cutmix.reference(images, labels, *more)
        return mixed, (labels + labels[more[-1]]) / 2

    assert "share of the side" not in str(check.cutmix(half))


@pytest.mark.parametrize("answer", [{"4", "6"}, [[4], [6]], {0, 4}])
def test_what_is_no_line_is_told_and_not_counted(answer):
    result = check.pipeline_faults(answer)
    assert result.outcome == "wrong"
    assert "from 1 to 9" in str(result)


@pytest.mark.parametrize("missing", [4, 6, 8, 9])
def test_the_fault_that_is_missing_is_hinted_at_and_not_named(missing):
    said = " ".join(str(check.pipeline_faults({4, 6, 8, 9} - {missing})).split())
    assert "One is missing" in said
    assert f"line {missing}" not in said.lower()


def test_a_list_of_the_faults_is_as_good_as_a_set():
    assert check.pipeline_faults([9, 8, 6, 4]).outcome == "right"


def test_samples_made_with_stack_and_squeeze_are_right_too():
    def other_style(image, transform):
        return torch.stack([transform(image.unsqueeze(0)).squeeze(0) for _ in range(5)])

    assert check.five_samples(other_style).outcome == "right"


def test_a_transform_that_gets_no_channel_axis_says_so():
    result = check.five_samples(lambda image, transform: torch.stack([transform(image)] * 5))
    assert result.outcome == "raised"
    assert "channel axis" in " ".join(str(result).split())
