"""What we write comes back under its names, whatever clips are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trees import boxes, put_frames, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import detect, writable, write_format
from vosgui.formats.tree.find_frames import with_frames_in
from vosgui.formats.tree.folders import FRAME_FOLDERS, MASK_FOLDERS
from vosgui.formats.tree.layout import FRAMES_OF, RESOLUTIONS, SPLITS
from vosgui.formats.writer import WriteOptions
from vosgui.media.palette import read_mask, write_mask

NAMES = [
    ("2024.05.01_cam1", "2024.05.01_cam2"),
    ("a.jpg", "a.png"),
    ("clip.mp4", "clip"),
    ("train", "valid"),
    ("images", "JPEGImages"),
    ("00000", "1.0"),
    ("annotations", "instances.json"),
    ("ä b", "c_1"),
    ("vid1_1", "vid2_1"),
]


def clip(name: str, n: int, root: Path) -> LabelledClip:
    """Return a clip whose two masks differ from those of others."""
    builder = AnnotationBuilder((12, 16), 2, 1)
    for t in range(2):
        builder.add(t, boxes({1: (n, t, 4, 5)}))
    one = replace(new_object(1, category="dog"), expressions=(Expression("a dog"),))
    put_frames(root / name, ["00000", "00001"])
    return LabelledClip(name, root / name, ("00000", "00001"), builder.build([one]))


@pytest.mark.parametrize("with_images", [True, False])
@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("form", ["coco", "youtube-vis", "ovis", "burst", "mevis"])
def test_two_clips_come_back_under_their_names(
    tmp_path: Path, form: str, names: tuple[str, str], with_images: bool
) -> None:
    clips = [clip(name, n, tmp_path / "frames") for n, name in enumerate(names)]
    writer = write_format(form).writer(WriteOptions())
    out = tmp_path / "out"
    out.mkdir()
    shown = clips if with_images else [replace(one, frames=None) for one in clips]
    writer.finish([written_by(writer, one, out) for one in shown], out)
    dataset = with_frames_in(detect(out).list_clips(out), None)
    back = {source.name: source.read() for source in dataset.clips}
    assert sorted(back) == sorted(names)
    for one in clips:
        found = back[one.name]
        assert (found.frames is not None) == with_images
        if found.frames is not None:
            assert found.frames.name == one.name
        for t in range(2):
            np.testing.assert_array_equal(found.annotation.mask(t), one.annotation.mask(t))


@pytest.mark.parametrize("form", ["davis", "davis-2016"])
def test_names_with_spaces_are_listed_whole(tmp_path: Path, form: str) -> None:
    writer, out = write_format(form).writer(WriteOptions()), tmp_path / "out"
    names = ["day", "day 1", "day 2"]
    clips = [clip(name, n, tmp_path / "frames") for n, name in enumerate(names)]
    written = [written_by(writer, one, out) for one in clips]
    writer.finish(written, out)
    dataset = detect(out).list_clips(out)
    assert [source.name for source in dataset.clips] == names
    assert dataset.issues == ()
    warned = [one for one in written if any("space" in str(issue) for issue in one.issues)]
    assert len(warned) == (2 if form == "davis-2016" else 0), "whose readers cut lines there"


FOLDERS = {*MASK_FOLDERS, *FRAME_FOLDERS, *FRAMES_OF, *FRAMES_OF.values(), *SPLITS, *RESOLUTIONS}
FILES = {"c.png", "c.JPG", "clip.mp4", "meta.json", "clip.txt"}
OTHERS = {
    "0",
    "001",
    "ImageSets",
    "2017",
    "gtFine",
    "train_all_frames",
    "dog",
    "raw",
    "left",
    "input",
}
OTHERS |= {"GT_object_level_masks", "RawImages", "frame_1", "JPEGImages_24fps", "ground-truth"}
# Of films and results no masks come back.
WRITTEN = [row.name for row in writable() if not row.options or row.reader]


@pytest.mark.parametrize("form", WRITTEN)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_clips_called_like_folders_or_files_of_a_dataset_come_back(
    tmp_path_factory: pytest.TempPathFactory, form: str, data: st.DataObject
) -> None:
    name = st.sampled_from(sorted(FOLDERS | FILES | OTHERS))
    names = data.draw(st.lists(name, min_size=1, max_size=3, unique_by=str.casefold))
    root = tmp_path_factory.mktemp("names")
    clips = [clip(one, n, root / "frames") for n, one in enumerate(names)]
    writer, out = write_format(form).writer(WriteOptions()), root / "out"
    out.mkdir()
    writer.finish([written_by(writer, one, out) for one in clips], out)
    back = {source.name: source.read() for source in detect(out).list_clips(out).clips}
    assert sorted(back) == sorted(names)
    for one in clips:
        given_first = form == "youtube-vos-valid"  # masks of first frames alone
        for t in range(1 if given_first else 2):
            found = back[one.name].annotation.mask(t) > 0
            np.testing.assert_array_equal(found, one.annotation.mask(t) > 0)


@pytest.mark.parametrize("name", sorted(FOLDERS | FILES | OTHERS - {"dog"}))
@pytest.mark.parametrize("form", ["masks", "sa-v-masks", "mose"])
def test_folders_of_masks_come_back_under_every_name(tmp_path: Path, form: str, name: str) -> None:
    writer, out = write_format(form).writer(WriteOptions()), tmp_path / "out"
    out.mkdir()
    names = (name, "dog", "raw" if name == "masks" else "masks")
    clips = [clip(one, n, tmp_path / "frames") for n, one in enumerate(names)]
    writer.finish([written_by(writer, one, out) for one in clips], out)
    back = {source.name: source.read() for source in detect(out).list_clips(out).clips}
    assert sorted(back) == sorted(names)
    for one in clips:
        for t in range(2):
            found = back[one.name].annotation.mask(t) > 0
            np.testing.assert_array_equal(found, one.annotation.mask(t) > 0)


def test_nothing_lies_beside_masks_and_an_older_tree_comes_back_too(tmp_path: Path) -> None:
    """Readers of the field take every file of a clip's folder for a mask."""
    out = tmp_path / "out"
    out.mkdir()
    writer = write_format("masks").writer(WriteOptions())
    clips = [clip(name, n, tmp_path / "frames") for n, name in enumerate(("images", "dog"))]
    writer.finish([written_by(writer, one, out) for one in clips], out)
    masks = sorted(path for path in out.rglob("*") if path.is_file())
    assert {path.suffix for path in masks} == {".png"}
    for path in masks:  # as they were written before
        write_mask(path, read_mask(path))
    assert [one.name for one in detect(out).list_clips(out).clips] == ["dog"]
    (out / "images/clip.txt").write_text("images\n")
    assert sorted(one.name for one in detect(out).list_clips(out).clips) == ["dog", "images"]
