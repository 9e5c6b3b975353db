"""Expressions about several objects: MeViS, Refer-YouTube-VOS with lists, Ref-DAVIS."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.formats.coco.loose_files import HW, put_json, rle, truth
from tests.trees import assert_masks, boxes, masks_of, put_frames, put_palette, texts, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.core.expressions import expressions_of, find_duplicates
from vosgui.errors import DatasetError, NothingToDoError
from vosgui.formats.dataset import AnnotationBuilder, Dataset, LabelledClip
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions

WORDS = ("a cat", "the two that turn", "all of them", "what is left")


@st.composite
def clips(draw: st.DrawFn) -> LabelledClip:
    """Return a clip of one to four objects whose expressions speak of one or of several."""
    ids = draw(st.lists(st.integers(1, 254), min_size=1, max_size=4, unique=True))
    said: dict[int, tuple[Expression, ...]] = dict.fromkeys(ids, ())
    for text in WORDS:
        meant = draw(st.lists(st.sampled_from(ids), unique=True, max_size=len(ids)))
        one = Expression(text, draw(st.booleans()), len(meant) > 1)
        said |= {i: (*said[i], one) for i in meant}
    rng = np.random.default_rng(draw(st.integers(0, 1 << 20)))
    n_frames = draw(st.integers(1, 4))
    builder = AnnotationBuilder((5, 7), n_frames, 1)
    for t in range(n_frames):
        builder.add(t, rng.choice(np.array([0, *ids], np.uint8), (5, 7)))
    objects = [replace(new_object(i), expressions=said[i]) for i in ids]
    names = tuple(f"{5 * t:05d}" for t in range(n_frames))
    return LabelledClip("a.clip", None, names, builder.build(objects))


def written(clip: LabelledClip, name: str, root: Path) -> Path:
    put_frames(root / "frames", clip.frame_names, clip.annotation.hw)
    writer = write_format(name).writer(WriteOptions())
    out = root / "out"
    out.mkdir()
    one = written_by(writer, replace(clip, frames=root / "frames"), out)
    writer.finish([one], out)
    return out


def in_words(clip: LabelledClip) -> set[tuple[str, bool, tuple[int, ...]]]:
    """Return what is said of which objects, these by their place in the list."""
    place = {one.id: n for n, one in enumerate(clip.annotation.objects)}
    return {
        (one.text, one.first_frame_only, tuple(place[i] for i in ids))
        for one, ids in expressions_of(clip.annotation.objects)
    }


@given(clips())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_mevis_comes_back_whole(clip: LabelledClip) -> None:
    told = [one for one in clip.annotation.objects if one.expressions]
    with tempfile.TemporaryDirectory() as folder:
        if not told:
            with pytest.raises(NothingToDoError):
                written(clip, "mevis", Path(folder))
            return
        out = written(clip, "mevis", Path(folder))
        row = detect(out)
        assert row.name == "mevis"
        (source,) = row.list_clips(out).clips
        back = source.read()
        assert back.frames == out / "train/JPEGImages/a.clip"
    assert back.name == "a.clip"
    table = np.zeros(256, np.uint8)
    table[[one.id for one in told]] = range(1, len(told) + 1)
    for (_, found), (_, mask) in zip(
        sorted(masks_of(back).items()), sorted(masks_of(clip).items()), strict=True
    ):
        np.testing.assert_array_equal(found, table[mask])
    alone = replace(clip.annotation.header, objects=tuple(told))
    annotation = clip.annotation.copy()
    annotation.header = alone
    assert in_words(back) == in_words(replace(clip, annotation=annotation))


@given(clips())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_refer_youtube_vos_keeps_what_speaks_of_several(clip: LabelledClip) -> None:
    shown = {int(i) for mask in masks_of(clip).values() for i in np.unique(mask)}
    if not {one.id for one in clip.annotation.objects} <= shown:
        return  # objects that are nowhere are not written
    with tempfile.TemporaryDirectory() as folder:
        out = written(clip, "refer-youtube-vos", Path(folder))
        (source,) = detect(out).list_clips(out).clips
        back = source.read().annotation
    ids = sorted(one.id for one in clip.annotation.objects)
    for new, old in enumerate(ids, start=1):
        before = clip.annotation.header.object(old).expressions
        assert set(back.header.object(new).expressions) == set(before)


def test_the_mask_of_an_expression_about_several_is_their_union(tmp_path: Path) -> None:
    builder = AnnotationBuilder(HW, 1, 1)
    builder.add(0, truth())
    both = Expression("both", shared=True)
    objects = [replace(new_object(i), expressions=(both,)) for i in (1, 2)]
    clip = LabelledClip("c", None, ("00000",), builder.build(objects))
    out = written(clip, "refer-youtube-vos-submission", tmp_path)
    with Image.open(out / "Annotations/c/0/00000.png") as image:
        np.testing.assert_array_equal(np.array(image), (truth() > 0) * 255)
    assert not (out / "Annotations/c/1").exists()
    assert find_duplicates(objects) == []


def mevis(root: Path, **more: Any) -> Dataset:
    """Write a split whose first expression is about two objects, and list it."""
    put_json(root / "train/mask_dict.json", {"7": [rle(1), None], "9": [rle(2), {}]})
    said = {
        "0": {"exp": "both", "obj_id": [0, 1], "anno_id": [7, 9]},
        "1": {"exp": "the one", "obj_id": [1], "anno_id": [9]},
    }
    clip = {"vid_id": 0, "expressions": said, "frames": ["00000", "00001"], **more}
    put_json(root / "train/meta_expressions.json", {"videos": {"v.1": clip}})
    put_frames(root / "train/JPEGImages/v.1", ["00000", "00001"], HW)
    row = detect(root)
    assert row.name == "mevis"
    return row.list_clips(root)


@pytest.mark.parametrize("ids", [([0, 1], [7, 9]), (["0", "1"], ["7", "9"]), ([0.0, 1.0], [7, 9])])
def test_mevis_as_published(tmp_path: Path, ids: tuple[list[Any], list[Any]]) -> None:
    said = {
        "0": {"exp": "both", "obj_id": ids[0], "anno_id": ids[1]},
        "1": {"exp": "the one", "obj_id": ids[0][1], "anno_id": ids[1][1]},
    }
    (source,) = mevis(tmp_path, expressions=said).clips
    clip = source.read()
    assert clip.name == "v.1"
    assert clip.frames == tmp_path / "train/JPEGImages/v.1"
    assert_masks(clip, {"00000": truth(), "00001": truth() * 0})
    first, second = clip.annotation.objects
    assert first.expressions == (Expression("both", shared=True),)
    assert second.expressions == (Expression("both", shared=True), Expression("the one"))
    assert "0 is 1, 1 is 2" in texts(clip)


def test_mevis_with_a_broken_object_keeps_the_others(tmp_path: Path) -> None:
    mevis(tmp_path)
    put_json(tmp_path / "train/mask_dict.json", {"7": [rle(1), None], "9": "no list"})
    (source,) = detect(tmp_path).list_clips(tmp_path).clips
    clip = source.read()
    assert_masks(clip, {"00000": truth() * (truth() == 1), "00001": truth() * 0})
    assert "object 1" in texts(clip)


def test_mevis_without_masks_is_refused_by_name(tmp_path: Path) -> None:
    mevis(tmp_path)
    put_json(tmp_path / "train/mask_dict.json", {})
    with pytest.raises(DatasetError, match="MeViS"):
        detect(tmp_path).list_clips(tmp_path)


@pytest.mark.parametrize("folder", ["", "DAVIS/"])
@pytest.mark.parametrize("beside", ["", "davis_text_annotations/"])
def test_ref_davis_sentences_find_their_objects(tmp_path: Path, folder: str, beside: str) -> None:
    davis = tmp_path / folder
    for clip in ("dogs-scale", "bear"):
        for stem in ("00000", "00001"):
            put_palette(
                davis / f"Annotations/480p/{clip}/{stem}.png",
                boxes({1: (1, 1, 3, 3), 2: (6, 6, 3, 3)}),
            )
        put_frames(davis / f"JPEGImages/480p/{clip}", ["00000", "00001"])
    lines = {
        "annot1": 'dog-scale 1 "the brown dog"\nbear 1,2 "both of them"\nelsewhere 1 "not here"\n',
        "annot1_full_video": 'bear 1 "the one that walks"\n\nbear\n',
        "annot2": 'dog-scale 2 "the chien caf\u00e9"\n',
    }
    for name, text in lines.items():
        file = tmp_path / beside / f"Davis17_{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode("latin-1" if name == "annot2" else "utf-8"))
    row = detect(tmp_path)
    assert row.name == "ref-davis"
    dataset = row.list_clips(tmp_path)
    found = {source.name: source.read().annotation.header for source in dataset.clips}
    assert found["dogs-scale"].object(1).expressions == (Expression("the brown dog", True),)
    assert found["dogs-scale"].object(2).expressions == (Expression("the chien caf\u00e9", True),)
    both = Expression("both of them", True, shared=True)
    assert found["bear"].object(1).expressions == (both, Expression("the one that walks"))
    assert found["bear"].object(2).expressions == (both,)
    (bad,) = [issue for issue in dataset.issues if issue.line]
    assert (bad.file.endswith("annot1_full_video.txt"), bad.line) == (True, 3)


def test_an_object_without_an_expression_is_named_as_left_out(tmp_path: Path) -> None:
    builder = AnnotationBuilder(HW, 1, 1)
    builder.add(0, truth())
    objects = [replace(new_object(1), expressions=(Expression("one"),)), new_object(2)]
    clip = LabelledClip("c", None, ("00000",), builder.build(objects))
    one = written_by(write_format("mevis").writer(WriteOptions()), clip, tmp_path)
    assert any(issue.object_id == 2 for issue in one.issues)


def test_mevis_files_are_as_its_loaders_read_them(tmp_path: Path) -> None:
    builder = AnnotationBuilder(HW, 2, 1)
    builder.add(0, truth())
    builder.add(1, truth(1) * (truth(1) == 2))
    both = Expression("both", shared=True)
    objects = [replace(new_object(i), expressions=(both,)) for i in (1, 2)]
    clip = LabelledClip("c", None, ("00010", "00015"), builder.build(objects))
    out = written(clip, "mevis", tmp_path)
    masks = json.loads((out / "train/mask_dict.json").read_text())
    videos = json.loads((out / "train/meta_expressions.json").read_text())["videos"]
    (said,) = videos["c"]["expressions"].values()
    assert (said["obj_id"], said["anno_id"]) == ([0, 1], [0, 1])
    for number, key in zip(said["obj_id"], said["anno_id"], strict=True):
        for name in videos["c"]["frames"]:  # a loader takes the mask at int(name)
            mask = masks[str(key)][int(name)]
            assert (out / f"train/JPEGImages/c/{name}.jpg").is_file()
            assert mask == rle(number + 1, int(name)) or (number, name) == (0, "00001")
    assert masks["0"][1] is None
