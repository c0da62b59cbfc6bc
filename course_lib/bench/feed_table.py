"""The table of the feeding bench: medians over its rounds, ratios taken within each round."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from .command import columns
from .rates import Bare, Rate

EPOCH = 50_000  # CIFAR-10's training images
LEGEND = f"""\
s/epoch: for {EPOCH:,} images. of cores: images/s over workers x the single-core rate. of all bare:
over what that many bare processes do at the same time. x loader: times the loader's images/s.
For all epochs: train s: the training steps on images that lie ready; with feed s: the same fed this
way; waited s: training stood still (of it in the first epoch); hidden s: what the way took alone
less what training waited. MiB: memory beyond the training images of this process."""
_COLUMNS = {
    "images/s": "{:,.0f}", "s/epoch": "{:.1f}", "of cores": "{:.2f}", "of all bare": "{:.2f}",
    "x loader": "{:.2f}", "train s": "{:.1f}", "with feed s": "{:.1f}", "waited s": "{:.1f}",
    "in epoch 1": "{:.1f}", "hidden s": "{:.1f}", "MiB": "{:.0f}", "GPU MiB": "{:.0f}",
}  # fmt: skip


@dataclass(frozen=True)
class Fed:
    """What was measured of one way; times are seconds for all epochs together, memory in MiB."""

    way: str
    workers: int
    alone: Rate
    bare: Bare
    with_feed: float
    waited: float
    waited_first: float
    memory: float
    gpu_memory: float

    @property
    def name(self) -> str:
        return self.way if self.way == "device" else f"{self.way}, {self.workers} x"

    @property
    def hidden(self) -> float:
        """Seconds of the way's work in which training went on."""
        return max(0.0, self.alone.seconds - self.waited)


@dataclass(frozen=True)
class Round:
    """One measurement of all ways; ``training``: seconds of the steps on images that lie ready."""

    training: float
    ways: Sequence[Fed]

    def numbers(self, place: int) -> tuple[float, ...]:
        """The columns of one way, in the order of the table."""
        line, rate = self.ways[place], self.ways[place].alone.per_second
        loader = next(other for other in self.ways if other.way == "loader")
        return (
            rate, EPOCH / rate,
            rate / (line.workers * line.bare.one.per_second),
            rate / line.bare.together.per_second,
            rate / loader.alone.per_second,
            self.training, line.with_feed, line.waited, line.waited_first, line.hidden,
            line.memory, line.gpu_memory,
        )  # fmt: skip

    def bare(self) -> list[tuple[float, ...]]:
        """Images a second, seconds an epoch and the share of all cores, of one core and of all."""
        found = [line.bare for line in self.ways]
        one = sum((bare.one for bare in found), Rate(0, 0))
        together = sum((bare.together for bare in found), Rate(0, 0))
        share = together.per_second / (found[0].processes * one.per_second)
        return [(one.per_second, EPOCH / one.per_second, 1.0),
                (together.per_second, EPOCH / together.per_second, share)]  # fmt: skip


def table(rounds: Sequence[Round]) -> str:
    """The results in columns: the bare pipeline first, then each way with its ratios."""
    ways = rounds[0].ways
    names = ["one core, bare", f"{ways[0].bare.processes} at once, bare"]
    numbers = [_medians(line) for line in zip(*(one.bare() for one in rounds), strict=True)]
    names += [line.name for line in ways]
    numbers += [_medians(one.numbers(place) for one in rounds) for place in range(len(ways))]
    rows = [["", *_COLUMNS]]
    for name, line in zip(names, numbers, strict=True):
        cells = [form.format(value) if value else "–"
                 for form, value in zip(_COLUMNS.values(), line, strict=False)]  # fmt: skip
        rows.append([name, *cells, *["–"] * (len(_COLUMNS) - len(cells))])
    return columns(rows)


def _medians(rounds: Iterable[tuple[float, ...]]) -> list[float]:
    return [median(column) for column in zip(*rounds, strict=True)]
