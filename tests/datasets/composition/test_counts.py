"""The counts of clips, against ones made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.media.video_factory import write_video
from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.core.edits import add_object
from vosgui.datasets.composition.counts import (
    AREA_ENDS,
    ClipCounts,
    CountJob,
    count_clip,
    count_project,
    duration_s,
)
from vosgui.datasets.composition.stats import compose, count_dataset
from vosgui.formats.registry import detect
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return YouTube-VOS with two clips: 1 is a dog and goes, 2 a cat; b has a dog alone."""
    root = tmp_path / "train"
    stems = ["00000", "00005", "00010"]
    for name in "ab":
        put_frames(root / "JPEGImages" / name, stems, (100, 100))
    for n, stem in enumerate(stems):
        objects = {1: (0, 0, 10, 20), 2: (50, 50, 5, 2)} if n < 2 else {2: (50, 50, 40, 50)}
        put_palette(root / f"Annotations/a/{stem}.png", boxes(objects, (100, 100)))
    put_palette(root / "Annotations/b/00000.png", boxes({1: (0, 0, 100, 100)}, (100, 100)))
    entries = {
        "a": {"1": "dog", "2": "cat"},
        "b": {"1": "dog"},
    }
    videos = {
        name: {"objects": {i: {"category": c, "frames": stems} for i, c in objects.items()}}
        for name, objects in entries.items()
    }
    put_text(root / "meta.json", json.dumps({"videos": videos}))
    return root


def test_a_tree_is_counted_as_table_1_counts(tree: Path) -> None:
    row = detect(tree)
    clips, issues = count_dataset(row.list_clips(tree), tree, 30.0, 1)
    a, _ = clips
    assert [(one.category, one.n_masks) for one in a.objects] == [("dog", 2), ("cat", 3)]
    assert a.categories == ("dog", "cat") and (a.n_frames, a.n_annotated) == (3, 3)
    assert a.duration_s == pytest.approx(15 / 30)
    together = compose(clips)
    assert (together.videos, together.categories, together.objects) == (2, 2, 3)
    assert together.annotations == 6 and together.by_run == 0
    assert together.duration_min == pytest.approx(1 / 60, abs=0.01)
    assert together.by_category == {"cat": (1, 1, 3), "dog": (2, 2, 3)}
    # 2 of 10x20, 2 of 5x2, one of 40x50, one of the whole, of 10,000 pixels
    due = {0.001: 2, 0.03: 2, 0.3: 1, 1.0: 1}
    assert together.areas == tuple(due.get(end, 0) for end in AREA_ENDS)
    assert sum(together.lengths) == 2 and together.lengths[0] == 2
    assert not issues


def test_a_broken_clip_is_named_and_the_others_are_counted(tree: Path) -> None:
    (tree / "Annotations/b/00000.png").write_bytes(b"no image")
    clips, issues = count_dataset(detect(tree).list_clips(tree), tree, 30.0, 1)
    assert [one.name for one in clips] == ["a"]
    assert "00000.png" in str(issues[0]) and "left out" in str(issues[0])


@pytest.mark.parametrize(
    ("names", "rate", "due"),
    [
        (["00000", "00005", "00010"], 30, 0.5),
        (["00000", "00001", "00002", "00003"], 24, 4 / 24),
        (["img_1001", "img_1002"], 10, 0.2),
        (["a", "b", "c"], 10, 0.3),
        (["00000"], 30, 1 / 30),
        ([], 30, 0),
    ],
)
def test_numbers_in_names_tell_how_long_it_lasts(names: list[str], rate: float, due: float) -> None:
    assert duration_s(names, rate) == pytest.approx(due)


def test_a_project_is_counted_by_its_videos_times(tmp_path: Path) -> None:
    video = write_video(tmp_path / "v.mp4", "h264-mp4", 30)
    path = tmp_path / "p.vosgui"
    with Project.create(path) as project, open_clip(video) as clip:
        record = project.clips.add(clip.info)
        history = project.history(record.id)
        history.do("add", add_object(history.annotation))
    (counts,) = count_project(path)
    assert counts == ClipCounts("v", 30, 0, pytest.approx(1.2), (), (0,) * len(AREA_ENDS))


def test_only_masks_count_as_annotations(tree: Path) -> None:
    put_palette(tree / "Annotations/b/00005.png", np.zeros((100, 100), np.uint8))
    (source,) = [one for one in detect(tree).list_clips(tree).clips if one.name == "b"]
    counts = count_clip(CountJob(source, 30.0))
    assert [one.n_masks for one in counts.objects] == [1] and counts.n_annotated == 2
