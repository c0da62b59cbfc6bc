"""What is said of sixteen draws, in sentences with numbers."""

from course_lib.pictures.marks import numeral

from .calls import BLACK, FILL_SHARE, Settings
from .draws import DRAWS, Draws
from .pipeline import Pipeline
from .transforms import Transform


def sentence(picture: str, transform: str, p: float, draws: Draws, masked: bool) -> str:
    """The picture in one sentence."""
    mask = " with its mask" if masked else ""
    return (
        f"{picture[0].upper()}{picture[1:]}{mask}, and beside it {DRAWS} draws of {transform} with "
        f"p = {p:g}, of which {draws.left_alone} left it as it is."
    )


def status(
    transform: Transform, settings: Settings, pipeline: Pipeline, draws: Draws, masked: bool
) -> tuple[str, ...]:
    """Lines below the picture: how many were spared, how much was changed, what is kept."""
    lines = [_spared(pipeline, draws)]
    if draws.first is not None:
        lines.append(" ".join(_measured(transform, settings, draws)))
        if not draws.difference:
            lines.append("It ran in the others, and changed nothing.")
    if "fill" in transform.sliders and settings["fill"] == FILL_SHARE:
        lines.append(
            "A uint8 picture counts from 0 to 255, so a mean given as a share of 1 is cut off to "
            "0: the hole is black. No warning is given."
        )
    lines.append(transform.keeps)
    if masked:
        lines.append(_mask(transform, settings))
    return tuple(lines)


def _spared(pipeline: Pipeline, draws: Draws) -> str:
    coins = 1 if pipeline.together else len(pipeline.calls)
    power = "³" if coins == 3 else ""
    chance = f"(1 − {pipeline.p:g}){power}"
    expected = numeral(round(DRAWS * pipeline.untouched, 1))
    return (
        f"{draws.left_alone} of the {DRAWS} draws left the picture as it is; on average "
        f"{DRAWS} · {chance} = {expected} do."
    )


def _measured(transform: Transform, settings: Settings, draws: Draws) -> list[str]:
    found = []
    if transform.moves:
        found.append(f"No pixel has come farther than {numeral(round(draws.farthest, 1))} pixels.")
    if transform.hides and len(draws.hidden_shares):
        found.append(_hidden(draws, settings["holes"]))
    if not transform.moves and not transform.hides:
        found.append(
            "No pixel moves. In a changed draw a value differs by "
            f"{numeral(round(draws.difference, 1))} of 255 on average."
        )
    return found


def _hidden(draws: Draws, holes: int) -> str:
    least, most = (
        numeral(round(100 * float(share), 1))
        for share in (draws.hidden_shares.min(), draws.hidden_shares.max())
    )
    share = f"{least} %" if least == most else f"{least} to {most} %"
    if holes == 1:
        return f"The hole hides {share} of the pixels."
    return f"The holes hide {share} of the pixels, those under more than one counted once."


def _mask(transform: Transform, settings: Settings) -> str:
    if transform.moves:
        line = (
            "The mask goes through the same draw, with the nearest neighbour in place of means: "
            "there is no class between tree and sky."
        )
        if "border" in transform.sliders and settings["border"] == BLACK:
            line += " What comes in from outside is class 255, for the loss to ignore."
        return line
    if transform.hides:
        return (
            "The mask stays whole (fill_mask=None): the network is asked what is behind the hole."
        )
    return "The mask stays as it is: where things are has not changed."
