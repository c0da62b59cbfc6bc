"""``check``: all rules of an assignment on one network, in this process."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .report import Report

if TYPE_CHECKING:
    from torch import nn

    from .rules import Block


def check(
    model: "nn.Module",
    augmentation: Any = None,
    log: Any = None,
    blocks: "Sequence[Block] | None" = None,
    rules: str = "session9",
    *,
    mean: tuple[float, float, float] | None = None,
    source: Path | None = None,
) -> Report:
    """Judge a network, with what is given beside it, by the rules of an assignment.

    ``augmentation`` is an albumentations Compose, a list, or an object that holds one; ``log`` a
    training log or the path of one; ``blocks`` names C1 to C4 where they are not called so;
    ``mean`` is the data set's in [0, 1] (CIFAR-10's); ``source`` the file that the network is from.
    ``rules`` is "session9", "session9-dilated" or "session7". The model stays as it is, except that
    lazy layers learn their size.
    Raises TypeError for what is no network, ValueError for unknown rules.
    """
    # Loaded here: the process that only starts others (check_file) needs no torch.
    from torch import nn

    from course_lib.geometry import GeometryError
    from course_lib.models.session9 import CIFAR10_MEAN

    from .architecture import logit_warnings
    from .briefs import beside_rules, rules_of
    from .rules import Submission

    if not isinstance(model, nn.Module):
        kind = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise TypeError(f"found {kind}; expected a network, an nn.Module such as Session9Net()")
    _settle(model)
    submission = Submission(model, augmentation, log, blocks, mean or CIFAR10_MEAN, source)
    rows = tuple(rule.judge(submission) for rule in rules_of(rules))
    beside = tuple(rule.judge(submission) for rule in beside_rules(rules))
    try:
        executed = submission.executed
    except GeometryError:  # then a row says so
        return Report(rules, rows, beside=beside)
    warnings = logit_warnings(executed) if rows[0].state == "passed" else ()
    return Report(rules, rows, warnings, beside=beside, architecture=executed.digest,
                  ours=_ours().get(executed.digest, ""))  # fmt: skip


def _settle(model: "nn.Module") -> None:
    """Run a model once if its layers wait for a first input to know their size (nn.LazyConv2d)."""
    import torch
    from torch.nn.parameter import is_lazy

    if not any(is_lazy(tensor) for tensor in [*model.parameters(), *model.buffers()]):
        return
    training = model.training
    with torch.no_grad(), suppress(Exception):  # if it does not run, the first rule says so
        model.eval()(torch.zeros(1, 3, 32, 32))
    model.train(training)


@cache
def _ours() -> dict[str, str]:
    """The workbook's own networks: digest of the steps -> name of the class."""
    import torch

    from course_lib.models.pretrained import NETWORKS

    from .executed import Executed

    with torch.device("meta"):  # without values, which is faster
        return {Executed(network()).digest: network.__name__ for network in NETWORKS.values()}
