"""Training samples: from trees and mixes, by number, with what is annotated told apart."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image

from vosgui.engine.training.photographs import Photographs
from vosgui.engine.training.samples import ClipDataset, Request, SyntheticSource, collate
from vosgui.engine.training.tree_source import TreeSource, annotated_clips, read_pair
from vosgui.errors import DatasetError, MaskError
from vosgui.media.palette import read_mask, write_mask

HW = (32, 48)


def make_clip(tree: Path, name: str, n: int, every: int, ids: tuple[int, ...] = (3,)) -> None:
    """Write a clip whose frame t has grey value 10 t, and whose objects stand side by side."""
    for kind in ("JPEGImages", "Annotations"):
        (tree / kind / name).mkdir(parents=True)
    for t in range(n):
        frame = np.full((*HW, 3), 10 * t, np.uint8)
        cv2.imwrite(str(tree / "JPEGImages" / name / f"{t:05d}.png"), frame)
        if t % every == 0:
            mask = np.zeros(HW, np.uint8)
            for i, one in enumerate(ids):
                mask[8:24, 12 * i : 12 * i + 10] = one
            write_mask(tree / "Annotations" / name / f"{t:05d}.png", mask)


def times(frames: np.ndarray) -> list[int]:
    return [round(float(frame.mean()) / 10) for frame in frames]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    make_clip(tmp_path, "a", 21, 5, (3, 200))
    return tmp_path


@pytest.mark.parametrize("seed", range(6))
def test_annotated_frames_alone(tree: Path, seed: int) -> None:
    source = TreeSource(annotated_clips(tree))
    sample = source.sample(np.random.default_rng(seed), Request(0, 3, HW, True))
    picked = times(sample.frames)
    assert picked == sorted(picked) and all(t % 5 == 0 for t in picked)
    assert sample.known.all()
    assert all(mask.sum() == 160 for mask in sample.masks)


@pytest.mark.parametrize("seed", range(6))
def test_all_frames_with_what_is_annotated_told_apart(tree: Path, seed: int) -> None:
    source = TreeSource(annotated_clips(tree))
    sample = source.sample(np.random.default_rng(seed), Request(0, 7, HW, False))
    picked = times(sample.frames)
    assert picked[0] % 5 == 0 and len(set(np.diff(picked))) == 1
    assert sample.known.tolist() == [t % 5 == 0 for t in picked]
    assert not sample.masks[~sample.known].any()


def test_frames_of_a_sample_are_varied_alike_where_that_is_asked_for(tree: Path) -> None:
    source = TreeSource(annotated_clips(tree))
    steps = set()
    for seed in range(20):
        sample = source.sample(np.random.default_rng(seed), Request(0, 3, HW, True, vary=True))
        assert sample.masks[0].any()
        steps |= {round(float(step), 1) for step in np.diff(sample.frames.mean((1, 2, 3)))}
    assert len(steps) > 10  # grey levels of its frames are a whole number apart, but for the light


def test_a_short_clip_is_played_back_and_forth(tmp_path: Path) -> None:
    make_clip(tmp_path, "short", 3, 1)
    source = TreeSource(annotated_clips(tmp_path))
    sample = source.sample(np.random.default_rng(0), Request(0, 8, HW, True))
    steps = np.abs(np.diff(times(sample.frames)))
    assert sample.frames.shape[0] == 8 and steps.max() == 1


def test_each_object_is_drawn_alone_at_the_size_asked_for(tree: Path) -> None:
    source = TreeSource(annotated_clips(tree))
    left = set()
    for seed in range(20):
        sample = source.sample(np.random.default_rng(seed), Request(0, 2, (64, 96), True))
        assert sample.frames.shape == (2, 64, 96, 3)
        assert sample.masks[0].sum() == 640
        left.add(int(np.flatnonzero(sample.masks[0].any(0))[0]))
    assert {0, 24} <= left  # both objects (and, flipped, elsewhere)


def test_a_sample_begins_where_an_object_can_be_seen(tree: Path) -> None:
    for name in ("00000", "00005"):
        write_mask(tree / "Annotations" / "a" / f"{name}.png", np.zeros(HW, np.uint8))
    source = TreeSource(annotated_clips(tree))
    for seed in range(20):
        sample = source.sample(np.random.default_rng(seed), Request(0, 2, HW, True))
        assert sample.masks[0].any()


def test_a_mask_a_pixel_off_its_frame_is_stretched_and_no_more(tree: Path) -> None:
    path = tree / "Annotations" / "a" / "00000.png"
    (clip,) = annotated_clips(tree)
    write_mask(path, np.full((HW[0], HW[1] - 1), 3, np.uint8))
    _, ids = read_pair(clip, 0)
    assert ids is not None and ids.shape == HW and (ids == 3).all()
    write_mask(path, np.full((HW[0], HW[1] - 8), 3, np.uint8))
    with pytest.raises(MaskError, match="40x32, its frame 48x32"):
        read_pair(clip, 0)


def test_samples_hang_on_seed_and_number_alone() -> None:
    def draw(seed: int, index: int) -> np.ndarray:
        data = ClipDataset([SyntheticSource(Photographs())], [1.0], seed)
        return data[Request(index, 2, HW, True)].frames

    assert np.array_equal(draw(1, 4), draw(1, 4))
    assert not np.array_equal(draw(1, 4), draw(1, 5))
    assert not np.array_equal(draw(1, 4), draw(2, 4))


def test_sources_are_mixed_by_weight(tree: Path) -> None:
    sources = [TreeSource(annotated_clips(tree)), SyntheticSource(Photographs())]
    data = ClipDataset(sources, [3.0, 1.0], 0)
    flat = [np.ptp(data[Request(i, 2, HW, True)].frames[0]) == 0 for i in range(60)]
    assert 30 < sum(flat) < 58  # frames of one grey value are the tree's
    assert data.n_clips() == 1


def test_a_batch_is_float(tree: Path) -> None:
    data = ClipDataset([TreeSource(annotated_clips(tree))], [1.0], 0)
    batch = collate([data[Request(i, 3, HW, True)] for i in range(2)])
    assert batch.frames.shape == (2, 3, 3, *HW) and float(batch.frames.max()) <= 1
    assert batch.masks.shape == (2, 3, 1, *HW) and batch.known.shape == (2, 3)


def test_a_tree_without_clips_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no masks in"):
        annotated_clips(tmp_path)


def test_several_objects_of_a_clip_share_a_sample(tmp_path: Path) -> None:
    make_clip(tmp_path, "crowd", 4, 1, (3, 9, 12))
    source = TreeSource(annotated_clips(tmp_path))
    found = [
        source.sample(np.random.default_rng(i), Request(i, 3, HW, True, objects=2))
        for i in range(12)
    ]
    assert {len(np.unique(sample.masks[0])) - 1 for sample in found} == {1, 2}
    batch = collate(found)
    counts = torch.bincount(batch.clips).tolist()
    assert sorted(set(counts)) == [1, 2] and len(batch.masks) == len(batch.known) == sum(counts)
    for clip, sample in enumerate(found):
        own = batch.masks[batch.clips == clip]
        assert int(own.sum(0).max()) == 1  # no pixel is two objects'
        assert int(own.sum()) == int((sample.masks > 0).sum())


def test_masks_of_16_bits_in_colours_and_of_other_digits_are_read_as_everywhere(
    tmp_path: Path,
) -> None:
    make_clip(tmp_path, "a", 3, 1, (1, 2))
    masks = tmp_path / "Annotations/a"
    ids = read_mask(masks / "00000.png").astype(np.uint16)
    number = np.array([0, 1, 300], np.uint16)[ids]
    for n in range(3):
        (masks / f"{n:05d}.png").unlink()
        Image.fromarray(number).save(masks / f"{n:03d}.png")
    (clip,) = annotated_clips(tmp_path)
    for t in range(3):
        np.testing.assert_array_equal(read_pair(clip, t)[1], ids)
        colours = np.array([[0, 0, 0], [255, 0, 0], [0, 0, 255]], np.uint8)[ids]
        Image.fromarray(colours).save(masks / f"{t:03d}.png")
    (clip,) = annotated_clips(tmp_path)
    np.testing.assert_array_equal(read_pair(clip, 2)[1], ids)
    sample = TreeSource([clip]).sample(np.random.default_rng(0), Request(0, 2, HW, True))
    assert sample.known.all() and sample.masks[0].any()
