"""Draw the README's pictures from the library: ``python images/make.py``."""

from pathlib import Path

from course_lib import plots
from course_lib.frontends.figures import picture
from course_lib.models.pretrained import shipped_log
from course_lib.models.session9 import Session9Net
from course_lib.receptive_field import analyse
from course_lib.training import read_log

HERE = Path(__file__).parent


def receptive_field() -> plots.Plot:
    """The field after each convolution of the assignment's network."""
    rows = [row for row in analyse(Session9Net()).rows if row.kernel_size not in (None, (1, 1))]
    names = [row.name.removesuffix(".conv").removesuffix(".depthwise") for row in rows]
    return plots.field_growth(names, [row.receptive_field[0] for row in rows])


def training() -> plots.Plot:
    """The shipped run, epoch by epoch."""
    return plots.curves(read_log(shipped_log("session9")), goal=0.85)


def main() -> None:
    """Write every picture beside this script."""
    for draw in (receptive_field, training):
        path = HERE / f"{draw.__name__}.png"
        path.write_bytes(picture(*draw()).png)
        print(path.name)


if __name__ == "__main__":
    main()
