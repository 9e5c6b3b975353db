"""Masks from folders and from projects, read alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.project.projects import HW, clip_info
from tests.trees import boxes, put_palette
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.datasets.find_masks import find_masks
from vosgui.errors import DatasetError, MaskError, NothingToDoError, ProjectError
from vosgui.media.palette import write_mask
from vosgui.project.project import Project


def painted_project(path: Path, clips: Path, x: int = 0, category: str = "") -> Path:
    """Write a project: object 1 painted in frames 0 and 5, said to be absent in frame 7."""
    Project.create(path).close()
    return add_painted_clip(path, clips, x, category)


def add_painted_clip(
    path: Path, clips: Path, x: int = 0, category: str = "", name: str = "tennis"
) -> Path:
    """Paint one more clip in a project."""
    with Project.open(path) as project:
        record = project.clips.add(clip_info(clips, name))
        history = project.history(record.id)
        annotation = history.annotation
        history.do("Add object", edits.add_object(annotation, category=category))
        for t in (0, 5):
            ones = np.ones((10, 10), np.uint8)
            history.do("Brush", edits.paint(annotation, t, 1, Box(5, 5 + x, 10, 10), ones))
        history.do("Absent", edits.mark_absent(annotation, 7, 1))
    return path


def test_frames_of_a_project_are_those_with_something_known(tmp_path: Path) -> None:
    clips = find_masks(painted_project(tmp_path / "a.vosgui", tmp_path / "clips"))
    clip = clips["tennis"]
    assert clip.frame_names == ("00000", "00005", "00007")
    assert clip.mask("00005", HW)[5:15, 5:15].all()
    assert clip.mask("00005").sum() == 100
    assert not clip.mask("00007").any()
    with pytest.raises(MaskError, match="64x48"):
        clip.mask("00000", (9, 9))


def test_the_project_is_closed_again(tmp_path: Path) -> None:
    path = painted_project(tmp_path / "a.vosgui", tmp_path / "clips")
    find_masks(path)
    with Project.open(path) as project:
        assert len(project.clips) == 1


def test_folders_are_read_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_mask(tmp_path / "a" / "0.png", np.full((4, 5), 3, np.uint8))
    clip = find_masks(tmp_path)["a"]
    assert clip.frame_names == ("0",)
    assert (clip.mask("0", (4, 5)) == 3).all()
    with pytest.raises(MaskError):
        clip.mask("0", (5, 4))


def test_what_has_no_masks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError):
        find_masks(tmp_path / "absent.vosgui")
    with pytest.raises(DatasetError):
        find_masks(tmp_path)
    with Project.create(tmp_path / "empty.vosgui") as project:
        project.clips.add(clip_info(tmp_path / "clips"))
    with pytest.raises(NothingToDoError, match="no clip with a mask"):
        find_masks(tmp_path / "empty.vosgui")


def test_a_mask_of_another_size_than_the_one_beside_it_is_not_said_to_be_its_frames(
    tmp_path: Path,
) -> None:
    """Either may be the wrong one."""
    put_palette(tmp_path / "masks/pond/00000.png", boxes({1: (2, 2, 4, 4)}, (12, 16)))
    with pytest.raises(MaskError, match=r"00000\.png is 16x12, .*compared with 15x12"):
        find_masks(tmp_path / "masks")["pond"].mask("00000", (12, 15))
