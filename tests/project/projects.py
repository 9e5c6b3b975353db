"""What the tests of projects share: a clip's description, edits by number, and comparison."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clip import ClipInfo
from vosgui.core.edits import FrameResult
from vosgui.core.history import History, OpenEdit
from vosgui.core.mask import Box
from vosgui.project.project import Project

HW = (48, 64)
N_FRAMES = 24


def clip_info(folder: Path, name: str = "tennis", n_frames: int = N_FRAMES) -> ClipInfo:
    """Return the description of a folder of frames, made if it is not there."""
    path = folder / name
    path.mkdir(parents=True, exist_ok=True)
    names = tuple(f"{t:05}" for t in range(n_frames))
    times = tuple(t / 30 for t in range(n_frames))
    fingerprint = hashlib.sha256(f"{name} {n_frames}".encode()).hexdigest()
    return ClipInfo(path, name, HW, names, times, 30.0, fingerprint)


def state_of(annotation: Annotation) -> tuple[object, ...]:
    """Return all that an annotation holds, comparable."""
    masks = tuple(annotation.mask(t).tobytes() for t in range(annotation.n_frames))
    tracks = tuple(annotation.track(i).tobytes() for i in range(1, 5))
    return annotation.header, masks, tracks


def history_of(history: History) -> list[tuple[str, tuple[object, ...]]]:
    """Return the label of every undo with the state after it; the history is used up."""
    walked = []
    while history.undo_label:
        label = history.undo_label
        history.undo()
        walked.append((label, state_of(history.annotation)))
    return walked


class Painter:
    """A person at work whose every step follows from its number alone.

    Of ten steps, one adds or renames an object, four are strokes, three are frames of one run, and
    two are an undo and a redo or a stroke.
    """

    def __init__(self, history: History, seed: int) -> None:
        self.history = history
        self.seed = seed
        self._run: OpenEdit | None = None

    def step(self, n: int) -> None:
        """Take step number n."""
        rng = np.random.default_rng((self.seed, n))
        annotation = self.history.annotation
        kind = n % 10
        if kind == 0 and len(annotation.objects) < 3:
            self.history.do("Add object", edits.add_object(annotation))
        elif kind in (5, 6, 7):
            self._grow_run(rng)
        elif kind == 8 and n % 20 == 8:
            self.close_run()
            self.history.undo()
        elif kind == 9 and n % 20 == 9 and self.history.can_redo:
            self.history.redo()
        else:
            self.close_run()
            self._stroke(n, rng)

    def close_run(self) -> None:
        """End the run that is growing, as a restart does."""
        if self._run is not None:
            self._run.close()
            self._run = None

    def _stroke(self, n: int, rng: np.random.Generator) -> None:
        t, y, x = rng.integers((N_FRAMES, HW[0] - 12, HW[1] - 12)).tolist()
        object_id = int(rng.integers(1, 4))
        after = np.where(rng.random((12, 12)) < 0.7, object_id, 0).astype(np.uint8)
        annotation = self.history.annotation
        self.history.do(
            f"Brush {n}", edits.paint(annotation, t, object_id, Box(y, x, 12, 12), after)
        )

    def _grow_run(self, rng: np.random.Generator) -> None:
        if self._run is None:
            self._run = self.history.open("Propagate")
        t = int(rng.integers(N_FRAMES))
        mask = rng.integers(0, 4, (HW[0] // 8, HW[1] // 8), np.uint8).repeat(8, 0).repeat(8, 1)
        confidence = {i: float(rng.random()) for i in (1, 2, 3)}
        result = FrameResult(t, mask, confidence, dict.fromkeys((1, 2, 3), ((0, 1),)))
        part = edits.predict(self.history.annotation, result, frozenset({1, 2, 3}))
        self._run.extend(part)


def history_in(project: Project) -> History:
    return project.history(project.clips[0].id)


def paint(project: Project, n_steps: int, seed: int = 0) -> History:
    history = history_in(project)
    painter = Painter(history, seed)
    for n in range(n_steps):
        painter.step(n)
    painter.close_run()
    return history


def reopened(project: Project) -> Project:
    project.close()
    return Project.open(project.path)


def brush(annotation: Annotation, seed: int, t: int = 0) -> edits.Part:
    noise = np.random.default_rng(seed).integers(0, 2, (40, 40), np.uint8)
    return edits.paint(annotation, t, 1, Box(0, 0, 40, 40), noise)
