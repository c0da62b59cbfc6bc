"""The receptive field of any torch module, by arithmetic and by gradient.

``analyse`` follows one forward pass and returns the layer table of what was executed, ``follow``
its graph. ``measure`` finds the same field by a gradient, without that arithmetic. None of them
touches the model, its mode, its gradients or the random state.
"""

from dataclasses import replace

import torch
from torch import Tensor, nn

from ..geometry import GeometryError, LayerTable, Network, Pair, as_pair, layer_table
from .copies import copied, on_meta, ones
from .gradient import Linearised, Measurement, support
from .trace import Trace
from .values import UnknownOperation

__all__ = ["Measurement", "UnknownOperation", "analyse", "follow", "measure"]

DOUBLINGS = 4  # of the image, until the field touches no border


@torch.inference_mode(False)
def analyse(
    model: nn.Module, input_size: int | Pair = (32, 32), in_channels: int = 3
) -> LayerTable:
    """The layer table of one forward pass on an image of that (height, width), in eval mode.

    Only what the output depends on counts; a layer that is called twice has two rows and its
    parameters once; what normalisation takes from the whole image (its statistics) is not sight.
    The pass needs no memory for weights and maps unless the model looks at values.
    Raises UnknownOperation, naming it, for what cannot be followed, and GeometryError for a model
    that does not run on that image.
    """
    size = as_pair(input_size, "input_size")
    table = layer_table(follow(model, size, in_channels), size)
    unused = sum(p.numel() for p in model.parameters()) - table.parameters
    notes = (f"{unused:,} parameters of the model do not reach this output.",) if unused else ()
    return replace(table, notes=table.notes + notes)


@torch.inference_mode(False)
def follow(model: nn.Module, input_size: int | Pair = (32, 32), in_channels: int = 3) -> Network:
    """The graph behind that table: every step that the output depends on, named by its module.

    Raises as ``analyse`` does.
    """
    network, _ = _executed(model, (1, in_channels, *as_pair(input_size, "input_size")))
    return network


@torch.inference_mode(False)
def measure(
    model: nn.Module, input_size: int | Pair | None = None, in_channels: int = 3
) -> Measurement:
    """The field of one central cell, before the whole image is pooled or flattened, by gradient.

    The model is copied, its steps made linear, and run in float64 on an image wide enough that the
    field touches no border. ``input_size`` is an image that the model takes (default 32 x 32).
    Raises GeometryError if the model takes no larger image; ``analyse`` still gives the table.
    """
    size = as_pair(input_size or 32, "input_size")
    network, names = _executed(model, (1, in_channels, *size))
    table = layer_table(network, size)
    layer = next((row.name for row in reversed(table.rows) if row.receptive_field), None)
    if layer is None:
        raise GeometryError("The model has no layer that looks at a part of the image only.")
    place = names.index(layer) + 1  # the linear steps are the same in number, not always in name
    need = [field + 2 * jump for field, jump in zip(table.receptive_field, table.jump, strict=True)]
    size = max(size[0], need[0]), max(size[1], need[1])
    linear = copied(model, ones)
    for _ in range(DOUBLINGS):
        seen = _seen(linear, place, (1, in_channels, *size))
        if not seen.any():
            raise GeometryError(f"No gradient arrives from {layer}; the model may cut it (detach).")
        first, last = seen.nonzero().amin(0).tolist(), seen.nonzero().amax(0).tolist()
        box = last[0] - first[0] + 1, last[1] - first[1] + 1
        if min(first) > 0 and last[0] < size[0] - 1 and last[1] < size[1] - 1:
            return Measurement(box, seen.sum().item() / (box[0] * box[1]), size)
        size = size[0] * 2, size[1] * 2
    raise GeometryError(
        f"The field reaches the border of every image up to {size}: it grows with the image, as "
        "behind an adaptive pooling. Leave that layer out to measure what comes before it."
    )


def _executed(model: nn.Module, shape: tuple[int, ...]) -> tuple[Network, list[str]]:
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


def _seen(linear: nn.Module, place: int, shape: tuple[int, ...]) -> Tensor:
    """The pixels that reach the central cell behind the n-th layer, as (H, W) of booleans."""
    failure = None
    with torch.enable_grad():
        # Twos, since ones minus a mean of ones would make a gate zero.
        image = torch.full(shape, 2.0, dtype=torch.float64, requires_grad=True)
        trace = Trace(linear, image)
        try:
            with trace.naming(), trace, Linearised():
                linear(image)
        except Exception as error:  # a head made for one size; the map before it is all we need
            failure = error
        if place in trace.maps:
            return support(trace.maps[place], image)
    raise GeometryError(
        f"The model takes no image of {shape[2]} x {shape[3]}, which its field needs, so the field "
        f"cannot be measured ({failure}). The table of analyse holds all the same."
    ) from failure
