"""Annotation tools whose files hold masks: what was drawn comes back, however ids are written."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from pycocotools import mask as coco

from tests.formats.labelstudio.packing import brush
from tests.trees import put_text
from vosgui.formats.registry import read_format

HW = (5, 7)
SIDES = {"width": HW[1], "height": HW[0]}
STEMS = ("f.1", "f.2", "f.10")
Written = dict[int, Any]  # object: its id as the file has it


def label_studio(root: Path, masks: list[np.ndarray], ids: Written, label: Any) -> Path:
    sides = {"original_width": HW[1], "original_height": str(HW[0])}
    tasks = []
    for stem, mask in zip(STEMS, masks, strict=True):
        results: list[dict[str, Any]] = []
        for one in reversed(ids):
            if (mask == one).any():
                value = {"format": "rle", "rle": brush(mask == one, 6), "brushlabels": [label]}
                key = f"{stem}{one}"
                results.append({"id": key, "type": "brushlabels", "value": value, **sides})
                answer = {"id": key, "type": "textarea", "from_name": "track_id"}
                results.append({**answer, "value": {"text": [ids[one]]}})
        tasks.append({"data": {"image": f"c/{stem}.png"}, "annotations": [{"result": results}]})
    return put_text(root / "a.json", json.dumps(tasks)).parent


def supervisely(root: Path, masks: list[np.ndarray], ids: Written, label: Any) -> Path:
    for stem, mask in zip(STEMS, masks, strict=True):
        objects = []
        for one in ids:
            if (mask == one).any():
                file = io.BytesIO()
                Image.fromarray((mask == one).astype(np.uint8) * 255).save(file, "PNG")
                data = base64.b64encode(zlib.compress(file.getvalue())).decode()
                about = {"classTitle": str(label), "geometryType": "bitmap"}
                tags = [{"name": "Track-ID", "value": ids[one]}]
                bitmap = {"data": data, "origin": [0, 0]}
                objects.append({**about, "tags": tags, "bitmap": bitmap})
        content = {"size": SIDES, "objects": objects}
        put_text(root / f"c/ann/{stem}.png.json", json.dumps(content))
    return root


def datumaro(root: Path, masks: list[np.ndarray], ids: Written, label: Any) -> Path:
    items = []
    for stem, mask in zip(STEMS, masks, strict=True):
        annotations = []
        for one in ids:
            if (mask == one).any():
                rle = coco.encode(np.asfortranarray((mask == one).astype(np.uint8)))
                about = {"type": "mask", "label_id": "0", "attributes": {"track_id": ids[one]}}
                counts = {"counts": rle["counts"].decode(), "size": list(HW)}
                annotations.append({**about, "rle": counts})
        items.append({"id": f"c/{stem}", "annotations": annotations})
    content = {"dm_format_version": "1.0", "items": items}
    content["categories"] = {"label": {"labels": [{"name": label}]}}
    put_text(root / "annotations/default.json", json.dumps(content))
    return root


WRITERS: dict[str, Callable[[Path, list[np.ndarray], Written, Any], Path]] = {
    "label-studio": label_studio,
    "supervisely": supervisely,
    "datumaro": datumaro,
}


@st.composite
def loose_ids(draw: st.DrawFn) -> Written:
    """Return three ids, each as a whole number, a float or text."""
    numbers = draw(st.lists(st.integers(1, 254), min_size=3, max_size=3, unique=True))
    return {n: draw(st.sampled_from([n, float(n), str(n)])) for n in numbers}


@pytest.mark.parametrize("tool", WRITERS)
@given(
    places=arrays.arrays(np.uint8, (3, *HW), elements=st.integers(0, 3)),
    ids=loose_ids(),
    label=st.sampled_from(["car", "машина", 7]),
    has_mark=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_masks_come_back(
    tool: str, places: np.ndarray, ids: Written, label: Any, has_mark: bool
) -> None:
    places[0, 0, 0] = 1  # without any mask the files of some do not say how large a frame is
    masks = [np.array([0, *ids], np.uint8)[one] for one in places]
    with tempfile.TemporaryDirectory() as folder:
        root = WRITERS[tool](Path(folder), masks, ids, label)
        for file in root.rglob("*.json"):
            text = file.read_bytes()
            file.write_bytes(b"\xef\xbb\xbf" + text if has_mark else text)
        (source,) = read_format(tool).list_clips(root).clips
        clip = source.read()
    assert clip.name == "c"
    assert clip.frame_names == STEMS
    for t, mask in enumerate(masks):
        np.testing.assert_array_equal(clip.annotation.mask(t), mask)
    assert {one.category for one in clip.annotation.objects} <= {str(label)}
    assert not [one for one in clip.issues if "who is who" in str(one)]
