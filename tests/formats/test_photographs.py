"""A folder of photographs of several sizes, through every reader whose files are about images."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trees import boxes, put_image, put_palette, put_text
from vosgui.cli.main import main
from vosgui.core.issues import Severity
from vosgui.datasets.import_ import ImportOptions, import_dataset
from vosgui.datasets.validate import validate
from vosgui.formats.registry import detect
from vosgui.project.project import Project

SIZES = {"beach": (40, 60), "dog": (60, 40), "party": (48, 48)}
POINTS = [[2, 2], [20, 2], [20, 20], [2, 20]]
FLAT = [level for point in POINTS for level in point]


def put_images(folder: Path) -> None:
    for name, hw in SIZES.items():
        put_image(folder / f"{name}.jpg", np.full((*hw, 3), 99, np.uint8))


def put_json(path: Path, content: Any) -> None:
    put_text(path, json.dumps(content))


def labelme(root: Path) -> None:
    put_images(root)
    for name, (h, w) in SIZES.items():
        one = {"label": "cat", "points": POINTS, "shape_type": "polygon", "group_id": 1}
        about = {"imagePath": f"{name}.jpg", "imageData": None, "imageHeight": h, "imageWidth": w}
        put_json(root / f"{name}.json", {"version": "5.4.1", "shapes": [one], **about})
    put_json(root / "classes.json", ["cat"])


def supervisely(root: Path) -> None:
    put_images(root / "ds/img")
    put_json(root / "meta.json", {"classes": [{"title": "cat", "shape": "polygon"}], "tags": []})
    points = {"exterior": POINTS, "interior": []}
    for name, (h, w) in SIZES.items():
        one = {"classTitle": "cat", "geometryType": "polygon", "points": points}
        content = {"size": {"height": h, "width": w}, "objects": [one]}
        put_json(root / f"ds/ann/{name}.jpg.json", content)


def datumaro(root: Path) -> None:
    put_images(root / "images/default")
    shape = {"id": 1, "type": "polygon", "attributes": {}, "group": 0, "label_id": 0}
    items = [
        {
            "id": name,
            "annotations": [{**shape, "points": FLAT, "z_order": 0}],
            "image": {"path": f"{name}.jpg", "size": list(hw)},
        }
        for name, hw in SIZES.items()
    ]
    labels = {"label": {"labels": [{"name": "cat"}]}}
    content = {"dm_format_version": "1.0", "infos": {}, "categories": labels, "items": items}
    put_json(root / "annotations/default.json", content)


def isat(root: Path) -> None:
    put_images(root)
    for name, (h, w) in SIZES.items():
        info = {"description": "ISAT", "name": f"{name}.jpg", "width": w, "height": h}
        one = {"category": "cat", "group": 1, "segmentation": POINTS, "layer": 1.0}
        put_json(root / f"{name}.json", {"info": info, "objects": [one]})


def cvat(root: Path) -> None:
    put_images(root / "images")
    points = ";".join(f"{x},{y}" for x, y in POINTS)
    body = "".join(
        f'<image id="{n}" name="{name}.jpg" width="{w}" height="{h}">'
        f'<polygon label="cat" points="{points}" z_order="0"></polygon></image>'
        for n, (name, (h, w)) in enumerate(SIZES.items())
    )
    put_text(root / "annotations.xml", f"<annotations><version>1.1</version>{body}</annotations>")


def coco(root: Path) -> None:
    put_images(root / "images")
    images = [
        {"id": n, "file_name": f"{name}.jpg", "width": w, "height": h}
        for n, (name, (h, w)) in enumerate(SIZES.items())
    ]
    found = [
        {"id": n, "image_id": n, "category_id": 1, "segmentation": [FLAT], "iscrowd": 0}
        for n in range(len(SIZES))
    ]
    kinds = [{"id": 1, "name": "cat"}]
    content = {"images": images, "annotations": found, "categories": kinds}
    put_json(root / "instances.json", content)


def label_studio(root: Path) -> None:
    put_images(root)
    tasks = []
    for n, (name, (h, w)) in enumerate(SIZES.items()):
        points = [[100 * x / w, 100 * y / h] for x, y in POINTS]
        one = {
            "id": f"r{n}",
            "type": "polygonlabels",
            "from_name": "label",
            "to_name": "image",
            "original_width": w,
            "original_height": h,
            "value": {"points": points, "polygonlabels": ["cat"]},
        }
        data = {"image": f"/data/upload/1/0a1b2c3d-{name}.jpg"}
        tasks.append({"id": n, "data": data, "annotations": [{"id": n, "result": [one]}]})
    put_json(root / "export.json", tasks)


def masks(root: Path) -> None:
    put_images(root / "images")
    for name, hw in SIZES.items():
        put_palette(root / f"masks/{name}.png", boxes({1: (2, 2, 19, 19)}, hw))


def tree(root: Path) -> None:
    put_images(root / "images/holiday")
    masks(root / "x")
    (root / "x/masks").rename(root / "holiday")
    shutil.rmtree(root / "x")
    (root / "masks").mkdir()
    (root / "holiday").rename(root / "masks/holiday")


FORMATS: dict[str, Callable[[Path], None]] = {
    "mose": masks,
    "mose of clips": tree,
    "labelme": labelme,
    "supervisely": supervisely,
    "datumaro": datumaro,
    "isat": isat,
    "cvat": cvat,
    "coco": coco,
    "label-studio": label_studio,
}


@pytest.mark.parametrize("form", FORMATS)
def test_photographs_are_clips_of_their_own_with_their_image(tmp_path: Path, form: str) -> None:
    FORMATS[form](tmp_path / "in")
    row = detect(tmp_path / "in")
    assert row.name == form.partition(" ")[0]
    dataset = row.list_clips(tmp_path / "in")
    assert {one.name for one in dataset.clips} == {*SIZES}
    assert any("differ in size" in str(one) for one in dataset.issues)
    project = tmp_path / "p.vosgui"
    report = import_dataset(dataset, project, ImportOptions())
    assert (report.n_clips, report.n_objects, report.n_frames) == (3, 3, 3)
    with Project.open(project) as opened:
        for record in opened.clips:
            mask = opened.history(record.id).annotation.mask(0)
            assert mask.shape == record.info.hw == SIZES[record.name]
            assert record.info.path.stem == record.name
            assert mask[10, 10] == 1 and mask[30, 30] == 0


def test_masks_of_photographs_are_valid_and_scored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    masks(tmp_path)
    assert not [
        one for one in validate(tmp_path, "auto", 1).issues if one.severity is Severity.ERROR
    ]
    assert main(["evaluate", str(tmp_path), str(tmp_path), "--protocol", "all"]) == 0
    assert "J&F 100.0" in capsys.readouterr().out


@pytest.mark.parametrize("widths", [(60, 59, 60, 60), (60, 30, 60, 60)])
def test_masks_of_several_sizes_whose_frames_have_one_are_one_clip(
    tmp_path: Path, widths: tuple[int, ...]
) -> None:
    for t in range(9):
        put_image(tmp_path / f"JPEGImages/judo/{t:05d}.jpg", np.full((40, 60, 3), 99, np.uint8))
    for k, (t, width) in enumerate(zip((0, 3, 5, 8), widths, strict=True), start=1):
        mask = boxes({k: (2, 2, 9, 9)}, (40 * width // 60, width))
        put_palette(tmp_path / f"Annotations/judo/{t:05d}.png", mask)
    for root in (tmp_path, tmp_path / "Annotations"):
        (clip,) = detect(root).list_clips(root).clips
        assert clip.name == "judo"
    (clip,) = detect(tmp_path).list_clips(tmp_path).clips
    labelled = clip.read()
    assert len(labelled.frame_names) == 9
    assert [one.id for one in labelled.annotation.objects] == [1, 2, 3, 4]


def test_masks_alone_that_differ_by_a_pixel_are_one_clip(tmp_path: Path) -> None:
    for t, width in zip((0, 3, 5, 8), (60, 59, 60, 60), strict=True):
        mask = boxes({1: (2, 2, 9, 9)}, (40, width))
        put_palette(tmp_path / f"masks/judo/{t:05d}.png", mask)
    (clip,) = detect(tmp_path / "masks").list_clips(tmp_path / "masks").clips
    assert (clip.name, len(clip.read().frame_names)) == ("judo", 4)
