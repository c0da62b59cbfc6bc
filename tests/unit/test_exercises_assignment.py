"""The exercises of the assignment: repair, the ledger of fields, widths, logs."""

import pytest
import torch
from torch import nn

from course_lib.exercises import assignment as check
from course_lib.exercises import flawed
from course_lib.exercises.logs import four_logs
from course_lib.models.session7 import Session7Net
from course_lib.models.session9 import Session9Net
from course_lib.models.session9_dilated import Session9DilatedNet
from course_lib.models.single_stride import SingleStrideNet
from course_lib.models.starter import StarterNet
from course_lib.receptive_field import analyse, measure


def rows(result):
    return dict(result.rows)


def test_the_starter_as_it_was_is_not_attempted_and_told_where_to_begin():
    for untouched in (StarterNet(), StarterNet):
        result = check.repair(untouched)
        assert result.outcome == "not attempted"
        assert rows(result)["next"].startswith("blocks:")
        assert "blocks" not in rows(result)["later"]


class Dilated(nn.Module):
    """Four blocks of three, one more step of the repair at each call."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        pool = nn.MaxPool2d(2) if steps < 2 else nn.Identity()
        rate = 8 if steps >= 3 else 1
        depthwise = [nn.Conv2d(16, 16, 3, padding=1, groups=16), nn.Conv2d(16, 16, 1)]
        self.c1 = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), self.pair(1), pool)
        self.c2 = nn.Sequential(self.pair(rate), self.plain())
        self.c3 = nn.Sequential(self.pair(rate), self.plain())
        self.c4 = nn.Sequential(self.pair(1), *(depthwise if steps >= 4 else [self.plain()]))
        self.head = nn.Linear(16, 10)

    def plain(self):
        return nn.Conv2d(16, 16, 3, padding=1)

    def pair(self, rate):
        return nn.Sequential(*(nn.Conv2d(16, 16, 3, padding=rate, dilation=rate) for _ in "ab"))

    def forward(self, x):
        return self.head(self.c4(self.c3(self.c2(self.c1(x)))).mean((2, 3)))


def blocks_only():
    net = Dilated(1)
    net.c2[0] = nn.Conv2d(16, 16, 3, padding=1)
    return net


def test_rule_after_rule_is_named_until_all_are_kept():
    stages = [
        (blocks_only(), "blocks"),
        (Dilated(1), "pooling"),
        (Dilated(2), "receptive field"),
        (Dilated(3), "depthwise separable"),
    ]
    for network, rule in stages:
        result = check.repair(network)
        assert result.outcome == "wrong"
        assert rows(result)["next"].partition(":")[0] == rule
        assert rows(result)["to do"]
    assert check.repair(Dilated(4)).outcome == "right"
    assert check.repair_without_stride(Dilated(4)).outcome == "right"


def test_networks_of_the_workbook_are_judged_as_the_assignments_own_checker_judges():
    assert rows(check.repair(Session9Net))["rules"] == "all 8 kept"
    assert rows(check.repair_without_stride(Session9DilatedNet()))["rules"] == "all 9 kept"
    assert rows(check.repair_without_stride(Session9Net()))["next"].startswith("stride")
    assert rows(check.repair(Session7Net()))["next"].startswith(("blocks", "pooling"))


@pytest.mark.parametrize(
    "judge", [check.repair, check.repair_session7, check.repair_without_stride]
)
@pytest.mark.parametrize("ours", [Session9Net, Session9DilatedNet, Session7Net, SingleStrideNet])
def test_a_network_of_the_workbook_is_no_answer_whichever_rules_it_keeps(judge, ours):
    for network in (ours, ours()):
        result = judge(network)
        assert result.outcome == "wrong"
        assert f"this is the workbook's {ours.__name__}; hand in one of your own" in result.sentence
    renamed = type("Mine", (ours,), {})
    assert judge(renamed).outcome == "wrong"


def test_a_network_that_does_not_run_is_told_at_its_line():
    class Broken(nn.Module):
        def forward(self, x):
            return x @ torch.zeros(7, 7)

    class Unbuilt(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(3, 10, 3, groups=7)

    class Unfinished(nn.Module):
        def forward(self, x):
            return ...

    broken = Broken().train()
    result = check.repair(broken)
    assert result.outcome == "raised"
    assert broken.training
    assert "`return x @ torch.zeros(7, 7)`" in rows(result)["where"]
    result = check.repair(Unbuilt)
    assert "divisible by groups" in result.sentence
    assert "`self.c1 = nn.Conv2d(3, 10, 3, groups=7)`" in rows(result)["where"]
    assert check.repair(Unfinished).outcome in ("not attempted", "wrong")


@pytest.mark.parametrize("other", [dict, 3, "StarterNet", nn.Conv2d(3, 10, 3), StarterNet().c1])
def test_what_is_no_whole_network_is_refused(other):
    assert check.repair(other).outcome == "wrong"


def test_the_check_leaves_the_network_as_it_was():
    network = Session9Net().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    check.repair(network)
    assert network.training
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_a_step_on_the_logits_is_noted():
    network = Session9Net()
    network.head = nn.Sequential(network.head, nn.ReLU())
    assert "ReLU acts on the ten scores" in rows(check.repair(network))["note"]


def test_the_shrinking_block_has_the_size_of_a_strided_one():
    image = torch.zeros(1, 3, 32, 32)
    assert flawed.strided_skip().eval().features(image).shape[2:] == (16, 16)


def test_the_ledger_of_fields_is_the_table_and_its_end_the_measured_field():
    fields = check.field_ledger.solution
    table = analyse(Session9Net(), (32, 32))
    assert fields == [r.receptive_field[0] for r in table.rows if (r.kernel_size or (1,))[0] > 1]
    assert fields == [3, 5, 7, 11, 19, 23, 31, 47, 55, 71, 87, 103]
    assert measure(Session9Net()).receptive_field == (fields[-1],) * 2
    assert "number 5" in repr(check.field_ledger([*fields[:4], 15, *fields[5:]]))


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ([3, 5, 7, 11, 15, 19, 27, 35, 43, 59, 75, 91], "Two layers have dilation 2"),
        ([3, 5, 7, 9, 13, 15, 17, 21, 23, 25, 27, 29], "The jump is forgotten"),
    ],
)
def test_a_ledger_without_dilation_or_without_jump_is_told_so(fields, cause):
    result = check.field_ledger(fields)
    assert result.outcome == "wrong"
    assert result.cause.startswith(cause)


@pytest.mark.parametrize("widths", [[16, 24, 32, 48], [24, 32, 48, 64], [5, 1, 3, 2]])
def test_parameters_are_counted_as_torch_counts_them(widths):
    layers, channels = [], 3
    for width in widths:
        for _ in range(3):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width)]
            channels = width
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    count = sum(parameter.numel() for parameter in network.parameters())
    assert check.count_parameters.reference(widths) == count


def test_any_widths_in_the_range_are_right_and_no_others():
    for widths in ([24, 32, 48, 64], (40, 40, 40, 56), [16, 16, 40, 80]):
        assert 190_000 <= check.count_parameters.reference(widths) < 200_000
        assert check.widths(widths).outcome == "right"
    for widths in ([16, 24, 32, 48], [64, 64, 64, 64], [24, 32, 48], [24, 32, 48, 0],
                   [24.0, 32, 48, 64], 64, [True, 32, 48, 64]):  # fmt: skip
        assert check.widths(widths).outcome == "wrong"
    assert check.widths([24, 32, 48, ...]).outcome == "not attempted"


def test_one_of_the_logs_is_honest_and_each_other_shows_its_fault():
    logs = four_logs()
    assert repr(logs) == repr(four_logs())
    assert all("made up for this exercise" in repr(log) for log in logs.values())
    verdicts = check.honest_log.solution
    for name, log in logs.items():
        continued = log.test[0] > 0.75
        on_training_images = log.images == 50_000
        best = log.reported != log.test[-1]
        faults = [continued, on_training_images, best]
        assert sum(faults) == (verdicts[name] != "honest")
        words = ("continued run", "training images", "best epoch")
        assert [v for v, fault in zip(words, faults, strict=True) if fault] in (
            [],
            [verdicts[name]],
        )
    honest = next(log for name, log in logs.items() if verdicts[name] == "honest")
    assert honest.reported == min(log.reported for log in logs.values())
    assert "43,237 of 50,000" in repr(logs["D"])
    assert "85.60%" in repr(logs["A"])


def test_verdicts_are_words_from_the_list():
    result = check.honest_log({**check.honest_log.solution, "A": "fine"})
    assert "`A` is 'fine'" in repr(result)
    assert '"continued run"' in repr(result)
    assert check.honest_log({"A": "honest"}).outcome == "wrong"
    assert "best epoch" not in repr(check.honest_log({**check.honest_log.solution, "B": "honest"}))
