"""Explorers whose pictures come from running torch or albumentations, not from arithmetic alone."""
