"""Before a run that takes long: how long, and how far it is to go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QWidget,
)

from vosgui.core.words import counted
from vosgui.ui.runs.pace import duration
from vosgui.ui.session.settings import Reach
from vosgui.ui.style.panels import in_column

LONG_S = 120.0
REACH_WORDS: dict[Reach, str] = {
    "end": "To the end of the clip",
    "range": "Within the range",
    "keyframe": "To the next keyframe",
}


@dataclass(frozen=True)
class Way:
    """How far a run may go, of how many frames it is then, and how long they take."""

    reach: Reach
    n_frames: int
    seconds: float


@dataclass(frozen=True)
class LongRun:
    """A run that would take long. ways : the one that is set comes first. begin : begins one."""

    ways: Sequence[Way]
    begin: Callable[[Reach], None]


class LongRunDialog(QDialog):
    """Says how long a run will take, and lets the person choose how far it goes."""

    def __init__(self, run: LongRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("long_run")
        self.setWindowTitle("A long run")
        self._run = run
        self.choices = QButtonGroup(self)
        for n, way in enumerate(run.ways):
            time = f"{counted(way.n_frames, 'frame')}, about {duration(way.seconds)}"
            what = time if way.n_frames else "nothing to do"
            button = QRadioButton(f"{REACH_WORDS[way.reach]}: {what}")
            button.setEnabled(way.n_frames > 0)
            button.setChecked(n == 0)
            self.choices.addButton(button, n)
        text = QLabel(
            f"This run will take about {duration(run.ways[0].seconds)}. You can go on working "
            "meanwhile, and Esc stops it at any frame. How far is it to go?"
        )
        text.setWordWrap(True)
        text.setMinimumWidth(380)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.run_button = buttons.addButton("Run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.run_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        choices = in_column(*self.choices.buttons(), spacing=6)
        self.setLayout(in_column(text, choices, buttons, margins=(16, 14, 16, 12), spacing=12))

    def accept(self) -> None:
        """Begin the run, as far as is chosen."""
        super().accept()
        self._run.begin(self._run.ways[self.choices.checkedId()].reach)
