"""The other networks of the assignment: counted by torch, their view measured by a gradient."""

import pytest
import torch
from torch import nn

from course_lib.assignment import check
from course_lib.geometry import layer_table
from course_lib.models.pretrained import NETWORKS, make_network
from course_lib.models.session7 import Session7Net
from course_lib.models.session9_dilated import Session9DilatedNet
from course_lib.models.single_stride import SingleStrideNet
from course_lib.models.starter import StarterNet
from course_lib.receptive_field import analyse, follow, measure


@pytest.mark.parametrize(
    ("model", "parameters", "field", "mega_macs"),
    [
        (Session9DilatedNet(), 180_234, 53, 182.4),
        (Session7Net(), 505_482, 110, 49.8),
        (SingleStrideNet(), 198_226, 107, 55.9),
        (StarterNet(), 62_006, 16, 0.65),
    ],
    ids=["session9-dilated", "session7", "single-stride", "starter"],
)
def test_parameters_field_and_macs_are_what_the_docstrings_say(model, parameters, field, mega_macs):
    assert sum(p.numel() for p in model.parameters()) == parameters
    table = analyse(model)
    assert table.parameters == parameters
    assert table.receptive_field == (field, field)
    assert table.macs / 1e6 == pytest.approx(mega_macs, abs=0.05)


def test_the_graph_that_is_followed_gives_the_layer_table():
    model = Session7Net()
    assert layer_table(follow(model, 48), 48).rows == analyse(model, 48).rows


@pytest.mark.parametrize(("name", "field"), [("session9-dilated", 53), ("session7", 110)])
def test_a_gradient_sees_the_same_field(name, field):
    assert measure(make_network(name)).receptive_field == (field, field)


def test_the_dilated_network_keeps_full_resolution_up_to_the_global_pooling():
    model = Session9DilatedNet().eval()
    assert model.features(torch.rand(1, 3, 32, 32)).shape == (1, 64, 32, 32)
    assert all(m.stride in (1, (1, 1)) for m in model.modules() if hasattr(m, "stride"))
    assert not any("Pool" in type(m).__name__ for m in model.modules() if m is not model.gap)


def test_session7_pools_three_times():
    model = Session7Net().eval()
    assert model.features(torch.rand(1, 3, 32, 32)).shape == (1, 256, 4, 4)
    pooled = []
    model.pool.register_forward_hook(lambda module, args, output: pooled.append(output.shape[-1]))
    model(torch.rand(1, 3, 32, 32))
    assert pooled == [16, 8, 4]


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_network_takes_the_arguments_of_the_training_command_and_learns(name):
    torch.manual_seed(0)
    model = make_network(name, mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.2))
    images, labels = torch.rand(8, 3, 32, 32), torch.arange(8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    losses = []
    for _ in range(4):
        loss = nn.functional.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    assert all(p.grad is not None for p in model.parameters())


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("session9", "session9"),
        ("single-stride", "session9"),
        ("session9-dilated", "session9"),
        ("session9-dilated", "session9-dilated"),
        ("session7", "session7"),
    ],
)
def test_a_network_keeps_the_rules_that_it_is_made_for(name, rules):
    report = check(make_network(name), rules=rules)
    assert report.named("failed") == []
    assert report.warnings == ()
    shown = {"augmentation": 3, "log": 4} if rules != "session7" else {"log": 5}
    assert len(report.named("not shown")) == sum(shown.values())


@pytest.mark.parametrize("rules", ["session9", "session7"])
def test_the_starter_network_runs_and_breaks_six_rules(rules):
    report = check(make_network("starter"), rules=rules)
    assert report["runs"].state == "passed"
    assert report.named("failed") == [
        "blocks", "pooling", "receptive field", "depthwise separable", "dilation", "GAP",
    ]  # fmt: skip


def test_striding_breaks_the_rules_of_the_extra_points_only():
    assert check(make_network("session9"), rules="session9-dilated").named("failed") == ["stride"]
    assert check(make_network("session7"), rules="session9").named("failed") == [
        "pooling",
        "parameters",
    ]
