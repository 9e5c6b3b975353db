"""`import`: a dataset into a project, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.trees import HW, boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main
from vosgui.core.progress import Progress
from vosgui.core.track import Source
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.errors import TargetError
from vosgui.files.archive import write_archive
from vosgui.formats.registry import detect
from vosgui.project.project import Project

BOX = {1: (1, 1, 5, 5)}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("a", "b"):
        put_frames(root / "JPEGImages" / name, ["00000", "00001"])
        put_palette(root / "Annotations" / name / "00000.png", boxes(BOX))
        put_palette(root / "Annotations" / name / "00001.png", boxes({1: (2, 2, 5, 5)}))
    return root


def run(*words: object) -> int:
    """Import in this process, unless the words say otherwise: starting others takes a second."""
    workers = () if "--workers" in words else ("--workers", "1")
    return main(["import", *map(str, (*words, *workers))])


def test_clips_come_in_with_their_masks_and_can_be_undone(tree: Path, tmp_path: Path) -> None:
    project, report = tmp_path / "p.vosgui", tmp_path / "report.json"
    (tree / "Annotations/a/00009.png").write_bytes((tree / "Annotations/a/00000.png").read_bytes())
    assert run(tree, "--project", project, "--json", report) == 0
    with Project.open(project) as opened:
        assert [record.name for record in opened.clips] == ["a", "b"]
        history = opened.history(opened.clips[1].id)
        np.testing.assert_array_equal(history.annotation.mask(1), boxes({1: (2, 2, 5, 5)}))
        assert history.annotation.track(1)["source"].tolist() == [Source.PAINTED] * 2
        history.undo()
        assert not history.annotation.objects
    (issue,) = json.loads(report.read_text())["issues"]
    assert issue["severity"] == "warning"
    assert issue["frame"] == "00009"


def test_a_broken_clip_leaves_the_project_as_it_was(tree: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.vosgui"
    assert run(tree, "--project", project, "--quiet") == 0
    before = project.read_bytes()
    other = tmp_path / "other"
    put_frames(other / "JPEGImages/c", ["0"])
    put_palette(other / "Annotations/c/0.png", boxes(BOX))
    put_frames(other / "JPEGImages/d", ["0"])
    (other / "Annotations/d").mkdir()
    (other / "Annotations/d/0.png").write_bytes(b"no image")
    assert run(other, "--project", project) == 2
    assert project.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "p.vosgui", "tree"]
    assert run(other, "--project", project, "--skip-broken") == 0
    with Project.open(project) as opened:
        assert [record.name for record in opened.clips] == ["a", "b", "c"]


def test_of_one_file_about_many_clips_the_broken_clip_alone_is_left_out(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vis, project = tmp_path / "vis", tmp_path / "p.vosgui"
    assert main(["convert", str(tree), "--to", "youtube-vis", "--out", str(vis), "--quiet"]) == 0
    file = vis / "train/instances.json"
    content = json.loads(file.read_text())
    masks = content["annotations"][0]["segmentations"]
    for mask in filter(None, masks):
        mask["counts"] += "zz"
    file.write_text(json.dumps(content))
    assert run(vis, "--project", project) == 2
    said = capsys.readouterr().err
    assert "clip a" in said and "annotation 1" in said and str(file) in said
    assert not project.exists()
    assert run(vis, "--project", project, "--skip-broken") == 0
    with Project.open(project) as opened:
        assert [record.name for record in opened.clips] == ["b"]


def test_a_broken_first_import_leaves_no_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_palette(tmp_path / "masks/c/0.png", boxes(BOX))
    assert run(tmp_path / "masks", "--project", tmp_path / "p.vosgui") == 2
    assert "--frames" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["masks"]


def test_frames_from_another_place_are_matched_by_number(tmp_path: Path) -> None:
    put_palette(tmp_path / "masks/c/5.png", boxes(BOX))
    put_frames(tmp_path / "frames/c", [f"{t:05d}" for t in range(8)])
    project = tmp_path / "p.vosgui"
    assert run(tmp_path / "masks", "--project", project, "--frames", tmp_path / "frames") == 0
    with Project.open(project) as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        assert annotation.n_frames == 8
        assert annotation.frames_with_mask() == (5,)


@pytest.mark.parametrize("first", [0, 1])
def test_numbers_at_the_ends_of_names_count_if_they_begin_at_0(
    tmp_path: Path, first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for t in (first, 5):
        put_palette(tmp_path / f"masks/c/frame_{t:06d}.png", boxes(BOX))
    put_frames(tmp_path / "frames/c", [f"{t:05d}" for t in range(8)])
    project = tmp_path / "p.vosgui"
    status = run(tmp_path / "masks", "--project", project, "--frames", tmp_path / "frames")
    if first:
        assert status == 2
        assert "frame_000001" in capsys.readouterr().err
        assert not project.exists()
        return
    assert "number in their names" in capsys.readouterr().out
    with Project.open(project) as opened:
        assert opened.history(opened.clips[0].id).annotation.frames_with_mask() == (0, 5)


def test_an_annotated_clip_is_replaced_only_when_asked(tree: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.vosgui"
    assert run(tree, "--project", project) == 0
    put_palette(tree / "Annotations/a/00000.png", boxes({4: (0, 0, *HW)}))
    assert run(tree, "--project", project) == 2
    assert run(tree, "--project", project, "--overwrite") == 0
    with Project.open(project) as opened:
        history = opened.history(opened.clips[0].id)
        assert [entry.id for entry in history.annotation.objects] == [1, 4]
        np.testing.assert_array_equal(history.annotation.mask(0), boxes({4: (0, 0, *HW)}))
        history.undo()
        np.testing.assert_array_equal(history.annotation.mask(0), boxes(BOX))


def test_a_packed_dataset_needs_its_frames_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_palette(tmp_path / "masks/c/00000.png", boxes(BOX))
    write_archive(tmp_path / "masks.zip", tmp_path / "masks")
    put_frames(tmp_path / "frames/c", ["00000"])
    project = tmp_path / "p.vosgui"
    assert run(tmp_path / "masks.zip", "--project", project) == 2
    assert "--frames-from" in capsys.readouterr().err
    words = ["--project", project, "--frames", tmp_path / "frames"]
    assert run(tmp_path / "masks.zip", *words) == 0
    with Project.open(project) as opened:
        assert opened.history(opened.clips[0].id).annotation.frames_with_mask() == (0,)


def test_check_reads_everything_and_changes_nothing(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tree / "Annotations/b/00001.png").write_bytes(b"broken")
    assert run(tree, "--project", tmp_path / "p.vosgui", "--check") == 0
    out = capsys.readouterr().out
    assert re.search(r"^error: clip b: ", out, re.MULTILINE)
    assert "1 clip, 1 object, 2 annotated frames" in out
    assert [path.name for path in tmp_path.iterdir()] == ["tree"]


def test_processes_that_read_change_nothing_in_what_is_read(tree: Path, tmp_path: Path) -> None:
    for n in range(20):
        put_frames(tree / f"JPEGImages/c{n}", ["0"])
        put_palette(tree / f"Annotations/c{n}/0.png", boxes({n + 1: (1, 1, 5, 5)}))
    found = []
    for n_workers in (1, 2):
        project = tmp_path / f"{n_workers}.vosgui"
        assert run(tree, "--project", project, "--workers", n_workers) == 0
        with Project.open(project) as opened:
            histories = [opened.history(record.id) for record in opened.clips]
            found.append(
                [
                    (record.name, history.annotation.mask(0).tolist(), history.annotation.objects)
                    for record, history in zip(opened.clips, histories, strict=True)
                ]
            )
    assert found[0] == found[1]
    (tree / "Annotations/c7/0.png").write_bytes(b"broken")
    assert run(tree, "--project", tmp_path / "3.vosgui", "--workers", 2) == 2
    assert not (tmp_path / "3.vosgui").exists()


def test_what_a_killed_import_has_left_is_cleared_unless_it_lives(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, staged = tmp_path / "p.vosgui", tmp_path / ".p.vosgui.importing"
    with Project.create(staged):
        assert run(tree, "--project", project) == 2
        assert str(tmp_path) in capsys.readouterr().err
        assert staged.exists()
    for _ in range(2):
        assert run(tree, "--project", project, "--overwrite") == 0
        assert sorted(path.name for path in tmp_path.iterdir()) == ["p.vosgui", "tree"]
        staged.write_bytes(b"half")


def test_a_clip_of_a_name_that_is_taken_is_told_of(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "a.vosgui"
    assert run(tree, "--project", project) == 0
    other = shutil.copytree(tree, tmp_path / "other")
    capsys.readouterr()
    assert run(other, "--project", project) == 0
    with Project.open(project) as opened:
        names = [record.name for record in opened.clips]
    assert len(names) == len(set(names))
    again = [name for name in names if name.endswith("-2")]
    assert again
    out = capsys.readouterr().out
    for name in again:
        assert f"this one is {name}." in out


def test_a_run_that_leaves_everything_out_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"label": "a", "points": [[1, 1], [5, 5]], "shape_type": "polygon", "flags": {}}
    content = {"shapes": [line], "imagePath": "00000.jpg", "imageHeight": 12, "imageWidth": 16}
    put_frames(tmp_path / "in", ["00000"])
    put_text(tmp_path / "in/00000.json", json.dumps(content))
    project, out = tmp_path / "p.vosgui", tmp_path / "out"
    assert run(tmp_path / "in", "--project", project) == 2
    words = ["convert", tmp_path / "in", "--to", "masks", "--out", out]
    assert main([str(word) for word in words]) == 2
    assert "00000.json" in capsys.readouterr().err
    assert not project.exists() and not out.exists()


def test_what_there_is_to_say_of_a_clips_frames_is_said(tree: Path, tmp_path: Path) -> None:
    put_frames(tree / "JPEGImages" / "a", ["00002", "00004", "00005"])  # 00003 is missing
    report = tmp_path / "report.json"
    assert run(tree, "--project", tmp_path / "p.vosgui", "--json", report) == 0
    (issue,) = json.loads(report.read_text())["issues"]
    assert (issue["severity"], issue["clip"]) == ("note", "a")
    assert "00002" in issue["text"] and "00004" in issue["text"]


class MakesIt(Progress):
    """Makes a project while others are read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if not self.path.exists():
            Project.create(self.path).close()


def test_a_project_that_is_made_meanwhile_is_not_replaced(tree: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.vosgui"
    dataset = detect(tree).list_clips(tree)
    with pytest.raises(TargetError, match=r"p\.vosgui was made .* meanwhile"):
        import_dataset(dataset, project, ImportOptions(), MakesIt(project))
    with Project.open(project) as opened:
        assert not opened.clips
    assert sorted(one.name for one in tmp_path.iterdir()) == ["p.vosgui", "tree"]
