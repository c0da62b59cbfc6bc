"""The synthetic set: the same bytes everywhere, beyond a linear model, learnt by a small CNN."""

import hashlib

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_lib.data import DataError, ImageData, synthetic
from course_lib.data.shapes import SHAPES, Placement

# Pictures of the default set, from the seed alone; the stored outputs of notebooks rest on them.
DIGEST = "ef2eee45611b38bae87c7aa52eda471868c602a7f4d070b5ddb9636a7e8c360a"


@pytest.fixture(scope="module")
def data() -> ImageData:
    return synthetic()


def as_tensors(images: np.ndarray, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    """Return (N, 3, H, W) floats, centred on 0, and labels."""
    return torch.from_numpy(images).permute(0, 3, 1, 2) / 255 - 0.5, torch.from_numpy(labels)


def accuracy(model: nn.Module, images: Tensor, labels: Tensor) -> float:
    with torch.no_grad():
        return (model.eval()(images).argmax(1) == labels).float().mean().item()


def test_the_pictures_are_the_same_on_every_computer(data):
    pictures = data.train_images.tobytes() + data.test_images.tobytes()
    assert hashlib.sha256(pictures).hexdigest() == DIGEST


def test_the_set_is_named_for_what_it_is(data):
    assert data.name == "synthetic set"
    assert data.train_images.shape == (2000, 32, 32, 3)
    assert data.test_images.shape == (1000, 32, 32, 3)


def test_classes_are_balanced_and_sorted(data):
    assert np.array_equal(data.train_labels, np.arange(10).repeat(200))
    assert np.array_equal(data.test_labels, np.arange(10).repeat(100))
    assert np.bincount(synthetic(train=64, test=10).train_labels).tolist() == [7] * 4 + [6] * 6


@pytest.mark.parametrize(("train", "test"), [(2000, 1000), (500, 500)])
def test_no_picture_occurs_twice_nor_under_another_seed(train, test):
    sets = [synthetic(train, test, seed) for seed in (0, 1)]
    parts = [part for one in sets for part in (one.train_images, one.test_images)]
    different = {picture.tobytes() for part in parts for picture in part}
    assert len(different) == 2 * (train + test)


def test_fewer_pictures_than_classes_are_refused():
    with pytest.raises(DataError, match="9 pictures; expected at least 10"):
        synthetic(train=9)


@pytest.mark.parametrize("name", SHAPES)
def test_a_figure_is_a_mask_of_14_pixels_or_more_one_way(name):
    random = np.random.default_rng(2)
    mask = SHAPES[name](Placement.draw(500, 32, random), random)
    assert mask.shape == (500, 32, 32)
    assert mask.min() == 0
    assert mask.max() == 1
    rows = (mask > 0.5).any(axis=2).sum(axis=1)
    columns = (mask > 0.5).any(axis=1).sum(axis=1)
    assert np.maximum(rows, columns).min() >= 14


@pytest.mark.parametrize("name", SHAPES)
def test_a_mirrored_figure_is_of_the_same_class(name):
    random = np.random.default_rng(3)
    at = Placement.draw(50, 32, random)
    mirrored = Placement(at.x[:, :, ::-1], at.y[:, :, ::-1], at.radius)
    twins = np.random.default_rng(4), np.random.default_rng(4)
    mask, mirror = SHAPES[name](at, twins[0]), SHAPES[name](mirrored, twins[1])
    np.testing.assert_array_equal(mask[:, :, ::-1], mirror)
    flipped = Placement(-at.x, at.y, at.radius)
    np.testing.assert_allclose(SHAPES[name](flipped, np.random.default_rng(4)), mask, atol=1e-9)


def test_a_linear_model_trained_to_convergence_stays_under_60_percent(data):
    images, labels = as_tensors(data.train_images, data.train_labels)
    torch.manual_seed(0)
    model, decay = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)), 1e-2
    fit = torch.optim.LBFGS(model.parameters(), max_iter=150, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        fit.zero_grad()
        value = F.cross_entropy(model(images), labels)
        value = value + decay / 2 * model[1].weight.square().sum()
        value.backward()
        return value

    fit.step(loss)
    assert accuracy(model, images, labels) > 0.6, "it did learn its training pictures"
    assert accuracy(model, *as_tensors(data.test_images, data.test_labels)) < 0.6


def small_network() -> nn.Sequential:
    """Four 3x3 convolutions and global average pooling: 47,482 parameters."""
    widths = [(3, 16, 1), (16, 32, 2), (32, 48, 2), (48, 64, 2)]
    blocks = [
        [nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
        for i, o, stride in widths
    ]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    return nn.Sequential(*(layer for block in blocks for layer in block), *head)


@pytest.mark.slow
def test_a_small_convolutional_network_passes_90_percent_in_a_minute(data):
    torch.manual_seed(0)
    model, epochs, batch = small_network(), 12, 64
    assert sum(p.numel() for p in model.parameters()) < 50_000
    images, labels = as_tensors(data.train_images, data.train_labels)
    steps = epochs * (len(images) // batch)
    fit = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(fit, max_lr=0.2, total_steps=steps)
    for _ in range(epochs):
        order = torch.randperm(len(images))[: len(images) // batch * batch]
        for chosen in order.split(batch):
            fit.zero_grad()
            F.cross_entropy(model(images[chosen]), labels[chosen]).backward()
            fit.step()
            schedule.step()
    assert accuracy(model, *as_tensors(data.test_images, data.test_labels)) > 0.9
