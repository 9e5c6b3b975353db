"""Every writer through its reader: the same masks, whatever the ids, the sizes and the gaps."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_masks
from pycocotools.coco import COCO

from tests.trees import masks_of, put_frames, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.core.mask import Mask, ids_in
from vosgui.errors import NothingToDoError
from vosgui.files.archive import unpacked
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import detect, writable, write_format
from vosgui.formats.writer import WriteOptions

CATEGORIES = ("person", "dog", "", "straße & <co>")


@st.composite
def clips(draw: st.DrawFn) -> LabelledClip:
    """Return a clip of up to 4 objects of any ids, some masks empty or full."""
    hw = draw(st.tuples(st.integers(1, 23), st.integers(1, 23)))
    n_frames = draw(st.integers(1, 5))
    ids = draw(st.lists(st.integers(1, 254), min_size=1, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 1 << 20)))
    builder = AnnotationBuilder(hw, n_frames, 1)
    for t in range(n_frames):
        kind = draw(st.sampled_from(["some", "empty", "full", "late"]))
        shown = [0, *(ids if kind == "some" else ids[:1])]
        mask = rng.choice(np.array(shown, np.uint8), hw)
        mask = mask * 0 if kind == "empty" else mask
        builder.add(t, mask * 0 + np.uint8(ids[-1]) if kind == "full" else mask)
    objects = []
    for n, object_id in enumerate(ids):
        one = new_object(object_id, category=CATEGORIES[n])
        said = (Expression(f"number {n}"), Expression("first", True)) if n % 2 else ()
        objects.append(replace(one, expressions=said))
    names = tuple(f"{5 * t:05d}" for t in range(n_frames))
    return LabelledClip("clip", None, names, builder.build(objects))


def there_and_back(
    clip: LabelledClip, format_name: str, root: Path
) -> tuple[LabelledClip, Path] | None:
    """Write a clip and read it again as what it is recognised as; None where it has no object."""
    put_frames(root / "frames", clip.frame_names, clip.annotation.hw)
    clip = replace(clip, frames=root / "frames")
    writer = write_format(format_name).writer(WriteOptions())
    out = root / "out"
    out.mkdir()
    try:
        written = written_by(writer, clip, out)
    except NothingToDoError:
        return None
    writer.finish([written], out)
    row = detect(out)
    (source,) = row.list_clips(out).clips
    return source.read(), out


def visible(clip: LabelledClip) -> list[int]:
    return sorted({i for mask in masks_of(clip).values() for i in ids_in(mask)})


def renumbered(clip: LabelledClip, order: list[int]) -> list[Mask]:
    table = np.zeros(256, np.uint8)
    table[order] = np.arange(1, len(order) + 1)
    return [table[mask] for _, mask in sorted(masks_of(clip).items())]


def in_order(clip: LabelledClip) -> list[int]:
    return visible(clip)


def by_first_frame(clip: LabelledClip) -> list[int]:
    firsts: dict[int, int] = {}
    for t in range(clip.annotation.n_frames):
        for object_id in ids_in(clip.annotation.mask(t)):
            firsts.setdefault(object_id, t)
    return sorted(firsts, key=lambda i: (firsts[i], i))


FORMATS: dict[str, Callable[[LabelledClip], list[int]] | None] = {
    "youtube-vos": in_order,
    "refer-youtube-vos": in_order,
    "davis": by_first_frame,
    "youtube-vis": None,
    "ovis": None,
    "burst": None,
    "coco": None,  # keeps ids
    "cvat": None,
    "masks": None,
    "mose": in_order,
    "lvos": in_order,
    "sa-v": in_order,
    "sa-v-masks": None,
    "mots": None,
    "mots-txt": None,  # says nothing of frames without an object
}
NO_CATEGORIES = ("masks", "mose", "sa-v", "sa-v-masks")
BLANK = ("youtube-vos", "refer-youtube-vos", "davis", "lvos")  # others call it "object"


def test_every_format_that_is_written_and_read_is_here() -> None:
    """MeViS and submissions have tests of their own: they keep what has an expression alone."""
    both = {row.name for row in writable() if row.reader} | {"ovis"}
    assert both - {*FORMATS} == {"mevis", "refer-youtube-vos-submission"}


@pytest.mark.parametrize("format_name", FORMATS)
@given(clip=clips())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_masks_and_categories_survive(format_name: str, clip: LabelledClip) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = there_and_back(clip, format_name, Path(folder))
        if found is None:
            assert not visible(clip)
            return
        back, _ = found
        order = FORMATS[format_name]
        ids = order(clip) if order else visible(clip)
        if not ids:
            return  # files of objects say nothing about a clip without one
        new = list(range(1, len(ids) + 1)) if order else ids
        same = [mask for _, mask in sorted(masks_of(clip).items())]
        expected = renumbered(clip, ids) if order else same
        found_masks = [mask for _, mask in sorted(masks_of(back).items())]
        if format_name == "mots-txt":
            expected = [mask for mask in expected if mask.any()]
        assert len(found_masks) == len(expected)
        for one, other in zip(found_masks, expected, strict=True):
            np.testing.assert_array_equal(one, other)
        if format_name not in NO_CATEGORIES:
            categories = {o.id: o.category for o in clip.annotation.objects}
            blank = "" if format_name in BLANK else "object"
            for old, now in zip(ids, new, strict=True):
                said = back.annotation.header.object(now).category
                said = said.lower() if format_name == "ovis" else said  # Person, in its list
                assert said == (categories[old] or blank)
        if format_name == "refer-youtube-vos":
            for old, now in zip(ids, new, strict=True):
                before = clip.annotation.header.object(old).expressions
                assert back.annotation.header.object(now).expressions == before


def written_in(clip: LabelledClip, format_name: str, root: Path) -> Path | None:
    """Write a clip in a format that servers take, or that holds less; None for no object."""
    put_frames(root / "frames", clip.frame_names, clip.annotation.hw)
    writer = write_format(format_name).writer(WriteOptions())
    out = root / "out"
    out.mkdir()
    try:
        written = written_by(writer, replace(clip, frames=root / "frames"), out)
    except NothingToDoError:
        return None
    writer.finish([written], out)
    return out


@given(clip=clips())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_servers_take_holds_every_pixel(clip: LabelledClip) -> None:
    masks = [mask for _, mask in sorted(masks_of(clip).items())]
    with tempfile.TemporaryDirectory() as folder:
        out = written_in(clip, "youtube-vos-submission", Path(folder))
        assert out is not None
        with unpacked(out / "submission.zip") as tree:
            (source,) = detect(tree).list_clips(tree).clips
            found = [mask for _, mask in sorted(masks_of(source.read()).items())]
        values = {int(i) for mask in masks for i in np.unique(mask)}
        assert len(found) == len(masks)
        for one, other in zip(found, masks, strict=True):
            # A clip of 0 and 255 alone would be read as binary; ids end at 254.
            np.testing.assert_array_equal(one, other, err_msg=str(values))
    with tempfile.TemporaryDirectory() as folder:
        out = written_in(clip, "youtube-vis-results", Path(folder))
        assert out is not None
        results = json.loads((out / "results.json").read_text())
        ids = [o.id for o in clip.annotation.objects if o.id in visible(clip)]
        assert len(results) == len(ids)
        for result, object_id in zip(results, ids, strict=True):
            for rle, mask in zip(result["segmentations"], masks, strict=True):
                pixels = coco_masks.decode(rle) if rle else np.zeros(mask.shape, np.uint8)
                np.testing.assert_array_equal(pixels, mask == object_id)
    with tempfile.TemporaryDirectory() as folder:
        out = written_in(clip, "refer-youtube-vos-submission", Path(folder))
        meant = [o.id for o in clip.annotation.objects for _ in o.expressions]
        assert (out is None) == (not meant)
        for number, object_id in enumerate(meant):
            assert out is not None
            files = sorted((out / f"Annotations/clip/{number}").iterdir())
            for file, mask in zip(files, masks, strict=True):
                with Image.open(file) as image:
                    np.testing.assert_array_equal(np.array(image), (mask == object_id) * 255)


@given(clip=clips())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_forms_that_hold_less_hold_that(clip: LabelledClip) -> None:
    masks = [mask for _, mask in sorted(masks_of(clip).items())]
    ids = visible(clip)
    with tempfile.TemporaryDirectory() as folder:
        found = there_and_back(clip, "davis-2016", Path(folder))
        assert (found is None) == (not ids)
        if found is not None:
            back = [mask for _, mask in sorted(masks_of(found[0]).items())]
            for one, other in zip(back, masks, strict=True):
                np.testing.assert_array_equal(one, other > 0)
    with tempfile.TemporaryDirectory() as folder:
        found = there_and_back(clip, "youtube-vos-valid", Path(folder))
        assert (found is None) == (not ids)
        if found is not None:
            own = renumbered(clip, ids)
            starts = {
                n: next(t for t, mask in enumerate(own) if n in mask)
                for n in range(1, len(ids) + 1)
            }
            back = found[0].annotation
            for t, mask in enumerate(own):
                new = [n for n, start in starts.items() if start == t]
                kept = np.where(np.isin(mask, new), mask, 0)
                np.testing.assert_array_equal(back.mask(t), kept)
    with tempfile.TemporaryDirectory() as folder:
        out = written_in(clip, "cutouts", Path(folder))
        assert (out is None) == (not ids)
        for object_id in ids if out is not None else ():
            for t, mask in enumerate(masks):
                file = Path(folder) / f"out/clip/{object_id:03d}/{clip.frame_names[t]}.png"
                assert file.exists() == (object_id in mask)
                if file.exists():
                    with Image.open(file) as image:
                        alpha = np.array(image)[..., 3]
                    np.testing.assert_array_equal(alpha, (mask == object_id) * 255)


def example() -> LabelledClip:
    builder = AnnotationBuilder((9, 14), 3, 1)
    mask = np.zeros((9, 14), np.uint8)
    mask[2:5, 3:9], mask[6:, 10:] = 1, 7
    builder.add(0, mask * 0)
    builder.add(1, mask)
    builder.add(2, np.where(mask == 7, mask, 0))
    objects = [new_object(1, category="cat"), new_object(7, category="dog")]
    names = ("00000", "00005", "00010")
    return LabelledClip("a1b2c3d4e5", None, names, builder.build(objects))


def test_pycocotools_reads_what_we_write(tmp_path: Path) -> None:
    clip = example()
    found = there_and_back(clip, "coco", tmp_path)
    assert found is not None
    content = COCO(str(found[1] / "annotations/instances_default.json"))
    for image in content.imgs.values():
        mask = clip.annotation.mask(image["frame_id"])
        for one in content.imgToAnns[image["id"]]:
            pixels = mask == one["object_id"]
            np.testing.assert_array_equal(content.annToMask(one), pixels)
            assert one["area"] == pixels.sum()
            assert one["attributes"] == {"track_id": one["track_id"]}
            assert one["bbox"] == coco_masks.toBbox(content.annToRLE(one)).tolist()


def test_youtube_vis_file_is_what_its_page_says(tmp_path: Path) -> None:
    clip = example()
    found = there_and_back(clip, "youtube-vis", tmp_path)
    assert found is not None
    content = json.loads((found[1] / "train/instances.json").read_text())
    (video,) = content["videos"]
    assert video["file_names"] == [f"a1b2c3d4e5/{s}.jpg" for s in ("00000", "00005", "00010")]
    assert (video["width"], video["height"], video["length"]) == (14, 9, 3)
    cat, dog = content["annotations"]
    names = {one["id"]: one["name"] for one in content["categories"]}
    assert [names[cat["category_id"]], names[dog["category_id"]]] == ["cat", "dog"]
    assert sorted(names) == list(range(1, 41))  # the list of 2019
    assert cat["areas"] == [None, 18, None]
    assert cat["bboxes"] == [None, [3.0, 2.0, 6.0, 3.0], None]
    assert isinstance(cat["segmentations"][1]["counts"], str)
    assert [one is None for one in dog["segmentations"]] == [True, False, False]


def test_youtube_vis_results_take_the_numbers_of_the_reference(tmp_path: Path) -> None:
    reference = tmp_path / "valid.json"
    reference.write_text(
        json.dumps(
            {
                "videos": [
                    {
                        "id": 42,
                        "width": 14,
                        "height": 9,
                        "file_names": [f"a1b2c3d4e5/{5 * t:05d}.jpg" for t in range(4)],
                    }
                ],
                "categories": [{"id": 10, "name": "cat"}],
            }
        )
    )
    writer = write_format("youtube-vis-results").writer(WriteOptions(reference=reference))
    issues = writer.finish([written_by(writer, example(), tmp_path)], tmp_path)
    (result,) = json.loads((tmp_path / "results.json").read_text())
    assert (result["video_id"], result["category_id"], result["score"]) == (42, 10, 1.0)
    assert [one is None for one in result["segmentations"]] == [True, False, True, True]
    assert "lacks the category dog" in str(issues[0])


def test_davis_2016_and_servers_get_what_they_take(tmp_path: Path) -> None:
    found = there_and_back(example(), "davis-2016", tmp_path / "a")
    assert found is not None
    pairs = (found[1] / "ImageSets/480p/train.txt").read_text().splitlines()
    assert pairs[1] == (
        "/JPEGImages/480p/a1b2c3d4e5/00001.jpg /Annotations/480p/a1b2c3d4e5/00001.png"
    )
    assert [o.id for o in found[0].annotation.objects] == [1]
    for name in ("youtube-vos-submission", "refer-youtube-vos-submission"):
        out = tmp_path / name
        out.mkdir()
        one = replace(example())
        writer = write_format(name).writer(WriteOptions())
        header = one.annotation.header
        said = replace(header.object(7), expressions=(Expression("the dog"),))
        one.annotation.header = header.with_object(said)
        writer.finish([written_by(writer, one, out)], out)
        assert (out / "submission.zip").is_file()
    with Image.open(tmp_path / name / "Annotations/a1b2c3d4e5/0/00010.png") as image:
        assert image.mode == "L"
        assert set(np.unique(np.array(image))) == {0, 255}


@pytest.mark.parametrize("hw", [(9, 14), (8, 13), (16, 16)])
def test_films_and_pictures_have_every_frame(tmp_path: Path, hw: tuple[int, int]) -> None:
    builder = AnnotationBuilder(hw, 4, 1)
    for t in range(4):
        builder.add(t, np.full(hw, t % 3, np.uint8))
    names = tuple(f"{t:05d}" for t in range(4))
    put_frames(tmp_path / "frames", names, hw)
    clip = LabelledClip("c", tmp_path / "frames", names, builder.build())
    for kind in ("overlay", "gif", "contact-sheet", "cutouts"):
        written = written_by(write_format(kind).writer(WriteOptions()), clip, tmp_path)
        assert written.n_frames == (4 if kind != "cutouts" else 2)
    import av

    with av.open(str(tmp_path / "c.mp4")) as film:
        pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
        assert film.streams.video[0].codec_context.name == "h264"
    assert len(pictures) == 4
    height, width = hw[0] + hw[0] % 2, hw[1] + hw[1] % 2
    assert pictures[0].shape == (height, width, 3)
    with Image.open(tmp_path / "c.gif") as gif:
        assert gif.n_frames == 4
    with Image.open(tmp_path / "c/002/00002.png") as cutout:
        assert cutout.mode == "RGBA"
        assert np.array(cutout)[..., 3].min() == 255


def test_a_clip_of_one_frame_is_written_with_a_warning(tmp_path: Path) -> None:
    builder = AnnotationBuilder((4, 5), 1, 1)
    builder.add(0, np.ones((4, 5), np.uint8))
    clip = LabelledClip("c", None, ("00000",), builder.build())
    for form, said in (("youtube-vos", "AOT"), ("davis", "fewer than 3 frames")):
        written = written_by(write_format(form).writer(WriteOptions()), clip, tmp_path / form)
        assert any(said in str(issue) for issue in written.issues)


def test_categories_take_the_list_of_a_year(tmp_path: Path) -> None:
    writer = write_format("youtube-vis").writer(WriteOptions(vis_year=2021))
    issues = writer.finish([written_by(writer, example(), tmp_path)], tmp_path)
    content = json.loads((tmp_path / "train/instances.json").read_text())
    names = {one["id"]: one["name"] for one in content["categories"]}
    assert (names[1], names[6], names[9], names[40]) == ("airplane", "cat", "dog", "zebra")
    assert [one["category_id"] for one in content["annotations"]] == [6, 9]
    assert "YouTube-VIS 2021" in str(issues[0])
