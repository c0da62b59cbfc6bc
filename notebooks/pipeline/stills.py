"""Stored pictures: an explorer's SVG becomes a PNG, since GitHub shows no SVG in a notebook.

Drawn with the fonts that matplotlib brings along and with no other, so that every machine draws
the same. The digest beside the picture stays that of the SVG, which nbval compares.
"""

import base64
import re
from pathlib import Path

import matplotlib
import resvg_py

_SVG = re.compile(r'(?<=src=")data:image/svg\+xml;base64,([^"]+)')
_SHARPNESS = 2  # picture dots for one dot of the page
_FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold")


def with_stills(page: str) -> str:
    """The HTML `page` with a PNG in the place of each SVG that it holds as a data address."""
    return _SVG.sub(lambda found: _address(base64.b64decode(found[1]).decode()), page)


def png(svg: str) -> bytes:
    """`svg` drawn as a PNG, two dots for one of the page; raises ValueError where it is no SVG."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="white",
            zoom=_SHARPNESS,
            skip_system_fonts=True,
            font_files=[str(folder / f"{name}.ttf") for name in _FONTS],
            sans_serif_family="DejaVu Sans",
            monospace_family="DejaVu Sans Mono",
        )
    )


def _address(svg: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(png(svg)).decode()}"
