"""What a user exports keeps every rule that the field's readers rely on, in every format."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.annotated import image_folder, make_project, truth, video_file
from tests.published_rules import FRAMES, MASKS, NUMBERED, RULES
from tests.youtubevos_reader import read_tree
from vosgui.cli.main import main
from vosgui.core import edits
from vosgui.core.annotation import Expression

FORMS = sorted({*FRAMES, *MASKS, "youtube-vis-results"})


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export a project of a JPEG folder, a video, and PNGs of odd names, in every format.

    Its ids have a gap, an object comes late, one goes and one category is in no list.
    """
    folder = tmp_path_factory.mktemp("exported")
    clips = (
        image_folder(folder / "00aa11bb22"),
        video_file(folder / "video.avi"),
        image_folder(folder / "odd näme.v2", ".png", "shot.{}"),
    )
    with make_project(folder / "work.vosgui", *clips) as project:
        for record in project.clips:
            history = project.history(record.id)
            for entry in history.annotation.objects:
                said = (Expression(f"{entry.name}, “ganz links”"), Expression(entry.name, True))
                category = "straße" if entry.id == 4 else entry.category
                changed = replace(entry, expressions=said, category=category)
                history.do("Say", edits.set_object(history.annotation, changed))
    for form in FORMS:
        words = ["--format", form, "--out", str(folder / form), "--workers", "1", "--quiet"]
        assert main(["export", str(folder / "work.vosgui"), *words]) == 0
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_rules_of_the_files(exported: Path, form: str) -> None:
    for rule in RULES:
        rule(exported / form, form)


@pytest.mark.parametrize("style", ["train", "valid"])
def test_meta_of_youtube_vos(exported: Path, style: str) -> None:
    form = "youtube-vos" if style == "train" else "youtube-vos-valid"
    clips = read_tree(exported / form / style, style=style)
    assert len(clips) == 3


@pytest.mark.parametrize("form", NUMBERED)
def test_a_pixel_of_one_value_is_one_object_through_the_clip(exported: Path, form: str) -> None:
    """The ids 1, 3, 4 become 1, 2, 3; of DAVIS by first appearance: 1, 4, 3."""
    order = {1: 1, 4: 2, 3: 3} if form == "davis" else {1: 1, 3: 2, 4: 3}
    table = np.zeros(256, np.uint8)
    table[list(order)] = list(order.values())
    for folder in (exported / form).glob(MASKS[form]):
        for n, path in enumerate(sorted(folder.iterdir())):
            with Image.open(path) as image:
                np.testing.assert_array_equal(np.array(image), table[truth(5 * n)])


def test_expressions_mean_objects_of_the_masks(exported: Path) -> None:
    root = exported / "refer-youtube-vos"
    meta = json.loads((root / "train/meta.json").read_bytes())["videos"]
    file = root / "meta_expressions/train/meta_expressions.json"
    for name, video in json.loads(file.read_bytes())["videos"].items():
        folder = root / "train/JPEGImages" / name
        assert video["frames"] == sorted(path.stem for path in folder.iterdir())
        assert list(video["expressions"]) == [str(n) for n in range(6)]
        assert {one["obj_id"] for one in video["expressions"].values()} == set(
            meta[name]["objects"]
        )
        assert "“ganz links”" in video["expressions"]["0"]["exp"]


def test_numbers_of_youtube_vis_are_counted_from_one(exported: Path) -> None:
    content = json.loads((exported / "youtube-vis/train/instances.json").read_bytes())
    for entries in ("videos", "categories", "annotations"):
        ids = [one["id"] for one in content[entries]]
        assert ids == list(range(1, len(ids) + 1))
    sizes = {one["id"]: (one["height"], one["width"], one["length"]) for one in content["videos"]}
    for video in content["videos"]:
        assert len(video["file_names"]) == video["length"]
        for name in video["file_names"]:
            clip, stem = name.split("/")
            assert (exported / "youtube-vis/train/JPEGImages" / clip / stem).is_file()
    for track in content["annotations"]:
        assert (track["height"], track["width"]) == sizes[track["video_id"]][:2]
        lists = [track[key] for key in ("segmentations", "areas", "bboxes")]
        assert {len(one) for one in lists} == {sizes[track["video_id"]][2]}
        assert len({tuple(value is None for value in one) for one in lists}) == 1
