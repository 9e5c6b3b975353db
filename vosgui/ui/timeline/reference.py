"""The reference that the open clip is compared with, scored in a job as the masks change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from vosgui.core.annotation import Snapshot
from vosgui.core.metrics.reference_scores import Agreement, FrameScore
from vosgui.core.progress import Progress
from vosgui.datasets.mask_sources import project_masks
from vosgui.datasets.reference import ReferenceMasks, as_it_is, open_reference, score_frames
from vosgui.errors import VosguiError
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.timeline.tooltip import describe_means

BATCH_S = 0.03  # scores are handed over together: a frame may take less than a millisecond


class Reference(QObject):
    """Compares the annotation with masks from elsewhere; what changes is scored again.

    changed : some scores are others now, or there is no reference any more.
    settled : all that changed has been scored.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self.agreement: Agreement | None = None
        self._path: Path | None = None
        self._as_it_was: Snapshot | None = None  # of the open project itself, when it was chosen
        self._is_new = False
        self._masks: ReferenceMasks | None = None
        self._unscored: set[int] = set()
        self._job = Job(self)
        self._job.yielded.connect(self._on_yielded)
        self._job.failed.connect(self._on_failed)
        self._job.ended.connect(self._on_ended)
        session.clip_changed.connect(self._drop)
        session.annotation_changed.connect(self._on_annotation)

    @property
    def name(self) -> str:
        """Return what the reference is called; empty where there is none."""
        was = " as it was" if self._as_it_was is not None else ""
        return f"{self._path.name}{was}" if self._path is not None else ""

    def open(self, path: Path) -> None:
        """Compare the clip with a folder of masks or a project.

        The open project itself stands for its masks as they are now.
        """
        self._drop()
        self._path, self._is_new = path, True
        project = self._opener.project
        if project is not None and path.absolute() == project.path.absolute():
            self._as_it_was = self._session.annotation.snapshot()
        self.agreement = Agreement(self._session.annotation.n_frames)
        self._unscored = set(range(self._session.annotation.n_frames))
        self._begin()

    def remove(self) -> None:
        """Compare with nothing any more."""
        text = f"{self.name} removed" if self.name else "There is no reference"
        self._session.said.emit(text)
        self._drop()

    def _begin(self) -> None:
        """Score what is not scored; the masks are taken as they are now."""
        assert self._path is not None
        frames, self._unscored = sorted(self._unscored), set()
        snapshot, known, was = self._session.annotation.snapshot(), self._masks, self._as_it_was
        path, info = self._path, self._session.info
        own = project_masks(info.name, snapshot, info.frame_names)
        objects = self._session.annotation.objects
        own = replace(own, categories={one.id: one.category for one in objects})

        def find() -> ReferenceMasks:
            if was is not None:
                return as_it_is(path, info.name, info.frame_names, was)
            return open_reference(path, own, info.frame_names)

        def work(_progress: Progress) -> Iterator[tuple[ReferenceMasks, list[FrameScore]]]:
            masks = known or find()
            batch: list[FrameScore] = []
            begun = time.monotonic()
            for score in score_frames(masks, snapshot, frames):
                batch.append(score)
                if time.monotonic() - begun > BATCH_S:
                    yield masks, batch
                    batch, begun = [], time.monotonic()
            yield masks, batch

        self._job.begin(work)

    def _drop(self) -> None:
        """Forget the reference. A job at work ends by itself: nobody waits for it."""
        self._job.drop()
        had, self.agreement, self._path, self._masks = self.agreement, None, None, None
        self._as_it_was = None
        self._unscored = set()
        if had is not None:
            self.changed.emit()

    def _on_yielded(self, item: tuple[ReferenceMasks, list[FrameScore]]) -> None:
        assert self.agreement is not None
        self._masks, scores = item
        for score in scores:
            self.agreement.put(score)
        self.changed.emit()

    def _on_failed(self, error: VosguiError) -> None:
        self._drop()
        self._session.failed.emit(error)

    def _on_ended(self, complete: bool) -> None:
        if self._unscored:
            self._begin()
        elif complete:
            self._say_means()
            self.settled.emit()

    def _say_means(self) -> None:
        """Say once, when all frames are scored, how far the current object agrees, and by what."""
        entry = self._session.current_object
        said = [*self._masks.how] if self._masks is not None else []
        if entry is not None and self.agreement is not None:
            means = f"{entry.name}: {describe_means(self.agreement, entry.id)}"
            said.insert(0, f"{means}." if said else means)
        if self._is_new and said:
            self._session.said.emit(" ".join(said))
        self._is_new = False

    def _on_annotation(self, frames: tuple[int, ...]) -> None:
        if self.agreement is not None:
            self._unscored.update(frames)
            if not self._job.is_running:
                self._begin()
