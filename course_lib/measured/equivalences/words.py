"""What the equivalence bench says: the verdict on two outputs, and which variants still stand."""

from collections.abc import Collection

from course_lib.pictures.marks import numeral

from .compare import Compared, shape_of
from .pair import LETTERS, Pair

Exposed = Collection[tuple[str, str]]  # (title of the pair, letter)


def figure(value: float) -> str:
    """A difference: whole as it is, else with three digits."""
    return numeral(int(value)) if value == int(value) else f"{value:.3g}"


def capital(words: str) -> str:
    """Words as a sentence begins."""
    return words[0].upper() + words[1:]


def verdict(seen: Compared) -> str:
    """Whether both outputs are equal, and by how much they are not."""
    if seen.refusal:
        return f"PyTorch refuses the other way: {seen.refusal}"
    if seen.apart is None:
        shapes = f"{shape_of(seen.one)} against {shape_of(seen.other)}"
        return f"{shapes}: not even the shapes agree."
    count = seen.apart.numel()
    if seen.equal:
        return f"max |difference| = 0: equal, in every one of {count} numbers."
    unequal = int((seen.apart > 0).sum())
    return (
        f"max |difference| = {figure(seen.difference)}: not equal; {unequal} of {count} numbers "
        "differ."
    )


def exposed_of(pair: Pair, exposed: Exposed) -> list[str]:
    """The letters of a pair's variants that were seen to differ."""
    return [letter for letter in LETTERS if (pair.title, letter) in exposed]


def standing(pair: Pair, exposed: Exposed) -> str:
    """Which variants of a pair were seen to differ, and which were not yet."""
    gone = exposed_of(pair, exposed)
    left = [letter for letter in LETTERS if letter not in gone]
    if not gone:
        return "No variant is exposed yet. Equal here does not mean equal everywhere."
    if len(left) == 1:
        return f"Exposed: {_listed(gone)}. {left[0]} remains: it holds for all settings."
    return f"Exposed: {_listed(gone)}. Still standing: {_listed(left)}."


def sentence(pair: Pair, letter: str, seen: Compared) -> str:
    """Pair, variant and verdict in one sentence."""
    return f"{capital(pair.title)}, variant {letter}: {verdict(seen)}"


def named_fault(pair: Pair, letter: str, exposed: Exposed) -> str:
    """What is wrong with a variant, once it is exposed."""
    gone = exposed_of(pair, exposed)
    if letter in gone:
        return fault(pair, letter)
    if len(gone) == len(LETTERS) - 1:
        return f"{letter} has no fault: it is the same function for all settings."
    return (
        f"Nothing speaks against {letter} so far. Find settings with which its output differs, and "
        "the fault is named."
    )


def fault(pair: Pair, letter: str) -> str:
    """What is wrong with a wrong variant, and where that is not seen."""
    variant = pair.variant(letter)
    return f"{letter}: {variant.fault} It is not seen if {variant.slips}."


def because(pair: Pair) -> str:
    """Every fault of a pair."""
    return " ".join(fault(pair, letter) for letter in LETTERS if letter != pair.right)


def _listed(letters: list[str]) -> str:
    *most, last = letters
    return f"{', '.join(most)} and {last}" if most else last
