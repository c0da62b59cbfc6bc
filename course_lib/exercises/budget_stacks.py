"""Stacks for the puzzles of the budget game: one that solves each, and those that people try."""

from collections.abc import Callable

from torch import nn

Make = Callable[[], nn.Sequential]


def _conv(c: int, out: int, k: int = 3, s: int = 1, d: int = 1, g: int = 1, **more) -> nn.Conv2d:
    """A convolution without bias; without another ``padding`` it keeps the size at stride 1."""
    settings = {"padding": d * (k - 1) // 2, "bias": False} | more
    return nn.Conv2d(c, out, k, s, dilation=d, groups=g, **settings)


def _dw(c: int, k: int = 3, s: int = 1, d: int = 1) -> nn.Conv2d:
    return _conv(c, c, k, s, d, g=c)


def _pw(c: int, out: int, g: int = 1) -> nn.Conv2d:
    return _conv(c, out, 1, g=g)


def _dilated(*rates: int, **more) -> nn.Sequential:
    """Dense 3x3 layers of 16 channels with these rates."""
    return nn.Sequential(*(_conv(16, 16, d=rate, **more) for rate in rates))


def _shrinking(*strides: int) -> nn.Sequential:
    """Dense 3x3 layers from 3 to 16 to 32 channels with these strides."""
    widths = (3, 16, *[32] * (len(strides) - 1))
    return nn.Sequential(*(_conv(widths[n], widths[n + 1], s=s) for n, s in enumerate(strides)))


def _unit(shuffle: int, groups: int, d: int = 1) -> nn.Sequential:
    """Grouped 1x1, channel shuffle, depthwise 3x3, grouped 1x1: a ShuffleNet unit."""
    return nn.Sequential(
        _pw(64, 64, groups), nn.ChannelShuffle(shuffle), _dw(64, d=d), _pw(64, 64, groups)
    )


def _there_and_back(rate: int, *way_back: nn.Module) -> nn.Sequential:
    """Down to half the size, a 5x5 and a 7x7 with that rate there, and a way back."""
    return nn.Sequential(_pw(16, 16), _dw(16, s=2), _dw(16, 5), _dw(16, 7, d=rate), *way_back)


def _doubling() -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(16, 16, 2, 2, bias=False)


RIGHT: dict[str, Make] = {
    "look_further": lambda: _dilated(1, 2, 6),
    "shrink_early": lambda: _shrinking(2, 2, 2, 1, 1, 1),
    "take_apart": lambda: nn.Sequential(_dw(32, 7), nn.ReLU(), _pw(32, 64)),
    "narrow_waist": lambda: nn.Sequential(_pw(64, 16), _dw(16, 7), _pw(16, 64)),
    "deal_out": lambda: _unit(shuffle=8, groups=8),
    "there_and_back": lambda: _there_and_back(5, _doubling()),
}

# For each puzzle, by the first goal that is missed.
WRONG: dict[str, dict[str, Make]] = {
    "look_further": {
        "receptive field": lambda: _dilated(1, 2, 5),  # 17
        "coverage": lambda: _dilated(2, 2, 6),
        "output": lambda: _dilated(1, 2, 6, padding=1),
        "channels read": lambda: nn.Sequential(_dw(16, 5), _dw(16, 5, d=5)),
        "smallest map": lambda: nn.Sequential(
            _conv(16, 16, 5, s=2), _conv(16, 16, 11), nn.Upsample(scale_factor=2)
        ),
        "parameters": lambda: nn.Sequential(
            _dilated(1, 2), nn.BatchNorm2d(16), nn.ReLU(), _conv(16, 16, 5, d=3, bias=True)
        ),
        "layers": lambda: nn.Sequential(
            _dw(16), nn.Sequential(_dw(16, d=3), _dw(16, d=9)), _pw(16, 16)
        ),
    },
    "shrink_early": {
        "receptive field": lambda: _shrinking(2, 2, 2, 1, 1),
        "output": lambda: _shrinking(2, 2, 1, 1, 1, 1),
        "MACs": lambda: nn.Sequential(
            _conv(3, 16, 7), _conv(16, 32, s=2), _conv(32, 32, s=2), _conv(32, 32, s=2),
            _conv(32, 32), _dw(32, 5),
        ),
        "parameters": lambda: nn.Sequential(*_shrinking(2, 2, 2), _conv(32, 32, 7)),
    },
    "take_apart": {
        "receptive field": lambda: nn.Sequential(_dw(32), _pw(32, 64)),
        "output": lambda: nn.Sequential(_dw(32, 7), _pw(32, 32)),
        "channels read": lambda: nn.Sequential(_dw(32, 7), _pw(32, 64, g=2)),
        "coverage": lambda: nn.Sequential(_dw(32, d=3), _pw(32, 64)),
        "parameters": lambda: nn.Sequential(_conv(32, 64, 7)),
        "fewest channels": lambda: nn.Sequential(_pw(32, 8), _dw(8, 7), _pw(8, 64)),
    },
    "narrow_waist": {
        "receptive field": lambda: nn.Sequential(_pw(64, 16), _conv(16, 16), _pw(16, 64)),
        "channels read": lambda: nn.Sequential(_pw(64, 16, g=16), _dw(16, 7), _pw(16, 64, g=4)),
        "fewest channels": lambda: nn.Sequential(_pw(64, 8), _conv(8, 8, 7), _pw(8, 64)),
        "parameters": lambda: nn.Sequential(_dw(64, 7), _pw(64, 64)),
    },
    "deal_out": {
        "channels read": lambda: nn.Sequential(_pw(64, 64, 8), _dw(64), _pw(64, 64, 8)),
        "coverage": lambda: _unit(shuffle=8, groups=8, d=2),
        "fewest channels": lambda: nn.Sequential(_pw(64, 16), _conv(16, 16), _pw(16, 64)),
        "parameters": lambda: nn.Sequential(_dw(64), _pw(64, 64)),
    },
    "there_and_back": {
        "receptive field": lambda: _there_and_back(3, _doubling()),
        "coverage": lambda: _there_and_back(6, _doubling()),
        "output": lambda: _there_and_back(5, _pw(16, 16)),
        "fewest channels": lambda: _there_and_back(5, nn.PixelShuffle(2), _pw(4, 16)),
        "MACs": lambda: _there_and_back(5, nn.Upsample(scale_factor=2), _conv(16, 16)),
    },
}  # fmt: skip
