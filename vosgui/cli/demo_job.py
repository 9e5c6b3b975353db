"""The main job on the demo clip, from first masks to a dataset, as a person would do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vosgui import paths
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.core.metrics.region_contour import score_frame
from vosgui.media.palette import read_mask

if TYPE_CHECKING:
    from vosgui.engine.propagation.propagator import Propagator

# The objects of the demo clip, with categories of YouTube-VOS: (name, category), ids from 1.
OBJECTS = (("koi", "fish"), ("ball", "ball"), ("turtle", "turtle"))

DRIFTED = 0.6  # a J below which a person would correct a mask


@dataclass(frozen=True)
class Moved:
    """A run has come one frame further: `n_done` of `n_total`."""

    what: str
    n_done: int
    n_total: int


@dataclass(frozen=True)
class Scored:
    """J and F of one object over the frames that nobody drew, each in [0, 1]."""

    object_id: int
    name: str
    J: float
    F: float


def demo_clip() -> Path:
    """Return the folder of the demo clip's frames."""
    return paths.resources() / "demo" / "JPEGImages" / "demo"


def demo_truth(clip: Clip) -> list[Mask]:
    """Return the exact masks of the demo clip, uint8 (H, W) each."""
    folder = paths.resources() / "demo" / "Annotations" / "demo"
    return [read_mask(folder / f"{name}.png", clip.info.hw) for name in clip.info.frame_names]


def give_first_masks(history: History, truth: list[Mask]) -> None:
    """Add the demo's objects and give each its mask in the first frame that shows it well."""
    annotation = history.annotation
    for name, category in OBJECTS:
        history.do("Add object", edits.add_object(annotation, name, category))
    for entry in annotation.objects:
        t = first_frame(truth, entry.id)
        mask = np.where(truth[t] == entry.id, truth[t], annotation.mask(t))
        history.do("Paint", edits.give_mask(annotation, t, mask, [entry.id]))


def first_frame(truth: list[Mask], object_id: int) -> int:
    """Return the first frame that shows a third of what the object shows at most.

    A person would not paint the sliver that enters at the edge of the frame.
    """
    areas = [np.count_nonzero(mask == object_id) for mask in truth]
    return next(t for t, area in enumerate(areas) if 3 * area >= max(areas))


def carry(
    clip: Clip, history: History, propagator: Propagator, start: int, objects: frozenset[int]
) -> Iterator[Moved]:
    """Propagate forward from a frame as one edit, taking up keyframes on the way."""
    from vosgui.engine.propagation.plan import Run, n_results, plan_run
    from vosgui.engine.propagation.propagate import propagate

    annotation = history.annotation
    run = Run(start, 0, len(clip), objects, "forward", "reinitialise")
    n_total = n_results(plan_run(annotation.snapshot(), run))
    edit = history.open("Propagate")
    results = propagate(clip, annotation.snapshot(), run, propagator)
    for n_done, result in enumerate(results, 1):
        edit.extend(edits.predict(annotation, result, objects))
        yield Moved("Propagate", n_done, n_total)
    edit.close()


def correct_drift(history: History, truth: list[Mask]) -> tuple[int, int]:
    """Correct the object that drifts most and re-initialise it; return (frame, object id).

    As a person would: in the first frame that shows it well and where less than DRIFTED of it is
    left. Where nothing drifts, the last frame of the first object is confirmed.
    """
    annotation = history.annotation
    drifted = {o.id: _drifted(annotation, truth, o.id) for o in annotation.objects}
    object_id = max(drifted, key=lambda i: len(drifted[i]))
    t = drifted[object_id][0] if drifted[object_id] else len(truth) - 1
    history.do("Correct", edits.give_mask(annotation, t, truth[t], [object_id]))
    history.do("Re-initialise", edits.reinitialise(annotation, t, object_id))
    return t, object_id


def _drifted(annotation: Annotation, truth: list[Mask], object_id: int) -> list[int]:
    """Return the frames that show the object well and where its J is below DRIFTED."""
    areas = np.array([np.count_nonzero(mask == object_id) for mask in truth])
    shown_well = np.flatnonzero(areas * 3 >= areas.max()).tolist()
    return [
        t
        for t in shown_well
        if score_frame(annotation.mask(t), truth[t], (object_id,))[0][0] < DRIFTED
    ]


def score(annotation: Annotation, truth: list[Mask]) -> list[Scored]:
    """Score each object against the truth over the frames after its first that nobody drew."""
    scored = []
    for entry in annotation.objects:
        drawn = set(annotation.keyframes(entry.id).tolist())
        later = range(first_frame(truth, entry.id) + 1, len(truth))
        pairs = [
            score_frame(annotation.mask(t), truth[t], (entry.id,)) for t in later if t not in drawn
        ]
        J, F = (float(np.mean([pair[i][0] for pair in pairs])) for i in (0, 1))
        scored.append(Scored(entry.id, entry.name, J, F))
    return scored
