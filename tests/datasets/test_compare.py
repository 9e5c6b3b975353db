"""Comparing two annotations of the same clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.datasets.test_evaluate import mask, write_clip
from tests.project.projects import clip_info
from vosgui.core import edits
from vosgui.core.mask import Box
from vosgui.datasets.compare import (
    ClipAgreement,
    compare_clip,
    most_different,
    plan,
)
from vosgui.datasets.evaluate import Void
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.mask_sources import find_categories
from vosgui.datasets.workers import each_job
from vosgui.errors import NothingToDoError
from vosgui.project.project import Project


def agreement(
    root: Path, n_workers: int = 1, void: Void = "ignore"
) -> tuple[list[ClipAgreement], list[str]]:
    jobs, notes = plan(find_masks(root / "a"), find_masks(root / "b"), void)
    return list(each_job(compare_clip, jobs, n_workers)), notes


def test_agreement_is_the_same_both_ways(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", [mask((1, 0, t), (2, 20, 3 * t)) for t in range(5)])
    write_clip(tmp_path / "b/c", [mask((1, t, 0), (2, 20, 2 * t)) for t in range(5)])
    (there,), _ = agreement(tmp_path)
    (tmp_path / "a").rename(tmp_path / "x")
    (tmp_path / "b").rename(tmp_path / "a")
    (tmp_path / "x").rename(tmp_path / "b")
    (back,), _ = agreement(tmp_path)
    assert [one.J for one in there.series] == [one.J for one in back.series]
    for one, other in zip(there.series, back.series, strict=True):
        assert np.allclose(one.F, other.F, atol=1e-12)
    assert min(there.series[0].J) < 1


def test_frames_that_differ_most_come_first(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", [mask((1, 0, 0))] * 4)
    write_clip(tmp_path / "b/c", [mask((1, 0, x)) for x in (0, 2, 9, 1)])
    (clip,), _ = agreement(tmp_path)
    frames = most_different([clip])
    assert [one.frame_name for one in frames] == ["00002", "00001", "00003"]
    assert (frames[0].n_pixels, frames[0].share) == (180, 180 / 2400)
    assert abs(frames[0].J - 10 / 190) < 1e-12
    assert frames[0].worst_object == 1


def test_objects_of_one_side_only_count_and_are_noted(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", [mask((1, 0, 0), (3, 20, 20))] * 2)
    write_clip(tmp_path / "b/c", [mask((1, 0, 0))] * 2)
    (clip,), _ = agreement(tmp_path)
    assert [(one.object_id, one.J) for one in clip.series] == [("1", (1.0, 1.0)), ("3", (0.0, 0.0))]
    assert clip.notes == ("c: B never has object 3.",)


def test_what_only_one_side_has_is_noted(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", {name: mask((1, 0, 0)) for name in ("0", "1", "2")})
    write_clip(tmp_path / "b/c", {name: mask((1, 0, 0)) for name in ("1", "2", "3")})
    write_clip(tmp_path / "a/d", [mask((1, 0, 0))])
    write_clip(tmp_path / "b/e", [mask((1, 0, 0))])
    (clip,), notes = agreement(tmp_path)
    assert clip.series[0].frame_names == ("1", "2")
    assert notes == [
        "c: frame 0 only in A.",
        "c: frame 3 only in B.",
        "d: only in A.",
        "e: only in B.",
    ]


def test_nothing_in_common_is_refused(tmp_path: Path) -> None:
    for side, name in (("a", "c"), ("b", "d")):
        write_clip(tmp_path / side / name, [mask((1, 0, 0))])
        write_clip(tmp_path / side / (name * 2), [mask((1, 0, 0))])
    with pytest.raises(NothingToDoError):
        agreement(tmp_path)


def test_void_of_either_side_is_left_out(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", [mask((1, 0, 0), (255, 0, 10))])
    write_clip(tmp_path / "b/c", [mask((1, 0, 0), (1, 0, 10))])
    (clip,), _ = agreement(tmp_path)
    assert [one.J for one in clip.series] == [(1.0,)]
    assert most_different([clip]) == []
    (clip,), _ = agreement(tmp_path, void="background")
    assert [one.J for one in clip.series] == [(0.5,)]


def test_frames_without_any_object_are_no_agreement(tmp_path: Path) -> None:
    write_clip(tmp_path / "a/c", [np.zeros((40, 60), np.uint8), mask((1, 0, 0))])
    write_clip(tmp_path / "b/c", [np.zeros((40, 60), np.uint8), mask((1, 0, 0))])
    (clip,), _ = agreement(tmp_path)
    assert [one.t for one in clip.series] == [(1,)]


def test_processes_give_the_same(tmp_path: Path) -> None:
    for name in "cd":
        write_clip(tmp_path / "a" / name, [mask((1, 0, 0))] * 3)
        write_clip(tmp_path / "b" / name, [mask((1, 0, 3))] * 3)
    assert agreement(tmp_path, 2) == agreement(tmp_path)


def two_objects(path: Path, clips: Path, known: dict[int, list[int]]) -> Path:
    """Write a project of clip `tennis`: each object painted in the frames that are given for it."""
    with Project.create(path) as project:
        history = project.history(project.clips.add(clip_info(clips)).id)
        for category in ("cat", "dog"):
            history.do("Add object", edits.add_object(history.annotation, category=category))
        for i, frames in known.items():
            for t in frames:
                box = Box(5, 20 * i - 15, 10, 10)
                square = np.full((10, 10), i, np.uint8)
                history.do("Brush", edits.paint(history.annotation, t, i, box, square))
    return path


def test_what_a_project_says_nothing_of_is_left_out(tmp_path: Path) -> None:
    clips = tmp_path / "clips"
    both = {1: [0, 1, 2, 3], 2: [0, 1, 2, 3]}
    a = find_masks(two_objects(tmp_path / "a.vosgui", clips, both))
    b = find_masks(two_objects(tmp_path / "b.vosgui", clips, {1: [0, 1, 2], 2: [0]}))
    jobs, notes = plan(a, b)
    (clip,) = map(compare_clip, jobs)
    assert notes == ["tennis: frame 00003 only in A."]
    assert [(one.object_id, one.t, one.J) for one in clip.series] == [
        ("1", (0, 1, 2), (1.0, 1.0, 1.0)),
        ("2", (0,), (1.0,)),
    ]
    assert most_different([clip]) == []
    left_out = "tennis: object 2 left out in 2 frames (00001, 00002): B says nothing of it there."
    assert clip.notes == (left_out,)


def test_a_project_and_a_folder_differ_only_where_both_speak(tmp_path: Path) -> None:
    masks = {f"{t:05d}": np.zeros((48, 64), np.uint8) for t in range(3)}
    for one in masks.values():
        one[5:15, 5:15] = 1
        one[5:15, 40:50] = 2
    write_clip(tmp_path / "a/tennis", masks)
    known = {1: [0, 1, 2], 2: [0]}
    b = find_masks(two_objects(tmp_path / "b.vosgui", tmp_path / "clips", known))
    (clip,) = map(compare_clip, plan(find_masks(tmp_path / "a"), b)[0])
    assert [one.t for one in clip.series] == [(0, 1, 2), (0,)]
    assert [(one.frame_name, one.n_pixels) for one in clip.frames if one.n_pixels] == [
        ("00000", 200)
    ]


def test_categories_are_named_and_compared(tmp_path: Path) -> None:
    project = two_objects(tmp_path / "a.vosgui", tmp_path / "clips", {1: [0], 2: [0]})
    a = find_masks(project)
    categories = find_categories(project, a)
    assert categories == {"tennis": {1: "cat", 2: "dog"}}
    other = {"tennis": {1: "cat", 2: "fox"}}
    (clip,) = map(compare_clip, plan(a, a, categories=(categories, other))[0])
    assert [one.category for one in clip.series] == ["cat", "dog"]
    assert clip.notes == ("tennis: object 2 is dog in A, fox in B.",)
    (clip,) = map(compare_clip, plan(a, a, categories=({}, other))[0])
    assert [one.category for one in clip.series] == ["cat", "fox"]
    assert clip.notes == ()
