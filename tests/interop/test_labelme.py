"""labelme: what its own code writes and draws, we read."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.interop.conftest import HW, N_FRAMES, OBJECTS, Figures, in_order, read, scene
from tests.trees import put_frames
from vosgui.core.mask import Mask, box_of


def test_masks_in_files_of_labelme(tmp_path: Path, figures: Figures) -> None:
    label_file = pytest.importorskip("labelme._label_file")
    put_frames(tmp_path / "clip", [f"{t:05d}" for t in range(N_FRAMES)], HW)
    drawn: dict[str, Mask] = {}
    for t in range(N_FRAMES):
        shapes = [_shape(scene(t) == i, i) for i in OBJECTS if (scene(t) == i).any()]
        content = {
            "version": "6.3.1",
            "flags": {},
            "shapes": shapes,
            "imagePath": f"{t:05d}.jpg",
            "imageData": None,
            "imageHeight": HW[0],
            "imageWidth": HW[1],
        }
        path = tmp_path / f"clip/{t:05d}.json"
        path.write_text(json.dumps(content))
        # Their reading of it is what ours is held to.
        drawn[str(t)] = mask = np.zeros(HW, np.uint8)
        for one in map(label_file._load_shape_json_obj, shapes):
            (x0, y0), (x1, y1) = np.asarray(one["points"]).astype(int)
            mask[y0 : y1 + 1, x0 : x1 + 1][one["mask"]] = one["group_id"]
        np.testing.assert_array_equal(mask, scene(t))
    figures.compare("labelme", "writes masks", in_order(read(tmp_path)), drawn)


def test_polygons_are_drawn_as_labelme_draws_them(tmp_path: Path, figures: Figures) -> None:
    shape = pytest.importorskip("labelme.utils.shape")
    put_frames(tmp_path / "clip", ["00000"], HW)
    points = [[10.5, 8.25], [70.0, 20.0], [55.3, 80.9], [22.0, 60.0]]
    polygon = {"label": "dog", "points": points, "shape_type": "polygon", "group_id": 1}
    content = {
        "shapes": [polygon],
        "imageHeight": HW[0],
        "imageWidth": HW[1],
        "imagePath": "00000.jpg",
    }
    (tmp_path / "clip/00000.json").write_text(json.dumps(content))
    theirs = shape.shape_to_mask(HW, points, "polygon").astype(np.uint8)
    figures.compare("labelme", "writes polygons", in_order(read(tmp_path)), {"0": theirs})


def _shape(pixels: np.ndarray, object_id: int) -> dict[str, object]:
    box = box_of(pixels)
    crop = pixels[box.y : box.y + box.h, box.x : box.x + box.w]
    file = io.BytesIO()
    Image.fromarray(crop.astype(np.uint8) * 255).save(file, format="PNG")
    corners = [[box.x, box.y], [box.x + box.w - 1, box.y + box.h - 1]]
    return {
        "label": OBJECTS[object_id],
        "points": corners,
        "group_id": object_id,
        "shape_type": "mask",
        "flags": {},
        "description": "",
        "mask": base64.b64encode(file.getvalue()).decode(),
    }
