"""The PyTorch lines of a padding mode, and what to write where PyTorch has none."""

from .worked import CLIPPED, KERNELS

_SYMMETRIC = 'torchvision.transforms.v2.functional.pad(x, {sides}, padding_mode="symmetric")'


def lines(mode: str, kernel: str, padding: int, image: bool, layers: int) -> str:
    """The lines that pad ``x`` and run the kernel, or the ``layers`` of them where not 0."""
    conv = f"nn.Conv{2 if image else 1}d(1, 1, kernel_size=3"
    if mode == CLIPPED:
        return _clipped(kernel, conv, layers)
    if layers:  # by one cell, symmetric and replicate agree
        note = "  # by one cell, symmetric is replicate" if mode == "symmetric" else ""
        filled = "replicate" if mode == "symmetric" else mode
        return _repeated(f"{conv}, padding=1{_mode(filled)}, bias=False)", layers) + note
    if mode == "symmetric":
        sides = [padding] * 4 if image else [padding, 0, padding, 0]
        return (
            f"{_SYMMETRIC.format(sides=sides)}  # left, top, right, bottom\n"
            f"{conv}, bias=False)  # on the padded x: the layer has no symmetric mode"
        )
    named = "" if mode == "zeros" else f', mode="{mode}"'
    sides = (padding,) * (4 if image else 2)
    return f"F.pad(x, {sides}{named})\n{conv}, padding={padding}{_mode(mode)}, bias=False)"


def _clipped(kernel: str, conv: str, layers: int) -> str:
    weights = KERNELS[kernel].weights
    if len(set(weights)) == 1:
        pool = conv.replace("Conv", "AvgPool").split("(")[0]
        return _repeated(f"{pool}(3, stride=1, padding=1, count_include_pad=False)", layers)
    layer = f"{conv}, padding=1, bias=False)"
    if not sum(weights):
        return f"{_repeated(layer, layers)}  # a clipped sum is one that reads zeros"
    times = f"for _ in range({layers}):\n    " if layers else ""
    divided = "x = conv(x) / conv(torch.ones_like(x))  # divided by the weights that are left"
    return f"conv = {layer}\n{times}{divided}"


def _repeated(layer: str, layers: int) -> str:
    return f"nn.Sequential(*({layer} for _ in range({layers})))" if layers else layer


def _mode(mode: str) -> str:
    return "" if mode == "zeros" else f', padding_mode="{mode}"'
