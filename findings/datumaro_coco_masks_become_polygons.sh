#!/bin/sh
# datumaro 1.13.12 reads the run lengths of a COCO file and writes them to COCO again as polygons: holes
# are filled and edges move, nothing is warned of. Masks that lie in a dataset without the attribute
# is_crowd, as those made in Python, are written as they are: so a test that begins with these sees
# nothing, and whoever only filters or splits a COCO dataset loses pixels.
# What to do: export with segmentation_mode="mask".
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet datumaro==1.13.12 pycocotools==2.0.11 numpy==2.4.6
"$work/env/bin/python" -W ignore - "$work" <<'PY'
import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
from datumaro.components.dataset import Dataset
from PIL import Image
from pycocotools import mask as coco
from pycocotools.coco import COCO

folder = Path(sys.argv[1], "given")
pixels = np.zeros((60, 80), np.uint8, order="F")
pixels[10:50, 10:60] = 1
pixels[20:35, 25:45] = 0  # a hole
(folder / "annotations").mkdir(parents=True)
(folder / "images" / "train").mkdir(parents=True)
Image.new("RGB", (80, 60)).save(folder / "images" / "train" / "a.png")
rle = coco.encode(pixels)
rle = {"size": rle["size"], "counts": rle["counts"].decode()}
one = {"id": 1, "image_id": 1, "category_id": 1, "iscrowd": 0, "segmentation": rle}
content = {
    "images": [{"id": 1, "file_name": "a.png", "height": 60, "width": 80}],
    "categories": [{"id": 1, "name": "thing"}],
    "annotations": [one | {"area": int(pixels.sum()), "bbox": [10, 10, 50, 40]}],
}
file = folder / "annotations" / "instances_train.json"
file.write_text(json.dumps(content))


def written(name: str, **options: str) -> tuple[str, int]:
    """Return how a mask was written, and how many of its pixels are others."""
    out = Path(sys.argv[1], name)
    with redirect_stdout(StringIO()):
        Dataset.import_from(str(folder), "coco_instances").export(
            str(out), "coco_instances", **options
        )
        again = COCO(str(out / "annotations" / "instances_train.json"))
    (annotation,) = again.dataset["annotations"]
    kind = "polygons" if isinstance(annotation["segmentation"], list) else "run lengths"
    return kind, int(np.count_nonzero(again.annToMask(annotation) != pixels))


seen = {"as it is": written("plain"), "mask": written("mask", segmentation_mode="mask")}
for name, (kind, n) in seen.items():
    print(f"segmentation_mode {name}: {kind}, {n} of {pixels.sum()} pixels differ")
assert seen["as it is"][0] == "polygons" and seen["as it is"][1] >= 300
assert seen["mask"] == ("run lengths", 0)
PY
