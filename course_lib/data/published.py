"""Figures that others published, with their sources; lesson 09 sets its own beside them."""

# Test error in %, without cutout and with it. "+" is with mirroring and random crops.
# T. DeVries, G. Taylor, arXiv 1708.04552, table 1; means of five runs (shake-shake: of three).
CUTOUT = {
    "ResNet18": {
        "C10": (10.63, 9.31), "C10+": (4.72, 3.99), "C100": (36.68, 34.98),
        "C100+": (22.46, 21.96),
    },
    "WideResNet": {
        "C10": (6.97, 5.54), "C10+": (3.87, 3.08), "C100": (26.06, 23.94),
        "C100+": (18.8, 18.41), "SVHN": (1.60, 1.30),
    },
    "Shake-shake": {"C10+": (2.86, 2.56), "C100+": (15.85, 15.20)},
}  # fmt: skip

# Test error in % of a WideResNet 28-10 on CIFAR-10 and CIFAR-100, all with mirroring and crops.
# R. Takahashi and others, arXiv 1811.09030, table I.
RICAP = {
    "baseline": (3.89, 18.85),
    "dropout, p = 0.2": (4.65, 21.27),
    "cutout, 16x16": (3.08, 18.41),
    "random erasing": (3.08, 17.73),
    "mixup, alpha = 1": (3.02, 17.62),
    "RICAP, beta = 0.3": (2.85, 17.22),
}

# Images a second on one core of a server, photographs of ImageNet's validation set.
# The benchmark table of albumentations 1.1.0 (2021), as the course's slides have it. None stands
# where the library has no such transform or the slide cannot be read.
LIBRARIES = ("albumentations", "imgaug", "torchvision", "keras", "augmentor", "solt")
THROUGHPUT = {
    "HorizontalFlip": (10220, 2702, 2517, 876, 2528, 6798),
    "VerticalFlip": (4438, 2141, 2151, 4381, 2155, 3659),
    "Rotate": (389, 283, 165, 28, 60, 367),
    "ShiftScaleRotate": (669, 425, 146, 29, None, None),
    "Brightness": (2765, 1124, 411, 229, 408, None),
    "Contrast": (2767, 1137, 349, None, 346, None),
    "BrightnessContrast": (2746, 629, 190, None, 189, 1196),
    "ShiftRGB": (2758, 1093, None, 360, None, None),
    "ShiftHSV": (598, 259, 59, None, None, 144),
    "Gamma": (2849, None, 388, None, None, 933),
    "Grayscale": (5219, 393, 723, None, 1082, 1309),
    "RandomCrop64": (163550, 2562, 50159, None, 42842, 22260),
    "PadToSize512": (3609, None, 602, None, None, 3097),
    "Resize512": (1049, 611, 1066, None, 1041, 1017),
    "RandomSizedCrop_64_512": (3224, 858, 1660, None, 1598, 2675),
    "Posterize": (2789, None, None, None, None, None),
    "Solarize": (2761, None, None, None, None, None),
    "Equalize": (647, 385, None, None, 765, None),
    "Multiply": (2659, 1129, None, None, None, None),
    "MultiplyElementwise": (111, 200, None, None, None, None),
    "ColorJitter": (351, 78, 57, None, None, None),
}
