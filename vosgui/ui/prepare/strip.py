"""The strip: shots, clips and refusals over time, to be looked at, dragged and chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from vosgui.datasets.prepare.stretches import Stretch, replaced
from vosgui.media.key_frames import key_frames
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.prepare.gestures import Drag, StripGestures, Wanted
from vosgui.ui.prepare.painter import paint_strip
from vosgui.ui.prepare.tooltip import describe
from vosgui.ui.prepare.view import SHOTS_H, STRIP_H, StripView
from vosgui.ui.style.pointing import show_tip
from vosgui.ui.timeline.scale import TimeScale
from vosgui.ui.timeline.thumbnails import Thumbnails
from vosgui.ui.timeline.view import Look


class Strip(QWidget):
    """Draws the video that is shown, and hands on what is done to it with the mouse.

    dragged : (old, new) a clip has other ends. new_at : (t) a clip is wanted about a frame.
    hovered : (Stretch or None) the clip under the pointer. pressed : the mouse went down.
    """

    dragged = Signal(object, object)
    new_at = Signal(int)
    hovered = Signal(object)
    pressed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.scale = TimeScale()
        self.thumbnails: Thumbnails | None = None
        self.gestures = StripGestures()
        self._drawn: tuple[Stretch, Stretch] | None = None
        self._view: StripView | None = None
        self._hovered: Stretch | None = None
        self._keys = np.zeros(0, np.int64)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(STRIP_H)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Shots, clips and refusals of the video")
        desk.changed.connect(self.refresh)
        desk.selection_changed.connect(self.refresh)
        desk.video_changed.connect(self._on_video)
        desk.frame_changed.connect(self._on_frame)

    @property
    def view(self) -> StripView | None:
        """Return what is shown now; None where no video is open."""
        if self._view is None:
            self._view = self._made_view()
        return self._view

    def _made_view(self) -> StripView | None:
        desk = self._desk
        clip, path = desk.clip, desk.current
        if clip is None or path is None:
            return None
        found, stretches = desk.findings.found.get(path), desk.stretches
        if self._drawn is not None:
            stretches = replaced(stretches, [self._drawn[0]], [self._drawn[1]])
        warnings = {}
        if found is not None:
            judged = ((one, found.judge(one, desk.decisions.rules.clips)[1]) for one in stretches)
            warnings = {one: text for one, text in judged if text and one.is_kept}
        return StripView(
            self.scale,
            clip.info,
            found.shots if found else (),
            stretches,
            desk.refused,
            warnings,
            frozenset(one for one in stretches if desk.is_written(one)),
            desk.selected,
            desk.t,
            self._keys,
        )

    def refresh(self) -> None:
        """Draw everything anew."""
        self._view = None
        self._request_thumbnails()
        self.update()

    def set_scale(self, scale: TimeScale) -> None:
        """Zoom or scroll."""
        if scale != self.scale:
            self.scale = scale
            self.refresh()

    def zoom(self, factor: float) -> None:
        """Zoom at the playhead; 0 shows the whole video."""
        if factor:
            self.set_scale(self.scale.zoomed(factor, self.scale.x_of(self._desk.t)))
        else:
            self.set_scale(TimeScale.whole(self.scale.n_frames, self.width()))

    def reveal(self, start: int, stop: int) -> None:
        """Bring frames into view."""
        self.set_scale(self.scale.showing(stop - 1).showing(start))

    def cancel(self) -> bool:
        """Let go of what is dragged, as it was; False where nothing is."""
        is_dragged = self._drawn is not None
        self.gestures.cancel()
        self._drawn = None
        self.refresh()
        return is_dragged

    def close_frames(self) -> None:
        """Let go of the video, and wait for the picture that is being made."""
        if self.thumbnails is not None:
            self.thumbnails.close()
            self.thumbnails.deleteLater()
            self.thumbnails = None

    def _on_video(self) -> None:
        self.close_frames()
        self.cancel()
        clip = self._desk.clip
        if clip is not None:
            self._keys = key_frames(clip)
            height = round(SHOTS_H * self.devicePixelRatioF())
            self.thumbnails = Thumbnails(clip, height, self)
            self.thumbnails.loaded.connect(self.update)
            self.scale = TimeScale.whole(len(clip), self.width())
        self.refresh()

    def _on_frame(self, t: int) -> None:
        if self.gestures.drag is Drag.NOTHING:
            self.set_scale(self.scale.showing(t))
        if self._view is not None:
            self._view = replace(self._view, t=t)
        self.update()

    def _request_thumbnails(self) -> None:
        view = self.view
        if self.thumbnails is not None and view is not None and self.isVisible():
            frames = [slot.t for slot in view.slots()]
            is_dear = ~np.isin(frames, view.keys)
            # What is decoded alone comes first, the rest in the order of the video.
            self.thumbnails.request([t for _, t in sorted(zip(is_dear, frames, strict=True))])

    def _image(self, t: int) -> QImage | None:
        return None if self.thumbnails is None else self.thumbnails.image(t)

    def sizeHint(self) -> QSize:
        """Ask for the height that it has."""
        return QSize(800, STRIP_H)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw all of it."""
        painter, look, view = QPainter(self), Look.of(self), self.view
        painter.fillRect(self.rect(), look.ground)
        if view is not None:
            paint_strip(painter, view, look, self._image)
        if self.hasFocus():
            painter.setPen(look.highlight)
            painter.drawLine(0, 0, self.width(), 0)

    def event(self, event: QEvent) -> bool:
        """Take a step of a gesture, or show the tooltip of what is under the pointer."""
        if event.type() in self.gestures.steps and (view := self.view) is not None:
            assert isinstance(event, QMouseEvent | QWheelEvent)
            if event.type() == QEvent.Type.MouseButtonPress:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
                self.pressed.emit()
            self._do(self.gestures.steps[event.type()](event, view))
            self.setCursor(self.gestures.cursor(event.position(), self.view or view))
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            view = self.view
            show_tip(event, self, describe(view, QPointF(event.pos())) if view is not None else "")
            return True
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif event.type() == QEvent.Type.Resize:
            self.set_scale(self.scale.resized(self.width()))
        elif event.type() == QEvent.Type.Show:
            self._request_thumbnails()
        return super().event(event)

    def _do(self, wanted: Wanted) -> None:
        """Do what a step of a gesture asks for."""
        if wanted.scale is not None:
            self.set_scale(wanted.scale)
        if wanted.drawn is not None:
            self._drawn = wanted.drawn
        if wanted.done is not None:
            self._drawn = None
            self.dragged.emit(*wanted.done)
        if wanted.select is not None or wanted.t is not None:
            self._desk.select(wanted.select)
        if wanted.t is not None:
            self._desk.go_to(wanted.t)
        if wanted.new_at is not None:
            self._desk.select(wanted.select)
            self.new_at.emit(wanted.new_at)
        if wanted.hover is not None:
            self._hover(wanted.hover or None)
        if wanted.drawn is not None or wanted.done is not None:
            self.refresh()

    def _hover(self, one: Stretch | None) -> None:
        if one != self._hovered:
            self._hovered = one
            self.hovered.emit(one)
