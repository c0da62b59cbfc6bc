"""Show a matplotlib figure in a notebook, in words too."""

import base64
import html
import io
import struct
from dataclasses import dataclass

import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.figure import Figure

_SHARPNESS = 2  # picture dots for one dot of the page: crisp on a high-resolution screen


@dataclass(frozen=True, repr=False)
class Picture:
    """PNG bytes and the sentence that says what they show."""

    png: bytes
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        width = struct.unpack(">I", self.png[16:20])[0] // _SHARPNESS  # from the PNG's header
        data = base64.b64encode(self.png).decode()
        return (
            f'<figure><img alt="{html.escape(self.alt)}" width="{width}" '
            f'src="data:image/png;base64,{data}"></figure>'
        )


def picture(figure: Figure, alt: str) -> Picture:
    """Draw `figure` on white, so that a dark page does it no harm, and close it.

    `alt` is the sentence that a reader who does not see the picture gets; it is compared when the
    notebooks are tested, and the pixels are not, so put no measured figure in it. Raises
    ValueError where it is empty. The same figure gives the same bytes.
    """
    alt = " ".join(alt.split())
    if not alt:
        raise ValueError(
            'this figure has no alt text; say in a sentence what it shows: show(figure, "…")'
        )
    buffer = io.BytesIO()
    figure.savefig(
        buffer,
        format="png",
        dpi=_SHARPNESS * figure.dpi,
        facecolor="white",
        bbox_inches="tight",
        metadata={"Software": None},
    )
    plt.close(figure)
    return Picture(buffer.getvalue(), alt)


def show(figure: Figure, alt: str) -> None:
    """Display `figure` in the cell's output, with `alt` for its text; see `picture`."""
    display(picture(figure, alt))
