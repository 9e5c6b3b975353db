"""The panel of what is left to look at."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from vosgui.core.annotation import Annotation
from vosgui.core.needs_review import Reason, frames_to_review, reasons
from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import PanelTitle

SETTLE_MS = 250  # a run brings many changes a second; they are counted together
_WORDS = {
    Reason.STALE: "stale",
    Reason.UNCERTAIN: "uncertain",
    Reason.LOST: "lost",
    Reason.MISSING: "missing",
}


class ReviewPanel(QWidget):
    """Counts the frames that need review and leads to them."""

    def __init__(self, session: Session, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._count, self._reasons = QLabel(), QLabel()
        self._reasons.setProperty("weight", "muted")
        title = PanelTitle("Review")
        for name in ("absent", "verify"):
            title.add_button(actions[name])
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(4)
        row.addWidget(self._count, 1)
        for name, text in (("previous_look", "Previous"), ("next_look", "Next")):
            row.addWidget(_text_button(actions[name], text))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(2)
        layout.addWidget(title)
        layout.addLayout(row)
        self._reasons.setContentsMargins(10, 0, 10, 0)
        layout.addWidget(self._reasons)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._refresh)
        session.clip_changed.connect(self._refresh)
        session.history_changed.connect(self._timer.start)
        self._refresh()

    def _refresh(self) -> None:
        if not self._session.is_open:
            self._count.setText("")
            self._reasons.setText("")
            return
        annotation = self._session.annotation
        n = len(frames_to_review(annotation))
        words = "frame needs review" if n == 1 else "frames need review"
        self._count.setText(f"{n} {words}" if n else "Nothing left to review")
        counts = _frames_by_reason(annotation)
        told = [f"{count} {_WORDS[reason]}" for reason, count in counts.items() if count]
        self._reasons.setText(" · ".join(told))
        self._reasons.setVisible(bool(told))


def _frames_by_reason(annotation: Annotation) -> dict[Reason, int]:
    """Return in how many frames each reason holds for some unlocked object."""
    found = {reason: np.zeros(annotation.n_frames, bool) for reason in Reason}
    for entry in annotation.objects:
        if not entry.locked:
            for reason, frames in reasons(annotation, entry.id).items():
                found[reason] |= frames
    return {reason: int(frames.sum()) for reason, frames in found.items()}


def _text_button(action: QAction, text: str) -> QPushButton:
    """Return a button for an action with a shorter text than the menu's."""
    button = QPushButton(text)
    button.setToolTip(action.toolTip())
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button
