"""Large files of masks, one of each kind that holds many: polygons, and run lengths of specks."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pycocotools import mask as coco

H, W, FRAMES = 480, 854, 100
_RANDOM = random.Random(0)
Parts = Iterator[str]


def _rle(n: int) -> dict[str, Any]:
    """Return the run lengths of a speckled box, which fill about 10 kB."""
    mask = np.zeros((H, W), np.uint8, order="F")
    mask[100 : 300 + n % 50, 200:500] = 1
    mask[::7, ::9] ^= 1
    rle = coco.encode(mask)
    return {"size": [H, W], "counts": rle["counts"].decode()}


_RLE = _rle(0)
_AREA = int(coco.area({**_RLE, "counts": _RLE["counts"].encode()}))
_BOX = [float(one) for one in coco.toBbox({**_RLE, "counts": _RLE["counts"].encode()})]


def _points() -> list[float]:
    """Return 200 points of a blob x0, y0, x1, y1, ..."""
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    radii = _RANDOM.uniform(20, 90) * (1 + 0.1 * np.sin(5 * angles))
    x, y = _RANDOM.uniform(100, 700), _RANDOM.uniform(100, 380)
    points = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], 1)
    return [float(one) for one in points.round(2).ravel()]


def _pairs() -> list[list[float]]:
    said = _points()
    return [said[k : k + 2] for k in range(0, len(said), 2)]


def _write(file: Path, head: str, parts: Parts, tail: str, n_bytes: int) -> Path:
    """Write a list's items until the file is large enough."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as out:
        n = out.write(head)
        for k, part in enumerate(parts):
            n += out.write(f",\n{part}" if k else part)
            if n > n_bytes:
                break
        out.write(tail)
    return file


