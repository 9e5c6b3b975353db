"""Write a tree of many small clips, as YouTube-VOS has them: `python make_clips.py OUT [N]`.

It is as large as the training set in clips and objects, not in pixels: what reading costs a clip, a
file and an object shows, and decoding pixels does not hide it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

N_CLIPS = 3471  # of YouTube-VOS, train
HW = (36, 64)
N_FRAMES = 6
CATEGORIES = ("person", "dog", "skateboard")


def make_clips(root: Path, n_clips: int = N_CLIPS) -> Path:
    """Write clips of six frames with one to three boxes that move; return the root."""
    palette = [level for level in range(256) for _ in range(3)]
    rng = np.random.default_rng(0)
    stems = [f"{5 * t:05d}" for t in range(N_FRAMES)]
    videos = {}
    for n in range(n_clips):
        name = f"{n:010x}"
        frames = root / "train/JPEGImages" / name
        masks = root / "train/Annotations" / name
        frames.mkdir(parents=True)
        masks.mkdir(parents=True)
        places = rng.integers((2, 2), (HW[0] - 14, HW[1] - 20), (1 + n % 3, 2))
        for t, stem in enumerate(stems):
            picture = np.full((*HW, 3), 40 + (n + 7 * t) % 150, np.uint8)
            mask = np.zeros(HW, np.uint8)
            for i, (y, x) in enumerate(places.tolist(), start=1):
                mask[y : y + 10, x + t : x + t + 12] = i
            Image.fromarray(picture).save(frames / f"{stem}.jpg")
            image = Image.fromarray(mask)
            image.putpalette(palette)
            image.save(masks / f"{stem}.png")
        objects = {
            str(i): {"category": CATEGORIES[(n + i) % 3], "frames": stems}
            for i in range(1, len(places) + 1)
        }
        videos[name] = {"objects": objects}
    (root / "train/meta.json").write_text(json.dumps({"videos": videos}))
    return root


if __name__ == "__main__":
    make_clips(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else N_CLIPS)
