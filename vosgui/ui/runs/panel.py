"""The panel of runs: directions, how far, with which model on which device, and how it goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from vosgui.core.words import counted
from vosgui.ui.actions.actions import Actions
from vosgui.ui.runs.controller import RunController
from vosgui.ui.runs.finetune_row import FinetuneRow
from vosgui.ui.runs.finetuning import FineTuning
from vosgui.ui.runs.models import Choices
from vosgui.ui.runs.pace import duration
from vosgui.ui.runs.propagators import FLOW
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Reach, Settings
from vosgui.ui.style.folds import FoldButton
from vosgui.ui.style.panels import (
    PanelTitle,
    action_button,
    in_column,
    in_row,
    label,
    room_for,
    settling,
)
from vosgui.ui.style.progress_bar import ProgressBar

REACHES = (
    ("end", "To the end", "On to the end of the clip, re-initialising at keyframes"),
    ("range", "To the range's end", "Within the range, re-initialising at keyframes"),
    (
        "keyframe",
        "To the next keyframe",
        "Until each object meets its next keyframe; between keyframes: those around this frame",
    ),
)
DEVICES = {"auto": "Best device", "cpu": "CPU", "cuda": "GPU (CUDA)", "mps": "GPU (Apple)"}
FLOW_ROW = (FLOW, "Flow (no model)", "Optical flow: works without weights, drifts sooner")
BEST_TIP = "The default of this version"
FLIP_TIP = (
    "Frames with left and right swapped are looked at too, and the mean is taken:\n"
    "fewer objects are lost, at half the speed."
)
BUTTONS = (
    *("run_backward", "run_both", "run_forward", "run_bidirectional"),
    *("stop", "reinitialise"),
)
BIG_ICON = QSize(20, 20)
REFRESH_MS, BAR_PX = 100, 4


class RunPanel(QWidget):
    """Shows and sets how runs are made.

    status_changed : (text) device, model and speed, for the status line.
    model_chosen : the next run may use another model or device.
    """

    status_changed = Signal(str)
    model_chosen = Signal()

    def __init__(
        self,
        session: Session,
        runs: RunController,
        finetuning: FineTuning,
        settings: Settings,
        actions: Actions,
    ) -> None:
        super().__init__()
        self._session, self._runs, self._settings = session, runs, settings
        self._actions = actions
        self._finetuning = finetuning
        self.finetune_row = FinetuneRow(finetuning, settings, actions)
        self.reach = self._box("reach", "How far a run goes")
        self.model = self._box("model", "What carries the masks")
        self.device = self._box("device", "Where the model runs")
        self.follow = self._tick("follow", "Follow", "Let the playhead go with the run")
        self.at_once = self._tick("continue_at_once", "Continue at once after re-initialising")
        begins = "Start a run of the object as soon as it is re-initialised"
        actions.tell(self.at_once, begins, "reinitialise")
        self.flip = self._tick("flip", "Test-time augmentation (flip)", FLIP_TIP)
        self._ticks = {"follow": self.follow, "at_once": self.at_once, "flip": self.flip}
        self.bar = ProgressBar()
        self._line = label()
        self._timer = settling(self, REFRESH_MS, self._refresh)
        self._choices = Choices()
        chosen = settings.run
        _set_rows(self.reach, REACHES, chosen.reach)
        rows = [("", "Best model", BEST_TIP), FLOW_ROW]
        if chosen.model not in ("", FLOW):
            rows.insert(1, (chosen.model, chosen.model, ""))
        _set_rows(self.model, rows, chosen.model)
        devices = dict.fromkeys(("auto", "cpu", chosen.device))
        _set_rows(self.device, [(k, DEVICES.get(k, k), "") for k in devices], chosen.device)
        self._lay_out(actions)
        self._connect()
        self._refresh()

    def offer(self, choices: Choices) -> None:
        """Fill the lists of models and devices."""
        self._choices = choices
        rows = [(m.name, m.name, m.tip) for m in choices.models]
        best = f"Best: {choices.default_model or FLOW}"
        _set_rows(self.model, [("", best, BEST_TIP), *rows, FLOW_ROW], self._settings.run.model)
        kinds = ("auto", *choices.devices)
        _set_rows(self.device, [(k, DEVICES[k], "") for k in kinds], self._settings.run.device)
        self._refresh()

    def set_reach(self, reach: Reach) -> None:
        """Set how far runs go."""
        self._set("reach", reach)

    def toggle(self, box: str) -> None:
        """Turn over a box: follow, at_once or flip."""
        self._ticks[box].toggle()

    def choose(self, setting: str) -> None:
        """Open the list of models or devices, for the keys."""
        for fold in self.findChildren(FoldButton):
            fold.fold(False)
        {"model": self.model, "device": self.device}[setting].showPopup()

    def _box(self, setting: str, tip: str) -> QComboBox:
        """Return a list whose chosen row is a setting of runs."""
        box = QComboBox()
        box.setToolTip(tip)
        box.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys stay with the canvas
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        box.activated.connect(lambda: self._set(setting, box.currentData()))
        return box

    def _tick(self, setting: str, text: str, tip: str = "") -> QCheckBox:
        """Return a box whose tick is a setting of runs."""
        box = QCheckBox(text)
        box.setToolTip(tip)
        box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.setChecked(getattr(self._settings.run, setting))
        box.toggled.connect(lambda is_ticked: self._set(setting, is_ticked))
        return box

    def _lay_out(self, actions: Actions) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(6)
        for n, widget in enumerate((self.model, self.device)):
            grid.addWidget(widget, 0, n)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        body, more = QWidget(), QWidget()
        more.setLayout(in_column(grid, self.at_once, self.flip, self.finetune_row, spacing=7))
        fold = FoldButton("Settings of runs", more, "Settings")
        buttons = (action_button(actions[name], BIG_ICON) for name in BUTTONS)
        how_far = in_row((self.reach, 1), self.follow, spacing=6)
        parts = in_row(*buttons, None, fold, spacing=2), how_far, more
        below = room_for(self.bar, BAR_PX), self._line
        body.setLayout(in_column(*parts, *below, margins=(10, 0, 10, 8), spacing=6))
        self.setLayout(in_column(PanelTitle("Run", folds=body), body))

    def _connect(self) -> None:
        self._runs.yielded.connect(self._on_progressed)
        self._runs.ended.connect(self._refresh)  # how fast it was is known by then
        for work in (self._runs, self._finetuning):
            work.progressed.connect(self._on_progressed)
            work.changed.connect(self._refresh)
        session = self._session
        for signal in (session.clip_changed, session.frame_changed, session.range_changed):
            signal.connect(self._refresh)
        session.objects_changed.connect(self._refresh)

    def _set(self, setting: str, value: object) -> None:
        setattr(self._settings.run, setting, value)
        self._refresh()
        if setting in ("model", "device"):
            self.model_chosen.emit()

    def _on_progressed(self) -> None:
        """Follow a run a few times a second."""
        if not self._timer.isActive():
            self._timer.start()

    def _refresh(self) -> None:
        if self.reach.currentData() != self._settings.run.reach:
            self.reach.setCurrentIndex(self.reach.findData(self._settings.run.reach))
        if self.model.currentData() != self._settings.run.model:
            self.model.setCurrentIndex(self.model.findData(self._settings.run.model))
        self._actions.tick("reach", self._settings.run.reach)
        for name, box in self._ticks.items():
            self._actions.tick(name, name if box.isChecked() else "")
        self.bar.setVisible(self._runs.is_running or self._finetuning.is_running)
        self._line.setText(self._work_line())
        self.status_changed.emit(self._status())

    def _work_line(self) -> str:
        runs, finetuning = self._runs, self._finetuning
        if not (runs.is_running or finetuning.is_running):
            return self._plan_line()
        if runs.is_timing:
            self.bar.show_part(0, 0)
            return "Finding out how long it takes…"
        work = runs if runs.is_running else finetuning
        if work.is_stopping or work.progress is None:
            self.bar.show_part(0, 0)
            return "Stopping…" if work.is_stopping else "Loading the model…"
        if work is finetuning:
            # Until its first step it checks the network for seconds: the bar tells that it lives.
            n_done = round(100 * work.progress.n_done)
            self.bar.show_part(n_done, 100 if n_done else 0)
            return work.progress.text
        assert runs.pace is not None
        self.bar.show_part(runs.pace.n_done, max(1, runs.pace.total))
        # Between keyframes most frames come twice: from behind, then blended.
        what = "steps" if runs.is_bidirectional else "frames"
        return f"{runs.pace.n_done} of {runs.pace.total} {what} · {self._speed()}"

    def _plan_line(self) -> str:
        if not self._session.is_open:
            return ""
        n, seconds = self._runs.estimate()
        frames = f"Forward from here: {counted(n, 'frame')}"
        return frames if seconds is None or not n else f"{frames}, about {duration(seconds)}"

    def _speed(self) -> str:
        progress = self._runs.pace
        if progress is None or progress.left_s is None:
            return "starting"
        return f"{progress.rate:.1f} it/s · {duration(progress.left_s)} left"

    def _status(self) -> str:
        """Return what runs: while one is at work what it says, else what the next one will use."""
        runs, chosen = self._runs, self._settings.run
        if runs.is_running:
            words = [runs.device_used, runs.model_used, self._speed()]
        elif self._finetuning.is_running:
            words = ["Fine-tuning to the clip"]
        else:
            device = self._choices.best_device if chosen.device == "auto" else chosen.device
            words = [DEVICES.get(device, ""), chosen.model or self._choices.default_model]
        return " · ".join(word for word in words if word) if self._session.is_open else ""


def _set_rows(box: QComboBox, rows: Sequence[tuple[str, str, str]], chosen: str) -> None:
    """Fill a list with rows of value, text and tip."""
    box.clear()
    for n, (value, text, tip) in enumerate(rows):
        box.addItem(text, value)
        if tip:
            box.setItemData(n, tip, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(max(0, box.findData(chosen)))
