"""The rules of each assignment, in the order of its brief."""

from functools import partial

from . import architecture as network
from . import blocks
from . import training_log as log
from .rows import RULE_SETS
from .rules import NotShown, Rule, Submission

STRIDE = Rule("stride", "no stride: dilated kernels instead", network.no_stride)


def beside_rules(name: str) -> tuple[Rule, ...]:
    """Return what is judged for extra points only: Session 9 allows strides, and rewards none."""
    return (STRIDE,) if name == "session9" else ()


def rules_of(name: str) -> tuple[Rule, ...]:
    """Return the rules by the name of the assignment; raises ValueError with the names there are.

    Sources: the assignments of Session 9 (with its extra points, «session9-dilated») and Session 7.
    """
    if name not in RULE_SETS:
        raise ValueError(f"there are no rules {name!r}; expected one of {', '.join(RULE_SETS)}")
    if name == "session7":
        gpu = Rule("GPU", "trained on a GPU, by the log", log.trained_on_a_gpu)
        return (*_session7(), gpu, *_log_rules(0.80))  # its brief asks for no modules
    modular = Rule(
        "modularity", "the network's code in a module, not a notebook", network.in_a_module
    )
    return (*_session9(name), *_augmentation_rules(), *_log_rules(0.85), modular)


def _session9(name: str) -> list[Rule]:
    rules = [
        Rule("runs", "images (N, 3, 32, 32) in, ten numbers an image out", network.runs),
        Rule("blocks", "C1C2C3C4: four blocks of three convolutions", blocks.four_blocks_of_three),
        Rule("pooling", "no pooling but the global one", network.no_pooling),
    ]
    if name == "session9-dilated":
        rules.append(STRIDE)
    return rules + _common(200_000)


def _session7() -> list[Rule]:
    return [
        Rule("runs", "images (N, 3, 32, 32) in, ten numbers an image out", network.runs),
        Rule(
            "blocks",
            "C1C2C3C4: convolutions before, between and behind three max-pools",
            blocks.four_blocks_between_pools,
        ),
        Rule("pooling", "three max-pools, no other but the global one", network.three_max_pools),
        *_common(1_000_000),
    ]


def _common(below: int) -> list[Rule]:
    return [
        Rule("receptive field", "more than 44", partial(network.receptive_field, above=44)),
        Rule(
            "depthwise separable",
            "a convolution with groups = in_channels > 1 and a kernel above 1, then a 1x1",
            network.depthwise_separable,
        ),
        Rule("dilation", "a convolution with dilation above 1", network.dilated),
        Rule("GAP", "global average pooling at the end of the map", network.global_average_pooling),
        Rule("parameters", f"fewer than {below:,}", partial(network.parameters, below=below)),
    ]


def _augmentation_rules() -> list[Rule]:
    return [
        Rule("horizontal flip", "A.HorizontalFlip with p above 0",
             partial(_augmented, rule="flips")),
        Rule("shift, scale, rotate", "A.ShiftScaleRotate that does all three",
             partial(_augmented, rule="shifts_scales_rotates")),
        Rule("coarse dropout",
             "A.CoarseDropout with one hole of 16 x 16, filled with the data set's mean",
             partial(_augmented, rule="drops_one_hole")),
    ]  # fmt: skip


def _log_rules(floor: float) -> list[Rule]:
    return [
        Rule("test images", "judged on the 10,000 test images of CIFAR-10",
             log.judged_on_test_images),
        Rule("accuracy", f"{floor:.0%} or more in the last epoch",
             partial(log.accuracy, floor=floor)),
        Rule("log lines", "one figure for training and one for testing, epoch by epoch",
             log.one_line_an_epoch),
        Rule("untrained start", f"at most {log.MOST_AFTER_ONE_EPOCH:.0%} after the first epoch",
             log.begins_untrained),
    ]  # fmt: skip


def _augmented(submission: Submission, rule: str) -> str:
    """A rule on the augmentation; albumentations takes seconds to load, so not without need."""
    if submission.augmentation is None:
        raise NotShown("no augmentation was given",
                       "Pass augmentation= or --augmentation data.py:NAME.")  # fmt: skip
    from . import augmentation

    return log.augmented_as_handed_in(submission, getattr(augmentation, rule)(submission))
