#!/bin/sh
# trackeval 1.3.0 reads of YouTube-VIS the truth only where run lengths are lists of numbers, and results
# only where they are text, as pycocotools writes it. Both are COCO's RLE, and files of either kind are
# about: YouTube-VIS has lists, OVIS has text. The other kind ends in a ValueError or TypeError that
# names neither the file nor the mask.
# What to do: write the truth with lists and the results as text.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet trackeval==1.3.0 numpy==2.4.6 pycocotools==2.0.11
"$work/env/bin/python" -W ignore - "$work" <<'PY'
import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from itertools import groupby
from pathlib import Path

import numpy as np
from pycocotools import mask as coco
from trackeval.datasets import YouTubeVIS

pixels = np.zeros((8, 10), np.uint8, order="F")
pixels[2:5, 3:7] = 1


def segmentation(kind: str) -> dict[str, object]:
    if kind == "text":
        counts = coco.encode(pixels)["counts"].decode()
    else:
        counts = [len([*run]) for _, run in groupby(pixels.flatten(order="F").tolist())]
    return {"size": [*pixels.shape], "counts": counts}


def read(truth: str, results: str) -> str:
    root = Path(sys.argv[1], f"{truth}-{results}")
    split, one = "youtube_vis_train_sub_split", {"video_id": 1, "category_id": 1}
    size = {"height": 8, "width": 10, "length": 1}
    track = one | size | {"id": 1, "iscrowd": 0, "areas": [12], "bboxes": [[3, 2, 4, 3]]}
    content = {
        "videos": [size | {"id": 1, "file_names": ["clip/0.jpg"]}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [track | {"segmentations": [segmentation(truth)]}],
    }
    found = [one | {"score": 0.9, "segmentations": [segmentation(results)]}]
    for folder, said in ((f"gt/{split}", content), (f"trackers/{split}/ours/data", found)):
        (root / folder).mkdir(parents=True)
        (root / folder / "file.json").write_text(json.dumps(said))
    config = {"GT_FOLDER": f"{root}/gt/", "TRACKERS_FOLDER": f"{root}/trackers/"}
    config |= {"TRACKERS_TO_EVAL": ["ours"], "SPLIT_TO_EVAL": "train_sub_split"}
    try:
        with redirect_stdout(StringIO()):
            data = YouTubeVIS(config | {"PRINT_CONFIG": False})
            raw = data.get_raw_seq_data("ours", data.seq_list[0])
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return f"IoU {raw['similarity_scores'][0].item():.1f}"


seen = {}
for truth in ("list", "text"):
    for results in ("list", "text"):
        seen[truth, results] = read(truth, results)
        print(f"truth with a {truth}, results with a {results}: {seen[truth, results]}")
assert seen["list", "text"] == "IoU 1.0"
assert seen["list", "list"].startswith("TypeError")
assert seen["text", "list"].startswith("ValueError") and seen["text", "text"].startswith("ValueError")
PY
