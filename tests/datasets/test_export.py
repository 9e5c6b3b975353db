"""Exported trees are whole, right for every reader, and never half there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.annotated import (
    APPEARS,
    N_FRAMES,
    annotate,
    image_folder,
    truth,
)
from tests.datasets.exporting import export, files, item, order, stop_at, stopped
from tests.hearing import Heard
from tests.media.video_factory import HW, number_of
from tests.youtubevos_reader import read_tree
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import (
    ExportItem,
    ExportOrder,
    check_export,
    export_format,
    folder_name,
)
from vosgui.datasets.resuming.partial_tree import n_kept
from vosgui.errors import ClipError, DatasetError, NothingToDoError, TargetError
from vosgui.formats.plan import FrameChoice
from vosgui.formats.youtubevos.writer import Style

IDS = {1: 1, 3: 2, 4: 3}  # in the project: in the files


def said(report: ConvertReport) -> str:
    return "\n".join(map(str, report.issues))


def as_written(mask: np.ndarray) -> np.ndarray:
    table = np.zeros(256, np.uint8)
    for old, new in IDS.items():
        table[old] = new
    return table[mask]


@pytest.mark.parametrize("style", ["train", "valid"])
@pytest.mark.parametrize("choice", ["grid", "all"])
@pytest.mark.parametrize("kind", ["jpg", "JPEG", "png", "renamed", "video"])
def test_an_independent_reader_finds_every_mask(
    sources: dict[str, Path], tmp_path: Path, kind: str, choice: FrameChoice, style: Style
) -> None:
    report = export(tmp_path / "out", item(sources[kind]), frames=choice, style=style)
    assert report.target == tmp_path / "out" / style
    ((name, clip),) = read_tree(report.target, style=style).items()
    assert name == sources[kind].stem
    step = 5 if choice == "grid" else 1
    frames = range(0, N_FRAMES, step)
    assert list(clip.frames) == [f"{t:05d}" for t in frames]
    assert [number_of(frame) for frame in clip.frames.values()] == list(frames)
    first_of_3 = -(-APPEARS // step) * step
    for stem, mask in clip.masks.items():
        t = int(stem)
        expected = as_written(truth(t))
        if style == "valid":
            starts = {0: [1, 3], first_of_3: [2]}
            expected[~np.isin(expected, starts[t])] = 0
        np.testing.assert_array_equal(mask, expected)
    assert {key: listed["category"] for key, listed in clip.objects.items()} == {
        "1": "person",
        "2": "skateboard",
        "3": "dog",
    }
    # The object that goes is listed to the end, the one that comes from where it is visible.
    stems = list(clip.frames)
    assert clip.objects["3"]["frames"] == stems
    assert clip.objects["2"]["frames"] == [stem for stem in stems if int(stem) >= first_of_3]


def test_a_jpeg_of_the_same_size_is_copied_byte_for_byte(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    report = export(tmp_path, item(sources["jpg"]), frames="all")
    for path in sources["jpg"].iterdir():
        copy = report.target / "JPEGImages" / "00aa11bb22" / path.name
        assert copy.read_bytes() == path.read_bytes()
    assert said(report).splitlines()[0] == (
        "note: clip 00aa11bb22: Object ids without gaps: 1 as 1, 3 as 2, 4 as 3."
    )


def test_a_jpeg_that_readers_would_turn_is_encoded_upright(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "turned")
    for path in folder.iterdir():
        with Image.open(path) as image:
            exif = image.getexif()
            exif[0x0112] = 3  # upside down
            image.rotate(180).save(path, exif=exif, quality=95)
    report = export(tmp_path / "out", item(folder))
    clip = read_tree(report.target, style="train")["turned"]
    assert [number_of(frame) for frame in clip.frames.values()] == list(range(0, N_FRAMES, 5))


def test_renamed_frames_are_reported(sources: dict[str, Path], tmp_path: Path) -> None:
    report = export(tmp_path, item(sources["renamed"]))
    text = "Frames renamed to five digits: img_0000 is 00000, img_0030 is 00030."
    assert f"note: clip renamed: {text}" in said(report)


def test_the_clips_own_numbers_are_kept(tmp_path: Path) -> None:
    folder = image_folder(tmp_path / "numbers")
    for path in sorted(folder.iterdir(), reverse=True):
        path.rename(path.with_stem(f"{int(path.stem) + 1001:05d}"))
    report = export(tmp_path / "out", item(folder))
    clip = read_tree(report.target, style="train")["numbers"]
    assert list(clip.frames) == [f"{t:05d}" for t in range(1001, 1001 + N_FRAMES, 5)]
    assert "renamed" not in said(report)


def test_the_same_project_gives_the_same_bytes(sources: dict[str, Path], tmp_path: Path) -> None:
    items = [item(sources["video"]), item(sources["png"])]
    one, two = export(tmp_path / "1", *items), export(tmp_path / "2", *items)
    assert files(one.target) == files(two.target)
    assert len(files(one.target)) == 2 * 2 * 7 + 1


def test_frames_of_which_nothing_is_known_are_left_out(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    history = History(Annotation(HW, N_FRAMES))
    annotate(history, 18)
    report = export(tmp_path, item(sources["jpg"], annotation=history.annotation))
    clip = read_tree(report.target, style="train")["00aa11bb22"]
    assert list(clip.frames) == ["00000", "00005", "00010", "00015"]


def test_what_the_check_says_before_an_export(sources: dict[str, Path]) -> None:
    nothing = item(sources["png"], annotation=Annotation(HW, N_FRAMES))
    found = dict(check_export([nothing, item(sources["jpg"])], order(Path())))
    assert [f.severity.name for f in found["png"]] == ["ERROR"]
    assert {f.severity.name for f in found["00aa11bb22"]} == {"NOTE"}


def test_a_clip_without_masks_is_left_out_and_named(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    nothing = item(sources["png"], annotation=Annotation(HW, N_FRAMES))
    report = export(tmp_path / "some", nothing, item(sources["jpg"]))
    assert list(read_tree(report.target, style="train")) == ["00aa11bb22"]
    assert "error: clip png: It was left out. No object of png is visible in its frames" in (
        said(report)
    )
    with pytest.raises(NothingToDoError, match="No object of png is visible"):
        export(tmp_path / "none", nothing)
    assert not (tmp_path / "none").exists()


def test_names_that_are_no_folder_names(sources: dict[str, Path], tmp_path: Path) -> None:
    names = ["a/b: c?", "a_b c", ".hidden", "A_B_C", "狗"]
    items = [item(sources["png"], name) for name in names]
    report = export(tmp_path, *items)
    written = ["a_b_c", "a_b_c-2", "hidden", "A_B_C-3", "狗"]
    assert list(read_tree(report.target, style="train")) == sorted(written)
    assert "clip a_b c: Written as a_b_c-2, a name that every system takes." in said(report)
    assert folder_name("...", set()) == "clip"


# -- nothing half-written --------------------------------------------------------------------


@pytest.mark.parametrize("n_frames", [0, 1, 5, 7])
def test_closed_before_a_clip_is_whole_it_leaves_nothing(
    sources: dict[str, Path], tmp_path: Path, n_frames: int
) -> None:
    items = [item(sources["video"]), item(sources["png"])]
    wanted = order(tmp_path / "a" / "b")
    stopped(lambda progress: export_format(items, wanted, progress), stop_at(n_frames))
    assert list(tmp_path.iterdir()) == []


def test_closed_later_it_keeps_the_clips_that_are_whole(
    sources: dict[str, Path], tmp_path: Path
) -> None:
    items = [item(sources["video"]), item(sources["png"])]
    wanted = order(tmp_path / "out")
    first_whole = Heard(lambda heard: heard.said[-1][2] == "1 of 2 clips")
    stopped(lambda progress: export_format(items, wanted, progress), first_whole)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [".train.partial"]
    assert n_kept(wanted.target) == 1
    again = Heard()
    report = export_format(items, wanted, again)
    assert again.said[0][0] == 7  # all of the video, at once
    assert n_kept(wanted.target) == 0
    assert files(report.target) == files(export(tmp_path / "whole", *items).target)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["train"]


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_a_frame_that_cannot_be_read_leaves_nothing(tmp_path: Path, suffix: str) -> None:
    one = item(image_folder(tmp_path / "clip", suffix))

    def break_it(heard: Heard) -> bool:
        if heard.said[-1][0] == 1:
            (tmp_path / "clip" / f"00029{suffix}").write_bytes(b"")
        return False

    with pytest.raises(ClipError, match=rf"00029\{suffix}"):
        export_format([one], order(tmp_path / "out", frames="all"), Heard(break_it))
    assert not (tmp_path / "out").exists()


def test_a_clip_that_goes_during_an_export_is_named_and_put_back_it_goes_on(tmp_path: Path) -> None:
    here, away = tmp_path / "second", tmp_path / "away"
    items = [item(image_folder(tmp_path / "first")), item(image_folder(here))]

    def take_it(heard: Heard) -> bool:
        if here.exists() and len(heard.said) == 2:
            here.rename(away)
        return False

    wanted = order(tmp_path / "out")
    with pytest.raises(ClipError, match=r"second.*Put it back"):
        export_format(items, wanted, Heard(take_it))
    assert not wanted.target.exists() and n_kept(wanted.target) == 1
    away.rename(here)
    assert export_format(items, wanted).n_clips == 2


def test_a_clip_that_has_changed_is_not_exported(tmp_path: Path) -> None:
    one = item(image_folder(tmp_path / "clip"))
    (tmp_path / "clip" / "00003.jpg").unlink()
    with pytest.raises(DatasetError, match=r"00003 of clip is annotated, but .* has no such frame"):
        export(tmp_path / "out", one)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_nothing_but_whole_clips(
    small_disk: Path, sources: dict[str, Path]
) -> None:
    with pytest.raises(TargetError, match="No space left"):
        export(small_disk / "one", item(sources["png"]), frames="all")
    assert list(small_disk.iterdir()) == []
    with pytest.raises(TargetError, match="No space left"):
        export(small_disk / "two", item(sources["jpg"]), item(sources["png"]), frames="all")
    assert [path.name for path in (small_disk / "two").iterdir()] == [".train.partial"]


def test_a_folder_that_cannot_be_written(
    unprivileged_folder: Path, sources: dict[str, Path]
) -> None:
    one = item(image_folder(unprivileged_folder / "clip"))
    (unprivileged_folder / "closed").mkdir(mode=0o555)
    with pytest.raises(TargetError, match=r"closed/out/train: Permission denied"):
        export(unprivileged_folder / "closed" / "out", one)
    (unprivileged_folder / "file").write_bytes(b"")
    with pytest.raises(TargetError, match=r"file/train"):
        export(unprivileged_folder / "file", one)


def one_frame(folder: Path) -> ExportItem:
    """Return a clip of a single frame of odd sizes, all of it object 1."""
    path = folder / "one.png"
    Image.fromarray(np.zeros((7, 5, 3), np.uint8)).save(path)
    history = History(Annotation((7, 5), 1))
    history.do("Add", edits.add_object(history.annotation))
    history.do("Give", edits.give_mask(history.annotation, 0, np.ones((7, 5), np.uint8), [1]))
    return item(path, annotation=history.annotation)


def test_one_frame_and_odd_sizes(tmp_path: Path) -> None:
    """A clip of a single frame is exported, with a warning."""
    one = one_frame(tmp_path)
    ((_, found),) = check_export([one], order(Path()))
    assert any("only one frame" in issue.text for issue in found)
    report = export(tmp_path / "out", replace(one, name="one"))
    assert (report.n_frames, report.n_objects) == (1, 1)


@pytest.mark.parametrize(
    ("form", "asked"),
    [("youtube-vos", {"category", "name"}), ("coco", {"category"}), ("overlay", set())],
)
def test_only_what_a_format_has_a_place_for_is_asked_after(
    tmp_path: Path, form: str, asked: set[str]
) -> None:
    ((_, found),) = check_export([one_frame(tmp_path)], ExportOrder(form, Path()))
    texts = " ".join(issue.text for issue in found)
    assert ("no category" in texts) == ("category" in asked)
    assert ("ten hexadecimal digits" in texts) == ("name" in asked)
