"""What MOSE, LVOS, SA-V and MOTS look like on disk: as their published readers want it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco

from tests.trees import boxes, put_frames, written_by
from vosgui.core.edits import new_object
from vosgui.errors import DatasetError
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.registry import detect, read_format, write_format
from vosgui.formats.writer import WriteOptions, WrittenClip

HW = (9, 14)
CAT, DOG = (1, 1, 4, 4), (5, 6, 3, 5)


def example(root: Path, names: tuple[str, ...] = ("00000", "00005", "00010")) -> LabelledClip:
    """Return a clip of objects 3, absent at last, and 7, of which the last frame says nothing."""
    builder = AnnotationBuilder(HW, 3, 1)
    builder.add(0, boxes({3: CAT}, HW))
    builder.add(1, boxes({3: CAT, 7: DOG}, HW))
    builder.add(2, boxes({}, HW), complete=False, absent=[3])
    objects = [new_object(3, category="cat"), new_object(7, category="pedestrian")]
    put_frames(root / "frames", names, HW)
    return LabelledClip("c", root / "frames", names, builder.build(objects))


def write(root: Path, name: str, clip: LabelledClip | None = None) -> tuple[Path, WrittenClip]:
    writer, out = write_format(name).writer(WriteOptions()), root / "out"
    out.mkdir()
    written = written_by(writer, clip or example(root), out)
    writer.finish([written], out)
    return out, written


def planned(clip: LabelledClip, name: str) -> ClipPlan:
    return write_format(name).writer(WriteOptions()).plan(clip)


def files(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)


def test_mose_is_frames_and_palette_masks_alone(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "mose")
    stems = ("00000", "00005", "00010")
    masks = [f"train/Annotations/c/{stem}.png" for stem in stems]
    assert files(out) == [*masks, *(f"train/JPEGImages/c/{stem}.jpg" for stem in stems)]
    np.testing.assert_array_equal(pixels(out / masks[1]), boxes({1: CAT, 2: DOG}, HW))
    assert detect(out).name == "mose"


def test_lvos_has_eight_digits_from_1_on_and_ranges(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "lvos")
    masks = sorted((out / "train/Annotations/c").iterdir())
    assert [path.name for path in masks] == ["00000001.png", "00000006.png", "00000011.png"]
    meta = json.loads((out / "train/train_meta.json").read_text())["videos"]["c"]["objects"]
    ranges = {key: one["frame_range"] for key, one in meta.items()}
    assert ranges == {
        "1": {"start": "00000001", "end": "00000006", "frame_nums": "2"},
        "2": {"start": "00000006", "end": "00000006", "frame_nums": "1"},
    }
    (source,) = detect(out).list_clips(out).clips
    assert source.read().issues == ()


@pytest.mark.parametrize(
    ("names", "stems"),
    [
        (("00000001", "00000006", "00000011"), ("00000001", "00000006", "00000011")),
        (("7", "12", "17"), ("00000007", "00000012", "00000017")),
        (("shot.1", "shot.2", "shot.3"), ("00000001", "00000002", "00000003")),
    ],
)
def test_names_of_frames_of_lvos(
    tmp_path: Path, names: tuple[str, ...], stems: tuple[str, ...]
) -> None:
    plan = planned(example(tmp_path, names), "lvos")
    assert plan.stems == stems
    said = " ".join(str(issue) for issue in plan.issues)
    assert ("every fifth" in said) == (stems[1] == "00000002")


def test_a_number_of_too_many_digits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="1234567890"):
        planned(example(tmp_path, ("1", "2", "1234567890")), "lvos")


def test_sa_v_masks_are_binary_and_there_where_an_object_is_known(tmp_path: Path) -> None:
    out, written = write(tmp_path, "sa-v-masks")
    masks = out / "Annotations_6fps/c"
    assert files(masks) == [
        *(f"003/{stem}.png" for stem in ("00000", "00005", "00010")),
        *(f"007/{stem}.png" for stem in ("00000", "00005")),
    ]
    np.testing.assert_array_equal(pixels(masks / "003/00005.png"), boxes({255: CAT}, HW))
    assert not pixels(masks / "003/00010.png").any()
    assert (out / "sav_val.txt").read_text() == "c\n"
    assert written.n_objects == 2
    (source,) = detect(out).list_clips(out).clips
    back = source.read().annotation
    sources = [back.track(i)["source"].tolist() for i in (3, 7)]
    before = [example(tmp_path).annotation.track(i)["source"].tolist() for i in (3, 7)]
    assert sources == before  # absent is absent, unknown is unknown


def test_sa_v_json_has_a_list_for_every_fourth_frame(tmp_path: Path) -> None:
    out, written = write(tmp_path, "sa-v")
    assert "JPEGImages_24fps/c/00008.jpg" in files(out)
    content = json.loads((out / "c_manual.json").read_text())
    assert (content["video_frame_count"], content["masklet_num"]) == (9, 2)
    assert content["masklet_first_appeared_frame"] == [0, 4]
    (first, none), (_, second), last = content["masklet"]
    assert none is None
    assert last == [None, None]
    np.testing.assert_array_equal(coco.decode(first), boxes({1: CAT}, HW))
    np.testing.assert_array_equal(coco.decode(second), boxes({1: DOG}, HW))
    said = " ".join(str(issue) for issue in written.issues)
    assert "3 as 0, 7 as 1" in said
    assert "object 7: It is unknown" in said
    assert detect(out).name == "sa-v"


def test_mots_codes_classes_that_all_clips_share(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "mots")
    assert (out / "instances/labels.txt").read_text() == "car\npedestrian\ncat\n"
    mask = pixels(out / "instances/c/000001.png")
    assert mask.dtype == np.uint16
    assert sorted(np.unique(mask)) == [0, 2007, 3003]
    plan = planned(example(tmp_path), "mots")
    (words,) = write_format("mots").writer(WriteOptions()).in_words([plan])
    assert words == {3: "3003", 7: "2007"}
    assert set(plan.files()) <= {*files(out)}


def test_mots_text_has_a_line_per_object_and_frame(tmp_path: Path) -> None:
    out, _ = write(tmp_path, "mots-txt")
    lines = [line.split(" ") for line in (out / "instances_txt/c.txt").read_text().splitlines()]
    assert [line[:5] for line in lines] == [
        ["0", "3003", "3", "9", "14"],
        ["1", "3003", "3", "9", "14"],
        ["1", "2007", "2", "9", "14"],
    ]
    found = coco.decode({"size": [9, 14], "counts": lines[2][5]})
    np.testing.assert_array_equal(found, boxes({1: DOG}, HW))
    assert read_format("mots-txt").list_clips(out).clips[0].name == "c"
