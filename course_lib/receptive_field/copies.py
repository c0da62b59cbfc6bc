"""Copies of a model to run in place of it, without its memory, its values or its hooks."""

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor, nn


def copied(model: nn.Module, stand_in: Callable[[Tensor], Tensor]) -> nn.Module:
    """A copy in eval mode, with ``stand_in(tensor)`` for each parameter, buffer and other tensor.

    Forward hooks stay behind, since they may write into the caller's own lists.
    """
    instead: dict[int, object] = {}
    for module in model.modules():
        instead[id(module._forward_hooks)] = OrderedDict()
        tensors = [*module.parameters(recurse=False), *module.buffers(recurse=False)]
        for tensor in [*tensors, *(v for v in vars(module).values() if isinstance(v, Tensor))]:
            new = stand_in(tensor.detach())
            is_parameter = isinstance(tensor, nn.Parameter)
            instead[id(tensor)] = nn.Parameter(new, requires_grad=False) if is_parameter else new
    return deepcopy(model, instead).eval()


def on_meta(tensor: Tensor) -> Tensor:
    """A tensor of that shape without values, which takes no memory."""
    return torch.empty_like(tensor, device="meta")


def ones(tensor: Tensor) -> Tensor:
    """Ones of that shape in float64, stored once; whole numbers are kept."""
    if not tensor.is_floating_point():
        return torch.ones_like(tensor, device="cpu") if tensor.is_meta else tensor.cpu().clone()
    return torch.ones((), dtype=torch.float64).expand(tensor.shape)
