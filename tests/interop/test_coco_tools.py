"""COCO: pycocotools, supervision and datumaro."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO

from tests.interop.conftest import HW, OBJECTS, Figures, in_order, read, truth, written
from tests.trees import texts


def instances(out: Path) -> Path:
    (file,) = (out / "annotations").glob("*.json")
    return file


def test_pycocotools_reads_coco(tmp_path: Path, figures: Figures) -> None:
    content = COCO(str(instances(written(tmp_path, "coco"))))
    found = {}
    for t, image in enumerate(sorted(content.imgs.values(), key=lambda one: one["file_name"])):
        found[str(t)] = mask = np.zeros(HW, np.uint8)
        for one in content.imgToAnns[image["id"]]:
            mask[content.annToMask(one) > 0] = one["object_id"]
    figures.compare("pycocotools", "reads coco", truth(), found)


def test_supervision_reads_coco(tmp_path: Path, figures: Figures) -> None:
    from supervision import DetectionDataset

    out = written(tmp_path, "coco")
    images = next((out / "train").rglob("*.jpg"), None) or next(out.rglob("*.jpg"))
    names = {one["file_name"] for one in json.loads(instances(out).read_text())["images"]}
    base = images.parent if images.name in names else images.parent.parent
    found = {}
    data = DetectionDataset.from_coco(str(base), str(instances(out)), force_masks=True)
    kinds = {category: i for i, category in OBJECTS.items()}
    for t, (_, _, detections) in enumerate(sorted(data, key=lambda one: one[0])):
        found[str(t)] = mask = np.zeros(HW, np.uint8)
        for pixels, kind in zip(detections.mask, detections.class_id, strict=True):
            mask[pixels] = kinds[data.classes[kind]]
    figures.compare("supervision", "reads coco", truth(), found)


def test_datumaro_reads_coco(tmp_path: Path, figures: Figures) -> None:
    from datumaro.components.annotation import AnnotationType
    from datumaro.components.dataset import Dataset

    data = Dataset.import_from(str(written(tmp_path, "coco")), "coco_instances")
    ids = dict(enumerate(OBJECTS, start=1))  # tracks are counted over all clips
    found = {}
    for t, item in enumerate(sorted(data, key=lambda one: one.id)):
        found[str(t)] = mask = np.zeros(HW, np.uint8)
        for one in (one for one in item.annotations if one.type == AnnotationType.mask):
            mask[one.image > 0] = ids[one.attributes["track_id"]]
    figures.compare("datumaro", "reads coco", truth(), found)


def test_we_read_coco_of_datumaro(tmp_path: Path, figures: Figures) -> None:
    from datumaro.components.dataset import Dataset

    data = Dataset.import_from(str(written(tmp_path, "coco")), "coco_instances")
    options = {"save_media": True, "segmentation_mode": "mask"}  # else it makes polygons of them
    data.export(str(tmp_path / "theirs"), "coco_instances", **options)
    clip = read(tmp_path / "theirs")
    back = in_order(clip)
    assert "track" not in texts(clip)  # it kept who is who
    table = np.array([0, 1, 2, 0, 3], np.uint8)
    figures.compare("datumaro", "writes coco", back, {t: table[m] for t, m in truth().items()})
