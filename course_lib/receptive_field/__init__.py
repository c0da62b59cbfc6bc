"""The receptive field of any torch module, by arithmetic and by gradient.

``analyse`` follows one forward pass and returns the layer table of what was executed, ``follow``
its graph. ``measure`` finds the same field by a gradient, without that arithmetic. None of them
touches the model, its mode, its gradients or the random state.
"""

from dataclasses import replace

import torch
from torch import nn

from ..geometry import LayerTable, Network, Pair, as_pair, layer_table
from .execution import executed
from .gradient import Measurement
from .measuring import measure
from .values import UnknownOperation

__all__ = ["Measurement", "UnknownOperation", "analyse", "follow", "measure"]


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
    network, _ = executed(model, (1, in_channels, *as_pair(input_size, "input_size")))
    return network
