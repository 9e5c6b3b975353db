"""The bar over the timeline: play, step, where the playhead is, grid and range."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLineEdit, QSpinBox, QWidget

from vosgui.core import edits
from vosgui.ui.actions.actions import Actions
from vosgui.ui.playback import Playback
from vosgui.ui.session.session import Session
from vosgui.ui.style.icons import icon
from vosgui.ui.style.panels import action_button, in_row, label

BAR_PX = 32
MAX_STRIDE = 1000
BUTTONS = ("first_frame", "previous_frame", "play", "next_frame", "last_frame")


class Transport(QWidget):
    """Moves and shows the playhead; beside it is room for a message."""

    def __init__(
        self, session: Session, actions: Actions, playback: Playback, message: QWidget
    ) -> None:
        super().__init__()
        self._session = session
        self.setProperty("role", "panel")
        self.setFixedHeight(BAR_PX)
        self.frame = QLineEdit()
        self.frame.setObjectName("frame")
        self._total, self._time, self._range = label(), label(), label()
        self.stride = QSpinBox()
        self._lay_out(actions, message)
        self._connect(playback)
        self._refresh()

    def type_stride(self) -> None:
        """Let the stride of the grid be typed."""
        self.stride.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.stride.selectAll()

    def _lay_out(self, actions: Actions, message: QWidget) -> None:
        digits = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.frame.setAccessibleName("Frame shown")
        self.stride.setAccessibleName("Frames from one of the grid to the next")
        self.frame.setToolTip("Frame shown: type a frame name or number to go there")
        self.frame.setFont(digits)
        self.frame.setFixedWidth(self.frame.fontMetrics().horizontalAdvance("0000000") + 16)
        self.stride.setRange(1, MAX_STRIDE)
        self.stride.setPrefix("every ")
        self.stride.lineEdit().setTextMargins(4, 0, 0, 0)  # as in the other fields
        self.stride.setFixedWidth(self.stride.fontMetrics().horizontalAdvance("every 0000") + 16)
        grid = "The grid: every how many frames a person annotates"
        actions.tell(self.stride, grid, "set_stride")
        actions.tell(self._range, "Range of runs and deletions", "range_start", "range_end")
        for words in (self._total, self._time, self._range):
            words.setFont(digits)
        buttons = {name: action_button(actions[name]) for name in BUTTONS}
        self._play_button = buttons["play"]
        shown = self.frame, 6, self._total, 14, self._time, 14, self.stride, 14
        parts = *buttons.values(), 8, *shown, (message, 100), None, self._range
        self.setLayout(in_row(*parts, margins=(6, 0, 10, 0), spacing=2))

    def _connect(self, playback: Playback) -> None:
        session = self._session
        for signal in (session.clip_changed, session.frame_changed, session.range_changed,
                       session.objects_changed, session.history_changed):  # fmt: skip
            signal.connect(self._refresh)
        session.clip_changed.connect(self._make_room)
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
        self._time.setText(_seconds(info.times_s[t]))
        if not self.stride.hasFocus():
            self.stride.setValue(self._session.annotation.stride)
        names = info.frame_names
        whole = len(frames) in (0, info.n_frames)
        text = f"range {names[frames[0]]} – {names[frames[-1]]}" if frames else ""
        self._range.setText("" if whole else text)

    def _make_room(self) -> None:
        """Keep room for the longest texts of the clip: nothing beside them moves."""
        if self._session.is_open:
            info = self._session.info
            longest = f"{info.n_frames} / {info.n_frames}", _seconds(info.times_s[-1])
            for words, text in zip((self._total, self._time), longest, strict=True):
                words.setMinimumWidth(words.fontMetrics().horizontalAdvance(text))

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
            self._session.apply(
                f"Grid of every {header.stride} frames"
                if header.stride > 1
                else "Grid of every frame",
                part,
            )
        self.stride.clearFocus()

    def _on_playing(self, playing: bool) -> None:
        self._play_button.setIcon(icon("pause" if playing else "play"))


def _seconds(time_s: float) -> str:
    return f"{time_s:.2f} s"


def _by_number(names: tuple[str, ...], number: int) -> int:
    """Return the frame whose name is this number, or else that many frames from the start."""
    by_name = {int(name): t for t, name in enumerate(names) if name.isdigit()}
    return by_name.get(number, number)
