"""Grow, shrink or smooth an object's masks, fill holes, drop specks: in one frame or in many."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QWidget

from vosgui.core.annotation import Annotation, MaskPatch, Part, TrackPatch
from vosgui.core.changes.over_frames import until_given
from vosgui.core.changes.refine import WAYS, refine
from vosgui.core.progress import Progress
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import unlocked_object
from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import in_column

SCOPES = (
    "This frame",
    "From here until it is given again",
    "All frames of the range",
    "All frames",
)
_START_PX, _MOST_PX = 2, 50


class Refining(QObject):
    """Makes one edit of refined masks."""

    def __init__(self, session: Session, editing: EditJob, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._editing = session, editing

    def begin(self, way: str, px: int, frames: Collection[int]) -> None:
        """Refine the current object's masks in these frames; it is an edit when all are done."""
        session = self._session
        entry = unlocked_object(session)
        if entry is None:
            return
        wanted = list(frames)
        self._editing.begin(
            f"{way}: {entry.name}",
            lambda annotation, progress: _worked_out(
                annotation, entry.id, wanted, way, px, progress
            ),
            len(wanted),
        )


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
            t, annotation = session.t, session.annotation
            frames = (
                range(t, t + 1),
                until_given(annotation, session.object_id, t),
                session.range,
                range(annotation.n_frames),
            )
            way, px = self.way.currentText(), self.px.value()
            self._refining.begin(way, px, frames[self.scope.currentIndex()])
        super().accept()
