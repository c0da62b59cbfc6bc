"""A picture for each of the fifteen methods that a survey lists, made of drawn scenes (lesson 09).

Source of the list: M. Xu and others, arXiv 2205.01491. Three of the methods look for what matters
in an image with a trained network; here that is known from the scene: its houses and trees.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate
from torchvision.transforms import v2

from course_lib.data import image_mixing as mixing
from course_lib.scene import MEADOW, Scene, draw_scene

SIDE = 72
_BLOCK = 12  # pixels of a side, where images are mixed block by block


def survey(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Each method's name -> a picture, (72, 72, 3) in [0, 1]; the first is one that was mixed."""
    scenes = [draw_scene(random, SIDE, SIDE) for _ in range(4)]
    batch = torch.stack([_tensor(scene.image) for scene in scenes])
    made = {"one of the images": batch[0]}
    made |= _mixed(batch, random)
    made |= _by_what_matters(scenes, batch)
    made |= _pasted(scenes, random)
    return {name: picture.permute(1, 2, 0).clamp(0, 1).numpy() for name, picture in made.items()}


def _mixed(batch: Tensor, random: np.random.Generator) -> dict[str, Tensor]:
    """The methods that look at no image before they mix it."""
    labels, other = torch.eye(len(batch)), torch.arange(len(batch)).roll(1)
    maps = torch.zeros_like(batch[:, 0])
    box = mixing.Box(20, 60, 28, 70)
    blocks = torch.from_numpy(random.integers(2, size=(1, 1, SIDE // _BLOCK, SIDE // _BLOCK)))
    chequers = interpolate(blocks.float(), scale_factor=_BLOCK)[0]
    torch.manual_seed(int(random.integers(2**31)))  # torchvision draws from torch's own generator
    return {
        "SamplePairing": mixing.blend(batch, labels, 0.5, other)[0][0],
        "Mixup": mixing.blend(batch, labels, 0.7, other)[0][0],
        "BC learning": between_class(batch[0], batch[1], 0.7),
        "CutMix": mixing.paste(batch, labels, box, other)[0][0],
        "Mosaic": mixing.mosaic(batch, maps, random)[0][0],
        "AugMix": v2.AugMix()((batch[0] * 255).byte()) / 255,
        "GridMix": torch.where(chequers > 0, batch[0], batch[1]),
    }


def between_class(one: Tensor, other: Tensor, share: float) -> Tensor:
    """Two images as sounds: about their means, by loudness, at one volume (Tokozume, 2018)."""
    weight = 1 / (1 + one.std() / other.std() * (1 - share) / share)
    waves = weight * (one - one.mean()) + (1 - weight) * (other - other.mean())
    return waves / (weight**2 + (1 - weight) ** 2) ** 0.5 + one.mean()


def _by_what_matters(scenes: list[Scene], batch: Tensor) -> dict[str, Tensor]:
    """The methods that choose, place by place, the image in which more is to be seen."""
    things = torch.stack([torch.from_numpy(scene.instance > 0).float() for scene in scenes])
    soft = avg_pool2d(things[:, None], 15, stride=1, padding=7)
    blocks = interpolate(avg_pool2d(things[:, None], _BLOCK), scale_factor=_BLOCK)
    shares = (8 * soft[:2]).softmax(dim=0)
    return {
        "PuzzleMix": _of_the_largest(batch[:2], blocks[:2]),
        "Co-Mixup": _of_the_largest(batch, blocks),
        "SuperMix": (shares * batch[:2]).sum(dim=0),
    }


def _of_the_largest(images: Tensor, values: Tensor) -> Tensor:
    """Every pixel of the image (N, C, H, W) whose value (N, 1, H, W) is the largest there."""
    index = values.argmax(dim=0, keepdim=True).expand(1, *images.shape[1:])
    return images.gather(0, index)[0]


def _pasted(scenes: list[Scene], random: np.random.Generator) -> dict[str, Tensor]:
    """The methods that cut things out and put them elsewhere."""
    ground = _tensor(scenes[1].image)
    thing, mask = _largest_thing(scenes[0])
    meadow = np.argwhere(scenes[1].semantic == MEADOW)
    place = tuple(meadow[len(meadow) * 3 // 4])
    small = [interpolate(one[None], scale_factor=0.6)[0] for one in (thing, mask)]
    large = [interpolate(one[None], scale_factor=1.7)[0] for one in (thing, mask)]
    soft = avg_pool2d(small[1][None], 3, stride=1, padding=1)[0]
    anywhere = [tuple(random.integers(10, SIDE - 10, size=2)) for _ in range(3)]
    frames = [_put(ground, thing, mask, (58, column)) for column in (14, 34, 54)]
    many = ground
    for spot in anywhere:
        many = _put(many, thing, mask, spot)
    return {
        "Cut, Paste and Learn": many,
        "Scale and Blend": _put(ground, small[0], soft, place),
        "Context DA": _put(ground, thing, mask, place),
        "Simple Copy-Paste": _put(ground.flip(2), *large, anywhere[0]),
        "Continuous Copy-Paste": torch.cat([frame[:, :, 24 * n : 24 * n + 24]
                                            for n, frame in enumerate(frames)], dim=2),
    }  # fmt: skip


def _largest_thing(scene: Scene) -> tuple[Tensor, Tensor]:
    """The house or tree with the most pixels, cut out (3, h, w), and where it is, (1, h, w)."""
    number = np.bincount(scene.instance[scene.instance > 0]).argmax()
    mask = scene.instance == number
    (rows,), (columns,) = np.nonzero(mask.any(axis=1)), np.nonzero(mask.any(axis=0))
    cut = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return _tensor(scene.image[cut]), torch.from_numpy(mask[cut]).float()[None]


def _put(ground: Tensor, thing: Tensor, mask: Tensor, foot: tuple[int, int]) -> Tensor:
    """The ground with a thing whose foot stands at (row, column); what lies outside is cut off."""
    made = ground.clone()
    top, left = foot[0] - thing.shape[1], foot[1] - thing.shape[2] // 2
    rows = slice(max(top, 0), min(foot[0], SIDE))
    columns = slice(max(left, 0), min(left + thing.shape[2], SIDE))
    inner = (slice(rows.start - top, rows.stop - top),
             slice(columns.start - left, columns.stop - left))  # fmt: skip
    part, cover = thing[:, *inner], mask[:, *inner]
    made[:, rows, columns] = cover * part + (1 - cover) * made[:, rows, columns]
    return made


def _tensor(image: np.ndarray) -> Tensor:
    return torch.from_numpy(image.copy()).permute(2, 0, 1) / 255
