"""Draw the README's pictures from the library: ``python images/make.py``."""

import sys
from pathlib import Path

from course_lib import plots
from course_lib.explorers.convolution import ConvolutionExplorer
from course_lib.frontends.figures import picture
from course_lib.models.pretrained import shipped_log
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


def convolution() -> bytes:
    """The explorer of lesson 01, as it opens."""
    explorer = ConvolutionExplorer()
    return png(explorer.render(explorer.start()).svg())


def main() -> None:
    """Write every picture beside this script."""
    for draw in (convolution, receptive_field, training):
        path = HERE / f"{draw.__name__}.png"
        path.write_bytes(draw())
        print(path.name)


if __name__ == "__main__":
    main()
