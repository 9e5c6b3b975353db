"""Grow, shrink or smooth an object's masks, fill holes, drop specks: in one frame or in many."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QWidget

from vosgui.core.annotation import Annotation, MaskPatch, Part, TrackPatch
from vosgui.core.progress import Progress
from vosgui.core.refine import WAYS, refine
from vosgui.core.words import counted
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import in_column

SCOPES = ("This frame", "All frames of the range", "All frames")
_START_PX, _MOST_PX = 2, 50


class Refining(QObject):
    """Works out refined masks in a job, and makes one edit of them.

    job : at work while masks are worked out.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._label, self._mark = "", 0
        self.job = Job(self)
        self.job.yielded.connect(self._on_worked_out)
        self.job.failed.connect(session.failed)
        session.clip_changed.connect(self.job.drop)

    def begin(self, way: str, px: int, frames: Iterable[int]) -> None:
        """Refine the current object's masks in these frames; it is an edit when all are done."""
        session = self._session
        entry = session.current_object
        if entry is None:
            return
        if session.history.growing is not None:
            session.said.emit("Masks are refined when the run is over: Esc stops it.")
        elif entry.locked:
            session.said.emit(f"{entry.name} is locked. Unlock it with Shift+L.")
        else:
            self._label = f"{way}: {entry.name}"
            self._mark = session.history.mark
            annotation, wanted = session.annotation.copy(), list(frames)
            self.job.begin(
                lambda progress: _worked_out(annotation, entry.id, wanted, way, px, progress),
                self._label,
            )

    def _on_worked_out(self, part: Part) -> None:
        session = self._session
        if not session.is_open or session.history.mark != self._mark:
            session.said.emit("Masks were changed meanwhile: refine them again.")
        elif not session.apply(self._label, part):
            session.said.emit(f"{self._label}: nothing is to be changed.")
        else:
            session.said.emit(f"{self._label}, {counted(len(part.masks), 'frame')}.")


def _worked_out(
    annotation: Annotation,
    object_id: int,
    frames: list[int],
    way: str,
    px: int,
    progress: Progress,
) -> Part:
    masks: list[MaskPatch] = []
    tracks: list[TrackPatch] = []
    for n, t in enumerate(frames):
        progress.report(n, len(frames))
        part = refine(annotation, object_id, t, way, px, by_hand=len(frames) == 1)
        masks += part.masks
        tracks += part.tracks
    return Part(tuple(masks), tuple(tracks))


class RefineDialog(QDialog):
    """Asks how masks are to be refined, by how much, and where."""

    def __init__(self, session: Session, refining: Refining, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._refining = session, refining
        self.setWindowTitle("Refine Mask")
        self.way, self.scope = QComboBox(), QComboBox()
        self.way.addItems(list(WAYS))
        self.scope.addItems(SCOPES)
        self.px = QSpinBox()
        self.px.setRange(1, _MOST_PX)
        self.px.setValue(_START_PX)
        self.px.setSuffix(" px")
        self.px.setToolTip("Holes and specks are those of less than so many pixels square")
        form = QFormLayout()
        lay_out(form, ("Way", self.way), ("By", self.px), ("Where", self.scope))
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.setLayout(in_column(form, buttons, margins=(14, 12, 14, 12), spacing=12))

    def accept(self) -> None:
        """Begin, and close."""
        session = self._session
        if session.is_open:
            frames = (range(session.t, session.t + 1), session.range, range(session.info.n_frames))
            way, px = self.way.currentText(), self.px.value()
            self._refining.begin(way, px, frames[self.scope.currentIndex()])
        super().accept()
