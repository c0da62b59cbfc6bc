"""A hatched area: padding that is too large to draw cell by cell."""

from dataclasses import dataclass

from .marks import short
from .palette import HATCH, HATCHED

_STEP = 9.0  # from one line to the next


@dataclass(frozen=True)
class Hatching:
    """A rectangle under slanted lines, as the padded cells of a grid are."""

    x: float
    y: float
    width: float
    height: float

    def svg(self) -> str:
        area = (
            f'<rect x="{short(self.x)}" y="{short(self.y)}" width="{short(self.width)}" '
            f'height="{short(self.height)}" fill="{HATCHED}"/>'
        )
        return f'{area}<path d="{"".join(self._lines())}" stroke="{HATCH}" stroke-width="1.5"/>'

    def _lines(self) -> list[str]:
        """Lines from the left or bottom edge up to the top or right one."""
        lines, along = [], _STEP
        while along < self.width + self.height:
            left, right = max(0.0, along - self.height), min(along, self.width)
            lines.append(
                f"M{short(self.x + left)} {short(self.y + along - left)}"
                f"L{short(self.x + right)} {short(self.y + along - right)}"
            )
            along += _STEP
        return lines
