"""The demo clip that ships: complete, small, all cases in it, and what its own code draws."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from resources.pond import koi, scene
from resources.pond.view import HEIGHT, N_FRAMES, WIDTH
from vosgui.media.palette import read_mask
from vosgui.paths import resources

DEMO = resources() / "demo"
JPEGS = sorted((DEMO / "JPEGImages" / "demo").iterdir())
PNGS = sorted((DEMO / "Annotations" / "demo").iterdir())


@lru_cache(maxsize=1)
def truth() -> npt.NDArray[np.uint8]:
    """Return all masks, (48, 480, 854)."""
    return np.stack([read_mask(path, (HEIGHT, WIDTH)) for path in PNGS])


def area(number: int) -> npt.NDArray[np.int64]:
    """Return an object's pixels in each frame."""
    return np.asarray((truth() == number).sum((1, 2)), np.int64)


def test_every_frame_has_its_mask_and_nothing_else_lies_there() -> None:
    assert [path.name for path in JPEGS] == [f"{t:05d}.jpg" for t in range(N_FRAMES)]
    assert [path.name for path in PNGS] == [f"{t:05d}.png" for t in range(N_FRAMES)]
    assert N_FRAMES >= 40
    for kind in ("JPEGImages", "Annotations"):
        assert [path.name for path in (DEMO / kind).iterdir()] == ["demo"]


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*") if path.is_file()) < 6_000_000


@pytest.mark.parametrize("path", JPEGS, ids=lambda path: path.stem)
def test_frames_are_of_one_size(path: Path) -> None:
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (WIDTH, HEIGHT))


@pytest.mark.parametrize("path", PNGS, ids=lambda path: path.stem)
def test_masks_are_palette_png_of_256_entries(path: Path) -> None:
    with Image.open(path) as image:
        assert (image.mode, image.size) == ("P", (WIDTH, HEIGHT))
        palette = image.getpalette()
    assert palette is not None
    assert len(palette) == 768
    assert path.read_bytes()[24] == 8  # bits per sample, in the header


def test_ids_are_contiguous_from_one() -> None:
    assert np.unique(truth()).tolist() == [0, scene.KOI, scene.BALL, scene.TURTLE]
    assert (scene.KOI, scene.BALL, scene.TURTLE) == (1, 2, 3)


def test_koi_and_ball_are_there_from_the_start_and_the_turtle_enters_later() -> None:
    assert area(scene.KOI).min() > 5000
    assert area(scene.BALL)[0] > 5000
    assert int(np.flatnonzero(area(scene.TURTLE))[0]) == 12


def test_the_turtle_is_hidden_for_some_frames_and_comes_back() -> None:
    turtle = area(scene.TURTLE)
    assert turtle[20] > 10_000
    assert turtle[30:34].tolist() == [0, 0, 0, 0]
    assert turtle[42:].min() > 10_000


def test_the_ball_leaves_the_frame_for_good() -> None:
    ball = area(scene.BALL)
    assert ball[:33].min() > 6000
    assert ball[39:].max() == 0


def test_the_ball_hides_part_of_the_koi() -> None:
    koi = area(scene.KOI)
    assert koi[18] < 0.75 * koi[12]
    around = cv2.dilate((truth()[18] == scene.BALL).astype(np.uint8), np.ones((5, 5), np.uint8))
    assert (truth()[18][around > 0] == scene.KOI).sum() > 100


def test_objects_move_smoothly() -> None:
    for number in (scene.KOI, scene.BALL):
        for one, two in pairwise(truth()[:33] == number):
            assert (one & two).sum() > 0.4 * (one | two).sum()


@pytest.mark.parametrize("t", [0, 18, 36])
def test_the_code_draws_the_committed_mask_exactly(t: int) -> None:
    np.testing.assert_array_equal(scene.mask(t), truth()[t])


@pytest.mark.slow
def test_the_code_draws_the_committed_picture() -> None:
    drawn = scene.Scene().frame(20).astype(np.int16)
    with Image.open(JPEGS[20]) as image:
        shipped = np.array(image).astype(np.int16)
    apart = np.abs(drawn - shipped)
    assert apart.mean() < 3  # what JPEG takes
    assert np.percentile(apart, 99.9) < 40


def test_the_seed_decides_the_paint() -> None:
    shape = koi.outline(scene.View(12))
    assert shape is not None
    one, two = koi.KoiPaint(1).colour(shape), koi.KoiPaint(2).colour(shape)
    assert np.abs(one - two)[shape.body].mean() > 0.02
    np.testing.assert_array_equal(one, koi.KoiPaint(1).colour(shape))
