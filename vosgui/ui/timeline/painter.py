"""How the timeline is drawn: ruler, thumbnails, confidence, tracks, playhead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLine, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from vosgui.core.annotation import ObjectInfo
from vosgui.ui.style.theme import small_font
from vosgui.ui.timeline.curve import draw_curve
from vosgui.ui.timeline.labels import draw_curve_label, draw_labels
from vosgui.ui.timeline.note_marks import draw_notes
from vosgui.ui.timeline.scale import (
    CURVE_TOP,
    LABELS_W,
    RULER_H,
    THUMBNAIL_H,
    TRACK_H,
    TRACKS_TOP,
)
from vosgui.ui.timeline.track_strip import TrackStrips
from vosgui.ui.timeline.view import Look, TimelineView, faded

_LOCK_PX, _LOCK_END_PX = 2, 7
ACCENT = QColor(0xE5, 0x48, 0x4D)
ImageOf = Callable[[int], QImage | None]


class TimelinePainter:
    """Draws one timeline. All but the playhead is kept as a picture; what changes is drawn anew.

    image_of : called with a frame, gives its thumbnail, or None where that is not made yet.
    """

    def __init__(self, image_of: ImageOf) -> None:
        self._image_of = image_of
        self._picture = QPixmap()
        self._invalid = QRect()
        self.strips = TrackStrips()

    def invalidate(self, rect: QRect) -> None:
        """Say that something other than the playhead has changed in a part of the timeline."""
        self._invalid = self._invalid.united(rect)

    def paint(
        self, painter: QPainter, exposed: QRect, view: TimelineView | None, look: Look
    ) -> None:
        """Draw what is exposed. view : None where nothing is open."""
        size = look.size * look.ratio
        if self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(look.ratio)
            self._invalid = QRect(QRect().topLeft(), look.size)
        if not self._invalid.isEmpty():
            with QPainter(self._picture) as still:
                still.setFont(look.font)
                still.setClipRect(self._invalid)
                still.fillRect(self._invalid, look.ground)
                if view is not None:
                    self._draw_still(still, self._invalid, view, look)
            self._invalid = QRect()
        source = QRectF(
            QPointF(exposed.topLeft()) * look.ratio, QSizeF(exposed.size()) * look.ratio
        )
        painter.drawPixmap(QRectF(exposed), self._picture, source)
        if view is not None:
            draw_curve_label(painter, view, look)
            _draw_playhead(painter, view, look)

    def _draw_still(
        self, painter: QPainter, invalid: QRect, view: TimelineView, look: Look
    ) -> None:
        width = view.scale.width
        painter.save()
        painter.setClipRect(QRect(LABELS_W, 0, width, look.size.height()).intersected(invalid))
        painter.translate(LABELS_W, 0)
        _draw_grid(painter, view, look)
        self._draw_tracks(painter, view, look)
        painter.fillRect(QRect(0, 0, width, TRACKS_TOP), look.ground)
        if invalid.top() < CURVE_TOP:
            _draw_ruler(painter, view, look)
            self._draw_thumbnails(painter, view, look)
        draw_curve(painter, view, look)
        _draw_range(painter, view, look)
        draw_notes(painter, view)
        painter.restore()
        if invalid.left() < LABELS_W:
            draw_labels(painter, view, look)

    def _draw_tracks(self, painter: QPainter, view: TimelineView, look: Look) -> None:
        for row, entry in enumerate(view.objects):
            top = view.track_top(row)
            if top + TRACK_H <= TRACKS_TOP or top >= look.size.height():
                continue
            if entry.id == view.object_id:
                rect = QRect(0, top, view.scale.width, TRACK_H)
                painter.fillRect(rect, faded(look.highlight, 0.14))
            painter.setOpacity(1.0 if entry.visible else 0.4)
            strip = self.strips.image(entry.id, view.tracks[entry.id], view.scale, view.threshold)
            painter.drawImage(0, top, strip)
            _draw_locks(painter, entry, view, top, look)
        painter.setOpacity(1.0)

    def _draw_thumbnails(self, painter: QPainter, view: TimelineView, look: Look) -> None:
        """Draw a thumbnail in each slot, its sides cut where the slot is narrower."""
        frames = view.thumbnail_frames()
        height = THUMBNAIL_H - 4
        width = min(view.thumbnail_width, frames.step * view.scale.frame_px - 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for t in frames:
            rect = QRectF(round(view.scale.x_of(t)) + 1, RULER_H + 2, width, height)
            image = self._image_of(t)
            if image is None:
                painter.fillRect(rect, faded(look.text, 0.06))
            else:
                shown = image.height() * width / height
                left = (image.width() - shown) / 2
                painter.drawImage(rect, image, QRectF(left, 0, shown, image.height()))


def _draw_locks(
    painter: QPainter, entry: ObjectInfo, view: TimelineView, top: int, look: Look
) -> None:
    """Draw a line along the top of a track, with ends, over frames in which it is locked."""
    painter.setPen(QPen(look.text, _LOCK_PX))
    for first, stop in entry.locked_frames:
        left, right = (round(view.scale.x_of(t)) for t in (first, min(stop, view.scale.n_frames)))
        if left < view.scale.width and right > 0:
            y, low = top + _LOCK_PX, top + _LOCK_END_PX
            left, right = max(left, 0) + 1, min(right, view.scale.width) - 1
            painter.drawLines([QLine(left, y, right, y), QLine(left, y, left, low),
                               QLine(right, y, right, low)])  # fmt: skip


def frame_label(name: str) -> str:
    """Return a frame's name without its leading zeros, where it is a number."""
    return name.lstrip("0") or "0" if name.isdigit() else name


