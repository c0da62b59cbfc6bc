"""Explorer: one picture, one transform of albumentations, sixteen draws of it (lesson 09)."""

from .explorer import AugmentationExplorer

__all__ = ["AugmentationExplorer"]
