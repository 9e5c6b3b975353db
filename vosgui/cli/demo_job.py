"""The main job on the demo clip, from first masks to a correction, as a person would do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vosgui import paths
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.core.metrics.region_contour import score_frame
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.media.palette import read_mask

if TYPE_CHECKING:
    from vosgui.engine.propagation.propagator import Propagator

FRAMES = paths.resources() / "demo" / "JPEGImages" / "demo"
MASKS = paths.resources() / "demo" / "Annotations" / "demo"

# The objects of the demo clip, with categories of YouTube-VOS: (name, category), ids from 1.
OBJECTS = (("koi", "fish"), ("ball", "ball"), ("turtle", "turtle"))

DRIFTED = 0.6  # a J below which a person would correct a mask


def demo_truth(clip: Clip) -> list[Mask]:
    """Return the exact masks of the demo clip, uint8 (H, W) of object ids each."""
    return [read_mask(MASKS / f"{name}.png", clip.info.hw) for name in clip.info.frame_names]


def give_first_masks(history: History, truth: list[Mask]) -> None:
    """Add the demo's objects and give each its mask in the first frame that shows it well.

    truth : uint8 (H, W) of object ids, a mask per frame.
    """
    annotation = history.annotation
    for name, category in OBJECTS:
        history.do("Add object", edits.add_object(annotation, name, category))
    for entry in annotation.objects:
        t = frames_that_show(truth, entry.id)[0]
        mask = np.where(truth[t] == entry.id, truth[t], annotation.mask(t))
        history.do("Paint", edits.give_mask(annotation, t, mask, [entry.id]))


def frames_that_show(truth: list[Mask], object_id: int) -> list[int]:
    """Return the frames whose mask, uint8 (H, W), shows a third of what the object shows at most.

    A person would not paint the sliver that enters at the edge of the frame.
    """
    areas = np.array([np.count_nonzero(mask == object_id) for mask in truth])
    return [int(t) for t in np.flatnonzero(3 * areas >= areas.max())]


def carry(
    clip: Clip,
    history: History,
    propagator: Propagator,
    start: int,
    objects: frozenset[int],
    progress: Progress = NO_PROGRESS,
) -> int:
    """Propagate forward from a frame as one edit, taking up keyframes; return how many frames."""
    from vosgui.engine.propagation.plan import Run, n_results, plan_run
    from vosgui.engine.propagation.propagate import propagate

    annotation = history.annotation
    run = Run(start, 0, len(clip), objects, "forward", "reinitialise")
    n_frames = n_results(plan_run(annotation.snapshot(), run))
    edit = history.open("Propagate")
    results = propagate(clip, annotation.snapshot(), run, propagator)
    for n_done, result in enumerate(results, 1):
        edit.extend(edits.predict(annotation, result, objects))
        progress.report(n_done, n_frames)
    edit.close()
    return n_frames


def correct_drift(history: History, truth: list[Mask]) -> tuple[int, int]:
    """Correct the object that drifts most and re-initialise it; return (frame, object id).

    As a person would: in the first frame that shows it well and where less than DRIFTED of it is
    left. Where nothing drifts, the last frame of the first object is confirmed.
    truth : uint8 (H, W) of object ids, a mask per frame.
    """
    annotation = history.annotation
    drifted = {
        entry.id: [
            t
            for t in frames_that_show(truth, entry.id)
            if score_frame(annotation.mask(t), truth[t], [entry.id])[0][0] < DRIFTED
        ]
        for entry in annotation.objects
    }
    object_id = max(drifted, key=lambda i: len(drifted[i]))
    t = drifted[object_id][0] if drifted[object_id] else len(truth) - 1
    history.do("Correct", edits.give_mask(annotation, t, truth[t], [object_id]))
    history.do("Re-initialise", edits.reinitialise(annotation, t, object_id))
    return t, object_id


def score(annotation: Annotation, truth: list[Mask]) -> dict[str, tuple[float, float]]:
    """Return each object's mean J and F, in [0, 1], after its first frame, where nobody drew.

    truth : uint8 (H, W) of object ids, a mask per frame.
    """
    scores = {}
    for entry in annotation.objects:
        drawn = set(annotation.keyframes(entry.id).tolist())
        later = range(frames_that_show(truth, entry.id)[0] + 1, len(truth))
        pairs = [
            score_frame(annotation.mask(t), truth[t], [entry.id]) for t in later if t not in drawn
        ]
        J, F = np.mean(pairs, axis=(0, 2))  # (n_frames, J and F, 1 object)
        scores[f"{entry.id} {entry.name}"] = float(J), float(F)
    return scores
