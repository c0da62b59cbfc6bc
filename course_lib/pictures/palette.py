"""The colours of the workbook, by role: Okabe and Ito's set, safe for colour-blind readers.

Colour is never the only sign: padding is hatched as well, a focus has a thick outline.
Sources: Okabe & Ito 2008, "Color Universal Design"; cividis: Nuñez, Anderton & Renslow 2018,
doi:10.1371/journal.pone.0199239.
"""

from functools import lru_cache

INPUT = "#0072B2"
KERNEL = "#E69F00"
OUTPUT = "#009E73"
FOCUS = "#D55E00"
PADDING = "#CC79A7"
SKY = "#56B4E9"
INK = "#1F2430"
MUTED = "#5B6472"
LINE = "#D5DAE1"
PAPER = "#FFFFFF"
HATCHED = "#F7F2F8"  # padding: pale, under lines of HATCH
HATCH = "#E0CFE2"

# Nine even steps of cividis, dark blue to yellow; what lies between is interpolated.
_CIVIDIS = (
    "#00224E", "#1A386F", "#434E6C", "#61656F", "#7D7C78",
    "#9B9476", "#BCAE6C", "#DEC958", "#FEE838",
)  # fmt: skip


def tint(colour: str, share: float) -> str:
    """Mix `colour` with white: share 0 is white, 1 the colour itself."""
    return mix(PAPER, colour, share)


def magnitude(share: float) -> str:
    """The colour of a magnitude in [0, 1] on the cividis scale, for heat maps."""
    place = min(max(share, 0.0), 1.0) * (len(_CIVIDIS) - 1)
    below = min(int(place), len(_CIVIDIS) - 2)
    return mix(_CIVIDIS[below], _CIVIDIS[below + 1], place - below)


@lru_cache(maxsize=4096)
def mix(first: str, second: str, share: float) -> str:
    """The colour that is `share` of the way from `first` to `second`."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@lru_cache(maxsize=4096)
def ink_on(fill: str) -> str:
    """The text colour, dark or white, that reads better on `fill` (WCAG 2 relative luminance)."""
    linear = [(c / 255) ** 2.2 for c in _channels(fill)]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INK if luminance > 0.22 else PAPER


def deep(colour: str) -> str:
    """A darker form of `colour`, for text on white."""
    return mix(colour, "#000000", 0.3)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
