"""The PyTorch lines of the transposed explorer; ``x`` is the input, ``w`` the kernel."""

from ..code import torch_line
from .worked import Upsampled


def insertion_lines(worked: Upsampled) -> str:
    """The layer, and the slow way to the same numbers."""
    side = (worked.size - 1) * worked.stride + 1
    before, behind = worked.rim, worked.rim + worked.extra
    spaced = f"::{worked.stride}"
    dilation = f", dilation={worked.dilation}" if worked.dilation > 1 else ""
    return (
        f"{torch_line(worked.layer)}\n"
        f"spread = x.new_zeros(1, 1, {side}, {side})\n"
        f"spread[..., {spaced}, {spaced}] = x\n"
        f"spread = F.pad(spread, ({before}, {behind}, {before}, {behind}))\n"
        f"F.conv2d(spread, w.flip(2, 3){dilation})"
    )


def overlap_lines(worked: Upsampled) -> str:
    """The layer, and the line that counts its overlaps."""
    layer = torch_line(worked.layer)
    kernel, settings = layer.split("kernel_size=")[1].split(", ", 1)
    settings = settings.removesuffix("bias=False)").removesuffix(", ")
    ones = ", ".join(f"torch.ones(1, 1, {n}, {n})" for n in (worked.size, int(kernel)))
    return f"{layer}\nF.conv_transpose2d({ones}{', ' if settings else ''}{settings})"
