"""The whole of `prepare`: many videos, one of them broken, begun twice."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.datasets.prepare.long_videos import Shot, write_shots
from tests.media.video_factory import number_of
from vosgui.datasets.prepare import prepare as preparing
from vosgui.datasets.prepare.prepare import prepare, videos_in
from vosgui.datasets.prepare.rules import ClipRules, FileRules, PrepareRules
from vosgui.errors import NothingToDoError
from vosgui.media.image_files import read_image

RULES = PrepareRules(clips=ClipRules(max_length_s=3.0, margin=0.05))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, three_shots: Path) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    (folder / "day.one.mp4").symlink_to(three_shots)
    (folder / "sub").mkdir()
    write_shots(folder / "sub" / "other.mp4", [Shot(120, seed=11), Shot(100, seed=2)])
    (folder / "broken.mp4").write_bytes(b"no video")
    (folder / "notes.txt").write_text("no video either")
    return folder


@pytest.mark.parametrize("n_workers", [1, 2])
def test_videos_become_clips(folder: Path, tmp_path: Path, n_workers: int) -> None:
    report = prepare([folder], tmp_path, RULES, n_workers)
    assert report.written == ("day.one_01", "day.one_02", "day.one_03", "other_01")
    assert report.n_failed == 1 and "broken.mp4" in str(report.issues[0])
    assert sorted(path.name for path in (tmp_path / "JPEGImages").iterdir()) == [*report.written]
    content = json.loads((tmp_path / "prepare.json").read_text())
    day, other = content["videos"]
    assert day["shots"] == [[0, 100], [100, 190], [190, 300]]
    for clip in (*day["clips"], *other["clips"]):
        first = sorted((tmp_path / "JPEGImages" / clip["name"]).iterdir())[0]
        assert number_of(read_image(first)) == clip["start"]
    (refused,) = other["refused"]  # the second shot is the other video's second
    assert refused["start"] >= 120 and "another clip" in refused["reason"]


def test_begun_again_it_goes_on(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(preparing, "_write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            prepare([folder], tmp_path, RULES, 1)
    scans = {path: path.stat().st_mtime_ns for path in (tmp_path / ".scans").iterdir()}
    assert len(scans) == 2
    first = prepare([folder], tmp_path, RULES, 1)
    files = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")}
    second = prepare([folder], tmp_path, RULES, 1)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / ".scans").iterdir()} == scans
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.jpg")} == files
    assert first.written == second.written


def test_a_report_tells_the_settings_of_the_clips_that_are_there(
    three_shots: Path, tmp_path: Path
) -> None:
    other = write_shots(tmp_path / "other.mp4", [Shot(120, seed=11)])
    out = tmp_path / "out"
    first = prepare([three_shots], out, RULES, 1)
    before = (out / "prepare.json").read_bytes()
    smaller = replace(RULES, files=FileRules(short_side=64))
    refused = prepare([three_shots], out, smaller, 1)
    assert refused.n_failed == 1 and not refused.written
    assert (out / "prepare.json").read_bytes() == before
    both = prepare([three_shots, other], out, smaller, 1)
    assert both.n_failed == 1 and both.written == ("other_01",)
    content = json.loads((out / "prepare.json").read_text())
    assert content["settings"]["files"]["short_side"] == 64
    old, new = content["videos"]
    assert first.written[0] in old["error"] and "clips" not in old
    assert [clip["name"] for clip in new["clips"]] == ["other_01"]


def test_the_same_bytes_with_any_number_of_workers(folder: Path, tmp_path: Path) -> None:
    trees = []
    for n_workers in (1, 3):
        root = tmp_path / str(n_workers)
        prepare([folder], root, RULES, n_workers)
        names = [path for path in root.rglob("*") if path.suffix in (".jpg", ".json")]
        trees.append({path.relative_to(root): path.read_bytes() for path in names})
    assert trees[0] == trees[1]


def test_what_is_looked_at(folder: Path, tmp_path: Path) -> None:
    assert [path.name for path in videos_in([folder, folder / "day.one.mp4"])] == [
        "broken.mp4",
        "day.one.mp4",
        "other.mp4",
    ]
    with pytest.raises(NothingToDoError, match=str(tmp_path)):
        videos_in([tmp_path])
    with pytest.raises(NothingToDoError, match=r"broken\.mp4"):
        prepare([folder / "broken.mp4"], tmp_path / "out", RULES, 1)
