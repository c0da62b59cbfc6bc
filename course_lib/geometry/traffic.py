"""How much a layer has to fetch and store for what it calculates.

Fewer MACs need not be faster: a processor that waits for memory calculates nothing. What counts is
how many MACs there are for each number moved (Williams, Waterman, Patterson: Roofline, 2009,
doi:10.1145/1498765.1498785; there in operations for each byte).
"""

from fractions import Fraction
from math import prod

from .operations import Operation
from .pairs import Shape


def numbers_moved(operation: Operation, input_shape: Shape) -> int:
    """Numbers that have to be moved once at least: the input, the parameters, and the output.

    ``input_shape`` is (C, H, W) of one image. Raises GeometryError where nothing comes out.
    """
    output_shape = operation.output_shape(input_shape)
    return prod(input_shape) + operation.parameters + prod(output_shape)


def intensity(operation: Operation, input_shape: Shape) -> Fraction:
    """The arithmetic intensity: MACs for each number moved, at best."""
    macs = operation.macs(operation.output_shape(input_shape)[1:])
    return Fraction(macs, numbers_moved(operation, input_shape))
