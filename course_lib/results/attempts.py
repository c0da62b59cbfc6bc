"""The runs for a goal: where their logs are, and how those that are missing are trained."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.models.pretrained import make_network, shipped_log
from course_lib.training.log import Log, read_log
from course_lib.training.recipe import Recipe

SHIPPED = Path(__file__).parent / "logs"


@dataclass(frozen=True)
class Attempt:
    """One recipe for one network, run once for each seed.

    ``stands_in`` is the shipped run of another recipe that is shown until there is one of these.
    """

    key: str
    network: str
    recipe: Recipe
    seeds: tuple[int, ...]
    feed: str = "pool"
    stands_in: str | None = None

    def runs(self, folder: Path) -> Iterator[tuple[Recipe, Path]]:
        """Yield the recipe with each seed, and the folder of that run."""
        for seed in self.seeds:
            yield replace(self.recipe, seed=seed), folder / f"{self.key}-{seed}"

    def logs(self, folder: Path) -> list[Log]:
        """Return the logs of the runs that are finished, in ``folder`` or shipped."""
        found = (
            finished_log(run / "log.jsonl", recipe)
            or finished_log(SHIPPED / f"{run.name}.jsonl", recipe)
            for recipe, run in self.runs(folder)
        )
        return [log for log in found if log]

    def stand_in(self) -> Log | None:
        """Return the log that is shown until there is one of these."""
        return read_log(shipped_log(self.stands_in)) if self.stands_in else None


def finished_log(path: Path, recipe: Recipe) -> Log | None:
    """Return the log there if it is a finished run of that recipe, else None."""
    if not path.exists():
        return None
    log = read_log(path)
    same = not recipe.differences(log.header["recipe"])
    return log if same and len(log.epochs) == recipe.epochs else None


def train_missing(
    attempts: Iterable[Attempt], folder: Path, data_name: str = "cifar10", device: str = "auto",
    workers: int | None = None,
) -> bool:  # fmt: skip
    """Train what has no finished run, one after the other; return False if stopped by Ctrl-C.

    A run that was cut off, even in the middle of an epoch, goes on from its last finished epoch.
    """
    import torch

    from course_lib.data import load
    from course_lib.training import train

    data = None
    for attempt in attempts:
        for recipe, run in attempt.runs(folder):
            if finished_log(run / "log.jsonl", recipe):
                continue
            data = data or load(data_name)
            print(f"\n{attempt.key}, seed {recipe.seed}: {attempt.network} into {run}")
            torch.manual_seed(recipe.seed)
            model = make_network(attempt.network, mean=data.mean, std=data.std)
            result = train(model, data, recipe, run, device=device, feed=attempt.feed,
                           workers=workers, resume=True)  # fmt: skip
            if not result.finished:
                return False
    return True
