"""How long `validate` takes of many files in one folder, beside what reading them takes.

    python -m tests.benchmarks.validate_files
    python -m tests.benchmarks.validate_files --files 5000 --kinds labelme

Reading is: each file's bytes, and its PNG decoded or its JSON parsed. Both are processor time of
one process, which other programs on the machine change least.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import cv2
import msgspec
import numpy as np

from vosgui.core.issues import Severity
from vosgui.datasets.validate import validate
from vosgui.media.palette import write_mask

HW = (240, 432)


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=60_000)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    asked = parser.parse_args()
    for kind in asked.kinds:
        read_s, check_s = _measured(kind, asked.files)
        print(
            f"{kind:12} {asked.files:6} files, read {read_s:6.1f} s, "
            f"validate {check_s:6.1f} s  x {check_s / read_s:.2f}",
            flush=True,
        )
    return 0


def _measured(kind: str, n: int) -> tuple[float, float]:
    """Return the seconds of reading so many files, and of validating them."""
    make, read = KINDS[kind]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / kind
        make(folder, n)
        read_s = _cpu_s(lambda: deque(map(read, sorted(folder.rglob("*.*"))), 0))
        return read_s, _cpu_s(lambda: _check(folder, kind))


def _check(folder: Path, kind: str) -> None:
    report = validate(folder, kind, 1)
    assert not any(one.severity == Severity.ERROR for one in report.issues), report.issues[:3]


def _cpu_s(do: Callable[[], object]) -> float:
    begun = time.process_time()
    do()
    return time.process_time() - begun


def _make_masks(folder: Path, n: int) -> None:
    """Write palette PNGs of three balls that go to and fro."""
    folder.mkdir()
    for t in range(n):
        mask = np.zeros(HW, np.uint8)
        for i in range(3):
            x = round(HW[1] / 2 + 150 * np.sin(t / 60 + i))
            cv2.circle(mask, (x, 60 * (i + 1)), 25, i + 1, -1)
        write_mask(folder / f"{t:06d}.png", mask)


def _circles(t: int) -> list[list[list[float]]]:
    """Return the points of three polygons in frame t that lie apart."""
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    found = []
    for i in range(3):
        x = HW[1] / 2 + 150 * np.sin(t / 60 + i)
        points = np.stack([x + 25 * np.cos(angles), 60 * (i + 1) + 25 * np.sin(angles)], 1)
        found.append(points.round(2).tolist())
    return found


def _make_labelme(folder: Path, n: int) -> None:
    """Write a file of three polygons for each frame; the frames themselves are not there."""
    folder.mkdir()
    for t in range(n):
        shapes = []
        for i, points in enumerate(_circles(t)):
            shape = {"label": f"ball{i}", "group_id": i + 1, "shape_type": "polygon", "flags": {}}
            shapes.append({**shape, "points": points})
        about = {"version": "5.4.1", "flags": {}, "imagePath": f"{t:06d}.jpg", "imageData": None}
        about |= {"imageHeight": HW[0], "imageWidth": HW[1], "shapes": shapes}
        (folder / f"{t:06d}.json").write_text(json.dumps(about))


def _make_isat(folder: Path, n: int) -> None:
    folder.mkdir()
    for t in range(n):
        about = {"description": "ISAT", "folder": "", "name": f"{t:06d}.jpg", "depth": 3}
        objects = [
            {"category": f"ball{i}", "group": i + 1, "segmentation": points, "layer": i, "area": 5}
            for i, points in enumerate(_circles(t))
        ]
        content = {"info": {**about, "width": HW[1], "height": HW[0]}, "objects": objects}
        (folder / f"{t:06d}.json").write_text(json.dumps(content))


def _make_supervisely(folder: Path, n: int) -> None:
    inner = folder / "clip" / "ann"
    inner.mkdir(parents=True)
    classes = [{"title": f"ball{i}", "shape": "polygon"} for i in range(3)]
    (folder / "meta.json").write_text(json.dumps({"classes": classes}))
    for t in range(n):
        objects = [
            {"classTitle": f"ball{i}", "geometryType": "polygon",
             "points": {"exterior": points, "interior": []}, "instance": f"i{i}"}
            for i, points in enumerate(_circles(t))
        ]  # fmt: skip
        content = {"size": {"height": HW[0], "width": HW[1]}, "objects": objects}
        (inner / f"{t:06d}.jpg.json").write_text(json.dumps(content))


def _make_datumaro(folder: Path, n: int) -> None:
    """Write one file of all frames."""
    (folder / "annotations").mkdir(parents=True)
    items = []
    for t in range(n):
        found = [
            {"type": "polygon", "label_id": i, "group": 0, "attributes": {"track_id": i + 1},
             "points": [one for point in points for one in point]}
            for i, points in enumerate(_circles(t))
        ]  # fmt: skip
        image = {"path": f"{t:06d}.jpg", "size": [*HW]}
        items.append({"id": f"{t:06d}", "annotations": found, "image": image})
    labels = {"label": {"labels": [{"name": f"ball{i}"} for i in range(3)]}}
    content = {"dm_format_version": "1.0", "infos": {}, "categories": labels, "items": items}
    (folder / "annotations" / "default.json").write_text(json.dumps(content))


def _make_voc(folder: Path, n: int) -> None:
    """Write the masks of objects and of classes that VOC has of each image."""
    for inner in ("SegmentationObject", "SegmentationClass"):
        (folder / inner).parent.mkdir(exist_ok=True)
        _make_masks(folder / inner, n)


def _read_png(path: Path) -> object:
    return cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)


def _read_json(path: Path) -> object:
    return msgspec.json.decode(path.read_bytes())


KINDS: dict[str, tuple[Callable[[Path, int], None], Callable[[Path], object]]] = {
    "masks": (_make_masks, _read_png),
    "labelme": (_make_labelme, _read_json),
    "isat": (_make_isat, _read_json),
    "supervisely": (_make_supervisely, _read_json),
    "datumaro": (_make_datumaro, _read_json),
    "voc": (_make_voc, _read_png),
}

if __name__ == "__main__":
    sys.exit(main())
