"""The rows of the run panel on online fine-tuning: how long, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.runs.finetuning import FineTuning
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import action_button, label

SECONDS = {10.0: "10 s", 30.0: "30 s", 60.0: "1 min", 180.0: "3 min", 600.0: "10 min"}


class FinetuneRow(QWidget):
    """Starts fine-tuning, and shows whether the network is fine-tuned to the open clip."""

    def __init__(self, finetuning: FineTuning, settings: Settings, actions: Actions) -> None:
        super().__init__()
        self._finetuning, self._settings = finetuning, settings
        self.button = action_button(actions["finetune"])
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setProperty("role", "button")  # beside a list of times it has to look like one
        self.forget = action_button(actions["forget_finetuned"])
        self.seconds = QComboBox()
        self.seconds.setToolTip("How long it may take")
        self.seconds.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chosen = settings.run.finetune_seconds
        for seconds, text in sorted({**{chosen: f"{chosen:g} s"}, **SECONDS}.items()):
            self.seconds.addItem(text, seconds)
        self.seconds.setCurrentIndex(self.seconds.findData(chosen))
        self.label = label()
        self.label.setWordWrap(True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.button, 0, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.seconds, 0, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.label, 1, 0, 1, 2)
        grid.addWidget(self.forget, 1, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        self.seconds.activated.connect(self._choose)
        finetuning.changed.connect(self._refresh)
        self._refresh()

    def _choose(self) -> None:
        self._settings.run.finetune_seconds = self.seconds.currentData()

    def _refresh(self) -> None:
        kept = self._finetuning.kept
        for widget in (self.label, self.forget):
            widget.setVisible(kept is not None)
        if kept is None:
            return
        if not kept.is_used:
            words = "Fine-tuned with other weights than the model's: not used."
        elif not self._finetuning.is_current:
            words = "Fine-tuned to this clip; given masks have changed since. Still used."
        else:
            words = f"Fine-tuned to this clip: {kept.note.rpartition('; ')[2]}"
        self.label.setText(words)
        self.label.setToolTip(
            f"{kept.note}\nJ of a mask carried through real frames, before and after"
        )
