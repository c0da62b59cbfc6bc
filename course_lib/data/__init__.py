"""CIFAR-10, the synthetic set, and how their images reach the network (lessons 09 and 20).

``cifar10()`` and ``synthetic()`` return an ``ImageData``; ``load()`` chooses by name. What cannot
be used raises a ``DataError``. Augmentation is in ``course_lib.data.augmentation``, batches in
``course_lib.data.feeding``.
"""

from course_lib.data.cifar import cifar10, load
from course_lib.data.dataset import ImageData
from course_lib.data.errors import DataError
from course_lib.data.synthetic import synthetic

__all__ = ["DataError", "ImageData", "cifar10", "load", "synthetic"]
