"""A run over a clip whose masks are known, and how near it comes to them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.mask import Mask, ids_in
from vosgui.core.metrics.protocol import PROTOCOLS
from vosgui.core.metrics.region_contour import score_frame
from vosgui.datasets.given_masks import open_annotated
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import Propagator
from vosgui.formats.dataset import annotated_frames
from vosgui.formats.tree.clip import MaskFolderClip

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class AnnotatedClip:
    """A clip, and the true masks of some of its frames, or of all.

    truth : uint8 (H, W) of object ids by frame; frames after the last of them are left out.
    """

    clip: Clip
    truth: Mapping[int, Mask]

    @property
    def n_frames(self) -> int:
        """Return the number of frames up to the last mask."""
        return max(self.truth) + 1

    def give(self, frames: Sequence[int], objects: Sequence[int]) -> Annotation:
        """Return an annotation in which the true masks of some objects are given in some frames."""
        annotation = Annotation(self.clip.info.hw, len(self.clip))
        for i in objects:
            annotation.apply(edits.set_object(annotation, edits.new_object(i)))
        for t in frames:
            mask = np.where(np.isin(self.truth[t], objects), self.truth[t], np.uint8(0))
            annotation.apply(edits.give_mask(annotation, t, mask, set(objects)))
        return annotation


@contextmanager
def open_truth(source: MaskFolderClip) -> Iterator[AnnotatedClip]:
    """Open a clip of a tree with all masks that there are; raises as `open_annotated` does."""
    with open_annotated(source) as (clip, labelled):
        annotation = labelled.annotation
        yield AnnotatedClip(clip, {t: annotation.mask(t) for t in annotated_frames(annotation)})


@dataclass(frozen=True)
class RunScores:
    """One run over a clip of T frames.

    J, F : (N, T) of objects and frames, 1 where given, NaN where the truth is not known.
    confidence : (N, T), NaN where given. given : frames. seconds : for the run alone.
    """

    J: Floats
    F: Floats
    confidence: Floats
    given: frozenset[int]
    seconds: float

    @property
    def counted(self) -> tuple[float, float]:
        """Return mean J and F of the frames that DAVIS counts: not the first, not the last."""
        frames = list(PROTOCOLS["davis"].candidates(self.J.shape[1]))
        return float(self.J[:, frames].mean()), float(self.F[:, frames].mean())

    @property
    def frames_per_second(self) -> float:
        """Return frames carried per second."""
        return float((self.J.shape[1] - 1) / self.seconds)


def score_run(
    annotated: AnnotatedClip,
    propagator: Propagator,
    given: Sequence[int],
    direction: Direction = "forward",
    objects: Sequence[int] | None = None,
) -> RunScores:
    """Give the true masks of some frames, run, and score every frame.

    objects : ids to carry; None: those of the first given mask. Nothing else is given.
    """
    truth, n_frames = annotated.truth, annotated.n_frames
    ids = list(objects or ids_in(truth[given[0]]))
    snapshot = annotated.give(given, ids).snapshot()
    J, F, confidence = np.full((3, len(ids), n_frames), np.nan)
    J[:, list(given)] = F[:, list(given)] = 1.0
    run = Run(min(given), 0, n_frames, frozenset(ids), direction, "reinitialise")
    begun = time.perf_counter()
    # of two results for a frame the later one counts
    decided = {one.t: one for one in propagate(annotated.clip, snapshot, run, propagator)}
    seconds = time.perf_counter() - begun
    for t in decided.keys() & truth.keys() - set(given):
        J[:, t], F[:, t] = score_frame(decided[t].mask, truth[t], ids)
        confidence[:, t] = [decided[t].confidence.get(i, np.nan) for i in ids]
    return RunScores(J, F, confidence, frozenset(given), seconds)
