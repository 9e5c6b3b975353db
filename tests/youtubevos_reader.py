"""A reader of YouTube-VOS trees that knows nothing of our writer: json and Pillow alone.

It checks all that any of the field's readers relies on, and says which rule is broken.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image


@dataclass
class ReadClip:
    """frames: stem to uint8 (H, W, 3). masks: stem to uint8 (H, W). objects: as in meta.json."""

    frames: dict[str, np.ndarray]
    masks: dict[str, np.ndarray]
    objects: dict[str, dict[str, object]]


def read_tree(root: Path, *, style: str) -> dict[str, ReadClip]:
    """Read a split of a tree ("train" or "valid" style) and check every rule of the format."""
    assert sorted(p.name for p in root.iterdir()) == ["Annotations", "JPEGImages", "meta.json"]
    text = (root / "meta.json").read_bytes().decode("utf-8")
    meta = json.loads(text, parse_constant=lambda word: pytest_fail(f"{word} in meta.json"))
    assert text == json.dumps(meta, sort_keys=True, indent=4, ensure_ascii=False)
    assert list(meta) == ["videos"]
    for folder in ("JPEGImages", "Annotations"):
        assert sorted(p.name for p in (root / folder).iterdir()) == sorted(meta["videos"])
        assert all(p.is_dir() for p in (root / folder).iterdir())
    return {
        name: _read_clip(root, name, entry, style) for name, entry in sorted(meta["videos"].items())
    }


def pytest_fail(message: str) -> None:
    raise AssertionError(message)


def _read_clip(root: Path, name: str, entry: dict[str, object], style: str) -> ReadClip:
    frames = {
        path.stem: _read_jpeg(path) for path in sorted((root / "JPEGImages" / name).iterdir())
    }
    masks = {
        path.stem: _read_mask(path) for path in sorted((root / "Annotations" / name).iterdir())
    }
    stems = list(frames)
    _check_stems(stems)
    assert list(entry) == ["objects"]
    objects: dict[str, dict[str, object]] = entry["objects"]  # type: ignore[assignment]
    assert sorted(int(key) for key in objects) == list(range(1, len(objects) + 1)), "a gap in ids"
    for stem, mask in masks.items():
        assert mask.shape == frames[stem].shape[:2]
        assert set(np.unique(mask)) <= {0, *map(int, objects)}
    for listed in objects.values():
        assert sorted(listed) == ["category", "frames"]
        assert listed["frames"] == stems[stems.index(listed["frames"][0]) :]  # type: ignore[index]
        assert isinstance(listed["category"], str)
    starts = {int(key): str(listed["frames"][0]) for key, listed in objects.items()}  # type: ignore[index]
    if style == "train":
        assert list(masks) == stems
        for object_id, start in starts.items():
            seen = [stem for stem, mask in masks.items() if (mask == object_id).any()]
            assert seen[0] == start, "listed before or after it is visible"
    else:
        assert sorted(masks) == sorted(set(starts.values()))
        for stem, mask in masks.items():
            beginning = {object_id for object_id, start in starts.items() if start == stem}
            assert set(np.unique(mask)) - {0} == beginning, "not only those that start here"
    return ReadClip(frames, masks, objects)


def _check_stems(stems: list[str]) -> None:
    assert len(stems) >= 2
    assert all(re.fullmatch("[0-9]{5}", stem) for stem in stems)
    assert stems == sorted(stems, key=int)


def _read_jpeg(path: Path) -> np.ndarray:
    assert path.name[5:] == ".jpg", path
    with Image.open(path) as image:
        assert image.format == "JPEG"
        return np.array(image.convert("RGB"))


def _read_mask(path: Path) -> np.ndarray:
    assert path.name[5:] == ".png", path
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    depth, colour_type = struct.unpack(">BB", data[24:26])
    assert (depth, colour_type) == (8, 3), "not an 8-bit palette image"
    at = data.index(b"PLTE")
    assert struct.unpack(">I", data[at - 4 : at]) == (768,), "a short palette loses ids"
    with Image.open(path) as image:
        assert image.mode == "P"
        ids = np.array(image)
        assert np.array_equal(np.array(image.convert("P")), ids)  # as STM and its heirs read it
    assert ids.max(initial=0) < 255, "255 is void"
    return ids