def _draw_grid(painter: QPainter, view: TimelineView, look: Look) -> None:
    """Draw the lines of the ruler's numbers down through the tracks."""
    painter.setPen(faded(look.text, 0.08))
    for t in view.ticks(64):
        x = round(view.scale.x_of(t))
        painter.drawLine(x, TRACKS_TOP, x, look.size.height())


def _draw_ruler(painter: QPainter, view: TimelineView, look: Look) -> None:
    scale = view.scale
    painter.setPen(faded(look.text, 0.35))
    if view.stride * scale.frame_px >= 4:
        xs = [round(scale.x_of(t + 0.5)) for t in view.every(view.stride)]
        painter.drawLines([QLine(x, RULER_H - 5, x, RULER_H - 1) for x in xs])
    painter.setFont(small_font(look.font, 0.85))
    for t in view.ticks(64):
        x = round(scale.x_of(t + 0.5))
        painter.setPen(faded(look.text, 0.55))
        painter.drawLine(x, RULER_H - 8, x, RULER_H - 1)
        painter.setPen(faded(look.text, 0.8))
        room, name = QRect(x - 40, 2, 80, RULER_H - 9), view.info.frame_names[t]
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, frame_label(name))
    painter.setFont(look.font)
    painter.setPen(faded(look.text, 0.18))
    painter.drawLine(0, RULER_H - 1, scale.width, RULER_H - 1)


def _draw_range(painter: QPainter, view: TimelineView, look: Look) -> None:
    scale, height = view.scale, look.size.height()
    left, right = round(scale.x_of(view.frames.start)), round(scale.x_of(view.frames.stop))
    end = round(scale.x_of(scale.n_frames))
    shade = faded(look.ground, 0.6)
    painter.fillRect(QRect(0, RULER_H, max(left, 0), height), shade)
    painter.fillRect(QRect(right, RULER_H, max(end - right, 0), height), shade)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.highlight)
    painter.drawRect(QRect(left, 0, right - left, 2))
    for x, outward in ((left, 1), (right, -1)):
        corners = ((0, 0), (7 * outward, 0), (7 * outward, 8), (0, 14))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    if len(view.frames) < scale.n_frames:
        painter.setPen(faded(look.highlight, 0.8))
        painter.drawLine(left, 0, left, height)
        painter.drawLine(right, 0, right, height)


def _draw_playhead(painter: QPainter, view: TimelineView, look: Look) -> None:
    t, scale, height = view.t, view.scale, look.size.height()
    left, right = LABELS_W + scale.x_of(t), LABELS_W + scale.x_of(t + 1)
    if right <= LABELS_W or left >= LABELS_W + scale.width:
        return
    painter.setClipRect(QRect(LABELS_W, 0, scale.width, height))
    if right - left >= 4:
        painter.fillRect(QRectF(left, RULER_H, right - left, height), faded(ACCENT, 0.16))
    x = round((left + right) / 2)
    painter.fillRect(QRect(x, RULER_H - 6, 1, height), ACCENT)
    painter.setFont(small_font(look.font, 0.85))
    label = frame_label(view.info.frame_names[t])
    width = max(painter.fontMetrics().horizontalAdvance(label) + 10, 18)
    most = LABELS_W + scale.width - width
    head = QRectF(min(max(x - width / 2, LABELS_W), most), 4, width, RULER_H - 9)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ACCENT)
    painter.drawRoundedRect(head, 4, 4)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(head, Qt.AlignmentFlag.AlignCenter, label)
