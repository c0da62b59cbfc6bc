"""Both ways, run: what comes out, and how far it lies apart.

Everything is whole numbers in float64, so that equal means equal on every processor: no sum is ever
rounded, in whatever order it is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import CodeType
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from .pair import SYMBOLS, Pair, Settings

_MOST = 512  # comparisons that are remembered


@dataclass(frozen=True, eq=False)
class Compared:
    """What the lines of both ways left behind.

    ``values`` are their variables by name, ``refusal`` what PyTorch said where it refused the
    second way.
    """

    values: Mapping[str, Any]
    refusal: str = ""

    def value(self, expression: str) -> Tensor:
        """What an expression in the names of the lines stands for."""
        return eval(expression, dict(self.values))

    @property
    def one(self) -> Tensor:
        return self.values["one"]

    @property
    def other(self) -> Tensor | None:
        """What came out of the second way; None if it was refused."""
        return None if self.refusal else self.values["other"]

    @cached_property
    def apart(self) -> Tensor | None:
        """The difference, cell by cell; None where even the shapes differ."""
        if self.other is None or self.other.shape != self.one.shape:
            return None
        return (self.one - self.other).abs()

    @property
    def difference(self) -> float | None:
        """max |difference|; None where there is none to take."""
        return None if self.apart is None else self.apart.max().item()

    @property
    def equal(self) -> bool:
        return self.difference == 0


def listing(pair: Pair, letter: str, settings: Settings) -> str:
    """All lines of both ways; ``torch`` and ``torch.nn.functional as F`` are imported before."""
    return f"{_first(pair, settings)}\n{_second(pair, letter)}\nprint(torch.equal(one, other))"


@lru_cache(maxsize=_MOST)
@torch.inference_mode(False)
@torch.enable_grad()
def compared(pair: Pair, letter: str, settings: Settings) -> Compared:
    """Run both ways with these settings; the second way in the variant with that letter."""
    values: dict[str, Any] = {"torch": torch, "F": F}
    exec(_compiled(_first(pair, settings)), values)
    try:
        exec(_compiled(_second(pair, letter)), values)
    except RuntimeError as refused:
        return Compared(values, refusal=str(refused).splitlines()[0])
    return Compared(values)


def shape_of(value: Any) -> str:
    """A tensor's shape in words; of several tensors their number too; else the value itself."""
    if isinstance(value, Tensor):
        return str(tuple(value.shape))
    if isinstance(value, Sequence) and value and isinstance(value[0], Tensor):
        return f"{len(value)} of {tuple(value[0].shape)}"
    return str(value)


def _first(pair: Pair, settings: Settings) -> str:
    """The lines that draw what goes in, and the first way."""
    names = [name for name in SYMBOLS if name in pair.start]
    known = ", ".join(SYMBOLS[name] for name in names)
    numbers = ", ".join(str(getattr(settings, name)) for name in names)
    special = (pair.special.get(case, "") for case in (settings.weights, settings.input))
    return "\n".join(
        (
            f"{known} = {numbers}",
            f"draw = torch.Generator().manual_seed({settings.seed})",
            "def ints(*shape):",
            "    return 2 * torch.randint(-2, 2, shape, generator=draw).double() + 1  # never 0",
            pair.drawn,
            *filter(None, special),
            "# One way",
            pair.one,
        )
    )


def _second(pair: Pair, letter: str) -> str:
    return f"# The other way, variant {letter}\n{pair.lines(letter)}"


@lru_cache(maxsize=_MOST)
def _compiled(lines: str) -> CodeType:
    return compile(lines, "<lines of the picture>", "exec")
