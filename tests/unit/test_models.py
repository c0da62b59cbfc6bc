"""The networks: what the brief asks for, counted by torch, and the weights that ship."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.data import cifar10, synthetic
from course_lib.models.blocks import ConvBlock, DepthwiseSeparable, Normalize
from course_lib.models.export import export
from course_lib.models.pretrained import (
    NETWORKS,
    WEIGHTS,
    load_pretrained,
    make_network,
    model_card,
    shipped_log,
)  # fmt: skip
from course_lib.models.session9 import Session9Net
from course_lib.models.summary import summary
from course_lib.receptive_field import analyse, measure
from course_lib.training import Recipe, read_log, train
from course_lib.training.device import choose
from course_lib.training.loop import evaluate


def test_session9_has_182_986_parameters_and_a_field_of_103():
    model = Session9Net()
    assert sum(p.numel() for p in model.parameters()) == 182_986 < 200_000
    table = analyse(model)
    assert table.receptive_field == (103, 103)
    assert measure(model).receptive_field == (103, 103)


def test_session9_has_the_shape_of_the_brief():
    model = Session9Net()
    blocks = [model.c1, model.c2, model.c3, model.c4]
    assert [len(block) for block in blocks] == [3, 3, 3, 3]
    assert not any(isinstance(m, (nn.MaxPool2d, nn.AvgPool2d)) for m in model.modules())
    strides = [
        [next(m for m in part.modules() if isinstance(m, nn.Conv2d)).stride[0] for part in block]
        for block in blocks
    ]
    assert strides == [[1, 1, 2], [1, 1, 2], [1, 1, 2], [1, 1, 1]]
    convolutions = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    assert any(m.dilation == (2, 2) for m in convolutions)
    assert any(m.groups == m.in_channels > 1 and m.kernel_size == (3, 3) for m in convolutions)
    assert isinstance(model.gap, nn.AdaptiveAvgPool2d)


def test_session9_takes_any_size_and_gives_logits():
    model = Session9Net().eval()
    assert model(torch.rand(2, 3, 32, 32)).shape == (2, 10)
    assert model(torch.rand(1, 3, 48, 40)).shape == (1, 10)
    assert model.features(torch.rand(1, 3, 32, 32)).shape == (1, 160, 4, 4)


def test_a_depthwise_separable_block_is_a_depthwise_then_a_pointwise_convolution():
    block = DepthwiseSeparable(16, 32)
    assert block.depthwise.weight.numel() + block.pointwise.weight.numel() == 656
    assert ConvBlock(16, 32).conv.weight.numel() == 4608


@pytest.mark.parametrize("block", [ConvBlock, DepthwiseSeparable])
def test_a_residual_block_starts_as_the_identity_of_what_is_positive(block):
    torch.manual_seed(0)
    x = torch.rand(2, 8, 6, 6)
    torch.testing.assert_close(block(8, 8).train()(x), x)
    assert block(8, 8, stride=2)(x).shape == (2, 8, 3, 3)
    assert block(8, 12, dilation=2, kernel_size=5)(x).shape == (2, 12, 6, 6)


def test_images_in_0_to_1_are_normalised_inside():
    normalize = Normalize((0.5, 0.25, 0.0), (0.5, 0.25, 1.0))
    x = torch.tensor([1.0, 0.5, 0.25]).view(1, 3, 1, 1)
    torch.testing.assert_close(normalize(x).flatten(), torch.tensor([1.0, 1.0, 0.25]))
    assert {"normalize.mean", "normalize.std"} <= set(Session9Net().state_dict())


@pytest.mark.parametrize("model", [Session9Net(), nn.Conv2d(3, 4, 3)], ids=["network", "layer"])
def test_summary_leaves_weights_buffers_mode_and_random_state_alone(model, capsys):
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    summary(model, (3, 32, 32))
    torch.testing.assert_close(torch.rand(3), expected, rtol=0, atol=0)
    assert model.training
    assert not model._forward_hooks
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), name
    total = f"Total params: {sum(p.numel() for p in model.parameters()):,}"
    assert total in capsys.readouterr().out


def test_an_unknown_name_is_answered_with_the_names_there_are():
    with pytest.raises(ValueError, match="no network 'session10'; expected one of session9"):
        make_network("session10")
    with pytest.raises(ValueError, match="there are: .*session9"):
        load_pretrained("session10")


def test_every_shipped_file_has_weights_log_and_card_that_agree():
    names = sorted(path.stem for path in WEIGHTS.glob("*.safetensors"))
    assert "session9" in names
    for name in names:
        log, card = read_log(shipped_log(name)), model_card(name)
        assert name in NETWORKS
        size = (WEIGHTS / f"{name}.safetensors").stat().st_size
        assert size < (1_000_000 if name.startswith("session9") else 2_100_000)
        assert card["test_accuracy"] == log.final_accuracy
        assert card["epochs"] == len(log.epochs) == log.header["recipe"]["epochs"]
        assert card["test_images"] == log.header["test_images"] == 10_000
        assert card["parameters"] == sum(p.numel() for p in load_pretrained(name).parameters())
        for key in ("data", "device", "commit", "command"):
            assert card[key] == log.header[key]
        counts = np.array(card["confusion"])
        assert counts.sum(axis=1).tolist() == [1000] * 10
        assert counts.trace() / 10_000 == pytest.approx(card["test_accuracy"], abs=0.001)


def test_the_log_on_a_fifth_of_the_images_was_judged_on_all_test_images():
    log = read_log(shipped_log("session9-fifth"))
    assert log.header["network"] == "Session9Net"
    assert log.header["train_images"] == log.header["test_images"] == 10_000
    whole = read_log(shipped_log("session9")).header
    assert log.header["test_label_digest"] == whole["test_label_digest"]
    assert log.header["parameters"] == whole["parameters"]
    assert len(log.epochs) == log.header["recipe"]["epochs"]
    assert log.final_accuracy >= 0.75


def test_the_shipped_log_shows_85_per_cent_on_the_whole_test_set():
    log = read_log(shipped_log("session9"))
    assert log.header["test_label_digest"] == "c5575395e636cadc"
    assert log.header["train_images"] == 50_000
    assert log.final_accuracy >= 0.85
    assert read_log(shipped_log("session7")).final_accuracy >= 0.80


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.stem for path in WEIGHTS.glob("*.safetensors")))
def test_the_shipped_weights_score_what_their_card_says_on_the_real_test_images(name, real_data):
    data = cifar10(real_data)
    card = model_card(name)
    assert data.name == card["data"], "this copy of CIFAR-10 is not the one of the card"
    assert data.label_digest == read_log(shipped_log(name)).header["test_label_digest"]
    model = load_pretrained(name)
    _, accuracy = evaluate(model, data.test_images, data.test_labels, choose("cpu"))
    assert accuracy == pytest.approx(card["test_accuracy"], abs=0.0005)  # five images: rounding


def test_export_writes_weights_log_and_card_of_a_finished_run(tmp_path):
    data = synthetic(train=20, test=10)
    torch.manual_seed(0)
    model = Session9Net(mean=data.mean, std=data.std)
    folder, target = tmp_path / "run", tmp_path / "weights"
    recipe = Recipe(epochs=1, batch_size=10)
    result = train(model, data, recipe, folder, device="cpu", progress=False)
    weights, log, card = export(folder, "session9", data, target)
    assert json.loads(Path(card).read_text())["data"] == "synthetic set"
    assert read_log(log).final_accuracy == result.log.final_accuracy
    from safetensors.torch import load_model

    twin = Session9Net()
    load_model(twin, weights)
    x = torch.rand(2, 3, 32, 32)
    torch.testing.assert_close(twin.eval()(x), result.model(x))
    np.testing.assert_allclose(twin.normalize.mean.flatten().numpy(), data.mean, rtol=1e-6)

    other = replace(data, test_labels=data.test_labels[::-1].copy())
    with pytest.raises(ValueError, match="was judged on 10 images of synthetic set, not on the"):
        export(folder, "session9", other, target)
    claim = (folder / "log.jsonl").read_text()
    (folder / "log.jsonl").write_text(
        claim.replace('"test_accuracy": ', '"test_accuracy": 0.9, "measured": ')
    )
    before = sorted(target.iterdir())
    with pytest.raises(ValueError, match="and their log says 90.00%"):
        export(folder, "session9", data, target)
    assert sorted(target.iterdir()) == before


def test_export_refuses_an_unfinished_run(tmp_path):
    (tmp_path / "log.jsonl").write_text('{"kind": "header", "recipe": {"epochs": 3}}\n')
    with pytest.raises(ValueError, match="has 0 of 3 epochs; finish it with --resume"):
        export(tmp_path, "session9", synthetic(10, 10), tmp_path / "weights")
