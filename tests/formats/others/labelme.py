"""Files of labelme, made by hand, and what is read of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.trees import masks_of, put_frames, put_text
from vosgui.core.mask import ids_in
from vosgui.formats.dataset import Dataset, LabelledClip
from vosgui.formats.registry import detect

HW = (48, 64)
CAR = [[5, 10], [15, 10], [15, 20], [5, 20]]
DOG = [[40, 10], [55, 10], [55, 30]]
NAMES = ("00000", "00001", "00002")


def shape(label: Any, points: Any, kind: str = "polygon", **more: Any) -> dict[str, Any]:
    return {"label": label, "points": points, "shape_type": kind, "group_id": None, **more}


def content(shapes: list[Any], image: str, **more: Any) -> dict[str, Any]:
    """Return a file; a value of None in more leaves the key out."""
    file = {"version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": image}
    file |= {"imageHeight": HW[0], "imageWidth": HW[1]} | more
    return {name: value for name, value in file.items() if value is not None}


def put(folder: Path, shapes: list[Any], names: tuple[str, ...] = NAMES, **more: Any) -> Path:
    """Write the same shapes for each frame, and the frames."""
    put_frames(folder, names, HW)
    for name in names:
        text = json.dumps(content(shapes, f"{name}.jpg", **more), ensure_ascii=False)
        put_text(folder / f"{name}.json", text)
    return folder


def listed(path: Path) -> Dataset:
    row = detect(path)
    assert row.name == "labelme"
    return row.list_clips(path)


def read(path: Path) -> LabelledClip:
    (source,) = listed(path).clips
    return source.read()


def areas(clip: LabelledClip) -> dict[str, list[int]]:
    """Return the pixels of each object in each frame that has a mask."""
    return {
        name: [int(np.count_nonzero(mask == i)) for i in ids_in(mask)]
        for name, mask in masks_of(clip).items()
    }


def whole(n: int = 3) -> dict[str, list[int]]:
    return {name: [121, 176] for name in NAMES[:n]}
