"""What a pair of equivalent ways is: lines of PyTorch, and variants of the second way.

The lines that are shown are the lines that are run. So a pair is text: there is no second copy of
it that could do something else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from course_lib.geometry import Convolution, TransposedConvolution, explain

LETTERS = "ABCD"  # every pair has so many variants, and one of them is right

# Special cases of weights and input; in each of them some fault is not seen.
ANY = "any"
SYMMETRIC, SINGLE, ALIKE = "symmetric", "a single 1", "the same in all groups"
CONSTANT, POSITIVE, CHANNELS_EQUAL = "constant", "none negative", "all channels equal"

# What the lines call each setting.
SYMBOLS = {"size": "n", "kernel_size": "k", "stride": "s", "padding": "p", "factor": "r",
           "in_channels": "c_in", "out_channels": "c_out", "groups": "g",
           "width": "d"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The numbers that both ways are run with; a pair uses some of them.

    ``size`` is the height of the small map, which is one wider than it is high. ``weights`` and
    ``input`` name special cases, in which some wrong variants agree.
    """

    size: int = 4
    kernel_size: int = 3
    stride: int = 1
    padding: int = 0
    factor: int = 2
    in_channels: int = 1
    out_channels: int = 1
    groups: int = 1
    width: int = 1
    weights: str = ANY
    input: str = ANY
    seed: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the small map."""
        return self.size, self.size + 1


NAMES = frozenset(item.name for item in fields(Settings))


@dataclass(frozen=True)
class Step:
    """A box of the diagram: what is done, and the name of the tensor that comes out.

    ``detail`` may hold names of the lines in braces; of a tensor, its shape is put in.
    """

    title: str
    detail: str
    result: str


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to write the second way down; the right one has no fault.

    ``parts`` are put into the pair's lines in place of the right ones, or ``lines`` and ``steps``
    replace them all. ``slips`` says in words where the fault is not seen, ``trap`` in settings.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    slips: str = ""
    trap: Mapping[str, Any] = field(default_factory=dict)
    lines: str = ""
    steps: tuple[Step, ...] = ()


RIGHT = Variant()


@dataclass(frozen=True, eq=False)
class Pair:
    """Two ways to one function.

    ``start`` holds the settings that matter, at values where all variants agree: a good test has
    to leave them. ``drawn`` are the lines that draw input and weights, ``special`` the line that a
    choice of ``weights`` or ``input`` adds. The first way ends in ``one``, the second in ``other``.
    ``source`` is what both begin with, ``weight`` a matrix of the lines that is drawn;
    ``problem`` says what is wrong with settings.
    """

    title: str
    claim: str
    start: Mapping[str, Any]
    source: str
    drawn: str
    one: str
    one_steps: tuple[Step, ...]
    other: str
    other_steps: tuple[Step, ...]
    parts: Mapping[str, str]
    variants: tuple[Variant, ...]
    problem: Callable[[Settings], str | None] = lambda settings: None
    special: Mapping[str, str] = field(default_factory=dict)
    weight: str = "w[0, 0]"

    def variant(self, letter: str) -> Variant:
        """The variant with that letter."""
        return self.variants[LETTERS.index(letter)]

    def lines(self, letter: str) -> str:
        """The lines of the second way in that variant."""
        variant = self.variant(letter)
        return variant.lines or self.other.format(**{**self.parts, **variant.parts})

    def steps(self, letter: str) -> tuple[Step, ...]:
        """The boxes of the second way in that variant."""
        return self.variant(letter).steps or self.other_steps

    @property
    def right(self) -> str:
        """The letter of the variant that holds for all settings."""
        return next(letter for letter in LETTERS if not self.variant(letter).fault)


def convolves(settings: Settings, **others: int) -> str | None:
    """What is wrong with a convolution of these settings, or of ``others`` in their place."""
    layer = {
        "kernel_size": settings.kernel_size, "stride": settings.stride,
        "padding": settings.padding, "groups": settings.groups,
    }  # fmt: skip
    convolution = Convolution(settings.in_channels, settings.out_channels, **(layer | others))
    return explain(convolution, settings.shape)


def transposes(settings: Settings) -> str | None:
    """What is wrong with a transposed convolution of these settings."""
    layer = TransposedConvolution(
        settings.in_channels, settings.out_channels, settings.kernel_size, settings.stride,
        settings.padding,
    )  # fmt: skip
    return explain(layer, settings.shape)
