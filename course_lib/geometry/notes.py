"""Sentences on what the numbers of a layer table leave out."""

from math import lcm

from .fields import Field
from .network import Network, Node
from .operations import Elementwise


def field_notes(network: Network, fields: dict[Node, Field | None]) -> tuple[str, ...]:
    """On merges where the box of one branch is not the box of all, and on fields that vary."""
    wider, shifted, gated, varying = [], [], [], []
    for node in network.nodes:
        joined = [fields[parent] for parent in node.parents]
        known = [field for field in joined if field is not None]
        if known and len(known) < len(joined):
            gated.append(node.label)
        if len({field.size for field in known}) > 1:
            wider.append(node.label)
        if any(_centres(field, known) != _centres(known[0], known) for field in known[1:]):
            shifted.append(node.label)
        if fields[node] and fields[node].varies and not isinstance(node.operation, Elementwise):
            varying.append(node.label)
    texts = (
        (wider, "branches with different receptive fields meet; the larger one is kept."),
        (shifted, "branches with shifted fields meet; the box around all of them is kept."),
        (gated, "a branch that saw the whole image joins; the field of the other is kept."),
        (varying, "the field depends on the position; the largest one is given."),
    )
    return tuple(f"{_places(labels)}: {text}" for labels, text in texts if labels)


def _centres(field: Field, fields: list[Field]) -> list[object]:
    """The centres of its boxes, down and across, up to where the patterns of all fields repeat."""
    periods = (lcm(*lengths) for lengths in zip(*(f.period for f in fields), strict=True))
    cells = [(index, index) for index in range(max(periods))]
    return [field.centre(cell) if field.reads_anything(cell) else None for cell in cells]


def _places(labels: list[str]) -> str:
    return ", ".join(labels[:2]) + (f" and {len(labels) - 2} more" if len(labels) > 2 else "")
