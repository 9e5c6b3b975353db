"""Grow, shrink, smooth, fill, drop specks or snap to edges: seen first, then an edit."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QSpinBox,
    QWidget,
)

from vosgui.core.annotation import Annotation, MaskPatch, Part, TrackPatch
from vosgui.core.changes.over_frames import until_given
from vosgui.core.changes.refine import SNAP, WAYS, refine, refined
from vosgui.core.clip import Clip
from vosgui.core.mask import Box, Mask
from vosgui.core.progress import Progress
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.job import Job
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import unlocked_object
from vosgui.ui.style.forms import lay_out
from vosgui.ui.style.panels import in_column, label, settling
from vosgui.ui.style.tool_window import ToolWindow
from vosgui.ui.tools.surface import Surface

SCOPES = (
    "This frame",
    "From here until it is given again",
    "All frames of the range",
    "All frames",
)
_MOST_PX = 50
_SETTLE_MS = 40


@dataclass
class Refinement:
    """What was chosen last: way, pixels, where, and whether it is shown first."""

    way: str = "Grow"
    px: int = 2
    scope: int = 0
    previews: bool = True


class Refining(QObject):
    """Makes one edit of refined masks. chosen : what the panel begins with."""

    def __init__(self, session: Session, editing: EditJob, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._editing = session, editing
        self.chosen = Refinement()

    def begin(self, way: str, px: int, frames: Collection[int]) -> None:
        """Refine the current object's masks in these frames; it is an edit when all are done."""
        session = self._session
        entry = unlocked_object(session)
        if entry is None or session.clip is None:
            return
        wanted, clip = list(frames), session.clip

        def work(annotation: Annotation, progress: Progress) -> Part:
            with clip.reopen(once=True) if way == SNAP else nullcontext() as reader:
                return _worked_out(annotation, entry.id, wanted, way, px, reader, progress)

        self._editing.begin(f"{way}: {entry.name}", work, len(wanted), is_slow=True)


def _worked_out(
    annotation: Annotation,
    object_id: int,
    frames: list[int],
    way: str,
    px: int,
    reader: Clip | None,
    progress: Progress,
) -> Part:
    masks: list[MaskPatch] = []
    tracks: list[TrackPatch] = []
    for n, t in enumerate(frames):
        progress.report(n, len(frames))
        is_there = object_id in annotation.ids(t)
        frame = reader[t] if reader is not None and is_there else None
        part = refine(annotation, object_id, t, way, px, frame, by_hand=len(frames) == 1)
        masks += part.masks
        tracks += part.tracks
    return Part(tuple(masks), tuple(tracks))


class RefinePanel(ToolWindow):
    """Asks how masks are to be refined, by how much, and where; shows it in the frame shown.

    job : works out what is shown. It is shown until something else is done with the mask.
    """

    def __init__(
        self, session: Session, surface: Surface, refining: Refining, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._surface, self._refining = session, surface, refining
        self.setWindowTitle("Refine mask")
        chosen = refining.chosen
        self.way, self.scope, self.px = QComboBox(), QComboBox(), QSpinBox()
        self.way.addItems([*WAYS, SNAP])
        self.way.setCurrentText(chosen.way)
        self.scope.addItems(SCOPES)
        self.scope.setCurrentIndex(chosen.scope)
        self.px.setRange(1, _MOST_PX)
        self.px.setValue(chosen.px)
        self.px.setSuffix(" px")
        self.px.lineEdit().setTextMargins(4, 0, 0, 0)
        self.px.setToolTip(
            "Holes and specks are those of less than so many pixels square; an edge is looked for "
            "up to so many pixels away"
        )
        self.previews = QCheckBox("Show it first")
        self.previews.setChecked(chosen.previews)
        self.change = label()
        form = QFormLayout()
        rows = ("Way", self.way), ("By", self.px), ("Where", self.scope), ("", self.previews)
        lay_out(form, *rows, ("", self.change))
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.setLayout(in_column(form, self.buttons, margins=(14, 12, 14, 12), spacing=12))
        self.job = Job(refining)  # its thread may outlast the panel
        self._is_due = False  # whether something else is to be worked out than is at work
        self._asked: tuple[Mask, int] | None = None  # the mask and object that the job looks at
        self._timer = settling(self, _SETTLE_MS, self._look)
        self._connect()
        self._look()

    def _connect(self) -> None:
        session = self._session
        self.way.currentIndexChanged.connect(self._timer.start)
        self.px.valueChanged.connect(self._timer.start)
        self.previews.toggled.connect(self._timer.start)
        for signal in (session.annotation_changed, session.frame_loaded, session.object_changed,
                       session.objects_changed):  # fmt: skip
            signal.connect(self._timer.start)
        session.leaving.connect(self._surface.preview.end)
        session.clip_changed.connect(self.reject)
        self.job.yielded.connect(self._on_worked_out)
        self.job.failed.connect(session.failed)
        self.job.ended.connect(self._on_ended)
        self.finished.connect(self._on_finished)

    def _look(self) -> None:
        """Work out what is to be shown now; what is worked out already is waited for first."""
        session, surface = self._session, self._surface
        if self.job.is_running:
            self._is_due = True
            return
        surface.preview.end()
        self.change.setText("")
        entry = session.current_object
        is_there = session.is_open and session.frame is not None and surface.t == session.t
        if not (is_there and self.previews.isChecked()) or entry is None or entry.locked:
            return
        mask, frame = session.annotation.mask(session.t), session.frame
        way, px, object_id = self.way.currentText(), self.px.value(), entry.id
        self._asked = mask, object_id
        self.change.setText("Looking…")
        self.job.begin(lambda _: refined(mask, object_id, way, px, frame), "Refining")

    def _on_worked_out(self, found: tuple[Box, Mask]) -> None:
        session, surface = self._session, self._surface
        mask, object_id = self._asked or (None, 0)
        is_same = session.is_open and surface.t == session.t and session.object_id == object_id
        if not is_same or mask is None or session.annotation.mask(session.t) is not mask:
            return
        box, after = found
        had, has = mask[box.slices] == object_id, after == object_id
        if box:
            surface.preview.show(session.t, mask, object_id, box, has)
        more, fewer = int(np.sum(has & ~had)), int(np.sum(had & ~has))
        self.change.setText(
            f"{more:,} pixels more, {fewer:,} fewer" if more or fewer else "Nothing changes here"
        )

    def _on_ended(self) -> None:
        if self._is_due:
            self._is_due = False
            self._look()

    def accept(self) -> None:
        """Begin, and close."""
        session, chosen = self._session, self._chosen()
        super().accept()
        if session.is_open:
            t, annotation = session.t, session.annotation
            frames = (
                range(t, t + 1),
                until_given(annotation, session.object_id, t),
                session.range,
                range(annotation.n_frames),
            )
            self._refining.begin(chosen.way, chosen.px, frames[chosen.scope])

    def _chosen(self) -> Refinement:
        return Refinement(
            self.way.currentText(),
            self.px.value(),
            self.scope.currentIndex(),
            self.previews.isChecked(),
        )

    def _on_finished(self) -> None:
        self._refining.chosen = self._chosen()
        self._timer.stop()
        self.job.retire()
        self._surface.preview.end()
