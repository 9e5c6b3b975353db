"""The rows of the run panel on adapting to the clip: how long, and what was gained."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from vosgui.ui.actions.actions import Actions
from vosgui.ui.runs.adaptation import Adapting
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.panels import action_button

SECONDS = {10.0: "10 s", 30.0: "30 s", 60.0: "1 min", 180.0: "3 min", 600.0: "10 min"}
_PACE = "A run takes twice as long."


class AdaptRow(QWidget):
    """Starts adapting, and shows whether the network is adapted to the open clip."""

    def __init__(
        self,
        adapting: Adapting,
        settings: Settings,
        actions: Actions,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._adapting, self._settings = adapting, settings
        self.button = action_button(actions["adapt"])
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setProperty("role", "button")  # beside a list of times it has to look like one
        self.forget = action_button(actions["forget_adapted"])
        self.seconds = QComboBox()
        self.seconds.setToolTip(
            "How long the network may learn. The runs that are tried out before and after\n"
            "come on top."
        )
        self.seconds.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        chosen = settings.run.adapt_seconds
        for seconds, text in sorted({**{chosen: f"{chosen:g} s"}, **SECONDS}.items()):
            self.seconds.addItem(text, seconds)
        self.seconds.setCurrentIndex(self.seconds.findData(chosen))
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setProperty("weight", "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.button, 0, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.seconds, 0, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.label, 1, 0, 1, 2)
        grid.addWidget(self.forget, 1, 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        self.seconds.activated.connect(self._choose)
        adapting.changed.connect(self._refresh)
        self._refresh()

    def _choose(self) -> None:
        self._settings.run.adapt_seconds = self.seconds.currentData()

    def _refresh(self) -> None:
        fit = self._adapting.fit
        for widget in (self.label, self.forget):
            widget.setVisible(fit is not None)
        if fit is None:
            return
        if fit.other_model:
            words = "Adapted with other weights than the model's: not used. Adapt again."
        elif not self._adapting.is_current:
            words = "Adapted to this clip; given masks have changed since. Still used."
        else:
            words = f"Adapted to this clip: {fit.note.rpartition('; ')[2]}"
        self.label.setText(words)
        self.label.setToolTip(f"{fit.note}\n{_PACE}")
