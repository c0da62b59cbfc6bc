"""What the explorer draws and says is what albumentations does, pixel by pixel."""

import io
import random
import subprocess
import sys
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from course_lib.data.augmentation import A, assignment_augmentation, cv2
from course_lib.explorers.base import Change, Press
from course_lib.explorers.controls import Slider
from course_lib.measured.augmentations import AugmentationExplorer
from course_lib.measured.augmentations.calls import (
    BLACK,
    FILL_BLACK,
    FILL_NOISE,
    FILL_SHARE,
    IGNORED,
)
from course_lib.measured.augmentations.colours import MOST, overlaid, sheet_png
from course_lib.measured.augmentations.draws import BLOCK, DRAWS, drawn
from course_lib.measured.augmentations.subjects import LETTER, NAMES, SCENE, SIDE, STAR, subject
from course_lib.measured.augmentations.transforms import TRANSFORMS

MOVING = [name for name, transform in TRANSFORMS.items() if transform.moves]
STILL = [name for name in TRANSFORMS if name not in MOVING]
THREE, CROP = "the three of the assignment", "Pad and RandomCrop"
NOT_RANDOM = ["HorizontalFlip", "VerticalFlip", "ToGray", "InvertImg"]


def state_of(**settings):
    return AugmentationExplorer(**settings).start()


def draws_of(**settings):
    return state_of(**settings).draws


def rendered(**settings):
    explorer = AugmentationExplorer(**settings)
    return explorer.render(explorer.start())


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("settings", [{"picture": SCENE, "mask": True}, {"picture": STAR}])
def test_the_lines_that_it_prints_draw_the_pictures_that_it_shows(transform, settings):
    explorer = AugmentationExplorer(transform=transform, seed=5, border=BLACK, **settings)
    state = explorer.start()
    shown = subject(state.picture)
    names = {"image": shown.image.copy(), "mask": shown.mask}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ShiftScaleRotate is a special case")
        warnings.filterwarnings("error", message=".*not valid.*")
        exec(explorer.code(state), names)
    assert len(names["draws"]) == DRAWS
    for number, found in enumerate(names["draws"]):
        assert np.array_equal(found["image"], state.draws.images[number]), number
        if state.masked:
            assert np.array_equal(found["mask"], state.draws.masks[number]), number


def test_the_three_are_those_of_the_assignment():
    shown, state = subject(SCENE), state_of(transform=THREE, seed=3)
    augment = assignment_augmentation(shown.mean)
    augment.set_random_seed(3)
    expected = np.stack([augment(image=shown.image)["image"] for _ in range(DRAWS)])
    assert np.array_equal(state.draws.images, expected)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_with_p_0_nothing_happens_and_with_100_something_does_to_every_draw(transform):
    never = draws_of(transform=transform, p=0)
    assert never.left_alone == DRAWS
    assert (never.images == subject(SCENE).image).all()
    assert draws_of(transform=transform, p=100).left_alone == 0


@pytest.mark.parametrize("transform", NOT_RANDOM)
def test_draws_that_are_said_to_be_left_alone_are_those_without_a_changed_pixel(transform):
    draws = draws_of(transform=transform, seed=2)
    same = (draws.images == subject(SCENE).image).all(axis=(1, 2, 3))
    assert 0 < draws.left_alone < DRAWS
    assert np.array_equal(same, ~draws.changed)
    assert draws.first == np.flatnonzero(~same)[0]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_seed_gives_its_own_draws_again(transform):
    one, other = (AugmentationExplorer(transform=transform, seed=seed) for seed in (1, 2))
    first = one.render(one.start()).svg()
    assert first != other.render(other.start()).svg()
    drawn.cache_clear()
    assert first == AugmentationExplorer(transform=transform, seed=1).render(one.start()).svg()


