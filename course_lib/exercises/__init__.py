"""The checks behind the exercises, one module a lesson: ``start``, ``normal``, ``channels``, …

In a notebook the check stands in the cell of what it checks, and ends it::

    from course_lib.exercises import normal as check

    def output_size(n, kernel_size, stride=1, padding=0, dilation=1):
        return ...  # your line

    check.output_size(output_size)

``engine`` says what a check is, ``functions`` and ``values`` are its two kinds, ``predictions`` and
``ledger`` keep what was foreseen and how sure one was. ``results`` lists every outcome of this
process, so that a test can run a lesson's solutions and see each check turn right.
"""

from .engine import results
from .ledger import review
from .predictions import predict

__all__ = ["predict", "results", "review"]
