"""One mask that cannot be read: it ends its clip or is left out alone, in every reader of masks."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.datasets.exporting import stop_at, stopped
from tests.formats.coded.test_mots import coded
from tests.formats.coded.test_panoptic import coloured, segment, vipseg
from tests.trees import boxes, put_frames, put_image, put_palette, put_text
from vosgui.core.issues import Severity
from vosgui.core.track import Source
from vosgui.datasets.convert import ConvertReport, convert
from vosgui.datasets.import_ import ImportOptions, import_dataset, preview_import
from vosgui.errors import InputError, NothingToDoError
from vosgui.formats.dataset import ClipSource
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions

BOX = (1, 1, 5, 5)
STEMS = ("00000", "00001", "00002")


def tree(root: Path) -> list[Path]:
    put_frames(root / "JPEGImages/a", STEMS)
    return [put_palette(root / f"Annotations/a/{stem}.png", boxes({1: BOX})) for stem in STEMS]


def masks_alone(root: Path) -> list[Path]:
    return [put_palette(root / f"a/{stem}.png", boxes({1: BOX})) for stem in STEMS]


def binary(root: Path) -> list[Path]:
    put_frames(root / "JPEGImages/a", STEMS)
    paths = [root / f"Annotations/a/{stem}.png" for stem in STEMS]
    return [put_image(path, boxes({255: BOX})) for path in paths]


def colours(root: Path) -> list[Path]:
    put_frames(root / "JPEGImages/a", STEMS)
    image = np.zeros((12, 16, 3), np.uint8)
    image[1:6, 1:6] = (200, 30, 60)
    return [put_image(root / f"Annotations/a/{stem}.png", image) for stem in STEMS]


def youtube_vos(root: Path) -> list[Path]:
    put_frames(root / "train/JPEGImages/a", STEMS)
    meta = {"videos": {"a": {"objects": {"1": {"category": "cat", "frames": [*STEMS]}}}}}
    put_text(root / "train/meta.json", json.dumps(meta))
    paths = [root / f"train/Annotations/a/{stem}.png" for stem in STEMS]
    return [put_palette(path, boxes({1: BOX})) for path in paths]


def mots(root: Path) -> list[Path]:
    put_frames(root / "images/a", STEMS)
    return [put_image(root / f"instances/a/{stem}.png", coded({1001: BOX})) for stem in STEMS]


def mots_alone(root: Path) -> list[Path]:
    return [put_image(root / f"instances/a/{stem}.png", coded({1001: BOX})) for stem in STEMS]


def panoptic(root: Path) -> list[Path]:
    listed = [{"file_name": f"{stem}.png", "segments_info": [segment(300, 60)]} for stem in STEMS]
    vipseg(root, listed)
    paths = [root / f"panomasksRGB/12_abc/{stem}.png" for stem in STEMS]
    return [put_image(path, coloured({300: BOX})) for path in paths]


def object_folders(root: Path) -> list[Path]:
    put_frames(root / "JPEGImages/a", STEMS)
    folder = root / "Annotations/a"
    for stem in STEMS:
        put_image(folder / f"2/{stem}.png", boxes({255: (8, 8, 2, 2)}))
    return [put_image(folder / f"1/{stem}.png", boxes({255: BOX})) for stem in STEMS]


Put = Callable[[Path], list[Path]]
TREES: list[Put] = [tree, masks_alone, binary, colours, youtube_vos]
CODED: list[Put] = [mots, mots_alone, panoptic, object_folders]


def no_image(path: Path) -> None:
    path.write_bytes(b"no image")


def cut_off(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"IDAT") + 8])


def of_another_size(path: Path) -> None:
    wide = np.zeros((30, 16), np.uint16)
    put_image(path, wide if "instances" in path.parts else wide.astype(np.uint8))


CASES = [(put, damage) for put in TREES for damage in (no_image, cut_off)]
CASES += [(put, damage) for put in CODED for damage in (no_image, cut_off, of_another_size)]
each = pytest.mark.parametrize(
    ("put", "damage"), CASES, ids=lambda one: getattr(one, "__name__", "")
)


def only(root: Path) -> ClipSource:
    (source,) = detect(root).list_clips(root).clips
    return source


@each
@pytest.mark.parametrize("n", [0, 1])
def test_a_broken_mask_is_an_error_or_is_left_out_alone(
    tmp_path: Path, put: Put, damage: Callable[[Path], None], n: int
) -> None:
    paths = put(tmp_path)
    source = only(tmp_path)
    damage(paths[n])
    with pytest.raises(InputError, match=r"00000\.png|00001\.png"):
        source.read()
    clip = source.read(skip_broken=True)
    assert clip.n_broken == 1
    (told,) = [one for one in clip.issues if str(paths[n]) in str(one)]
    assert told.severity is Severity.ERROR
    assert told.frame == STEMS[n]
    assert clip.frame_names == STEMS
    tracks = {one.id: clip.annotation.track(one.id)["source"] for one in clip.annotation.objects}
    assert tracks[1][n] == Source.NONE  # unknown, not absent
    for t in {0, 1, 2} - {n}:
        assert (clip.annotation.mask(t)[2:5, 2:5] == 1).all()
    for object_id in tracks.keys() - {1}:  # its masks are files of their own
        assert (tracks[object_id] == Source.PAINTED).all()


@pytest.mark.parametrize("put", [*TREES, mots, mots_alone, panoptic])
@pytest.mark.parametrize("damage", [no_image, cut_off])
def test_a_clip_of_which_nothing_is_left_says_why(
    tmp_path: Path, put: Put, damage: Callable[[Path], None]
) -> None:
    paths = put(tmp_path)
    source = only(tmp_path)
    for path in paths:
        damage(path)
    with pytest.raises(InputError, match=r"0000[012]\.png"):
        source.read(skip_broken=True)


def voc(root: Path) -> list[Path]:
    put_frames(root / "JPEGImages", STEMS)
    paths = [root / f"SegmentationObject/{stem}.png" for stem in STEMS]
    return [put_palette(path, boxes({1: BOX})) for path in paths]


def cityscapes(root: Path) -> list[Path]:
    ends = [root / f"gtFine/train/b/b_{stem}_gtFine_instanceIds.png" for stem in STEMS]
    for stem in STEMS:
        image = root / f"leftImg8bit/train/b/b_{stem}_leftImg8bit.png"
        put_image(image, np.zeros((12, 16, 3), np.uint8))
    return [put_image(path, coded({26000: BOX})) for path in ends]


def converted(root: Path, out: Path, *, skip_broken: bool) -> ConvertReport:
    dataset = detect(root).list_clips(root)
    writer = write_format("masks").writer(WriteOptions())
    return convert(dataset, writer, out, 1, skip_broken=skip_broken)


@pytest.mark.parametrize("put", [voc, cityscapes])
@pytest.mark.parametrize("damage", [no_image, cut_off, of_another_size])
def test_of_single_images_the_broken_one_is_left_out(
    tmp_path: Path, put: Put, damage: Callable[[Path], None]
) -> None:
    paths = put(tmp_path / "in")
    damage(paths[1])
    with pytest.raises(InputError, match=paths[1].name):
        converted(tmp_path / "in", tmp_path / "out", skip_broken=False)
    report = converted(tmp_path / "in", tmp_path / "out", skip_broken=True)
    assert report.n_clips == 2
    assert any(str(paths[1]) in str(one) for one in report.issues)


def two_clips(root: Path) -> Path:
    """Make a tree of two clips; return a mask of the first that cannot be read."""
    for clip in "ab":
        put_frames(root / f"JPEGImages/{clip}", STEMS)
        for stem in STEMS:
            put_palette(root / f"Annotations/{clip}/{stem}.png", boxes({1: BOX}))
    no_image(root / "Annotations/a/00001.png")
    return root / "Annotations/a/00001.png"


def test_an_export_leaves_the_frame_out_and_names_its_file(tmp_path: Path) -> None:
    broken = two_clips(tmp_path / "in")
    report = converted(tmp_path / "in", tmp_path / "out", skip_broken=True)
    assert (report.n_clips, report.n_frames) == (2, 5)
    (told,) = report.issues
    assert str(told).count(str(broken)) == 1
    assert not (tmp_path / "out/a/00001.png").exists()
    assert (tmp_path / "out/b/00001.png").exists()


def test_a_clip_that_is_kept_without_a_frame_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    broken = two_clips(tmp_path / "in")
    dataset = detect(tmp_path / "in").list_clips(tmp_path / "in")
    writer = write_format("masks").writer(WriteOptions())
    work = partial(convert, dataset, writer, tmp_path / "out", 1)
    stopped(partial(work, skip_broken=True), stop_at(1))
    assert list((tmp_path / ".out.partial/clips").glob("*/written.json"))
    with pytest.raises(InputError) as caught:
        work()
    assert str(broken) in str(caught.value)
    assert work(skip_broken=True).n_frames == 5


def test_an_import_and_its_preview_say_the_same(tmp_path: Path) -> None:
    broken = two_clips(tmp_path / "in")
    dataset = detect(tmp_path / "in").list_clips(tmp_path / "in")
    project = tmp_path / "p.vosgui"
    with pytest.raises(InputError, match=r"a/00001\.png"):
        import_dataset(dataset, project, ImportOptions())
    assert preview_import(dataset, ImportOptions()).n_clips == 1
    options = ImportOptions(skip_broken=True)
    shown = preview_import(dataset, options)
    done = import_dataset(dataset, project, options)
    assert shown == done
    assert (done.n_clips, done.n_frames) == (2, 5)
    assert any(str(broken) in str(one) for one in done.issues)


def test_nothing_that_can_be_read_is_no_success(tmp_path: Path) -> None:
    for path in tree(tmp_path / "in"):
        no_image(path)
    with pytest.raises(NothingToDoError, match=r"0000[012]\.png"):
        converted(tmp_path / "in", tmp_path / "out", skip_broken=True)
