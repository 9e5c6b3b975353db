"""One clip as each of the annotation tools writes it, by hand: two objects in two frames."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.formats.labelstudio.packing import brush
from tests.trees import boxes, put_frames, put_text

HW = (9, 14)
STEMS = ("00000", "00005")
BOXES = {1: (1, 1, 4, 4), 2: (5, 6, 3, 5)}  # y, x, height, width
MASK = boxes(BOXES, HW)
LABELS = {1: "cat", 2: "dog"}


def _tracks(t: int, make: Callable[[int, tuple[int, int, int, int]], Any]) -> list[Any]:
    """Return the shapes of a frame; the second has them the other way round."""
    made = [make(object_id, where) for object_id, where in BOXES.items()]
    return made[::-1] if t else made


def label_studio(root: Path) -> Path:
    """Write brush masks, with an answer about each that says who it is."""

    def results(t: int) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        for object_id in sorted(BOXES, reverse=bool(t)):
            key, sides = f"{t}{object_id}", {"original_width": HW[1], "original_height": HW[0]}
            value = {"format": "rle", "rle": brush(object_id == MASK)}
            value["brushlabels"] = [LABELS[object_id]]
            found.append({"id": key, "type": "brushlabels", "value": value, **sides})
            said = {"id": key, "type": "number", "from_name": "track_id"}
            found.append({**said, "value": {"number": object_id}})
        return found

    tasks = [
        {"id": t, "data": {"image": f"/x/c/{s}.jpg"}, "annotations": [{"result": results(t)}]}
        for t, s in enumerate(STEMS)
    ]
    put_text(root / "out/export.json", json.dumps(tasks, indent=1))
    put_frames(root / "out/c", STEMS, HW)
    return root / "out"


def label_studio_video(root: Path) -> Path:
    """Write boxes that move through a video, which is not there."""

    def keyframe(t: int, where: tuple[int, int, int, int], is_on: bool) -> dict[str, Any]:
        y, x, h, w = (100 * n / side for n, side in zip(where, (*HW, *HW), strict=True))
        about = {"frame": t + 1, "enabled": is_on, "rotation": 0, "time": t / 25}
        return {**about, "x": x, "y": y, "width": w, "height": h}

    results = [
        {
            "id": f"r{object_id}",
            "type": "videorectangle",
            "original_width": HW[1],
            "original_height": HW[0],
            "value": {
                "framesCount": 6,
                "labels": [LABELS[object_id]],
                "sequence": [keyframe(0, where, True), keyframe(3, where, False)],
            },
        }
        for object_id, where in BOXES.items()
    ]
    task = {"id": 1, "data": {"video": "/x/c.mp4"}, "annotations": [{"result": results}]}
    put_text(root / "out/export.json", json.dumps([task], indent=1))
    return root / "out"


def supervisely(root: Path) -> Path:
    """Write a project of one dataset of images, whose shapes are tagged."""

    def label(object_id: int, where: tuple[int, int, int, int]) -> dict[str, Any]:
        y, x, h, w = where
        points = {"exterior": [[x, y], [x + w - 1, y + h - 1]], "interior": []}
        tags = [{"name": "track_id", "value": str(object_id)}]
        about = {"classTitle": LABELS[object_id], "tags": tags, "geometryType": "rectangle"}
        return {**about, "points": points}

    for t, stem in enumerate(STEMS):
        size = {"height": HW[0], "width": HW[1]}
        content = {"description": "", "size": size, "objects": _tracks(t, label)}
        put_text(root / f"out/c/ann/{stem}.jpg.json", json.dumps(content, indent=1))
    put_text(root / "out/meta.json", '{"classes": [{"title": "cat", "shape": "rectangle"}]}')
    put_frames(root / "out/c/img", STEMS, HW)
    return root / "out"


def supervisely_video(root: Path) -> Path:
    """Write a project of one video, which is not there."""
    figures = [
        {
            "objectKey": f"k{object_id}",
            "geometryType": "rectangle",
            "geometry": {"points": {"exterior": [[x, y], [x + w - 1, y + h - 1]], "interior": []}},
        }
        for object_id, (y, x, h, w) in BOXES.items()
    ]
    content = {
        "size": {"height": HW[0], "width": HW[1]},
        "objects": [{"key": f"k{n}", "classTitle": name} for n, name in LABELS.items()],
        "frames": [{"index": t, "figures": figures} for t in (0, 5)],
        "framesCount": 6,
    }
    put_text(root / "out/ds/ann/c.mp4.json", json.dumps(content, indent=1))
    return root / "out"


def datumaro(root: Path) -> Path:
    """Write a subset with polygons of two tracks."""

    def polygon(object_id: int, where: tuple[int, int, int, int]) -> dict[str, Any]:
        y, x, h, w = where
        points = [x, y, x + w, y, x + w, y + h, x, y + h]
        about = {"id": 0, "type": "polygon", "label_id": object_id - 1, "points": points}
        return {**about, "attributes": {"track_id": object_id}, "group": 0, "z_order": 0}

    items = [
        {
            "id": f"c/{stem}",
            "annotations": _tracks(t, polygon),
            "image": {"path": f"c/{stem}.jpg", "size": list(HW)},
        }
        for t, stem in enumerate(STEMS)
    ]
    content = {"dm_format_version": "1.0", "infos": {}, "items": items}
    content["categories"] = {"label": {"labels": [{"name": one} for one in LABELS.values()]}}
    put_text(root / "out/annotations/default.json", json.dumps(content, indent=1))
    put_frames(root / "out/images/default/c", STEMS, HW)
    return root / "out"


def isat(root: Path) -> Path:
    """Write a file beside each frame, polygons in groups."""

    def shape(object_id: int, where: tuple[int, int, int, int]) -> dict[str, Any]:
        y, x, h, w = where
        corners = [[x, y], [x + w - 1, y], [x + w - 1, y + h - 1], [x, y + h - 1]]
        about = {"category": LABELS[object_id], "group": object_id, "layer": 1.0}
        return {**about, "segmentation": corners, "bbox": [], "iscrowd": False, "note": ""}

    for t, stem in enumerate(STEMS):
        info = {"description": "ISAT", "name": f"{stem}.jpg", "width": HW[1], "height": HW[0]}
        content = {"info": info, "objects": _tracks(t, shape)}
        put_text(root / f"out/c/{stem}.json", json.dumps(content, indent=1))
    put_frames(root / "out/c", STEMS, HW)
    return root / "out"


# format: how it is made, and the file that says most of it
TOOLS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "label-studio": (label_studio, "export.json"),
    "supervisely": (supervisely, "c/ann/00005.jpg.json"),
    "datumaro": (datumaro, "annotations/default.json"),
    "isat": (isat, "c/00005.json"),
}
