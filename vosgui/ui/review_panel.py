"""The panel of what is left to look at."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QLabel, QWidget

from vosgui.core.annotation import Annotation
from vosgui.core.quality.needs_review import Reason, frames_to_review, reasons
from vosgui.ui.actions.actions import Actions
from vosgui.ui.session.session import Session
from vosgui.ui.style.panels import (
    PanelTitle,
    action_button,
    in_column,
    in_row,
    keeping_its_room,
    label,
    settling,
    text_button,
)

SETTLE_MS = 250  # a run brings many changes a second; they are counted together
_WORDS = {
    Reason.STALE: "stale",
    Reason.UNCERTAIN: "uncertain",
    Reason.LOST: "lost",
    Reason.MISSING: "missing",
}


class ReviewPanel(QWidget):
    """Counts the frames that need review and leads to them."""

    def __init__(self, session: Session, actions: Actions) -> None:
        super().__init__()
        self._session = session
        self._count, self._reasons = QLabel(), keeping_its_room(label())
        self._reasons.setContentsMargins(10, 0, 10, 0)
        title = PanelTitle("Review", *(action_button(actions[n]) for n in ("absent", "verify")))
        steps = (("previous_review", "Previous"), ("next_review", "Next"))
        buttons = [text_button(actions[name], text) for name, text in steps]
        line = in_row((self._count, 1), *buttons, margins=(10, 0, 10, 0), spacing=4)
        self.setLayout(in_column(title, line, self._reasons, margins=(0, 0, 0, 8), spacing=2))
        self._timer = settling(self, SETTLE_MS, self._refresh)
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
        need = "frame needs review" if n == 1 else "frames need review"
        self._count.setText(f"{n} {need}" if n else "Nothing left to review")
        counts = _frames_by_reason(annotation)
        words = [f"{count} {_WORDS[reason]}" for reason, count in counts.items() if count]
        self._reasons.setText(" · ".join(words))
        self._reasons.setVisible(bool(words))


def _frames_by_reason(annotation: Annotation) -> dict[Reason, int]:
    """Return in how many frames each reason holds for some unlocked object."""
    found = {reason: np.zeros(annotation.n_frames, bool) for reason in Reason}
    for entry in annotation.objects:
        if not entry.locked:
            for reason, frames in reasons(annotation, entry.id).items():
                found[reason] |= frames
    return {reason: int(frames.sum()) for reason, frames in found.items()}
