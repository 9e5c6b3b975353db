"""BURST and OVIS: as they are published, and as we write them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_masks

from tests.formats.coco.loose_files import HW, put_json, rle, truth
from tests.trees import assert_masks, masks_of, put_frames, texts, written_by
from vosgui.core.edits import new_object
from vosgui.core.track import Source
from vosgui.errors import DatasetError
from vosgui.formats.categories import lists
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions

STEMS = ("frame0011", "frame0041")


def sequence(**more: Any) -> dict[str, Any]:
    """Return a sequence of two annotated frames; object 2 is absent in the second."""
    masks = [{str(i): {"rle": rle(i)["counts"], "is_gt": True} for i in (1, 2)}]
    masks.append({"1": {"rle": rle(1, 1)["counts"], "score": 0.5}})
    return {
        "width": HW[1],
        "height": HW[0],
        "id": 3,
        "seq_name": "a.seq",
        "dataset": "HACS",
        "fps": 30,
        "all_image_paths": [f"frame{n:04d}.jpg" for n in range(11, 42)],
        "annotated_image_paths": [f"{stem}.jpg" for stem in STEMS],
        "track_category_ids": {"1": 805, "2": 2},
        "segmentations": masks,
        **more,
    }


def burst(*sequences: dict[str, Any]) -> dict[str, Any]:
    categories = [{"id": 805, "name": "parrot"}, {"id": 2, "name": "aerosol_can"}]
    return {"sequences": list(sequences), "categories": categories, "split": "val"}


EXPECTED = dict(zip(STEMS, (truth(), truth(1) * (truth(1) == 1)), strict=True))


def only(path: Path, name: str = "burst") -> LabelledClip:
    row = detect(path)
    assert row.name == name
    (source,) = row.list_clips(path).clips
    return source.read()


@pytest.mark.parametrize("file", ["val/all_classes.json", "annotations/val.json", "x.json"])
@pytest.mark.parametrize("folder", ["frames/val/HACS/a.seq", "val/HACS/a.seq", "HACS/a.seq"])
def test_burst_as_published(tmp_path: Path, file: str, folder: str) -> None:
    put_json(tmp_path / file, burst(sequence()))
    put_frames(tmp_path / folder, STEMS, HW)
    clip = only(tmp_path)
    assert (clip.name, clip.frames) == ("a.seq", tmp_path / folder)
    assert_masks(clip, EXPECTED)
    assert [one.category for one in clip.annotation.objects] == ["parrot", "aerosol_can"]
    assert clip.annotation.stride == 30
    assert clip.annotation.track(2)["source"][1] == Source.ABSENT


def test_burst_of_the_first_version_and_with_loose_numbers(tmp_path: Path) -> None:
    one = sequence(width=str(HW[1]), height=float(HW[0]), categories={"1": "805", "2": 2.0})
    del one["track_category_ids"]
    put_json(tmp_path / "x.json", burst(one), "utf-8-sig")
    clip = only(tmp_path / "x.json")
    assert_masks(clip, EXPECTED)
    assert [entry.category for entry in clip.annotation.objects] == ["parrot", "aerosol_can"]


def test_burst_of_parts_of_the_classes_is_read_once(tmp_path: Path) -> None:
    for name in ("all_classes", "common_classes", "first_frame_annotations"):
        put_json(tmp_path / f"val/{name}.json", burst(sequence()))
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert [source.name for source in dataset.clips] == ["a.seq"]
    assert len([issue for issue in dataset.issues if "left" in issue.text]) == 2


def test_sequences_of_one_name_are_told_apart(tmp_path: Path) -> None:
    put_json(tmp_path / "x.json", burst(sequence(), sequence(dataset="LaSOT")))
    dataset = detect(tmp_path).list_clips(tmp_path)
    assert [source.name for source in dataset.clips] == ["HACS_a.seq", "LaSOT_a.seq"]


def test_what_is_broken_in_burst_is_left_out_alone(tmp_path: Path) -> None:
    one = sequence()
    one["segmentations"][0]["2"] = {"rle": "no run lengths"}
    put_json(tmp_path / "x.json", burst(one, {"width": 5}))
    dataset = detect(tmp_path).list_clips(tmp_path)
    clip = dataset.clips[0].read()
    assert_masks(clip, {**EXPECTED, STEMS[0]: truth() * (truth() == 1)})
    assert "track 2" in texts(clip)
    assert "sequence 1" in str(dataset.issues[0])
    twice = sequence(annotated_image_paths=[f"{STEMS[0]}.jpg"] * 2)
    put_json(tmp_path / "x.json", burst(twice))
    with pytest.raises(DatasetError, match=rf"x\.json.*{STEMS[0]}\.jpg"):
        only(tmp_path)
    put_json(tmp_path / "x.json", burst(sequence(segmentations=[{}])))
    with pytest.raises(DatasetError, match=r"a\.seq"):
        only(tmp_path)


def example() -> LabelledClip:
    builder = AnnotationBuilder(HW, 2, 1)
    builder.add(0, np.where(truth() == 2, 9, truth()).astype(np.uint8))
    builder.add(1, truth(1) * (truth(1) == 1))
    objects = [new_object(1, category="dog"), new_object(9, category="vehicle")]
    return LabelledClip("a.clip", None, ("00000", "00005"), builder.build(objects))


def written(name: str, root: Path) -> Path:
    clip = example()
    put_frames(root / "frames", clip.frame_names, HW)
    writer = write_format(name).writer(WriteOptions())
    out = root / "out"
    out.mkdir()
    one = written_by(writer, replace(clip, frames=root / "frames"), out)
    writer.finish([one], out)
    return out


def test_burst_is_written_as_its_own_reader_takes_it(tmp_path: Path) -> None:
    out = written("burst", tmp_path)
    content = json.loads((out / "train/train.json").read_text())
    (one,) = content["sequences"]
    names = {entry["id"]: entry["name"] for entry in content["categories"]}
    assert {names[i] for i in one["track_category_ids"].values()} == {"dog", "vehicle"}
    folder = out / "frames" / content["split"] / one["dataset"] / one["seq_name"]
    for t, image in enumerate(one["annotated_image_paths"]):
        assert (folder / image).is_file()
        expected = example().annotation.mask(t)
        found = one["segmentations"][t]
        assert sorted(map(int, found)) == [i for i in (1, 9) if i in expected]
        for track, mask in found.items():
            pixels = coco_masks.decode(
                {"size": [one["height"], one["width"]], "counts": mask["rle"]}
            )
            np.testing.assert_array_equal(pixels, expected == int(track))
    clip = only(out)
    assert clip.name == "a.clip"
    assert_masks(clip, masks_of(example()))


def test_ovis_is_written_with_its_names_and_numbers(tmp_path: Path) -> None:
    out = written("ovis", tmp_path)
    content = json.loads((out / "annotations_train.json").read_text())
    assert [one["name"] for one in content["categories"]] == list(lists().ovis)
    assert [one["category_id"] for one in content["annotations"]] == [4, 25]
    (video,) = content["videos"]
    assert video["file_names"] == ["a.clip/img_0000001.jpg", "a.clip/img_0000002.jpg"]
    for name in video["file_names"]:
        assert (out / "train" / name).is_file()
    clip = only(out, "youtube-vis")
    assert clip.frames == out / "train/a.clip"
    assert [one.category for one in clip.annotation.objects] == ["Dog", "Vehicle"]
    found = [mask for _, mask in sorted(masks_of(clip).items())]
    np.testing.assert_array_equal(found[0] > 0, truth() > 0)
    np.testing.assert_array_equal(found[1], truth(1) * (truth(1) == 1))


def test_a_category_that_ovis_lacks_comes_after_its_list(tmp_path: Path) -> None:
    clip = example()
    header = clip.annotation.header
    clip.annotation.header = header.with_object(replace(header.object(9), category="skateboard"))
    writer = write_format("ovis").writer(WriteOptions())
    issues = writer.finish([written_by(writer, clip, tmp_path)], tmp_path)
    content = json.loads((tmp_path / "annotations_train.json").read_text())
    assert content["categories"][25] == {"id": 26, "name": "skateboard", "supercategory": "object"}
    assert any("skateboard" in issue.text for issue in issues)
