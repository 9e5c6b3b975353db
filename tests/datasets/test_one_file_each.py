"""Two sources that would write one file: an error before anything is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from tests.datasets.exporting import files
from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.core.annotation import Annotation
from vosgui.core.edits import new_object
from vosgui.datasets.convert import convert
from vosgui.datasets.export import folder_name
from vosgui.errors import DatasetError
from vosgui.formats.dataset import AnnotationBuilder, Dataset, LabelledClip, loaded
from vosgui.formats.plan import ClipPlan, MaskImages
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions, Writer

FORMATS = ("masks", "youtube-vos", "davis", "coco", "youtube-vis", "mots", "mots-txt")
BOX = {1: (1, 1, 5, 5)}


def annotation() -> Annotation:
    builder = AnnotationBuilder((12, 16), 2)
    builder.add(0, boxes(BOX))
    builder.add(1, boxes(BOX))
    return builder.build([new_object(1, category="person")])


def clip(name: str, frames: tuple[str, ...] = ("00000", "00001")) -> LabelledClip:
    return LabelledClip(name, None, frames, annotation())


def refused(dataset: Dataset, writer: Writer, tmp_path: Path) -> str:
    """Return why clips cannot be written, of which nothing is left."""
    before = files(tmp_path)
    with pytest.raises(DatasetError) as caught:
        convert(dataset, writer, tmp_path / "out", 1)
    assert not (tmp_path / "out").exists()
    assert {one for one in files(tmp_path) if ".partial" not in one} == before.keys()
    return str(caught.value)


@pytest.mark.parametrize("to", FORMATS)
@pytest.mark.parametrize("names", [("Day", "day"), ("a", "a"), ("ä", "a\N{COMBINING DIAERESIS}")])
def test_clips_that_are_one_folder_on_some_systems_are_refused(
    tmp_path: Path, to: str, names: tuple[str, str]
) -> None:
    dataset = Dataset(tuple(loaded(clip(name)) for name in names))
    said = refused(dataset, write_format(to).writer(WriteOptions()), tmp_path)
    assert all(name in said for name in names)
    assert not list(tmp_path.iterdir())


def test_folders_of_a_tree_that_differ_in_case_alone_are_named(tmp_path: Path) -> None:
    for name in ("Day", "day"):
        put_palette(tmp_path / f"in/Annotations/{name}/00000.png", boxes(BOX))
        put_frames(tmp_path / f"in/JPEGImages/{name}", ["00000"])
    if len(list((tmp_path / "in/Annotations").iterdir())) == 1:
        pytest.skip("one folder on this system")
    dataset = detect(tmp_path / "in").list_clips(tmp_path / "in")
    said = refused(dataset, write_format("masks").writer(WriteOptions()), tmp_path)
    assert "Day" in said and "day" in said


def test_frames_of_one_clip_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    dataset = Dataset((loaded(clip("c", ("F1", "f1"))),))
    said = refused(dataset, write_format("masks").writer(WriteOptions()), tmp_path)
    assert "f1" in said.casefold() and "c" in said


class Clashing(Writer):
    """Cuts the names of clips short, as a format with a place for few letters would."""

    about_all: ClassVar[tuple[str, ...]] = ()

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return the masks of all frames."""
        masks = (MaskImages(clip.name[:3], {1: 1}),)
        return ClipPlan(clip, (0, 1), ("00000", "00001"), {1: 1}, masks=masks)


def test_clips_whose_names_become_one_are_refused_by_the_file(tmp_path: Path) -> None:
    dataset = Dataset((loaded(clip("one_1")), loaded(clip("one_2"))))
    said = refused(dataset, Clashing(WriteOptions()), tmp_path)
    assert "one_1" in said and "one_2" in said and "one/00000.png" in said


def test_names_in_a_project_become_folders_of_their_own() -> None:
    taken: set[str] = set()
    for name in ("a/b", "a:b", "A b", "a_b"):
        taken.add(folder_name(name, taken))
    assert len({name.casefold() for name in taken}) == 4


def test_videos_of_a_file_that_differ_in_case_alone_get_names_of_their_own(tmp_path: Path) -> None:
    name = "instances_train.json"
    images = [
        {"id": n, "video_id": n, "file_name": f"{video}/0.jpg", "width": 16, "height": 12}
        for n, video in enumerate(("V/x", "v/X"), 1)
    ]
    square = [[1, 1, 6, 1, 6, 6, 1, 6]]
    annotations = [
        {"id": n, "image_id": n, "category_id": 1, "track_id": 1, "segmentation": square}
        for n in (1, 2)
    ]
    about = {"images": images, "annotations": annotations, "videos": []}
    content = {**about, "categories": [{"id": 1, "name": "cat"}]}
    put_text(tmp_path / "in" / name, json.dumps(content))
    dataset = detect(tmp_path / "in").list_clips(tmp_path / "in")
    names = [source.name for source in dataset.clips]
    assert len({one.casefold() for one in names}) == 2
    report = convert(dataset, write_format("masks").writer(WriteOptions()), tmp_path / "out", 1)
    assert report.n_clips == 2
    masks = [source.read().annotation.mask(0) for source in dataset.clips]
    np.testing.assert_array_equal(*masks)
