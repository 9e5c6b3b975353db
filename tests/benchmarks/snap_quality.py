"""How much nearer to the truth masks come that are snapped to the image's edges.

    python -m tests.benchmarks.snap_quality DAVIS_TREE
    python -m tests.benchmarks.snap_quality DAVIS_TREE --every 40 --least 1500

True masks are grown, shrunk, moved and bent by one and by three pixels, and snapped within a pixel
more than that. J before and after is said, beside GrabCut and the watershed of OpenCV within the
same band. A true mask that is snapped loses something: people draw edges that are not in the image.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import cv2
import numpy as np

from vosgui.core.changes.refine import grown, shrunk
from vosgui.core.changes.snap import reach, snapped
from vosgui.core.clip import Frame
from vosgui.core.mask import Pixels, box_of
from vosgui.core.metrics.region_contour import region_similarity
from vosgui.engine.propagation.scored_run import open_truth
from vosgui.formats.tree.find_clips import find_clips

OBJECT = 1
Snap = Callable[[Pixels, int, Frame], Pixels]


def moved(pixels: Pixels, px: int) -> Pixels:
    """Return pixels, bool (h, w), moved down and to the right."""
    return np.roll(pixels, (px, px), (0, 1))


def bent(pixels: Pixels, px: int) -> Pixels:
    """Return pixels, bool (h, w), with an outline that leaves its way by px as a rule."""
    height, width = pixels.shape
    rng = np.random.default_rng(0)
    waves = rng.standard_normal((height // 16 + 1, width // 16 + 1)).astype(np.float32)
    by = cv2.resize(waves, (width, height), interpolation=cv2.INTER_CUBIC) * px
    inside = pixels.view(np.uint8)
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    far = within - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return np.asarray(far + by > 0)


def by_grabcut(pixels: Pixels, px: int, frame: Frame) -> Pixels:
    """Return what GrabCut makes of pixels, bool (h, w), within a band around their outline."""
    kinds = np.where(pixels, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    kinds[shrunk(pixels, px)], kinds[~grown(pixels, px)] = cv2.GC_FGD, cv2.GC_BGD
    if not (kinds == cv2.GC_FGD).any():
        return pixels
    cv2.setRNGSeed(0)
    background, foreground = np.zeros((2, 1, 65))
    whole = (0, 0, 0, 0)
    cv2.grabCut(frame, kinds, whole, background, foreground, 1, cv2.GC_INIT_WITH_MASK)
    return np.isin(kinds, (cv2.GC_FGD, cv2.GC_PR_FGD))


def by_watershed(pixels: Pixels, px: int, frame: Frame) -> Pixels:
    """Return what the watershed makes of pixels, bool (h, w), within a band likewise."""
    kinds = np.zeros(pixels.shape, np.int32)
    kinds[shrunk(pixels, px)], kinds[~grown(pixels, px)] = 1, 2
    cv2.watershed(frame, kinds)
    return np.asarray((kinds == 1) | ((kinds == -1) & pixels))


WAYS: dict[str, Snap] = {
    "snapped": snapped, "GrabCut": by_grabcut, "watershed": by_watershed,
}  # fmt: skip
CHANGES: dict[str, tuple[Callable[[Pixels, int], Pixels], int]] = {
    "grown 1": (grown, 1), "grown 3": (grown, 3), "shrunk 1": (shrunk, 1),
    "shrunk 3": (shrunk, 3), "moved 1": (moved, 1), "moved 3": (moved, 3), "bent 1": (bent, 1),
    "bent 3": (bent, 3), "true": (lambda pixels, _: pixels, 1),
}  # fmt: skip


def objects(tree: Path, every: int, least: int) -> Iterator[tuple[Frame, Pixels]]:
    """Yield object 1 of some frames of each clip, with what is around it in the frame."""
    for found in find_clips(tree).clips:
        with open_truth(found) as annotated:
            for t, mask in sorted(annotated.truth.items()):
                own = mask == OBJECT
                if t % every or own.sum() < least:
                    continue
                box, far = box_of(own), reach(4)
                rows = slice(max(box.y - far, 0), box.y + box.h + far)
                columns = slice(max(box.x - far, 0), box.x + box.w + far)
                yield (
                    np.ascontiguousarray(annotated.clip[t][rows, columns]),
                    own[rows, columns].copy(),
                )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--every", type=int, default=40, help="frames from one to the next")
    parser.add_argument("--least", type=int, default=1500, help="pixels of an object")
    options = parser.parse_args()
    scores: dict[tuple[str, str], list[float]] = {}
    seconds = dict.fromkeys(WAYS, 0.0)
    n = 0
    for frame, truth in objects(options.tree, options.every, options.least):
        n += 1
        for name, (change, px) in CHANGES.items():
            off = change(truth, px)
            scores.setdefault(("before", name), []).append(region_similarity(off, truth))
            for way, act in WAYS.items():
                began = process_time()
                found = act(off, px + 1, frame)
                seconds[way] += process_time() - began
                scores.setdefault((way, name), []).append(region_similarity(found, truth))
    print(f"{n} objects; J in percent")
    print(" " * 12 + "".join(f"{name:>10}" for name in CHANGES) + "  ms each")
    for way in ("before", *WAYS):
        row = "".join(f"{100 * np.mean(scores[way, name]):10.1f}" for name in CHANGES)
        each = f"{1000 * seconds[way] / n / len(CHANGES):9.1f}" if way in seconds else ""
        print(f"{way:12}{row}{each}")


if __name__ == "__main__":
    main()
