"""The main job on the demo clip, from first masks to a dataset, as a person would do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vosgui import paths
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.core.metrics import score_frame
from vosgui.engine.propagate import propagate
from vosgui.engine.propagator import Propagator
from vosgui.engine.run_plan import Run, n_results, plan_run
from vosgui.formats.palette import read_mask

# The objects of the demo clip, with categories of YouTube-VOS: (name, category), ids from 1.
OBJECTS = (("koi", "fish"), ("ball", "ball"), ("turtle", "turtle"))


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
    annotation = history.annotation
    run = Run(start, 0, len(clip), objects, "forward", "reinitialise")
    n_total = n_results(plan_run(annotation.snapshot(), run))
    edit = history.open("Propagate")
    results = propagate(clip, annotation.snapshot(), run, propagator)
    for n_done, result in enumerate(results, 1):
        edit.extend(edits.predict(annotation, result, objects))
        yield Moved("Propagate", n_done, n_total)
    edit.close()


def correct_worst(history: History, truth: list[Mask]) -> tuple[int, int]:
    """Give the worst mask its true pixels and re-initialise there; return (frame, object id).

    The worst is the one that goes on to cost most: lowest J among the first half of the clip, so
    that the frames after it gain from the correction.
    """
    annotation = history.annotation
    ids = tuple(entry.id for entry in annotation.objects)
    worst, where = 2.0, (0, ids[0])
    for t in range(1, len(truth) // 2):
        J, _ = score_frame(annotation.mask(t), truth[t], ids)
        for object_id, j in zip(ids, J.tolist(), strict=True):
            drawn = t in annotation.keyframes(object_id) or not (truth[t] == object_id).any()
            if not drawn and j < worst:
                worst, where = j, (t, object_id)
    t, object_id = where
    history.do("Correct", edits.give_mask(annotation, t, truth[t], [object_id]))
    history.do("Re-initialise", edits.reinitialise(annotation, t, object_id))
    return where


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