def _coco(mask: Callable[[], Any]) -> Callable[[Path, int], Path]:
    def make(folder: Path, n_bytes: int) -> Path:
        n_objects = max(1, n_bytes // (len(json.dumps(mask())) + 200) // (10 * FRAMES))
        images: list[dict[str, Any]] = []
        annotations: list[str] = []
        for clip in range(10):
            for t in range(FRAMES):
                image = {"id": len(images) + 1, "file_name": f"clip{clip}/{t:05d}.jpg"}
                images.append({**image, "width": W, "height": H, "video_id": clip + 1})
        for image in images:
            for i in range(min(n_objects, 254)):
                one = {"id": len(annotations) + 1, "image_id": image["id"], "category_id": 1}
                one |= {"segmentation": mask(), "area": _AREA, "bbox": _BOX, "iscrowd": 0}
                annotations.append(json.dumps({**one, "track_id": i + 1}))
        videos = [{"id": clip + 1, "name": f"clip{clip}"} for clip in range(10)]
        about = {"images": images, "videos": videos, "categories": [{"id": 1, "name": "ball"}]}
        head = json.dumps(about)[:-1] + ', "annotations": [\n'
        return _write(folder / "instances.json", head, iter(annotations), "]}", n_bytes)

    return make


def _vis(mask: Callable[[], Any]) -> Callable[[Path, int], Path]:
    def make(folder: Path, n_bytes: int) -> Path:
        size = {"width": W, "height": H, "length": FRAMES}
        n_clips = n_bytes // (len(json.dumps(mask())) + 20) // FRAMES // 3 + 1
        videos = []
        for clip in range(n_clips):
            names = [f"clip{clip}/{t:05d}.jpg" for t in range(FRAMES)]
            videos.append({"id": clip + 1, "file_names": names, **size})
        head = json.dumps({"videos": videos, "categories": [{"id": 1, "name": "person"}]})[:-1]

        def entries() -> Parts:
            for n in range(3 * n_clips):
                about = {"id": n + 1, "video_id": n // 3 + 1, "category_id": 1, "iscrowd": 0}
                lists = {"areas": [_AREA] * FRAMES, "bboxes": [_BOX] * FRAMES}
                masks = [mask() for _ in range(FRAMES)]
                yield json.dumps({**about, **size, **lists, "segmentations": masks})

        head += ', "annotations": [\n'
        return _write(folder / "train" / "instances.json", head, entries(), "]}", n_bytes)

    return make


def _make_burst(folder: Path, n_bytes: int) -> Path:
    def sequences() -> Parts:
        for n in range(10**6):
            images = [f"{t:05d}.jpg" for t in range(FRAMES)]
            masks = [{str(i): {"rle": _RLE["counts"]} for i in range(1, 4)} for _ in images]
            about = {"id": n, "seq_name": f"clip{n}", "dataset": "A", "width": W, "height": H}
            about |= {"annotated_image_paths": images, "all_image_paths": images}
            kinds = {str(i): 1 for i in range(1, 4)}
            yield json.dumps({**about, "track_category_ids": kinds, "segmentations": masks})

    head = '{"split": "train", "categories": [{"id": 1, "name": "ball"}], "sequences": [\n'
    return _write(folder / "train" / "train.json", head, sequences(), "]}", n_bytes)


def _make_mevis(folder: Path, n_bytes: int) -> Path:
    n = n_bytes // (FRAMES * (len(json.dumps(_RLE)) + 2))
    videos = {}
    for clip in range(n // 3 + 1):
        says = {
            str(i): {"exp": f"ball {i}", "obj_id": [i], "anno_id": [3 * clip + i]} for i in range(3)
        }
        frames = [f"{t:05d}" for t in range(FRAMES)]
        videos[f"clip{clip}"] = {"expressions": says, "frames": frames}
    split = folder / "train"
    split.mkdir()
    (split / "meta_expressions.json").write_text(json.dumps({"videos": videos}))
    parts = (f'"{k}": {json.dumps([_RLE] * FRAMES)}' for k in range(3 * (n // 3 + 1)))
    return _write(split / "mask_dict.json", "{", parts, "}", 2 * n_bytes)


def _make_sav(folder: Path, n_bytes: int) -> Path:
    head = f'{{"video_height": {H}, "video_width": {W}, "masklet": [\n'
    parts = (json.dumps([_RLE] * 5) for _ in range(10**6))
    return _write(folder / "sav_000001_manual.json", head, parts, "]}", n_bytes)


def _make_sa_1b(folder: Path, n_bytes: int) -> Path:
    head = f'{{"image": {{"image_id": 1, "width": {W}, "height": {H}, "file_name": "a.jpg"}}, '
    parts = (
        json.dumps({"id": n, "segmentation": _RLE, "area": 5, "bbox": _BOX}) for n in range(10**7)
    )
    return _write(folder / "sa_1.json", f'{head}"annotations": [\n', parts, "]}", n_bytes)


def _make_datumaro(folder: Path, n_bytes: int) -> Path:
    def items() -> Parts:
        for n in range(10**7):
            one = {"type": "polygon", "label_id": 0, "group": 0, "attributes": {"track_id": 1}}
            found = [
                {**one, "attributes": {"track_id": i}, "id": i, "points": _points()}
                for i in range(1, 4)
            ]
            path = f"clip{n // FRAMES}/{n % FRAMES:05d}"
            image = {"path": f"{path}.jpg", "size": [H, W]}
            yield json.dumps({"id": path, "annotations": found, "image": image, "attr": {}})

    head = (
        '{"dm_format_version": "1.0", "infos": {}, "categories": '
        '{"label": {"labels": [{"name": "ball"}]}}, "items": [\n'
    )
    return _write(folder / "annotations" / "default.json", head, items(), "]}", n_bytes)


def _make_labelstudio(value: Callable[[], Any], kind: str) -> Callable[[Path, int], Path]:
    def make(folder: Path, n_bytes: int) -> Path:
        def tasks() -> Parts:
            for n in range(10**7):
                sides = {"original_width": W, "original_height": H, "image_rotation": 0}
                about = {"type": kind, "from_name": "a", "to_name": "image", **sides}
                result = [
                    {**about, "id": f"r{i}", "value": {**value(), kind: [f"ball{i}"]}}
                    for i in range(3)
                ]
                image = f"/data/local-files/?d=clip{n // FRAMES}/{n % FRAMES:05d}.jpg"
                yield json.dumps({"data": {"image": image}, "annotations": [{"result": result}]})

        return _write(folder / "project.json", "[", tasks(), "]", n_bytes)

    return make


def _polygon_of_percents() -> dict[str, Any]:
    return {"points": [[round(x / 10, 3), round(y / 10, 3)] for x, y in _pairs()]}


def _brush() -> list[int]:
    """Return stripes as Label Studio packs a brush mask: about 2 kB of runs."""
    n_left = 4 * H * W
    bits = f"{n_left:032b}{7:05b}" + 4 * f"{15:04b}"
    is_on = False
    while n_left:
        n = min(n_left, 4 * 700)
        bits += f"100{n - 1:016b}{255 * is_on:08b}"
        n_left, is_on = n_left - n, not is_on
    return [int(bits[k : k + 8].ljust(8, "0"), 2) for k in range(0, len(bits), 8)]


_BRUSH = _brush()


def _make_supervisely(folder: Path, n_bytes: int) -> Path:
    def frames() -> Parts:
        for t in range(10**6):
            points = _pairs()
            geometry = {"points": {"exterior": points, "interior": []}}
            one = {"geometryType": "polygon", "geometry": geometry}
            yield json.dumps(
                {"index": t, "figures": [{**one, "objectKey": f"o{i}"} for i in range(3)]}
            )

    objects = [{"key": f"o{i}", "classTitle": "ball"} for i in range(3)]
    (folder / "meta.json").write_text('{"classes": [{"title": "ball", "shape": "polygon"}]}')
    (folder / "ds" / "video").mkdir(parents=True)
    head = json.dumps({"size": {"height": H, "width": W}, "objects": objects})[:-1]
    file = folder / "ds" / "ann" / "clip.mp4.json"
    return _write(file, head + ', "frames": [\n', frames(), "]}", n_bytes)


def _make_labelme(folder: Path, n_bytes: int) -> Path:
    def shapes() -> Parts:
        for n in range(10**7):
            points = _pairs()
            one = {"label": f"ball{n % 200}", "group_id": n % 200 + 1, "shape_type": "polygon"}
            yield json.dumps({**one, "flags": {}, "points": points})

    head = f'{{"version": "5.4.1", "imageHeight": {H}, "imageWidth": {W}, "imagePath": "a.jpg", '
    head += '"imageData": null, "flags": {}, "shapes": [\n'
    return _write(folder / "clip" / "a.json", head, shapes(), "]}", n_bytes)


def _make_isat(folder: Path, n_bytes: int) -> Path:
    def objects() -> Parts:
        for n in range(10**7):
            points = _pairs()
            one = {"category": "ball", "group": n % 200 + 1, "segmentation": points, "layer": n}
            yield json.dumps({**one, "area": 5, "bbox": _BOX, "iscrowd": False, "note": ""})

    about = {"description": "ISAT", "folder": "", "name": "a.jpg", "width": W, "height": H}
    head = json.dumps({"info": {**about, "depth": 3, "note": ""}})[:-1] + ', "objects": [\n'
    return _write(folder / "clip" / "a.json", head, objects(), "]}", n_bytes)


def _make_cvat(folder: Path, n_bytes: int) -> Path:
    def images() -> Parts:
        for n in range(10**7):
            shapes = []
            for i in range(3):
                points = _points()
                pairs = zip(points[::2], points[1::2], strict=True)
                text = ";".join(f"{x},{y}" for x, y in pairs)
                shapes.append(
                    f'<polygon label="ball" occluded="0" points="{text}" z_order="0">'
                    f'<attribute name="track_id">{i}</attribute></polygon>'
                )
            name = f'name="clip{n // FRAMES}/{n % FRAMES:05d}.jpg" width="{W}" height="{H}"'
            yield f'<image id="{n}" {name}>{"".join(shapes)}</image>'.replace(",<", "<")

    head = '<?xml version="1.0" encoding="utf-8"?><annotations><version>1.1</version>'
    file = folder / "annotations.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as out:
        n = out.write(head)
        for part in images():
            n += out.write(part + "\n")
            if n > n_bytes:
                break
        out.write("</annotations>")
    return file


KINDS: dict[str, Callable[[Path, int], Path]] = {
    "coco-polygons": _coco(lambda: [_points()]),
    "coco-rle": _coco(lambda: _RLE),
    "youtubevis-polygons": _vis(lambda: [_points()]),
    "youtubevis-rle": _vis(lambda: _RLE),
    "burst": _make_burst,
    "mevis": _make_mevis,
    "sav": _make_sav,
    "sa_1b": _make_sa_1b,
    "datumaro": _make_datumaro,
    "labelstudio-polygons": _make_labelstudio(_polygon_of_percents, "polygonlabels"),
    "labelstudio-brush": _make_labelstudio(
        lambda: {"format": "rle", "rle": _BRUSH},
        "brushlabels",
    ),
    "supervisely": _make_supervisely,
    "labelme": _make_labelme,
    "isat": _make_isat,
    "cvat": _make_cvat,
}
