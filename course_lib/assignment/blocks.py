"""The rules on C1C2C3C4, and where a network keeps its blocks."""

from collections.abc import Sequence

from torch import nn

from course_lib.geometry import Node

from .executed import is_max_pool, is_pointwise
from .rules import Block, Broken, NotShown, Submission, followed

SPELLINGS = ("c", "block")


def four_blocks_of_three(submission: Submission) -> str:
    """C1C2C3C4 of Session 9."""
    blocks = find_blocks(submission.model, submission.blocks)
    executed = followed(submission)
    members: dict[str, list[Node]] = {label: [] for label in blocks}
    outside = []
    for node in executed.counted:
        module = executed.module_of(node)
        home = next((label for label, inside in blocks.items() if module in inside), None)
        if home:
            members[home].append(node)
        elif not is_pointwise(node) or node in executed.separable.values():
            outside.append(node)
    found = ", ".join(f"{label}: {len(nodes)}" for label, nodes in members.items())
    if outside:
        names = ", ".join(node.name for node in outside)
        raise Broken(f"{found}; outside of them: {names}", "Move them into a block.")
    if [len(nodes) for nodes in members.values()] != [3] * 4:
        cure = "Add or take away convolutions until each block has three."
        raise Broken(f"{found} convolutions", cure)
    return f"{found} convolutions"


def find_blocks(model: nn.Module, blocks: Sequence[Block] | None) -> dict[str, set[nn.Module]]:
    """Return four labels with the modules inside each block.

    ``blocks`` names four modules, each as a path, as the module, or as a list of such. Without it
    the blocks are the children c1 to c4 or block1 to block4, of the model or of a part of it.
    """
    if blocks is not None:
        return _given_blocks(model, blocks)
    best: dict[str, nn.Module] = {}
    for module in model.modules():
        children = {_plain(name): child for name, child in module.named_children()}
        for word in SPELLINGS:
            names = [f"{word}{number}" for number in range(1, 5)]
            here = {name: children[name] for name in names if name in children}
            best = max(best, here, key=len)
    if not best:
        raise NotShown(
            "no children named c1 to c4 or block1 to block4",
            "Name them so, or say which modules they are: blocks=[...] or --blocks A,B,C,D.",
        )
    if len(best) < 4:
        raise Broken(f"only {', '.join(best)}", "Build four blocks: c1, c2, c3 and c4.")
    return {name: set(module.modules()) for name, module in best.items()}


def four_blocks_between_pools(submission: Submission) -> str:
    """C1C2C3C4 of Session 7: blocks are what the max-pools part, whatever their names."""
    executed = followed(submission)
    passed: dict[Node, int] = {}
    for node in executed.nodes:
        before = max((passed[parent] for parent in node.parents), default=0)
        passed[node] = before + is_max_pool(node)
    counts = [0] * (max(passed.values()) + 1)
    for node in executed.counted:
        counts[passed[node]] += 1
    found = ", ".join(f"{count}" for count in counts) + " convolutions between the max-pools"
    if len(counts) != 4 or 0 in counts:
        raise Broken(found, "Put one max-pool behind each of the first three blocks.")
    return found


def _given_blocks(model: nn.Module, blocks: Sequence[Block]) -> dict[str, set[nn.Module]]:
    known = dict(model.named_modules())
    found = {}
    for number, block in enumerate(blocks, start=1):
        parts = [block] if isinstance(block, (str, nn.Module)) else block
        unknown = [part for part in parts if isinstance(part, str) and part not in known]
        if unknown:
            raise NotShown(f"blocks names {unknown[0]!r}, and the model has no such module")
        modules = [known[part] if isinstance(part, str) else part for part in parts]
        found[f"c{number}"] = {inner for module in modules for inner in module.modules()}
    if len(found) != 4:
        raise NotShown(f"blocks names {len(found)} blocks; expected four")
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "")
