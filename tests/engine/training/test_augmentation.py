"""What training shows of a real clip: frame and mask stay together, and the object stays in it."""

from __future__ import annotations

import numpy as np
import pytest

from vosgui.engine.training.augmentation import Augmentation, draw_augmentation

HW = (60, 90)


def object_at(top: int, left: int, size: int = 8) -> np.ndarray:
    mask = np.zeros(HW, bool)
    mask[top : top + size, left : left + size] = True
    return mask


def test_without_variation_all_of_the_frame_is_shown_as_it_is() -> None:
    frame = np.random.default_rng(0).integers(0, 256, (*HW, 3), np.uint8)
    seen = set()
    for seed in range(12):
        shown_as = draw_augmentation(np.random.default_rng(seed), object_at(0, 0), vary=False)
        wanted = frame[:, ::-1] if shown_as.flip else frame
        assert np.array_equal(shown_as.frame(frame, HW), wanted)
        seen.add(shown_as.flip)
    assert seen == {False, True}


@pytest.mark.parametrize("corner", [(0, 0), (52, 82), (30, 10)])
def test_a_part_always_shows_the_object_and_moves_with_its_mask(corner: tuple[int, int]) -> None:
    mask = object_at(*corner)
    frame = np.repeat(np.where(mask, 250, 5).astype(np.uint8)[..., None], 3, 2)
    sizes = []
    for seed in range(60):
        shown_as = draw_augmentation(np.random.default_rng(seed), mask, vary=True)
        assert 0 <= shown_as.top < shown_as.bottom <= 1 and 0 <= shown_as.left < shown_as.right <= 1
        shown, part = shown_as.frame(frame, (120, 180)), shown_as.mask(mask, (120, 180))
        assert shown.dtype == part.dtype == np.uint8 and shown.shape == (120, 180, 3)
        assert part.any() and set(np.unique(part)) <= {0, 1}
        bright = shown.mean(2)
        middle = (float(bright.min()) + float(bright.max())) / 2
        assert np.mean((bright > middle) == (part == 1)) > 0.97
        sizes.append(shown_as.bottom - shown_as.top)
    assert min(sizes) < 0.6 and max(sizes) == 1


def test_light_changes_all_frames_of_a_sample_alike() -> None:
    rng = np.random.default_rng(3)
    frames = rng.integers(40, 200, (2, *HW, 3), np.uint8)
    shown_as = Augmentation(gain=(1.2, 1.0, 0.9), light=5.0)
    for frame in frames:
        wanted = np.clip(frame * np.array(shown_as.gain) + 5, 0, 255)
        assert np.abs(shown_as.frame(frame, HW) - wanted).max() <= 1
    assert {draw_augmentation(rng, object_at(9, 9), vary=True).light for _ in range(5)} != {0.0}
