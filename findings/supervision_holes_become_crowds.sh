#!/bin/sh
# supervision 0.31.2: DetectionDataset.as_coco writes every mask with a hole or of several parts with
# iscrowd 1. COCO's evaluation leaves crowds out: an object behind a pole, found to the pixel, is no
# object of the truth at all (AP -1 where it is the only one). A COCO file that is read and written
# again says iscrowd 0 for such masks, but their holes are filled: they come back as polygons.
# What to do: write run lengths and iscrowd 0 with pycocotools.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet supervision==0.31.2 pycocotools==2.0.11 numpy==2.4.6 \
    opencv-python-headless==5.0.0.93
"$work/env/bin/python" -W ignore - "$work" <<'PY'
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import cv2
import numpy as np
import supervision as sv
from pycocotools import mask as coco
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

folder = Path(sys.argv[1])
image = folder / "image.jpg"
cv2.imwrite(str(image), np.zeros((60, 80, 3), np.uint8))
whole = np.zeros((60, 80), bool)
whole[10:50, 10:60] = True
ring, parts = whole.copy(), whole.copy()
ring[20:35, 25:45] = False
parts[:, 30:34] = False


def write(mask: np.ndarray, name: str, **data: list[int]) -> tuple[int, int, float]:
    """Return iscrowd, how many pixels come back otherwise, and AP of the mask itself."""
    said = {key: np.array(values) for key, values in data.items()}
    one = sv.Detections(sv.mask_to_xyxy(mask[None]), mask[None], class_id=np.array([0]), data=said)
    data = sv.DetectionDataset(["thing"], [str(image)], {str(image): one})
    file = folder / f"{name}.json"
    data.as_coco(str(folder / "images"), str(file))
    with redirect_stdout(StringIO()):
        truth = COCO(str(file))
        (written,) = truth.dataset["annotations"]
        found = {"image_id": written["image_id"], "category_id": written["category_id"]}
        found |= {"score": 1.0, "segmentation": coco.encode(np.asfortranarray(mask, np.uint8))}
        score = COCOeval(truth, truth.loadRes([found]), "segm")
        score.evaluate()
        score.accumulate()
        score.summarize()
    n_other = int(np.count_nonzero((truth.annToMask(written) > 0) != mask))
    return written["iscrowd"], n_other, float(score.stats[0])


seen = {}
for name, mask in (("whole", whole), ("ring", ring), ("parts", parts)):
    seen[name] = write(mask, name)
seen["ring, read from COCO"] = write(ring, "read", iscrowd=[0])
for name, (is_crowd, n_other, ap) in seen.items():
    print(f"{name}: iscrowd {is_crowd}, {n_other} pixels differ, AP of the mask itself {ap:.2f}")
assert [seen[name][0] for name in ("whole", "ring", "parts")] == [0, 1, 1]
assert seen["ring"][2] == seen["parts"][2] == -1 < seen["whole"][2]
assert seen["ring, read from COCO"][0] == 0 and seen["ring, read from COCO"][1] >= 300
PY
