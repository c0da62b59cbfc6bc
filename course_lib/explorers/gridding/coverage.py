"""What a stack of dilated layers reads: places, holes, and by how many paths each is reached."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product

from course_lib.geometry import Convolution, Pair, chain, path_counts

Line = dict[int, int]  # place along one axis, counted from the output's own -> number of paths
Steps = tuple[int, ...]  # where one path goes, a step for each layer, from the image on


@dataclass(frozen=True)
class Coverage:
    """Layers with these dilation rates, the first next to the image, seen from one output cell.

    All have the same kernel size and stride 1. Padding keeps the size: the same on both sides, or,
    where ``causal``, all of it on the left, so that nothing to the right is read.
    """

    rates: tuple[int, ...]
    kernel_size: int
    causal: bool = False

    @cached_property
    def layers(self) -> tuple[Convolution, ...]:
        """The layers as rows: one direction is enough, the other is like it."""
        return tuple(
            Convolution(1, 1, (1, self.kernel_size), padding=(0, self.padding(rate)),
                        dilation=(1, rate), bias=False)
            for rate in self.rates
        )  # fmt: skip

    def padding(self, rate: int) -> int:
        """The zeros on the left that keep the size: half of what is lost, or all of it."""
        lost = rate * (self.kernel_size - 1)
        return lost if self.causal else lost // 2

    @cached_property
    def levels(self) -> tuple[Line, ...]:
        """The places that are read on each map, the output first, the image last."""
        found = [{0: 1}]
        for behind in range(1, len(self.layers) + 1):
            paths = path_counts(chain(self.layers[-behind:], in_channels=1))
            found.append({column: int(number) for (_, column), number in paths.counts.items()})
        return tuple(found)

    @property
    def line(self) -> Line:
        """The places of the image that are read."""
        return self.levels[-1]

    @property
    def ends(self) -> Pair:
        """The first and the last place of the span."""
        return min(self.line), max(self.line)

    @property
    def span(self) -> int:
        """Places from the first to the last: the receptive field as it is usually quoted."""
        first, last = self.ends
        return last - first + 1

    @property
    def covered(self) -> int:
        """Places that are read."""
        return len(self.line)

    @property
    def share(self) -> float:
        """Of the box in the plane, or of the row where ``causal``, the part that is read."""
        return (self.covered / self.span) ** (1 if self.causal else 2)

    @property
    def most(self) -> int:
        """The paths to the place of a row that has most of them."""
        return max(self.line.values())

    @property
    def weights(self) -> int:
        """Weights for one channel in and one out; in the plane the kernels are square."""
        return len(self.rates) * self._taps(self.kernel_size)

    @property
    def weights_of_one(self) -> int:
        """The weights of one kernel without holes that spans as much."""
        return self._taps(self.span)

    def _taps(self, side: int) -> int:
        return side if self.causal else side**2

    def steps(self, layer: int) -> list[int]:
        """How far the taps of a layer lie from its output's own place."""
        return [place for place, _ in self.layers[layer].taps_along(1, 0)]

    def ways(self, place: int) -> list[Steps]:
        """The paths to a place, each as the steps that add up to it."""
        if place not in self.line:
            return []
        choices = [self.steps(layer) for layer in range(len(self.rates))]
        return [steps for steps in product(*choices) if sum(steps) == place]

    @cached_property
    def largest_gaps(self) -> list[int]:
        """The hybrid rule's M of the last layer, then of those before it, to the second."""
        return largest_gaps(self.rates)

    @property
    def ruled(self) -> bool:
        """Whether the hybrid rule speaks of such layers: two or more, that look to both sides."""
        return len(self.rates) > 1 and not self.causal

    @property
    def accepted(self) -> bool:
        """Whether the hybrid rule is content: the last M is at most the kernel size."""
        return self.largest_gaps[-1] <= self.kernel_size


def largest_gaps(rates: tuple[int, ...]) -> list[int]:
    """The numbers M of the hybrid rule: of the last layer, then of those before it, to the second.

    M is meant as the largest distance between two neighbouring places that are read. Source: Wang
    and others 2018, arXiv 1702.08502.
    """
    gaps = [rates[-1]]
    for rate in rates[-2:0:-1]:
        gaps.append(max(gaps[-1] - 2 * rate, 2 * rate - gaps[-1], rate))
    return gaps


@lru_cache(maxsize=64)
def coverage_of(rates: tuple[int, ...], kernel_size: int, causal: bool) -> Coverage:
    """The coverage of such layers; what it has computed is kept for the next picture."""
    return Coverage(rates, kernel_size, causal)
