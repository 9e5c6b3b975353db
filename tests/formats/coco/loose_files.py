"""Files of COCO and YouTube-VIS as people's tools write them, in all their habits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from pycocotools import mask as coco_masks

from tests.trees import boxes, put_frames
from vosgui.core.mask import Mask

HW = (12, 16)
Content = dict[str, Any]
PLACES = {1: (1, 1, 4, 5), 2: (7, 8, 3, 4)}


def square(object_id: int, t: int = 0) -> tuple[int, int, int, int]:
    """Return where an object is in a frame: y, x, height, width."""
    y, x, h, w = PLACES[object_id]
    return y, x + t, h, w


def truth(t: int = 0) -> Mask:
    """Return the mask of a frame, uint8 (H, W) of ids 1 and 2."""
    return boxes({i: square(i, t) for i in PLACES}, HW)


def polygon(object_id: int, t: int = 0) -> list[float]:
    """Return an object's outline as COCO has it."""
    y, x, h, w = square(object_id, t)
    return [x, y, x + w, y, x + w, y + h, x, y + h]


def rle(object_id: int, t: int = 0) -> Content:
    """Return an object's compressed run lengths."""
    found = coco_masks.encode(np.asfortranarray(truth(t) == object_id, np.uint8))
    return {"size": list(HW), "counts": found["counts"].decode()}


def plain_rle(object_id: int, t: int = 0) -> Content:
    """Return an object's run lengths as a list, zeros first, column by column."""
    flat = (truth(t) == object_id).T.ravel()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flat])))
    return {"size": list(HW), "counts": np.diff([0, *edges, flat.size]).tolist()}


def images(names: list[str], first: int = 1) -> list[Content]:
    """Return the entries of some images."""
    return [
        {"id": n, "file_name": name, "width": HW[1], "height": HW[0]}
        for n, name in enumerate(names, first)
    ]


def coco_content(n_frames: int = 3, **more: Any) -> Content:
    """Return a file by the book of one clip with two tracks."""
    entries = images([f"{t:05d}.jpg" for t in range(n_frames)])
    annotations = [
        {"id": 10 * t + i, "image_id": t + 1, "category_id": 1, "iscrowd": 0, "track_id": i}
        | {"segmentation": [polygon(i, t)]}
        for t in range(n_frames)
        for i in PLACES
    ]
    categories = [{"id": 1, "name": "car"}]
    return {"images": entries, "annotations": annotations, "categories": categories, **more}


def vis_content(names: list[str]) -> Content:
    """Return a file by the book of one clip with two tracks."""
    size = {"width": HW[1], "height": HW[0]}
    video = {"id": 1, **size, "length": len(names), "file_names": names}
    annotations = [
        {"id": i, "video_id": 1, "category_id": 1, "iscrowd": 0}
        | {"segmentations": [rle(i, t) for t in range(len(names))]}
        for i in PLACES
    ]
    return {
        "videos": [video],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "car"}],
    }


def put_json(path: Path, content: Any, encoding: str = "utf-8") -> Path:
    """Write a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(content, ensure_ascii=False).encode(encoding))
    return path


def put_coco(root: Path, content: Content, name: str = "instances_train.json") -> Path:
    """Write a tree of COCO with frames of the images."""
    put_json(root / "annotations" / name, content)
    put_frames(root / "images", [f"{t:05d}" for t in range(3)], HW)
    return root


def number(draw: st.DrawFn, value: int) -> Any:
    """Return a whole number in one of the ways in which people write it."""
    ways: list[Any] = [value, float(value), str(value)]
    return draw(st.sampled_from([*ways, bool(value)] if value in (0, 1) else ways))


@st.composite
def masks(draw: st.DrawFn, object_id: int, t: int) -> Any:
    """Return an object's mask in one of the ways in which tools write it."""
    corners = polygon(object_id, t)
    points = [corners[n : n + 2] for n in range(0, len(corners), 2)]
    ways = [[corners], corners, [points], points, [[[point] for point in points]]]
    ways += [[corners, []], [corners, [3.0, 4.0]], rle(object_id, t), plain_rle(object_id, t)]
    ways += [{"counts": rle(object_id, t)["counts"]}]
    floats = plain_rle(object_id, t)
    ways += [{"size": [str(side) for side in HW], "counts": [float(n) for n in floats["counts"]]}]
    return draw(st.sampled_from(ways))


@st.composite
def missing(draw: st.DrawFn) -> Any:
    """Return what stands for no mask."""
    nothing: list[Any] = [None, {}, [], [[]], "", {"size": list(HW), "counts": []}, [[1.0, 2.0]]]
    return draw(st.sampled_from(nothing))


@st.composite
def loose_coco(draw: st.DrawFn) -> tuple[Content, list[Mask]]:
    """Return a file with the habits of many tools, and the mask of each frame."""
    content = coco_content()
    id_key = draw(
        st.sampled_from(["track_id", "trackId", "instance_id", "object_id", "attributes"])
    )
    expected = [truth(t) for t in range(3)]
    offset = draw(st.integers(0, 1)) if id_key != "object_id" else 1
    for image in content["images"]:
        image["id"] = number(draw, image["id"])
        image["height"], image["width"] = number(draw, HW[0]), number(draw, HW[1])
    for n, one in enumerate(content["annotations"]):
        t, i = one["image_id"] - 1, one.pop("track_id")
        track = number(draw, i - 1 + offset)
        one |= {"attributes": {"track_id": track}} if id_key == "attributes" else {id_key: track}
        one["image_id"] = number(draw, one["image_id"])
        one["iscrowd"] = draw(st.sampled_from([0, 1, False, True, 0.0, "0", None]))
        one["category_id"] = number(draw, 1)
        one["segmentation"] = draw(masks(i, t))
        if n and draw(st.booleans()) and draw(st.booleans()):
            one["segmentation"] = draw(missing())
            expected[t][expected[t] == i] = 0
    return content, expected
