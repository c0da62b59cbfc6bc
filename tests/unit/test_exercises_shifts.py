"""What the checks of the shifted trouser expect, held against torch and torchvision."""

import torch
from torch import nn
from torchvision.transforms.v2 import functional as V

from course_lib.exercises import shifts as check


def test_torchvisions_translation_is_right():
    def by_torchvision(images, dx):
        return V.affine(images, angle=0, translate=[dx, 0], scale=1, shear=[0, 0], fill=0)

    assert check.shift(by_torchvision).outcome == "right"


def test_two_slices_with_a_case_for_each_direction_are_right_too():
    def by_cases(images, dx):
        out = torch.zeros_like(images)
        if dx > 0:
            out[..., dx:] = images[..., :-dx]
        elif dx < 0:
            out[..., :dx] = images[..., -dx:]
        else:
            out = images.clone()
        return out

    assert check.shift(by_cases).outcome == "right"


def test_the_inputs_hide_no_direction_no_axis_and_no_wrap():
    moves = {dx for _, dx in check.shift.inputs.values()}
    assert min(moves) < 0 < max(moves)
    assert 0 in moves
    for images, _ in check.shift.inputs.values():
        assert images.shape[2] != images.shape[3]
        assert (images > 0).all(), "what wraps, or comes in, is seen"


def test_a_shift_in_place_is_told():
    def in_place(images, dx):
        moved = check.shift.reference(images, dx)
        images.copy_(moved)
        return moved

    result = check.shift(in_place)
    assert result.outcome == "wrong"
    assert "changed `images` in place" in result.sentence


def test_the_flatten_with_these_weights_says_what_gap_says():
    torch.manual_seed(2)
    maps = torch.randn(6, 4, 3, 5)
    gap = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 7))
    flat = nn.Sequential(nn.Flatten(), nn.Linear(4 * 15, 7))
    weight = check.as_flatten.reference(gap[-1].weight.data, 15)
    flat[-1].load_state_dict({"weight": weight, "bias": gap[-1].bias.data})
    torch.testing.assert_close(flat(maps), gap(maps))


def test_another_word_than_the_two_is_a_slip_and_no_prediction():
    said = {"MLP": "Falls", "flatten": "falls", "GAP": "holds"}
    result = check.who_falls(said, "sure")
    assert result.outcome == "not attempted"
    assert "`MLP` is 'Falls'" in " ".join(str(result).split())


def test_slices_that_are_right_for_one_direction_only_are_explained():
    def to_the_right(images, dx):
        out = torch.zeros_like(images)
        out[..., dx:] = images[..., :-dx]
        return out

    assert "counts from the end" in " ".join(str(check.shift(to_the_right)).split())


def test_the_flatten_falls_and_gap_holds():
    assert check.who_falls.solution == {"MLP": "falls", "flatten": "falls", "GAP": "holds"}