@pytest.mark.parametrize(("holes", "hole"), [(1, 16), (3, 10), (6, 16), (1, 32)])
def test_the_hidden_share_is_counted_on_the_picture_itself(holes, hole):
    """The letter has no black pixel, so black is where a hole is."""
    draws = draws_of(picture=LETTER, transform="CoarseDropout", fill=FILL_BLACK, p=80,
                     holes=holes, hole=hole)  # fmt: skip
    black = (draws.images == 0).all(axis=3)
    assert np.array_equal(black, draws.hidden)
    assert np.array_equal(black.sum(axis=0), draws.how_often_hidden)
    shares = [each.mean() for each in black if each.any()]
    assert draws.hidden_shares == pytest.approx(shares)
    assert max(shares) <= min(1, holes * hole**2 / SIDE**2)
    if holes == 1:
        assert set(shares) == {hole**2 / SIDE**2}


def test_what_lies_outside_the_holes_keeps_its_values():
    draws = draws_of(picture=STAR, transform="CoarseDropout", fill=FILL_NOISE, holes=4)
    kept = np.where(draws.hidden[..., None], draws.original, draws.images)
    assert (kept == draws.original).all()
    assert draws.masks is None
    assert not draws.moved


def test_a_mean_given_as_a_share_is_a_black_hole_and_that_is_said():
    drawing = rendered(transform="CoarseDropout", fill=FILL_SHARE, p=100)
    draws = draws_of(transform="CoarseDropout", fill=FILL_SHARE, p=100)
    assert (draws.images[draws.hidden] == 0).all()
    assert any("the hole is black" in line for line in drawing.status)
    mean = draws_of(transform="CoarseDropout", p=100)
    assert (mean.images[mean.hidden] == subject(SCENE).fill).all()
    exact = subject(SCENE).image.reshape(-1, 3).mean(axis=0)
    assert subject(SCENE).fill == pytest.approx(tuple(exact), abs=0.5)


def test_flips_and_crops_move_mask_and_picture_alike():
    shown = subject(SCENE)
    for transform, axis in (("HorizontalFlip", 1), ("VerticalFlip", 0)):
        draws = draws_of(transform=transform, p=100)
        assert (draws.images == np.flip(shown.image, axis)).all()
        assert (draws.masks == np.flip(shown.mask, axis)).all()
        assert draws.farthest == pytest.approx(SIDE - 1)
    draws = draws_of(transform=CROP, p=100, padding=4, border=BLACK)
    image = np.pad(shown.image, ((4, 4), (4, 4), (0, 0)))
    mask = np.pad(shown.mask, 4, constant_values=IGNORED)
    found = []
    for one, under in zip(draws.images, draws.masks, strict=True):
        places = [
            (y, x) for y in range(9) for x in range(9)
            if np.array_equal(image[y : y + SIDE, x : x + SIDE], one)
        ]  # fmt: skip
        assert len(places) == 1
        y, x = places[0]
        assert np.array_equal(mask[y : y + SIDE, x : x + SIDE], under)
        found.append(np.hypot(y - 4, x - 4))
    assert draws.farthest == pytest.approx(max(found), abs=1e-4)


@pytest.mark.parametrize("transform", [name for name in MOVING if name != THREE])
def test_the_mask_stays_on_the_letter_wherever_it_goes(transform):
    draws = draws_of(picture=LETTER, transform=transform, p=100, border=BLACK)
    dark = draws.images.mean(axis=3) < 150
    known = draws.masks != IGNORED
    alike = [(m == ink)[k].mean() for m, ink, k in zip(draws.masks, dark, known, strict=True)]
    assert min(alike) > 0.9
    assert np.mean(alike) > 0.94
    assert set(np.unique(draws.masks)) <= {0, 1, IGNORED}


@pytest.mark.parametrize("transform", STILL)
def test_where_nothing_moves_the_mask_stays_and_that_is_said(transform):
    draws = draws_of(transform=transform, p=100)
    assert (draws.masks == subject(SCENE).mask).all()
    assert "The mask stays" in rendered(transform=transform, mask=True).status[-1]


