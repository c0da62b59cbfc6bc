"""The explorers' bench: random changes through a real kernel, beside ``interact`` and pyplot."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles

from .found import every_explorer
from .kernel import Answer, Kernel

_OPEN = """
from random import Random
from {module} import {kind}
from course_lib.frontends.jupyter import explore
from course_lib.frontends.learner import random_message
random = Random({seed})
"""

_OPEN_BASELINE = """
%matplotlib inline
from IPython.display import display
from course_lib.bench.baseline import interactive
view = interactive()
display(view)
"""


@dataclass(frozen=True)
class Measured:
    """What the changes of one view cost.

    ``view_messages`` are the most that the picture was sent for one change; 0 where the picture is
    no widget.
    """

    name: str
    answers: list[Answer]
    view_messages: int = 0

    @property
    def middle(self) -> float:
        """Milliseconds within which half of the changes were done."""
        return 1000 * median(answer.seconds for answer in self.answers)

    @property
    def p95(self) -> float:
        """Milliseconds within which 95 % of the changes were done."""
        return 1000 * quantiles((answer.seconds for answer in self.answers), n=20)[-1]

    @property
    def kib(self) -> float:
        """KiB that the middle change sent back."""
        return median(answer.size for answer in self.answers) / 1024

    @property
    def most_kib(self) -> float:
        """KiB that the largest change sent back."""
        return max(answer.size for answer in self.answers) / 1024


def measured(kernel: Kernel, changes: int, seed: int, baseline_changes: int) -> Iterator[Measured]:
    """The baseline, an explorer that draws the same, then every explorer, as they are done."""
    yield measure_baseline(kernel, baseline_changes)
    like_it = measure_explorer(
        kernel, "convolution", changes, seed, "input_size=12, stride=1", ("row", "column")
    )
    yield Measured("convolution, the same cells", like_it.answers, like_it.view_messages)
    for name in every_explorer():
        yield measure_explorer(kernel, name, changes, seed)


def measure_baseline(kernel: Kernel, changes: int) -> Measured:
    """The same grids with ``interact`` and pyplot, while one slider goes up and down."""
    kernel.run(_OPEN_BASELINE)
    comm = kernel.value("view.children[0].model_id")
    answers = []
    for number in range(changes):
        data = {"method": "update", "state": {"value": 3 + number % 2}, "buffer_paths": []}
        answers.append(kernel.change(comm, data))
    return Measured("interact + pyplot", answers)


def measure_explorer(
    kernel: Kernel,
    name: str,
    changes: int,
    seed: int,
    settings: str = "",
    moved: tuple[str, ...] = (),
) -> Measured:
    """Random changes of an explorer that begins with `settings`; `moved` names its controls.

    Raises RuntimeError with what the explorer raised, if it did.
    """
    kind = every_explorer()[name]
    kernel.run(_OPEN.format(module=kind.__module__, kind=kind.__name__, seed=seed))
    answers, most, wrong = [], 0, True
    for _ in range(changes):
        if wrong:  # begin anew, or most moves would only repeat what is wrong
            kernel.run(f"view = explore({kind.__name__}({settings}))")
        comm, data = kernel.value(f"random_message(view, random, {moved})")
        answers.append(kernel.change(comm, data))
        picture, error, wrong = kernel.value(
            "[view.picture.model_id, view.last_error and repr(view.last_error),"
            " bool(view.drawing.problem)]"
        )
        if error:
            raise RuntimeError(f"{name} at {data}: {error}")
        most = max(most, answers[-1].messages[picture])
    return Measured(name, answers, most)
