"""What the gridding lab says: the span as a sum, the ways to a place, the rule and the cost."""

from collections.abc import Sequence

from ..words import count, times
from .coverage import Coverage

_WAYS = 4  # more are only counted


def percent(share: float) -> str:
    """A share as "29 %"; 100 % only where nothing is missing, and never 0 %."""
    if share < 0.01:
        return "less than 1 %"
    return f"{min(99, round(100 * share)) if share < 1 else 100} %"


def sentence(seen: Coverage, place: int) -> str:
    """The picture in one sentence, for those who do not see it."""
    rates, kind = ", ".join(map(str, seen.rates)), "causal layer" if seen.causal else "layer"
    layers = f"{kind.capitalize()}s of kernel {seen.kernel_size} with rates {rates}", "span", "read"
    if len(seen.rates) == 1:
        layers = f"One {kind} of kernel {seen.kernel_size} with rate {rates}", "spans", "reads"
    name, span, read = layers
    paths = seen.line.get(place, 0)
    return (
        f"{name} {span} {seen.span} places in a row and {read} {seen.covered} of them; "
        f"{_of_the_box(seen)}; to the place {where(place)} there "
        f"{'is' if paths == 1 else 'are'} {_paths(paths)}."
    )


def status(seen: Coverage, place: int) -> tuple[str, ...]:
    """The lines below the picture."""
    return tuple(filter(None, (_span(seen), _ways(seen, place), _gaps(seen), _cost(seen))))


def where(place: int) -> str:
    """A place as it lies from the output's own."""
    if place == 0:
        return "below the output"
    return f"{abs(place)} to the {'right' if place > 0 else 'left'}"


def rule_in_words(seen: Coverage) -> str:
    """The number of the hybrid rule and its bound, where the rule speaks of such layers."""
    if not seen.ruled:
        return "It compares layers: there is only one."
    gap, kernel = seen.largest_gaps[-1], seen.kernel_size
    return f"M₂ = {gap} {'≤' if seen.accepted else '>'} {kernel}, the kernel size"


def verdict(seen: Coverage) -> tuple[str, str, bool]:
    """What the rule says, what is so, and whether the two agree."""
    truth = "no holes" if seen.share == 1 else "holes"
    if not seen.ruled:
        return "nothing", truth, True
    says = "no holes" if seen.accepted else "holes"
    return says, truth, says == truth


def _of_the_box(seen: Coverage) -> str:
    if seen.causal:
        return f"that is {percent(seen.share)}"
    box = times((seen.span, seen.span))
    return f"in the plane that is {percent(seen.share)} of a box of {box}"


def _paths(number: int) -> str:
    return count(number, "path") if number else "no paths"


def _span(seen: Coverage) -> str:
    taps = seen.kernel_size - 1
    terms = " + ".join(f"{taps}·{rate}" for rate in seen.rates)
    return f"span = 1 + {terms} = {seen.span}; {seen.covered} of these places are read"


def _ways(seen: Coverage, place: int) -> str:
    """The paths to the chosen place, as sums of steps; the first is that of the first layer."""
    ways = seen.ways(place)
    if not ways:
        return f"The place {where(place)} is a hole: no sum of these steps makes {_signed(place)}."
    shown = "\n".join(f"{_signed(place)} = {_sum(steps)}" for steps in ways[:_WAYS])
    more = f"\n… and {len(ways) - _WAYS} more" if len(ways) > _WAYS else ""
    return f"To the place {where(place)} there {'is' if len(ways) == 1 else 'are'} " + (
        f"{count(len(ways), 'path')}:\n{shown}{more}"
    )


def _signed(number: int) -> str:
    return str(number).replace("-", "−")


def _sum(steps: Sequence[int]) -> str:
    first, *rest = steps
    return _signed(first) + "".join(f" {'−' if n < 0 else '+'} {abs(n)}" for n in rest)


def _gaps(seen: Coverage) -> str:
    """The hybrid rule, worked out."""
    if not seen.ruled:
        return ""
    gaps, layer = seen.largest_gaps, len(seen.rates)
    lines = [f"M{_low(layer)} = {gaps[0]}"]
    for before, gap in zip(gaps, gaps[1:], strict=False):
        layer -= 1
        rate = seen.rates[layer - 1]
        lines.append(
            f"M{_low(layer)} = max({before} − 2·{rate}, 2·{rate} − {before}, {rate}) = {gap}"
        )
    return "hybrid rule: " + ",  ".join(lines)


def _low(number: int) -> str:
    return chr(ord("₀") + number)


def _cost(seen: Coverage) -> str:
    box = str(seen.span) if seen.causal else times((seen.span, seen.span))
    taps = seen.kernel_size if seen.causal else seen.kernel_size**2
    return (
        f"{len(seen.rates)}·{taps} = {seen.weights} weights for each pair of channels, and as many "
        f"MACs at each pixel; one kernel of {box} without holes needs {seen.weights_of_one:,}."
    )
