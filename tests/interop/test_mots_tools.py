"""MOTS: trackeval and datumaro."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco

from tests.interop.conftest import HW, N_FRAMES, Figures, in_order, read, truth, written


def test_trackeval_reads_mots_text(tmp_path: Path, figures: Figures) -> None:
    from trackeval.datasets import KittiMOTS

    out = written(tmp_path, "mots-txt")
    config: dict[str, Any] = {
        "GT_FOLDER": str(out),
        "GT_LOC_FORMAT": "{gt_folder}/instances_txt/{seq}.txt",
        "TRACKERS_FOLDER": str(tmp_path),
        "TRACKERS_TO_EVAL": ["mots-txt"],
        "TRACKER_SUB_FOLDER": "instances_txt",
        "SEQ_INFO": {"0002": N_FRAMES},
        "PRINT_CONFIG": False,
    }
    raw = KittiMOTS(config).get_raw_seq_data("mots-txt", "0002")
    found = {}
    for t in range(N_FRAMES):
        found[str(t)] = mask = np.zeros(HW, np.uint8)
        for number, rle in zip(raw["tracker_ids"][t], raw["tracker_dets"][t], strict=True):
            mask[coco.decode(rle) > 0] = number % 1000
    figures.compare("trackeval", "reads mots-txt", truth(), found)


def of_datumaro(root: Path) -> Any:
    from datumaro.components.dataset import Dataset

    return Dataset.import_from(str(root), "mots")


def test_datumaro_reads_mots(tmp_path: Path, figures: Figures) -> None:
    found = {}
    for t, item in enumerate(
        sorted(of_datumaro(written(tmp_path, "mots")), key=lambda one: one.id)
    ):
        found[str(t)] = mask = np.zeros(HW, np.uint8)
        for one in item.annotations:
            mask[one.image > 0] = one.attributes["track_id"]
    figures.compare("datumaro", "reads mots", truth(), found)


def test_we_read_mots_of_datumaro(tmp_path: Path, figures: Figures) -> None:
    data = of_datumaro(written(tmp_path, "mots"))
    data.export(str(tmp_path / "theirs"), "mots_png", save_media=True)
    back = read(tmp_path / "theirs")
    figures.compare("datumaro", "writes mots", in_order(back), truth())
    categories = {one.id: one.category for one in back.annotation.objects}
    assert categories == {1: "car", 2: "pedestrian", 4: "dog"}
