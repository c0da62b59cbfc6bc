"""Run a model once, on a copy, and get the network that was executed."""

import torch
from torch import Tensor, nn

from ..geometry import GeometryError, Network
from .copies import copied, on_meta
from .trace import Trace


def executed(model: nn.Module, shape: tuple[int, ...]) -> tuple[Network, list[str]]:
    """The network of one pass and the names of its layers in order.

    The pass runs on tensors without values, or on real ones if the model does not bear that.
    """
    kinds = [p.dtype for p in model.parameters() if p.is_floating_point()]
    image = torch.zeros(shape, dtype=kinds[0] if kinds else None)
    try:
        return _followed(copied(model, on_meta), on_meta(image))
    except GeometryError:
        raise
    except Exception:  # it reads values, or holds tensors elsewhere: run it for real
        device = next(iter(model.parameters()), image).device
    try:
        with torch.random.fork_rng([device] if device.type == "cuda" else []):
            return _followed(copied(model, Tensor.clone), image.to(device))
    except GeometryError:
        raise
    except Exception as error:
        raise GeometryError(
            f"The model does not run on an image of shape {shape}: {error} "
            "Pass the input_size and in_channels that it is made for."
        ) from error


def _followed(model: nn.Module, image: Tensor) -> tuple[Network, list[str]]:
    trace = Trace(model, image)
    with torch.no_grad(), trace.naming(), trace:
        output = model(image)
    return trace.network(output), trace.names
