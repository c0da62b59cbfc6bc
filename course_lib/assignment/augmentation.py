"""The rules on the augmentation: the three albumentations of the brief, with resolved values.

Resolved, because albumentations 2.x ignores the argument names of 1.x with a mere warning: what the
code says and what the transform does are then two things.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from course_lib.data.augmentation import HOLE, A, fill_value
from course_lib.data.device_augmentation import DeviceAugmentation

from .rules import Broken, Submission

TOLERANCE = 3  # of 255 levels: means are quoted with different rounding
IMAGE = 32


def flips(submission: Submission) -> str:
    """A horizontal flip that happens."""
    transform = _one(submission, A.HorizontalFlip)
    return f"p={transform.p:g}"


def shifts_scales_rotates(submission: Submission) -> str:
    """ShiftScaleRotate, or the Affine that albumentations 2.x recommends in its place."""
    transform = _one(submission, A.ShiftScaleRotate, A.Affine)
    shift = transform.translate_percent or transform.translate_px
    ranges = {"shift": shift, "scale": transform.scale, "rotate": {"": transform.rotate}}
    still = {"shift": 0, "scale": 1, "rotate": 0}
    idle = [
        name
        for name, axes in ranges.items()
        if all(tuple(limits) == (still[name],) * 2 for limits in axes.values())
    ]
    found = ", ".join(f"{name} {_limits(axes)}" for name, axes in ranges.items())
    if idle:
        raise Broken(found, f"Give {' and '.join(idle)} a range: it changes nothing now.")
    return f"{found}, p={transform.p:g}"


def drops_one_hole(submission: Submission) -> str:
    """One hole of 16 x 16 pixels, filled with the data set's mean on the image's own scale."""
    transform = _one(submission, A.CoarseDropout)
    height, width = (
        tuple(_pixels(value) for value in limits)
        for limits in (transform.hole_height_range, transform.hole_width_range)
    )
    holes = tuple(transform.num_holes_range)
    word = "hole" if holes == (1, 1) else "holes"
    found = (
        f"{_span(holes)} {word} of {_span(height)} x {_span(width)} pixels, fill "
        f"{_rounded(transform.fill)}, fill_mask {transform.fill_mask}, p={transform.p:g}"
    )
    if holes != (1, 1) or height != (HOLE, HOLE) or width != (HOLE, HOLE):
        raise Broken(
            found,
            "num_holes_range=(1, 1), hole_height_range=(16, 16), hole_width_range=(16, 16): "
            "max_holes, max_height and max_width are albumentations 1.x and ignored by 2.x.",
        )
    _judge_fill(submission, transform, found)
    if transform.fill_mask is not None:
        raise Broken(found, "fill_mask=None, as the brief says; mask_fill_value in 1.x.")
    return found


def _judge_fill(submission: Submission, transform: A.CoarseDropout, found: str) -> None:
    """Compare the fill with the mean, on the scale that the images have at that point."""
    mean, scale = submission.mean, "0 to 255"
    expected: Sequence[float] = fill_value(mean)
    tolerance = float(TOLERANCE)
    for earlier in _before(submission, transform):
        if isinstance(earlier, A.ToFloat):
            expected, tolerance, scale = mean, TOLERANCE / 255, "0 to 1"
        elif isinstance(earlier, A.Normalize):
            shift = zip(mean, earlier.mean, earlier.std, strict=True)
            expected = [(here - theirs) / std for here, theirs, std in shift]
            tolerance, scale = TOLERANCE / 255 / min(earlier.std), "normalised images"
    fill = transform.fill
    if isinstance(fill, str):
        raise Broken(found, f"fill={_rounded(expected)}, the mean of the data set.")
    values = list(fill) if isinstance(fill, (tuple, list)) else [fill]
    wanted = list(expected) if len(values) == len(expected) else [sum(expected) / len(expected)]
    if all(abs(a - b) <= tolerance for a, b in zip(values, wanted, strict=True)):
        return
    cure = f"fill={_rounded(expected)}, the mean of the data set on the scale {scale}."
    if scale == "0 to 255" and 0 < max(values) <= 1:
        cure += " A mean in 0 to 1 is stored as 0 in a uint8 image: a black hole."
    raise Broken(found, cure)


def _one(submission: Submission, *kinds: type) -> Any:
    """The first transform of one of these kinds that can happen."""
    transforms = list(_flat(_compose(submission.augmentation)))
    found = [transform for transform in transforms if isinstance(transform, kinds)]
    if not found:
        names = ", ".join(type(transform).__name__ for transform in transforms) or "no transform"
        raise Broken(names, f"Add A.{kinds[0].__name__}(...) to the A.Compose of training.")
    active = [transform for transform in found if transform.p > 0]
    if not active:
        raise Broken(f"{kinds[0].__name__} with p=0", "Give it a probability, p=0.5.")
    return active[0]


def _compose(augmentation: Any) -> Any:
    """The transforms of what was handed in: a Compose, a list, or an object that holds one."""
    if isinstance(augmentation, Exception):
        raise Broken(str(augmentation))
    if isinstance(augmentation, DeviceAugmentation):
        raise Broken(
            "the transforms by torch on the device, not by albumentations",
            "Hand in the A.Compose that they were made from, and train with it.",
        )
    known = (A.BaseCompose, A.BasicTransform, list, tuple)
    if isinstance(augmentation, known):
        return augmentation
    held = [value for value in getattr(augmentation, "__dict__", {}).values()
            if isinstance(value, known[:2])]  # fmt: skip
    if not held:
        raise Broken(
            f"{type(augmentation).__name__}, which holds no albumentations",
            "Use the albumentations library, as the brief asks: A.Compose([...]).",
        )
    return held


def _flat(transforms: Any) -> Iterator[Any]:
    """Every single transform, in order; those inside a composition that never happens are left."""
    inner = transforms if isinstance(transforms, (list, tuple)) else None
    if isinstance(transforms, A.BaseCompose):
        inner = transforms.transforms if transforms.p > 0 else []
    if inner is None:
        yield transforms
        return
    for transform in inner:
        yield from _flat(transform)


def _before(submission: Submission, transform: Any) -> Iterator[Any]:
    for earlier in _flat(_compose(submission.augmentation)):
        if earlier is transform:
            return
        yield earlier


def _pixels(length: float) -> int:
    """A hole's side in pixels; albumentations takes floats as shares of the image."""
    return length if isinstance(length, int) else int(length * IMAGE)


def _span(limits: Sequence[float]) -> str:
    low, high = limits
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _limits(axes: dict[str, Sequence[float]]) -> str:
    """The ranges of both axes, once where they agree."""
    texts = [f"{low:g} to {high:g}" for low, high in axes.values()]
    return texts[0] if len(set(texts)) == 1 else " / ".join(texts)


def _rounded(fill: Any) -> Any:
    if isinstance(fill, (tuple, list)):
        return tuple(round(value, 3) for value in fill)
    return round(fill, 3) if isinstance(fill, float) else fill
