"""How the timeline is drawn: ruler, thumbnails, confidence, lanes, playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLine, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPalette,
    QPixmap,
    QPolygonF,
)

from vosgui.ui.timeline.curve import agreement_colour, draw_curve
from vosgui.ui.timeline.labels import draw_curve_label, draw_labels, faded
from vosgui.ui.timeline.scale import (
    CURVE_TOP,
    LABELS_W,
    LANE_H,
    RULER_H,
    THUMBNAIL_H,
)
from vosgui.ui.timeline.strips import LaneStrips

if TYPE_CHECKING:
    from vosgui.ui.timeline.timeline import Timeline

ACCENT = QColor(0xE5, 0x48, 0x4D)


class TimelinePainter:
    """Draws one timeline. All but the playhead is kept as a picture; what changes is drawn anew."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._picture = QPixmap()
        self._spoilt = QRect()
        self.strips = LaneStrips()

    def spoil(self, rect: QRect) -> None:
        """Say that something other than the playhead has changed in a part of the timeline."""
        self._spoilt = self._spoilt.united(rect)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Draw what is exposed."""
        timeline = self._timeline
        ratio = timeline.devicePixelRatioF()
        size = timeline.size() * ratio
        if self._picture.size() != size:
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._spoilt = timeline.rect()
        if not self._spoilt.isEmpty():
            with QPainter(self._picture) as still:
                still.setFont(timeline.font())
                still.setClipRect(self._spoilt)
                self._draw_still(still, self._spoilt)
            self._spoilt = QRect()
        source = QRectF(QPointF(exposed.topLeft()) * ratio, QSizeF(exposed.size()) * ratio)
        painter.drawPixmap(QRectF(exposed), self._picture, source)
        if timeline.session.is_open:
            draw_curve_label(painter, timeline, agreement_colour())
            self._draw_playhead(painter)

    def _draw_still(self, painter: QPainter, spoilt: QRect) -> None:
        timeline = self._timeline
        ground = timeline.palette().color(QPalette.ColorRole.Window)
        painter.fillRect(spoilt, ground)
        if not timeline.session.is_open:
            return
        painter.save()
        tracks = QRect(LABELS_W, 0, timeline.scale.width, timeline.height())
        painter.setClipRect(tracks.intersected(spoilt))
        painter.translate(LABELS_W, 0)
        self._draw_grid(painter)
        self._draw_lanes(painter)
        painter.fillRect(QRect(0, 0, timeline.scale.width, timeline.lanes_top), ground)
        if spoilt.top() < CURVE_TOP:
            self._draw_ruler(painter)
            self._draw_thumbnails(painter)
        draw_curve(painter, timeline)
        self._draw_range(painter)
        painter.restore()
        if spoilt.left() < LABELS_W:
            draw_labels(painter, timeline)

    # -- tracks ------------------------------------------------------------------------------

    def _draw_grid(self, painter: QPainter) -> None:
        """Draw the lines of the ruler's numbers down through the lanes."""
        timeline = self._timeline
        colour = faded(timeline.palette().color(QPalette.ColorRole.Text), 0.08)
        painter.setPen(colour)
        for t in self._ticks(64):
            x = round(timeline.scale.x_of(t))
            painter.drawLine(x, timeline.lanes_top, x, timeline.height())

    def _draw_lanes(self, painter: QPainter) -> None:
        timeline, session = self._timeline, self._timeline.session
        highlight = faded(timeline.palette().color(QPalette.ColorRole.Highlight), 0.14)
        for row, entry in enumerate(session.annotation.objects):
            top = timeline.lane_top(row)
            if top + LANE_H <= timeline.lanes_top or top >= timeline.height():
                continue
            if entry.id == session.object_id:
                painter.fillRect(QRect(0, top, timeline.scale.width, LANE_H), highlight)
            painter.setOpacity(1.0 if entry.visible else 0.4)
            cells = session.annotation.track(entry.id)
            painter.drawImage(0, top, self.strips.image(entry.id, cells, timeline.scale))
        painter.setOpacity(1.0)

    def _draw_ruler(self, painter: QPainter) -> None:
        timeline = self._timeline
        text = timeline.palette().color(QPalette.ColorRole.Text)
        scale, stride = timeline.scale, timeline.session.annotation.stride
        painter.setPen(faded(text, 0.35))
        if stride * scale.frame_px >= 4:
            xs = [round(scale.x_of(t + 0.5)) for t in self._every(stride)]
            painter.drawLines([QLine(x, RULER_H - 5, x, RULER_H - 1) for x in xs])
        names = timeline.session.info.frame_names
        painter.setFont(_small(timeline.font()))
        for t in self._ticks(64):
            x = round(scale.x_of(t + 0.5))
            painter.setPen(faded(text, 0.55))
            painter.drawLine(x, RULER_H - 8, x, RULER_H - 1)
            painter.setPen(faded(text, 0.8))
            room = QRect(x - 40, 2, 80, RULER_H - 9)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, frame_label(names[t]))
        painter.setFont(timeline.font())
        painter.setPen(faded(text, 0.18))
        painter.drawLine(0, RULER_H - 1, scale.width, RULER_H - 1)

    def _draw_thumbnails(self, painter: QPainter) -> None:
        """Draw a thumbnail in each slot, its sides cut where the slot is narrower."""
        timeline = self._timeline
        empty = faded(timeline.palette().color(QPalette.ColorRole.Text), 0.06)
        frames = timeline.thumbnail_frames()
        height = THUMBNAIL_H - 4
        width = min(timeline.thumbnail_width, frames.step * timeline.scale.frame_px - 2)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for t in frames:
            rect = QRectF(round(timeline.scale.x_of(t)) + 1, RULER_H + 2, width, height)
            image = timeline.thumbnail(t)
            if image is None:
                painter.fillRect(rect, empty)
            else:
                shown = image.height() * width / height
                left = (image.width() - shown) / 2
                painter.drawImage(rect, image, QRectF(left, 0, shown, image.height()))

    def _draw_range(self, painter: QPainter) -> None:
        timeline = self._timeline
        scale, frames = timeline.scale, timeline.session.range
        left, right = round(scale.x_of(frames.start)), round(scale.x_of(frames.stop))
        palette = timeline.palette()
        shade = faded(palette.color(QPalette.ColorRole.Window), 0.6)
        end = round(scale.x_of(scale.n_frames))
        painter.fillRect(QRect(0, RULER_H, max(left, 0), timeline.height()), shade)
        painter.fillRect(QRect(right, RULER_H, max(end - right, 0), timeline.height()), shade)
        colour = palette.color(QPalette.ColorRole.Highlight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRect(QRect(left, 0, right - left, 2))
        for x, outward in ((left, 1), (right, -1)):
            corners = ((0, 0), (7 * outward, 0), (7 * outward, 8), (0, 14))
            painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in corners]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if len(frames) < scale.n_frames:
            painter.setPen(faded(colour, 0.8))
            painter.drawLine(left, 0, left, timeline.height())
            painter.drawLine(right, 0, right, timeline.height())

    def _draw_playhead(self, painter: QPainter) -> None:
        timeline = self._timeline
        t, scale = timeline.session.t, timeline.scale
        left, right = LABELS_W + scale.x_of(t), LABELS_W + scale.x_of(t + 1)
        if right <= LABELS_W or left >= LABELS_W + scale.width:
            return
        painter.setClipRect(QRect(LABELS_W, 0, scale.width, timeline.height()))
        if right - left >= 4:
            rect = QRectF(left, RULER_H, right - left, timeline.height())
            painter.fillRect(rect, faded(ACCENT, 0.16))
        x = round((left + right) / 2)
        painter.fillRect(QRect(x, RULER_H - 6, 1, timeline.height()), ACCENT)
        painter.setFont(_small(timeline.font()))
        label = frame_label(timeline.session.info.frame_names[t])
        width = max(painter.fontMetrics().horizontalAdvance(label) + 10, 18)
        most = LABELS_W + scale.width - width
        head = QRectF(min(max(x - width / 2, LABELS_W), most), 4, width, RULER_H - 9)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ACCENT)
        painter.drawRoundedRect(head, 4, 4)
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(head, Qt.AlignmentFlag.AlignCenter, label)

    # -- inside ------------------------------------------------------------------------------

    def _ticks(self, least_px: float) -> range:
        timeline = self._timeline
        return self._every(timeline.scale.tick_step(timeline.session.annotation.stride, least_px))

    def _every(self, step: int) -> range:
        """Return the visible frames that are multiples of a step, and one before them."""
        visible = self._timeline.scale.visible
        return range(visible.start // step * step, visible.stop, step)


def frame_label(name: str) -> str:
    """Return a frame's name without its leading zeros, where it is a number."""
    return name.lstrip("0") or "0" if name.isdigit() else name


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    return small
