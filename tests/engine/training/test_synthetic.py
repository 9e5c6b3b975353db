"""Synthetic clips: exact, repeatable, and never empty at the start."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vosgui.engine.training.photographs import Photographs, find_photographs
from vosgui.engine.training.synthetic import synthetic_clip
from vosgui.engine.training.synthetic_disappearance import DisappearanceScene
from vosgui.engine.training.textures import shape, smooth_noise, texture
from vosgui.errors import ClipError, DatasetError
from vosgui.media.palette import write_mask


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), T=st.integers(2, 5))
def test_a_clip_has_its_form_whatever_the_seed(seed: int, T: int) -> None:
    frames, masks = synthetic_clip(np.random.default_rng(seed), Photographs(), T, (64, 96))
    assert frames.shape == (T, 64, 96, 3) and frames.dtype == np.uint8
    assert masks.shape == (T, 64, 96) and masks.dtype == np.uint8
    assert set(np.unique(masks)) <= {0, 1}


def test_the_object_is_there_at_the_start_and_moves() -> None:
    moved = 0
    for seed in range(12):
        _, masks = synthetic_clip(np.random.default_rng(seed), Photographs(), 4, (64, 96))
        assert masks[0].sum() >= 80, seed
        moved += bool((masks[0] != masks[-1]).any())
    assert moved == 12


def test_the_same_seed_draws_the_same_clip() -> None:
    one, other = (
        synthetic_clip(np.random.default_rng(5), Photographs(), 3, (48, 64)) for _ in range(2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_textures_and_shapes_fill_their_size(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert texture(rng, (33, 47)).shape == (33, 47, 3)
    assert smooth_noise(rng, (33, 47), (8, 2)).shape == (33, 47)
    alpha = shape(rng, (33, 47))
    assert alpha.shape == (33, 47) and 0.05 < (alpha > 0).mean() < 1


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    image = np.zeros((60, 80, 3), np.uint8)
    image[20:50, 30:60] = (0, 0, 250)  # BGR: red
    cv2.imwrite(str(tmp_path / "images" / "a.png"), image)
    mask = np.zeros((60, 80), np.uint8)
    mask[20:50, 30:60] = 7
    (tmp_path / "masks").mkdir()
    write_mask(tmp_path / "masks" / "a.png", mask)
    return tmp_path


def test_a_cut_out_is_the_instance_alone(photographs: Path) -> None:
    found = find_photographs([photographs])
    assert len(found.plain) == len(found.masked) == 1
    rng = np.random.default_rng(0)
    seen = 0
    for _ in range(12):
        image, alpha = found.cut_out(rng, 30)
        if image.shape == (30, 30, 3) and (image == (250, 0, 0)).all():
            seen += 1
            assert (alpha == 255).all()
    assert seen >= 5


def test_plain_folders_are_backgrounds(photographs: Path) -> None:
    found = find_photographs([photographs / "images"])
    assert len(found.plain) == 1 and not found.masked
    assert found.background(np.random.default_rng(0), (40, 90)).shape == (40, 90, 3)


def test_folders_without_photographs_and_broken_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no photographs"):
        find_photographs([tmp_path])
    (tmp_path / "broken.jpg").write_bytes(b"not an image")
    with pytest.raises(ClipError, match=r"broken\.jpg cannot be read"):
        find_photographs([tmp_path]).background(np.random.default_rng(3), (8, 8))


def test_objects_vanish_and_some_return() -> None:
    gone, back = 0, 0
    for seed in range(24):
        rng = np.random.default_rng(seed)
        frames, masks = synthetic_clip(rng, Photographs(), 20, (64, 96), DisappearanceScene)
        assert frames.shape == (20, 64, 96, 3) and set(np.unique(masks)) <= {0, 1}
        seen = masks.any((1, 2))
        assert seen[0], seed
        gone += not seen.all()
        back += bool((np.diff(seen.astype(int)) == 1).any())
    assert gone >= 8 and back >= 3
