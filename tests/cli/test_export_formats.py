"""`export --format`: the clips of a project in every format of the table."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.annotated import N_FRAMES, image_folder, make_project, video_file
from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.core.annotation import Expression
from vosgui.formats.registry import detect, writable
from vosgui.project.project import Project

READ_AGAIN = ("youtube-vis", "refer-youtube-vos", "davis", "coco", "cvat", "masks")
READ_AGAIN += ("mose", "lvos", "sa-v", "sa-v-masks", "mots", "mots-txt")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    clips = image_folder(folder / "00aa11bb22"), video_file(folder / "video.avi")
    with make_project(folder / "work.vosgui", *clips) as project:
        for record in project.clips:
            history = project.history(record.id)
            entry = history.annotation.header.object(1)
            said = replace(entry, expressions=(Expression("the person on the left"),))
            history.do("Say", edits.set_object(history.annotation, said))
    return folder / "work.vosgui"


def run(project: Path, *words: object) -> int:
    return main(["export", str(project), *map(str, words), "--workers", "1"])


def digest(root: Path) -> str:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    whole = hashlib.sha256()
    for path in files:
        whole.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return whole.hexdigest()


@pytest.mark.parametrize("form", [row.name for row in writable() if row.name != "youtube-vos"])
def test_every_format_is_written_the_same_each_time(
    made: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for out in ("one", "two"):
        words = ["--format", form, "--out", tmp_path / out, "--json", tmp_path / "r.json"]
        assert run(made, *words) == 0, capsys.readouterr().err
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert json.loads((tmp_path / "r.json").read_text())["clips"] == 2


@pytest.mark.parametrize("form", READ_AGAIN)
def test_what_is_written_holds_the_masks_of_the_project(
    made: Path, tmp_path: Path, form: str
) -> None:
    words = ["--format", form, "--frames", "all", "--clips", "00aa11bb22", "--quiet"]
    assert run(made, *words, "--out", tmp_path / "out") == 0
    row = detect(tmp_path / "out")
    (source,) = row.list_clips(tmp_path / "out").clips
    back = source.read().annotation
    with Project.open(made) as project:
        annotation = project.history(project.clips[0].id).annotation
        for t in range(min(back.n_frames, N_FRAMES)):
            np.testing.assert_array_equal(back.mask(t) > 0, annotation.mask(t) > 0)


@pytest.mark.parametrize("form", [row.name for row in writable() if row.no_category is not None])
def test_what_an_object_lacks_is_said_once(
    made: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "lacking.vosgui"
    with Project.open(made) as opened, opened.save_as(project) as copy:
        history = copy.history(copy.clips[0].id)
        for object_id, category in ((1, ""), (3, "zorb")):
            entry = replace(history.annotation.header.object(object_id), category=category)
            history.do("Name", edits.set_object(history.annotation, entry))
    words = ["--format", form, "--out", tmp_path / "out", "--json", tmp_path / "r.json"]
    assert run(project, *words, "--clips", "00aa11bb22") == 0
    printed = "".join(capsys.readouterr())
    told = " ".join(one["text"] for one in json.loads((tmp_path / "r.json").read_text())["issues"])
    for words_said in (printed, told):
        assert words_said.count("no category") == 1
        assert words_said.count("the category 'zorb' is not in the published lists") == 1
    if form in ("youtube-vis", "coco"):
        assert "no category: 'object' is written" in printed
        assert '"object"' in next((tmp_path / "out").rglob("instances*.json")).read_text()


def test_options_of_trees_are_refused_elsewhere(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(made, "--format", "coco", "--out", tmp_path / "out", "--merge") == 2
    assert re.search(r"--merge.*youtube-vos.*coco", capsys.readouterr().err)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["--object", "2"], ["--vis-year", "2021"]])
def test_options_that_a_format_does_not_heed_are_refused(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert run(made, "--format", "cvat", "--out", tmp_path / "out", *words) == 2
    assert re.search(rf"{words[0]} is for .*cvat", capsys.readouterr().err)
    assert main(["convert", str(made), "--to", "cvat", "--out", str(tmp_path / "b"), *words]) == 2
    assert not any(tmp_path.iterdir())
