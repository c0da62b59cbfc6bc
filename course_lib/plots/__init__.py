"""Matplotlib figures of the lessons: galleries, curves, matrices, maps.

Every function returns ``(figure, alt)``; ``course_lib.frontends.figures.show`` displays the pair.
The alt text says what is drawn and never a measured value, so it is the same in every run.
What one lesson alone draws is in the module of its name: ``plots.dilated.growth(…)``.
"""

from . import augmentation, dilated, grouped, pixel_shuffle, separable, shifts, transposed
from .counts import costs, field_growth, shares
from .fields import accuracy_by_field, copy_task
from .images import activation_maps, gallery
from .training import accuracies, confusion, curves, precision_and_recall

__all__ = [
    "accuracies",
    "accuracy_by_field",
    "activation_maps",
    "augmentation",
    "confusion",
    "copy_task",
    "costs",
    "curves",
    "dilated",
    "field_growth",
    "gallery",
    "grouped",
    "pixel_shuffle",
    "precision_and_recall",
    "separable",
    "shares",
    "shifts",
    "transposed",
]
