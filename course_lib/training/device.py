"""Choose the device and the number format, and say which in words."""

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Placement:
    """Where a run computes: the device, the format of its convolutions, and a sentence for the log.

    ``dtype`` is None where everything stays in float32. ``scale`` says whether gradients need a
    ``GradScaler`` (float16 only: its smallest numbers would vanish).
    """

    device: torch.device
    dtype: torch.dtype | None
    scale: bool
    description: str

    @property
    def memory_format(self) -> torch.memory_format:
        """Channels last where convolutions gain by it; on mps BatchNorm's gradients suffer."""
        slow = self.device.type == "mps"
        return torch.contiguous_format if slow else torch.channels_last

    def autocast(self) -> torch.autocast:
        """Return the context in which the forward pass runs."""
        return torch.autocast(
            self.device.type, dtype=self.dtype or torch.bfloat16, enabled=self.dtype is not None
        )


def choose(name: str = "auto") -> Placement:
    """Return the placement for ``"auto"`` (cuda, then mps, then cpu) or a device named outright.

    Raises ValueError with a sentence where the named device is not there.
    """
    if name == "auto":
        name = (
            "cuda" if torch.cuda.is_available()
            else "mps" if torch.backends.mps.is_available()
            else "cpu"
        )  # fmt: skip
    kind = name.split(":")[0]
    if kind == "cuda" and not torch.cuda.is_available():
        raise ValueError("device 'cuda' was asked for, but torch sees no GPU; use 'cpu' or 'auto'")
    if kind == "mps" and not torch.backends.mps.is_available():
        raise ValueError("device 'mps' was asked for, but it is not there; use 'cpu' or 'auto'")
    if kind not in ("cuda", "mps", "cpu"):
        raise ValueError(f"device is {name!r}; expected 'auto', 'cuda', 'mps' or 'cpu'")
    device = torch.device(name)
    if kind != "cuda":
        return Placement(device, None, False, f"{kind}, float32")
    gpu = torch.cuda.get_device_name(device)
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Placement(device, torch.bfloat16, False, f"{gpu}, bfloat16")
    return Placement(device, torch.float16, True, f"{gpu}, float16 with scaled gradients")
