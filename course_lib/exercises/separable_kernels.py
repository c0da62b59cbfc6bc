"""A check of lesson 07: a kernel as a column times a row, where it is one."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .engine import Mistake
from .functions import FunctionCheck
from .running import Run

if TYPE_CHECKING:
    from torch import Tensor

_ROUNDING = 1e-5  # of the largest singular value: less is no second term


class FactorCheck(FunctionCheck):
    """Factors are right whatever their scale: 2·column with row/2 makes the same kernel."""

    def _runs(self, function: Callable[..., Any]) -> list[Run]:
        runs = zip(super()._runs(function), self.expected, strict=True)
        return [replace(made, value=_rescaled(made.value, wanted)) for made, wanted in runs]


def _rescaled(found: Any, wanted: Any) -> Any:
    """The factors with the scale of those wanted; what cannot be so scaled stays as it is."""
    from .tensors import as_tensor

    if not isinstance(found, dict) or wanted is None or found.keys() != wanted.keys():
        return found
    column, row = as_tensor(found["column"]), as_tensor(found["row"])
    if row is None or column is None or row.shape != wanted["row"].shape:
        return found
    scale = (row.double() @ wanted["row"].double()) / wanted["row"].double().square().sum()
    return {"column": column * scale, "row": row / scale} if scale else found


def _factors(kernel: "Tensor", exact: bool = False, always: bool = False) -> Any:
    from torch.linalg import svd

    columns, values, rows = svd(kernel)
    rest = values[1:].sum()
    if not always and rest > (0 if exact else _ROUNDING * values[0]):
        return None
    return {"column": values[0] * columns[:, 0], "row": rows[0]}


def _changed(change: Callable[["Tensor", "Tensor"], tuple["Tensor", "Tensor"]]) -> Callable:
    """A function that finds the factors and spoils them."""

    def spoiled(kernel: "Tensor") -> Any:
        found = _factors(kernel)
        return found and dict(zip(found, change(found["column"], found["row"]), strict=True))

    return spoiled


def _kernels() -> dict[str, tuple["Tensor"]]:
    from torch import eye, outer, tensor

    laplacian = tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])
    return {
        "the Sobel kernel": (tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]),),
        "the Laplacian": (laplacian,),
        "a 2x4 kernel": (outer(tensor([3.0, -2]), tensor([1.0, 0, 5, 2])),),
        "a 4x3 kernel": (outer(tensor([-1.0, 2, 0, -7]), tensor([2.0, -3, 1])),),
        "a diagonal": (eye(5),),
        "a kernel with rounding errors": (
            outer(tensor([0.1, 0.7, 0.3]), tensor([0.9, -0.6, 0.7])),
        ),
        "a Laplacian of small numbers": (1e-6 * laplacian,),
    }


separate = FactorCheck(
    name="separate",
    reference=_factors,
    cases=_kernels,
    mistakes=[
        Mistake(
            lambda kernel: _factors(kernel, always=True),
            "These are the best factors of a kernel that has none: their product is not the "
            "kernel. Where a second singular value is left, the answer is None.",
        ),
        Mistake(
            _changed(lambda column, row: (column / column.norm(), row)),
            "The singular value is missing: column and row of an SVD both have the length 1.",
        ),
        Mistake(
            _changed(lambda column, row: (column.abs(), row.abs())),
            "The signs are lost: one side of the kernel is negative.",
        ),
        Mistake(
            _changed(lambda column, row: (row, column)),
            "Column and row are swapped: the column has as many numbers as the kernel has rows.",
        ),
        Mistake(
            lambda kernel: _factors(kernel, exact=True),
            "Floats are rounded, so that the second singular value is seldom exactly 0. Compare "
            "it with a small share of the first.",
        ),
    ],
    right="So one can separate any kernel that is a product, and knows which are not.",
)
