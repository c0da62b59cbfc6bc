"""What each torch operation means in geometry.

Names are those of the operations below ``torch.nn`` ("aten"). What is neither listed here nor
elementwise is an error in words: better none than a wrong number.
"""

from collections.abc import Callable

from . import layers, layouts
from .values import Call, Value

# Elementwise in space, though some version of torch does not tag them so. Group and layer
# normalisation take their statistics over the whole image; as usual for receptive fields,
# statistics do not count as sight.
ELEMENTWISE = {
    "_batch_norm_no_update", "_batch_norm_with_update", "_log_softmax", "_native_batch_norm_legit",
    "_native_batch_norm_legit_no_training", "_prelu_kernel", "_softmax", "batch_norm", "celu",
    "channel_shuffle", "cudnn_batch_norm", "elu", "glu", "hardsigmoid", "hardswish", "hardtanh",
    "leaky_relu", "log_sigmoid_forward", "masked_fill", "miopen_batch_norm", "mish",
    "native_batch_norm", "native_channel_shuffle", "native_dropout", "native_group_norm",
    "native_layer_norm", "rrelu_with_noise", "threshold",
}  # fmt: skip
CONSTANTS = {
    "empty_like", "full_like", "new_empty", "new_full", "new_ones", "new_zeros", "ones_like",
    "rand_like", "randn_like", "zeros_like",
}  # fmt: skip
RESHAPES = {
    "_reshape_alias", "_to_copy", "_unsafe_view", "alias", "contiguous", "detach", "expand",
    "flatten", "lift_fresh", "reshape", "squeeze", "unflatten", "unsqueeze", "view",
}  # fmt: skip
RULES: dict[str, Callable[[Call], list[Value]]] = {
    "convolution": layers.convolution,
    **dict.fromkeys(("avg_pool2d", "max_pool2d", "max_pool2d_with_indices"), layers.pooling),
    **dict.fromkeys(("_adaptive_avg_pool2d", "adaptive_max_pool2d"), layers.adaptive_pooling),
    **dict.fromkeys(layers.PADDING_MODES, layers.padding),
    **dict.fromkeys(("pixel_shuffle", "pixel_unshuffle"), layers.shuffling),
    **dict.fromkeys(("upsample_bilinear2d", "upsample_nearest2d"), layers.upsampling),
    **dict.fromkeys(("addmm", "linear", "mm"), layers.linear),
    "cat": layers.concatenate,
    "slice": layouts.crop,
    **dict.fromkeys(("chunk", "split", "split_with_sizes"), layouts.split),
    **dict.fromkeys(("amax", "amin", "max", "mean", "min", "select", "sum"), layouts.reduction),
    **dict.fromkeys(RESHAPES, layouts.reshape),
    **dict.fromkeys(("permute", "t", "transpose"), layouts.permute),
    **dict.fromkeys(CONSTANTS, lambda call: []),
}


def follow(call: Call, pointwise: bool) -> list[Value]:
    """The values of the outputs of one call; raises UnknownOperation where they are not known."""
    if call.name in RULES:
        return RULES[call.name](call)
    if call.name.endswith("softmax") and call.dim("dim") in call.value("self").axes:
        raise call.unknown("it normalises over positions")
    one_cell = not any(value.has_space for value in call.inputs)
    if pointwise or call.name in ELEMENTWISE or one_cell:
        return layers.combined(call)
    raise call.unknown("it may move values between positions")
