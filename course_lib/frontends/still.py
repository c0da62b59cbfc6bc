"""A drawing as a still picture in words and in a data address: what a page shows without a kernel.

The build stores a PNG of the same SVG in its place (``notebooks/pipeline/stills.py``);
``data-picture`` holds the SVG's digest, so that a stored picture that is no longer the one drawn
is found when the notebooks are tested.
"""

import base64
import hashlib
import html
from collections.abc import Sequence

from course_lib.pictures.marks import short


def digest(svg: str) -> str:
    """What tells one picture from another, in 16 hex digits."""
    return hashlib.sha256(svg.encode()).hexdigest()[:16]


def still(svg: str, width: float, alt: str, caption: Sequence[str] = ()) -> str:
    """A figure of HTML that shows `svg`, `width` dots wide, with `alt` for those who cannot see it.

    `caption` holds lines of text to stand below it.
    """
    data = base64.b64encode(svg.encode()).decode()
    lines = "<br>".join(html.escape(line) for line in caption)
    return (
        f'<figure data-picture="{digest(svg)}" style="margin: 0">'
        f'<img alt="{html.escape(alt)}" width="{short(width)}" '
        f'src="data:image/svg+xml;base64,{data}">'
        f"{f'<figcaption>{lines}</figcaption>' if lines else ''}</figure>"
    )
