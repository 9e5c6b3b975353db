"""Masks for a clip that is open: of its name or the only ones, and laid onto its frames."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.trees import HW, boxes, put_frames, put_palette
from vosgui.core.annotation import Annotation, Part
from vosgui.core.clip import ClipInfo
from vosgui.datasets.import_ import ImportReport, masks_of_clip
from vosgui.errors import DatasetError
from vosgui.formats.dataset import Dataset
from vosgui.formats.tree.find_clips import list_tree
from vosgui.media.open_clip import open_clip

BOX, OTHER = (1, 1, 5, 5), (4, 6, 3, 3)


def taken(dataset: Dataset, info: ClipInfo, annotation: Annotation) -> tuple[ImportReport, Part]:
    return masks_of_clip(dataset, info, annotation)


@pytest.fixture
def info(tmp_path: Path) -> ClipInfo:
    put_frames(tmp_path / "clips/walk", [f"{5 * t:05d}" for t in range(4)])
    with open_clip(tmp_path / "clips/walk") as clip:
        return clip.info


def test_the_clip_of_the_same_name_is_taken_and_laid_on_by_frame_name(
    info: ClipInfo, tmp_path: Path
) -> None:
    put_palette(tmp_path / "masks/walk/00010.png", boxes({2: BOX}))
    put_palette(tmp_path / "masks/run/00000.png", boxes({1: OTHER}))
    annotation = Annotation(HW, info.n_frames)
    report, part = taken(list_tree(tmp_path / "masks"), info, annotation)
    assert (report.n_clips, report.n_objects, report.n_frames) == (1, 1, 1)
    assert part.frames == (2,)
    annotation.apply(part)
    np.testing.assert_array_equal(annotation.mask(2), boxes({2: BOX}))


def test_clips_of_other_names_are_refused(info: ClipInfo, tmp_path: Path) -> None:
    for name in ("run", "jump"):
        put_palette(tmp_path / "masks" / name / "00000.png", boxes({1: BOX}))
    dataset = list_tree(tmp_path / "masks")
    with pytest.raises(DatasetError, match="none of them called walk"):
        taken(dataset, info, Annotation(HW, info.n_frames))


def test_masks_of_another_size_are_refused(info: ClipInfo, tmp_path: Path) -> None:
    put_palette(tmp_path / "masks/00000.png", boxes({1: BOX}, (30, 20)))
    dataset = list_tree(tmp_path / "masks")
    with pytest.raises(DatasetError, match="20x30"):
        taken(dataset, info, Annotation(HW, info.n_frames))


def test_masks_numbered_by_an_export_find_frames_of_longer_names(tmp_path: Path) -> None:
    put_frames(tmp_path / "clips/walk", [f"frame_{t:06d}" for t in range(8)])
    with open_clip(tmp_path / "clips/walk") as clip:
        info = clip.info
    put_palette(tmp_path / "masks/walk/00006.png", boxes({2: BOX}))
    annotation = Annotation(HW, info.n_frames)
    _, part = taken(list_tree(tmp_path / "masks"), info, annotation)
    assert part.frames == (6,)


def test_numbers_that_may_mean_two_frames_are_refused(tmp_path: Path) -> None:
    put_frames(tmp_path / "clips/walk", [f"frame_{t:06d}" for t in range(1, 9)])
    with open_clip(tmp_path / "clips/walk") as clip:
        info = clip.info
    put_palette(tmp_path / "masks/walk/00006.png", boxes({2: BOX}))
    with pytest.raises(DatasetError, match="no such frame"):
        taken(list_tree(tmp_path / "masks"), info, Annotation(HW, info.n_frames))