@pytest.mark.parametrize(("alpha", "sigma"), [(34, 4), (120, 10), (60, 2)])
def test_the_longest_way_is_that_of_albumentations_own_field(alpha, sigma):
    state = state_of(transform="ElasticTransform", p=100, alpha=alpha, sigma=sigma, border=BLACK)
    augment = A.Compose(
        [A.ElasticTransform(alpha=alpha, sigma=sigma, noise_distribution="uniform", p=1)],
        seed=0, save_applied_params=True,
    )  # fmt: skip
    longest = []
    for _ in range(DRAWS):
        ((_, field),) = augment(image=subject(SCENE).image)["applied_transforms"]
        x, y = field["map_x"], field["map_y"]
        inside = (x >= 0) & (x <= SIDE - 1) & (y >= 0) & (y <= SIDE - 1)
        columns, rows = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
        longest.append(np.hypot(x - columns, y - rows)[inside].max())
    assert state.draws.farthest == pytest.approx(max(longest), abs=0.1)


def test_more_smoothing_moves_less_and_more_alpha_more():
    ways = [draws_of(transform="ElasticTransform", p=100, sigma=s).farthest for s in (2, 4, 8)]
    assert ways == sorted(ways, reverse=True)
    ways = [draws_of(transform="ElasticTransform", p=100, alpha=a).farthest for a in (10, 34, 60)]
    assert ways == sorted(ways)


def test_a_line_of_the_lattice_lies_where_its_pixels_have_gone():
    """Along a bent line, the place that the pixels come from is one and the same row or column."""
    draws = draws_of(transform="ElasticTransform", p=100)
    places = draws.places[draws.first, ..., :2].astype(np.float32) * (SIDE - 1)
    levels = np.arange(BLOCK, SIDE, BLOCK) - 0.5
    on_a_line = []
    for line in draws.lattice:
        x, y = (line - 0.5).astype(np.float32).T
        there = cv2.remap(places, x[None], y[None], cv2.INTER_LINEAR)[0]
        spread = np.abs(there[:, None] - levels[None, :, None]).min(axis=1).max(axis=0)
        on_a_line.append(spread.min())
    assert len(on_a_line) >= 2 * len(levels) - 2
    assert max(on_a_line) < 0.1


def test_the_lattice_of_a_flip_is_straight_and_a_torn_one_is_not_drawn():
    for line in draws_of(p=100).lattice:
        assert min(np.ptp(line, axis=0)) < 1e-4
    torn = {"transform": "ElasticTransform", "p": 100, "alpha": 200, "sigma": 1}
    assert draws_of(**torn).lattice is None
    assert "The lattice is torn." in rendered(**torn).svg()
    assert "No draw was changed." in rendered(p=0).svg()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"transform": "CoarseDropout", "hole": 34}, "A hole of 34x34 does not fit into 32x32"),
        ({"transform": THREE, "hole": 40}, "A hole of 40x40 does not fit into 32x32"),
        ({"transform": "ElasticTransform", "sigma": 0}, "sigma=0 smooths nothing"),
        ({"transform": "Posterize", "bits": 8}, "num_bits is 1 to 7"),
    ],
)
def test_what_albumentations_refuses_is_said_in_a_sentence_over_the_last_picture(settings, says):
    explorer = AugmentationExplorer(transform=settings["transform"], p=100)
    state = good = explorer.start()
    for name, value in settings.items():
        state = explorer.update(state, Change(name, value))
    with pytest.raises(ValueError, match=r"."):
        _ = state.draws
    drawing = explorer.render(state)
    assert drawing.problem.startswith(says)
    assert 'opacity="0.3"' in drawing.svg()
    assert drawing.status == ()
    assert drawing.code == ""
    (name,) = settings.keys() - {"transform"}
    back = explorer.update(state, Change(name, getattr(good, name)))
    assert explorer.render(back).svg() == explorer.render(good).svg()


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_every_slider_does_something_and_its_ends_are_drawn_or_explained_and_small(transform):
    explorer = AugmentationExplorer()
    start = state_of(picture=STAR, transform=transform, p=100, border=BLACK)
    for control in explorer.controls:
        if control.name in TRANSFORMS[transform].sliders:
            ends = (control.low, control.high) if isinstance(control, Slider) else control.options
            drawn = set()
            for value in (getattr(start, control.name), *ends):
                state = explorer.update(start, Change(control.name, value))
                drawing = explorer.render(state)
                assert drawing.problem or drawing.code, (control.name, value)
                assert len(drawing.svg().encode()) <= 56 * 1024, (control.name, value)
                if not drawing.problem:
                    drawn.add(drawing.svg())
            assert len(drawn) > 1, control.name


