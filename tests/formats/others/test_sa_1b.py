"""SA-1B: each image a clip, small masks over large ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.formats.coco.loose_files import HW, put_json, rle, truth
from tests.trees import assert_masks, put_frames, texts
from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.errors import DatasetError
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.registry import detect
from vosgui.media.open_clip import open_clip


def put_image(root: Path, name: str, annotations: list[dict[str, Any]]) -> None:
    image = {"image_id": 1, "width": HW[1], "height": float(HW[0]), "file_name": f"{name}.jpg"}
    put_json(root / f"{name}.json", {"image": image, "annotations": annotations})
    put_frames(root, [name], HW)


def clips(root: Path) -> list[LabelledClip]:
    row = detect(root)
    assert row.name == "sa-1b"
    return [source.read() for source in row.list_clips(root).clips]


WHOLE = {"size": list(HW), "counts": [0, HW[0] * HW[1]]}


@pytest.mark.parametrize("folder", ["", "sa_000020"])
def test_each_image_is_a_clip_and_parts_lie_on_wholes(tmp_path: Path, folder: str) -> None:
    parts = [{"id": 90 + i, "area": 20 - i, "segmentation": rle(i)} for i in (1, 2)]
    put_image(tmp_path / folder, "sa_2", [*parts, {"id": 99, "area": 192, "segmentation": WHOLE}])
    put_image(tmp_path / folder, "sa_10", [{"id": 1, "segmentation": rle(1)}])
    first, second = clips(tmp_path)
    assert [first.name, second.name] == ["sa_2", "sa_10"]
    assert_masks(first, {"sa_2": truth() + 1})
    assert_masks(second, {"sa_10": truth() * (truth() == 1)})
    assert first.frames is not None
    with open_clip(first.frames) as clip:
        assert clip.info.frame_names == ("sa_2",)


def test_of_more_masks_than_ids_the_smallest_are_left_out(tmp_path: Path) -> None:
    many = [{"id": n, "area": 1000 - n, "segmentation": rle(1)} for n in range(300)]
    put_image(tmp_path, "sa_1", many)
    (clip,) = clips(tmp_path)
    assert "300 masks; the 46 smallest" in texts(clip)
    assert len(clip.annotation.objects) == MAX_OBJECT_ID


def test_a_broken_mask_is_left_out_alone(tmp_path: Path) -> None:
    broken = {"id": 5, "segmentation": {"size": list(HW), "counts": "zz"}}
    put_image(tmp_path, "sa_1", [broken, {"id": 6, "area": 3, "segmentation": rle(2)}])
    (clip,) = clips(tmp_path)
    np.testing.assert_array_equal(clip.annotation.mask(0) > 0, truth() == 2)
    assert "annotation 5" in texts(clip)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    put_json(tmp_path / "sa_1.json", {"image": {}, "annotations": [{"segmentation": None}]})
    with pytest.raises(DatasetError, match=r"sa_1\.json"):
        clips(tmp_path)
