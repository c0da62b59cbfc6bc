"""Draw the README's pictures from the library: ``python images/make.py``."""

import sys
from pathlib import Path

import numpy as np

from course_lib import plots
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.figures import picture
from course_lib.measured.effective_field import EffectiveFieldExplorer
from course_lib.models.pretrained import model_card, shipped_log
from course_lib.models.session9 import Session9Net
from course_lib.receptive_field import analyse
from course_lib.training import read_log

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "notebooks"))
from pipeline.stills import png  # noqa: E402


def receptive_field() -> bytes:
    """The field after each convolution of the assignment's network."""
    rows = [row for row in analyse(Session9Net()).rows if row.kernel_size not in (None, (1, 1))]
    names = [row.name.removesuffix(".conv").removesuffix(".depthwise") for row in rows]
    return picture(*plots.field_growth(names, [row.receptive_field[0] for row in rows])).png


def training() -> bytes:
    """The shipped run, epoch by epoch."""
    return picture(*plots.curves(read_log(shipped_log("session9")), goal=0.85)).png


def confusion() -> bytes:
    """Which classes the shipped network takes for which, on all test images."""
    card = model_card("session9")
    return picture(*plots.confusion(np.array(card["confusion"]), card["classes"])).png


def effective_field() -> bytes:
    """What one cell of Session9Net looks at: by arithmetic, before and after training."""
    explorer = EffectiveFieldExplorer(network="Session9Net")
    return png(explorer.render(explorer.start()).svg())


def convolution() -> bytes:
    """The explorer of lesson 01, as it opens."""
    explorer = ConvolutionExplorer()
    return png(explorer.render(explorer.start()).svg())


def main() -> None:
    """Write every picture beside this script."""
    for draw in (convolution, receptive_field, training, confusion, effective_field):
        path = HERE / f"{draw.__name__}.png"
        path.write_bytes(draw())
        print(path.name)


if __name__ == "__main__":
    main()