def test_only_the_sliders_of_the_transform_are_shown():
    explorer = AugmentationExplorer()
    own = {name for transform in TRANSFORMS.values() for name in transform.sliders}
    for name, transform in TRANSFORMS.items():
        hidden = explorer.render(state_of(transform=name)).hidden
        assert hidden == own - {*transform.sliders}
    assert "mask" in explorer.render(state_of(picture=STAR)).hidden
    names = {control.name for control in explorer.controls}
    assert own <= names
    assert explorer.hidden(state_of(picture=STAR, mask=True)) <= names
    assert not state_of(picture=STAR, mask=True).masked


def test_the_answer_to_the_question_is_what_albumentations_does():
    """One hole of 16 in 32: a corner is hidden by 1 of 17x17 places, the middle by 16x16."""
    hole = A.CoarseDropout(num_holes_range=(1, 1), hole_height_range=(16, 16),
                           hole_width_range=(16, 16), p=1)  # fmt: skip
    hole.set_random_seed(0)
    count = np.zeros((SIDE, SIDE), int)
    draws = 3000
    for _ in range(draws):
        ((left, top, right, bottom),) = hole.get_params_dependent_on_data(
            {"shape": (SIDE, SIDE, 3)}, {}
        )["holes"]
        count[top:bottom, left:right] += 1
    assert count.sum() == draws * 256
    assert 1 < count[0, 0] < 28, "10 are expected"
    assert count[15, 15] / draws == pytest.approx(256 / 289, abs=0.02)
    centre = np.arange(SIDE)
    assert 1000 * (centre < 8).mean() ** 2 == pytest.approx(60, abs=5), "CutOut of the paper"


def test_the_question_is_asked_before_the_picture_gives_it_away():
    explorer = AugmentationExplorer()
    start = explorer.start()
    assert start.transform == "HorizontalFlip"
    assert explorer.question.expected() == "about 3"
    assert explorer.question.expected() in explorer.question.answer_control.options
    state = explorer.update(start, Change("answer", "about 250, as any pixel"))
    reply = explorer.render(explorer.update(state, Press("reveal"))).reply
    assert reply.startswith("You said about 250, as any pixel; it is about 3.")
    assert round(1000 * 256 / 289) == 886
    assert "886 of 1,000" in reply


def test_other_draws_come_with_the_button_and_begin_anew_after_the_last():
    explorer = AugmentationExplorer()
    state = explorer.update(explorer.start(), Press("again"))
    assert state.seed == 1
    last = explorer.update(state, Change("seed", 19))
    assert explorer.update(last, Press("again")).seed == 0


def test_what_is_said_is_what_is_seen():
    drawing = rendered(transform=THREE, p=50, mask=True)
    left = draws_of(transform=THREE, p=50).left_alone
    assert drawing.summary.endswith(f"with p = 0.5, of which {left} left it as it is.")
    assert f"{left} of the 16 draws" in drawing.status[0]
    assert "16 · (1 − 0.5)³ = 2" in drawing.status[0]
    assert "The hole hides 25 % of the pixels." in drawing.status[1]
    assert "16 · (1 − 0.5) = 8" in rendered(transform=CROP).status[0], "pad and crop: one coin"
    several = rendered(transform="CoarseDropout", p=100, holes=4)
    shares = draws_of(transform="CoarseDropout", p=100, holes=4).hidden_shares
    assert f"{100 * shares.min():.1f} to {100 * shares.max():.1f} %" in several.status[1]
    assert "class 255" in rendered(transform="Rotate", mask=True, border=BLACK).status[-1]
    assert "No pixel moves." in rendered(transform="InvertImg").status[1]
    nothing = rendered(transform="GaussNoise", p=100, noise=0).status
    assert "It ran in the others, and changed nothing." in nothing
    assert "It ran in the others, and changed nothing." not in several.status


