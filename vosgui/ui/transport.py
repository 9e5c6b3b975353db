"""The bar over the timeline: play, step, where the playhead is, grid and range."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSpinBox, QToolButton, QWidget

from vosgui.core import edits
from vosgui.ui.actions.actions import Actions
from vosgui.ui.playback import Playback
from vosgui.ui.session.session import Session
from vosgui.ui.style.icons import icon
from vosgui.ui.style.panels import action_button

BAR_PX = 32
MAX_STRIDE = 1000
BUTTONS = ("first_frame", "previous_frame", "play", "next_frame", "last_frame")


class Transport(QWidget):
    """Moves and shows the playhead."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        playback: Playback,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.setProperty("role", "panel")
        self.setFixedHeight(BAR_PX)
        self.frame = QLineEdit()
        self.frame.setObjectName("frame")
        self._total, self._time, self._range = QLabel(), QLabel(), QLabel()
        self.stride = QSpinBox()
        self._play_button = QToolButton()
        self._lay_out(actions)
        self._connect(playback)
        self._refresh()

    def _lay_out(self, actions: Actions) -> None:
        digits = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.frame.setToolTip("Frame shown: type a frame name or number to go there")
        self.frame.setFont(digits)
        self.frame.setFixedWidth(self.frame.fontMetrics().horizontalAdvance("0000000") + 16)
        self.stride.setRange(1, MAX_STRIDE)
        self.stride.setPrefix("every ")
        self.stride.lineEdit().setTextMargins(4, 0, 0, 0)  # as in the other fields
        self.stride.setFixedWidth(self.stride.fontMetrics().horizontalAdvance("every 0000") + 16)
        self.stride.setToolTip("The grid: every how many frames a person annotates")
        self._range.setToolTip("Range of runs and deletions: Ctrl+[ and Ctrl+] set its ends")
        for label in (self._total, self._time, self._range):
            label.setProperty("weight", "muted")
            label.setFont(digits)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 10, 0)
        layout.setSpacing(2)
        for name in BUTTONS:
            button = action_button(actions[name])
            if name == "play":
                self._play_button = button
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.frame)
        for widget, gap in ((self._total, 6), (self._time, 14), (self.stride, 14)):
            layout.addSpacing(gap)
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addWidget(self._range)

    def _connect(self, playback: Playback) -> None:
        session = self._session
        for signal in (session.clip_changed, session.frame_changed, session.range_changed):
            signal.connect(self._refresh)
        session.objects_changed.connect(self._refresh)
        session.history_changed.connect(self._refresh)
        self.frame.returnPressed.connect(self._go)
        self.frame.editingFinished.connect(self._refresh)
        self.stride.editingFinished.connect(self._set_stride)
        playback.changed.connect(self._on_playing)

    def _refresh(self) -> None:
        open_ = self._session.is_open
        self.frame.setEnabled(open_)
        self.stride.setEnabled(open_)
        if not open_:
            for widget in (self.frame, self._total, self._time, self._range):
                widget.setText("")
            return
        info, t, frames = self._session.info, self._session.t, self._session.range
        if not self.frame.hasFocus():
            self.frame.setText(info.frame_names[t])
        self._total.setText(f"{t + 1} / {info.n_frames}")
        self._time.setText(f"{info.times_s[t]:.2f} s")
        if not self.stride.hasFocus():
            self.stride.setValue(self._session.annotation.stride)
        names = info.frame_names
        whole = len(frames) in (0, info.n_frames)
        text = f"range {names[frames[0]]} – {names[frames[-1]]}" if frames else ""
        self._range.setText("" if whole else text)

    def _go(self) -> None:
        names, text = self._session.info.frame_names, self.frame.text().strip()
        if text in names:
            self._session.go_to(names.index(text))
        elif text.isdigit():
            self._session.go_to(_by_number(names, int(text)))
        self.frame.clearFocus()
        self._refresh()

    def _set_stride(self) -> None:
        if self._session.is_open:
            header = replace(self._session.annotation.header, stride=self.stride.value())
            part = edits.set_header(self._session.annotation, header)
            self._session.apply(f"Grid of every {header.stride} frames", part)
        self.stride.clearFocus()

    def _on_playing(self, playing: bool) -> None:
        self._play_button.setIcon(icon("pause" if playing else "play"))


def _by_number(names: tuple[str, ...], number: int) -> int:
    """Return the frame whose name is this number, or else that many frames from the start."""
    by_name = {int(name): t for t, name in enumerate(names) if name.isdigit()}
    return by_name.get(number, number)
