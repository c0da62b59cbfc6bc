"""What the heads that enlarge a picture start from (lesson 06)."""

from torch import Tensor


def icnr(filters: Tensor, upscale_factor: int) -> Tensor:
    """The weight of a convolution before a pixel shuffle, such that all r x r pixels of a block
    start as copies of one number: nearest upsampling, and no checkerboard.

    Each of the given filters stands r * r times in a row. Shapes: (C, C_in, k, k) ->
    (C r r, C_in, k, k). Source: Aitken and others 2017, arXiv 1707.02937.
    """
    return filters.repeat_interleave(upscale_factor**2, dim=0)