def test_the_sheet_holds_the_pictures_with_gaps_between_them():
    images = draws_of(transform="HorizontalFlip").images
    sheet = pixels(sheet_png(images, 4, 3))
    assert sheet.shape == (4 * SIDE + 9, 4 * SIDE + 9, 4)
    for number, image in enumerate(images):
        y, x = ((SIDE + 3) * place for place in divmod(number, 4))
        assert np.array_equal(sheet[y : y + SIDE, x : x + SIDE, :3], image), "exact"
        assert (sheet[y : y + SIDE, x : x + SIDE, 3] == 255).all()
    assert (sheet[SIDE : SIDE + 3, :, 3] == 0).all()
    assert (sheet[:, SIDE : SIDE + 3, 3] == 0).all()


def test_more_colours_than_a_palette_holds_become_near_ones():
    images = draws_of(picture=STAR, transform="ColorJitter", p=100).images
    assert len(np.unique(images.reshape(-1, 3), axis=0)) > MOST
    shown = pixels(sheet_png(images, 1, 0))[..., :3].reshape(images.shape).astype(int)
    assert abs(shown - images).mean() < 5
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) > 100


def test_the_colours_of_a_mask_lie_over_its_classes_and_leave_the_rest_bare():
    image = np.full((1, 3, 3), 100, np.uint8)
    found = overlaid(image, np.array([[0, 1, IGNORED]], np.uint8), ["#000000", "#ffffff"])
    assert found[0].tolist() == [[38] * 3, [196] * 3, [100] * 3]


@pytest.mark.parametrize("transform", ["HorizontalFlip", "VerticalFlip", "CoarseDropout", CROP])
def test_pictures_that_open_a_page_are_made_of_given_values_alone(transform):
    """No value is interpolated, so no processor can round it in its own way."""
    given = {*map(tuple, subject(SCENE).image.reshape(-1, 3).tolist()), subject(SCENE).fill}
    assert {*map(tuple, draws_of(transform=transform).images.reshape(-1, 3).tolist())} <= given
    assert len(given) <= MOST


def test_the_pictures_are_of_one_size_and_do_not_look_the_same_mirrored():
    for name in NAMES:
        image = subject(name).image
        assert image.shape == (SIDE, SIDE, 3)
        assert image.dtype == np.uint8
        assert not np.array_equal(image, image[:, ::-1])
    for name in (SCENE, LETTER):
        shown = subject(name)
        assert set(np.unique(shown.mask)) == set(range(len(shown.classes)))


def test_pictures_are_well_formed_labelled_and_inside_their_card():
    rng = random.Random(4)
    for _ in range(16):
        drawing = rendered(picture=rng.choice(NAMES), transform=rng.choice([*TRANSFORMS]),
                           mask=rng.random() < 0.5, seed=rng.randrange(20))  # fmt: skip
        svg = ElementTree.fromstring(drawing.svg())
        assert svg.get("aria-label") == drawing.summary
        for text in svg.iter("{http://www.w3.org/2000/svg}text"):
            wide = 0.5 * float(text.get("font-size")) * len(text.text)
            assert text.get("text-anchor") or (float(text.get("x")) + wide <= drawing.picture.width)


def test_drawing_leaves_numpys_and_pythons_random_states_alone():
    before = np.random.get_state()[1].copy(), random.getstate()
    for transform in TRANSFORMS:
        rendered(transform=transform, seed=17)
    assert np.array_equal(np.random.get_state()[1], before[0])
    assert random.getstate() == before[1]


@pytest.mark.slow
def test_importing_it_leaves_the_threads_of_opencv_as_they_are():
    program = (
        "import cv2; before = cv2.getNumThreads(); import course_lib.measured.augmentations; "
        "assert cv2.getNumThreads() == before"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
