"""The panel of what is left to look at."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QWidget

from vosgui.core.quality.needs_review import Reason
from vosgui.core.words import counted
from vosgui.ui.actions.actions import Actions
from vosgui.ui.review.finder import ReviewFinder
from vosgui.ui.session.session import Session
from vosgui.ui.style.folds import ElidedLabel, FoldButton
from vosgui.ui.style.panels import (
    PanelTitle,
    action_button,
    in_column,
    in_row,
    label,
    text_button,
)

WORDS = {
    Reason.NOTED: "commented",
    Reason.LOST: "lost",
    Reason.SWAPPED: "swapped",
    Reason.SWALLOWED: "took a neighbour",
    Reason.FLICKER: "flickering",
    Reason.PLACE: "jumped",
    Reason.AREA: "changed size",
    Reason.SPLIT: "split",
    Reason.UNCERTAIN: "uncertain",
    Reason.STALE: "stale",
    Reason.MISSING: "missing",
}
_STEP, _BOX_PX = 0.05, 54


class ReviewPanel(QWidget):
    """Counts the stretches that need review, and leads to them; sets from when on one does."""

    def __init__(self, session: Session, finder: ReviewFinder, actions: Actions) -> None:
        super().__init__()
        self._session, self._finder, self._actions = session, finder, actions
        self._count, self._reasons = ElidedLabel(), ElidedLabel()
        self._reasons.setContentsMargins(10, 0, 10, 0)
        self.threshold = _threshold_box()
        self.threshold.setValue(finder.threshold)
        self.threshold.valueChanged.connect(lambda value: session.set_view(threshold=value))
        self.threshold.editingFinished.connect(self.threshold.clearFocus)
        self.worst_first = QCheckBox("Worst first")
        by_what = "Go to the next stretch by how bad it is, not by when it is"
        actions.tell(self.worst_first, by_what, "next_review")
        self.worst_first.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.worst_first.setChecked(finder.is_worst_first)
        self.worst_first.toggled.connect(self._set_worst_first)
        actions.tick("worst_first", "worst_first" if finder.is_worst_first else "")
        body = QWidget()
        marks = (action_button(actions[n]) for n in ("absent", "verify"))
        title = PanelTitle("Review", *marks, folds=body)
        steps = (("previous_review", "Previous"), ("next_review", "Next"))
        buttons = [text_button(actions[name], text) for name, text in steps]
        line = in_row((self._count, 1), *buttons, margins=(10, 0, 10, 0), spacing=4)
        how = in_row(label("Uncertain under"), self.threshold, None, self.worst_first,
                     margins=(10, 2, 10, 2), spacing=6)  # fmt: skip
        rows = line, self._reasons, how
        body.setLayout(in_column(*rows, margins=(0, 0, 0, 8), spacing=2))
        self.setLayout(in_column(title, body))
        finder.changed.connect(self._refresh)
        self._refresh()

    def toggle(self, box: str) -> None:
        """Turn over a box: worst_first, for stretches by how bad they are, not by when they are."""
        {"worst_first": self.worst_first}[box].toggle()

    def type_threshold(self) -> None:
        """Let it be typed under which confidence a mask needs review."""
        for fold in self.findChildren(FoldButton):
            fold.fold(False)
        self.threshold.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.threshold.selectAll()

    def _set_worst_first(self, worst_first: bool) -> None:
        self._finder.set_worst_first(worst_first)
        self._actions.tick("worst_first", "worst_first" if worst_first else "")

    def _refresh(self) -> None:
        if not self._session.is_open:
            self._count.setText("")
            self._reasons.setText(" ")
            return
        found = self._finder.found
        n = len(found)
        text = counted(n, "stretch") if n == 1 else f"{n} stretches"
        under = f"None left under {self._finder.threshold:.2f}"
        under = under if self._finder.is_settled else "Looking…"
        self._count.setText(f"{text} to review" if n else under)
        counts = Counter(one.reasons[0] for one in found)
        words = [f"{counts[reason]} {WORDS[reason]}" for reason in Reason if counts[reason]]
        self._reasons.setText(" · ".join(words) or " ")  # no line moves where there is nothing
        self._reasons.set_tip("\n".join(words))


def _threshold_box() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.0, 1.0)
    box.setSingleStep(_STEP)
    box.setDecimals(2)
    box.setFixedWidth(_BOX_PX)
    box.setKeyboardTracking(False)
    box.lineEdit().setTextMargins(4, 0, 0, 0)  # as in the other fields
    box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
    box.setAccessibleName("Confidence under which a mask needs review")
    box.setToolTip(
        "Masks of less confidence need a look: it is the line in the curve of the timeline"
    )
    return box
