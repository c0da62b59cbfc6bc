"""Which positions of a map see the whole image."""

from .pairs import GeometryError


def positions_that_see_all(
    receptive_field: int, size: int, jump: int = 1, start: int | None = None
) -> range:
    """The output positions along one axis whose field covers every pixel of the image.

    ``start`` is the first pixel in the field of position 0 (as in ``Field.start``); None centres
    that field on pixel 0, as convolutions with padding "same" do. On 32 pixels a field of 45 is
    enough for 14 positions, 63 for all 32; 33 is what the two positions in the middle need.
    """
    for name, value in (("receptive_field", receptive_field), ("size", size), ("jump", jump)):
        if value < 1:
            raise GeometryError(f"{name} is {value}; expected 1 or more pixels.")
    first = -((receptive_field - 1) // 2) if start is None else start
    outputs = -(-size // jump)
    earliest = -((first + receptive_field - size) // jump)  # the field must reach the last pixel
    latest = -first // jump  # and must not begin after the first one
    return range(max(earliest, 0), max(min(latest + 1, outputs), max(earliest, 0)))
