"""How good the mask is that a box alone leads to, as the tool for clicks makes it of one.

    python -m tests.benchmarks.box_quality DAVIS_TREE
    python -m tests.benchmarks.box_quality DAVIS_TREE --every 40

The box is the one around object 1, three parts in a hundred of its longer side larger on each side.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from vosgui.core.clicks import DraggedBox
from vosgui.core.mask import Pixels, box_of
from vosgui.core.metrics.region_contour import region_similarity
from vosgui.engine.clicks.load import load_segmenter
from vosgui.engine.clicks.segmenter import ClickFrame
from vosgui.engine.propagation.scored_run import open_truth
from vosgui.formats.tree.find_clips import find_clips

OBJECT, LEAST_PX, WIDER = 1, 200, 0.03


def dragged_around(pixels: Pixels) -> DraggedBox:
    """Return the box that a person would drag around pixels, bool (H, W)."""
    box, (height, width) = box_of(pixels), pixels.shape
    more = WIDER * max(box.h, box.w)
    return DraggedBox(
        max(box.x - more, 0.0),
        max(box.y - more, 0.0),
        min(box.x + box.w + more, float(width)),
        min(box.y + box.h + more, float(height)),
    )


def main() -> None:
    """Print the mean J, and how often it is under 0.5."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--every", type=int, default=40, help="frames from one to the next")
    options = parser.parse_args()
    segmenter = load_segmenter("clicks", "cpu")
    scores: list[float] = []
    for found in find_clips(options.tree).clips:
        with open_truth(found) as annotated:
            for t, mask in sorted(annotated.truth.items()):
                own = mask == OBJECT
                if t % options.every or own.sum() < LEAST_PX:
                    continue
                start = segmenter.start(ClickFrame((found.name, t), annotated.clip[t]))
                step = segmenter.add(start, dragged_around(own))
                scores.append(region_similarity(step.pixels, own))
    bad = 100 * np.mean(np.array(scores) < 0.5)
    print(f"{len(scores)} objects: J {100 * np.mean(scores):.1f}, {bad:.0f} % under 50")


if __name__ == "__main__":
    main()
