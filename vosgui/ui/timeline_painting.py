"""How the timeline is drawn: ruler, thumbnails, confidence, lanes, playhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPolygonF,
)

from vosgui.core.annotation import Cells, ObjectInfo
from vosgui.ui import timeline_lanes
from vosgui.ui.timeline_scale import (
    CURVE_H,
    LABELS_W,
    LANE_H,
    RULER_H,
    THUMBNAIL_H,
    TimeScale,
)

if TYPE_CHECKING:
    from vosgui.ui.timeline import Timeline

ACCENT = QColor(0xE5, 0x48, 0x4D)


@dataclass(frozen=True)
class _Lane:
    """A lane as it was when its strip was made."""

    cells: Cells
    kinds: timeline_lanes.Kinds
    scale: TimeScale
    pixels: timeline_lanes.Argb
    image: QImage  # lives on `pixels`


class LaneStrips:
    """The strips of all lanes, each made anew only when its cells or the scale have changed."""

    def __init__(self) -> None:
        self._lanes: dict[int, _Lane] = {}

    def clear(self) -> None:
        """Forget all strips."""
        self._lanes.clear()

    def kinds(self, object_id: int, cells: Cells) -> timeline_lanes.Kinds:
        """Return the kind of every frame of a lane."""
        known = self._lanes.get(object_id)
        # An annotation never changes an array that it has handed out: it makes another.
        return known.kinds if known and known.cells is cells else timeline_lanes.kinds_of(cells)

    def image(self, object_id: int, cells: Cells, scale: TimeScale) -> QImage:
        """Return the strip of a lane."""
        known = self._lanes.get(object_id)
        if known is None or known.cells is not cells or known.scale != scale:
            kinds = self.kinds(object_id, cells)
            pixels = timeline_lanes.strip(cells, kinds, scale)
            image = QImage(
                pixels.data,
                pixels.shape[1],
                pixels.shape[0],
                QImage.Format.Format_ARGB32_Premultiplied,
            )
            known = self._lanes[object_id] = _Lane(cells, kinds, scale, pixels, image)
        return known.image


class TimelinePainter:
    """Draws one timeline."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self.strips = LaneStrips()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Draw what is exposed."""
        timeline = self._timeline
        palette = timeline.palette()
        painter.fillRect(exposed, palette.color(QPalette.ColorRole.Base))
        if not timeline.session.is_open:
            return
        self._draw_labels(painter)
        tracks = QRect(LABELS_W, 0, timeline.scale.width, timeline.height())
        painter.save()
        painter.setClipRect(tracks.intersected(exposed))
        painter.translate(LABELS_W, 0)
        self._draw_grid(painter)
        self._draw_lanes(painter, exposed)
        painter.fillRect(
            QRect(0, 0, timeline.scale.width, timeline.lanes_top),
            palette.color(QPalette.ColorRole.Base),
        )
        self._draw_ruler(painter)
        self._draw_thumbnails(painter)
        self._draw_curve(painter)
        self._draw_range(painter)
        self._draw_playhead(painter)
        painter.restore()

    # -- labels ------------------------------------------------------------------------------

    def _draw_labels(self, painter: QPainter) -> None:
        timeline, session = self._timeline, self._timeline.session
        for row, entry in enumerate(session.annotation.objects):
            top = timeline.lane_top(row)
            if top + LANE_H > timeline.lanes_top and top < timeline.height():
                self._draw_label(painter, entry, QRect(0, top, LABELS_W, LANE_H))
        palette = timeline.palette()
        head = QRect(0, 0, LABELS_W, timeline.lanes_top)
        painter.fillRect(head, palette.color(QPalette.ColorRole.Base))
        painter.setPen(_faded(palette.color(QPalette.ColorRole.Text), 0.6))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            QRect(10, 0, LABELS_W - 14, RULER_H), align, f"every {session.annotation.stride}"
        )
        current = session.current_object
        if current is not None:
            confidence = float(session.annotation.lane(current.id)["confidence"][session.t])
            text = "confidence" if np.isnan(confidence) else f"confidence  {confidence:.2f}"
            rect = QRect(10, RULER_H + THUMBNAIL_H, LABELS_W - 14, CURVE_H)
            painter.drawText(rect, align, text)
        painter.setPen(_faded(palette.color(QPalette.ColorRole.Text), 0.18))
        painter.drawLine(LABELS_W - 1, 0, LABELS_W - 1, timeline.height())

    def _draw_label(self, painter: QPainter, entry: ObjectInfo, rect: QRect) -> None:
        timeline = self._timeline
        palette = timeline.palette()
        is_current = entry.id == timeline.session.object_id
        text = palette.color(QPalette.ColorRole.Text)
        if is_current:
            painter.fillRect(rect, _faded(palette.color(QPalette.ColorRole.Highlight), 0.28))
            painter.fillRect(
                QRect(rect.left(), rect.top(), 3, rect.height()),
                palette.color(QPalette.ColorRole.Highlight),
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_faded(text, 0.5), 1))
        painter.setBrush(QColor(*entry.colour) if entry.visible else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(10.5, rect.top() + 6.5, 11, 11), 2.5, 2.5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        font = timeline.font()
        font.setBold(is_current)
        painter.setFont(font)
        painter.setPen(text if entry.visible else _faded(text, 0.5))
        room = rect.adjusted(29, 0, -8, 0)
        name = f"{entry.id} {entry.name}" + (" (locked)" if entry.locked else "")
        elided = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, elided)
        painter.setFont(timeline.font())

    # -- tracks ------------------------------------------------------------------------------

    def _draw_grid(self, painter: QPainter) -> None:
        """Draw the lines of the ruler's numbers down through the lanes."""
        timeline = self._timeline
        colour = _faded(timeline.palette().color(QPalette.ColorRole.Text), 0.08)
        painter.setPen(colour)
        for t in self._ticks(64):
            x = round(timeline.scale.x_of(t))
            painter.drawLine(x, timeline.lanes_top, x, timeline.height())

    def _draw_lanes(self, painter: QPainter, exposed: QRect) -> None:
        timeline, session = self._timeline, self._timeline.session
        highlight = _faded(timeline.palette().color(QPalette.ColorRole.Highlight), 0.14)
        for row, entry in enumerate(session.annotation.objects):
            top = timeline.lane_top(row)
            if top + LANE_H <= max(timeline.lanes_top, exposed.top()) or top > exposed.bottom():
                continue
            if entry.id == session.object_id:
                painter.fillRect(QRect(0, top, timeline.scale.width, LANE_H), highlight)
            painter.setOpacity(1.0 if entry.visible else 0.4)
            cells = session.annotation.lane(entry.id)
            image = self.strips.image(entry.id, cells, timeline.scale)
            left = exposed.left() - LABELS_W
            part = QRect(left, 0, exposed.width(), LANE_H).intersected(image.rect())
            painter.drawImage(part.left(), top, image, part.left(), 0, part.width(), LANE_H)
        painter.setOpacity(1.0)

    def _draw_ruler(self, painter: QPainter) -> None:
        timeline = self._timeline
        text = timeline.palette().color(QPalette.ColorRole.Text)
        scale, stride = timeline.scale, timeline.session.annotation.stride
        painter.setPen(_faded(text, 0.35))
        if stride * scale.frame_px >= 4:
            for t in self._every(stride):
                x = round(scale.x_of(t + 0.5))
                painter.drawLine(x, RULER_H - 5, x, RULER_H - 1)
        names = timeline.session.info.frame_names
        font = timeline.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        for t in self._ticks(64):
            x = round(scale.x_of(t + 0.5))
            painter.setPen(_faded(text, 0.55))
            painter.drawLine(x, RULER_H - 8, x, RULER_H - 1)
            painter.setPen(_faded(text, 0.8))
            painter.drawText(QPointF(x + 4, RULER_H - 9), frame_label(names[t]))
        painter.setFont(timeline.font())
        painter.setPen(_faded(text, 0.18))
        painter.drawLine(0, RULER_H - 1, scale.width, RULER_H - 1)

    def _draw_thumbnails(self, painter: QPainter) -> None:
        timeline = self._timeline
        empty = _faded(timeline.palette().color(QPalette.ColorRole.Text), 0.06)
        width = timeline.thumbnail_width
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for t in timeline.thumbnail_frames():
            rect = QRectF(timeline.scale.x_of(t) + 1, RULER_H + 2, width - 2, THUMBNAIL_H - 4)
            image = timeline.thumbnail(t)
            if image is None:
                painter.fillRect(rect, empty)
            else:
                painter.drawImage(rect, image)

    def _draw_curve(self, painter: QPainter) -> None:
        """Draw the confidence of the current object: the least of the frames in each column."""
        timeline, session = self._timeline, self._timeline.session
        top, height = RULER_H + THUMBNAIL_H + 3, CURVE_H - 6
        text = timeline.palette().color(QPalette.ColorRole.Text)
        painter.setPen(QPen(_faded(text, 0.15), 1, Qt.PenStyle.DotLine))
        for level in (0.0, 0.5, 1.0):
            y = round(top + height * (1 - level))
            painter.drawLine(0, y, timeline.scale.width, y)
        if session.current_object is None:
            return
        confidence = session.annotation.lane(session.object_id)["confidence"]
        points = curve(confidence, timeline.scale)
        path = QPainterPath()
        begun = False
        for x, value in points:
            if np.isnan(value):
                begun = False
                continue
            at = QPointF(x, top + height * (1 - value))
            if begun:
                path.lineTo(at)
            else:
                path.moveTo(at)
                path.lineTo(at + QPointF(1, 0))
            begun = True
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor.fromRgba(timeline_lanes.PROPAGATED), 1.6))
        painter.drawPath(path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _draw_range(self, painter: QPainter) -> None:
        timeline = self._timeline
        scale, frames = timeline.scale, timeline.session.range
        left, right = round(scale.x_of(frames.start)), round(scale.x_of(frames.stop))
        palette = timeline.palette()
        shade = _faded(palette.color(QPalette.ColorRole.Base), 0.6)
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
            painter.setPen(_faded(colour, 0.8))
            painter.drawLine(left, 0, left, timeline.height())
            painter.drawLine(right, 0, right, timeline.height())

    def _draw_playhead(self, painter: QPainter) -> None:
        timeline = self._timeline
        t, scale = timeline.session.t, timeline.scale
        left, right = scale.x_of(t), scale.x_of(t + 1)
        if right - left >= 4:
            rect = QRectF(left, RULER_H, right - left, timeline.height())
            painter.fillRect(rect, _faded(ACCENT, 0.16))
        x = round((left + right) / 2)
        painter.setPen(QPen(ACCENT, 1))
        painter.drawLine(x, 10, x, timeline.height())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ACCENT)
        corners = ((-5, RULER_H - 14), (6, RULER_H - 14), (6, RULER_H - 7), (0.5, RULER_H - 1))
        points = [QPointF(x + dx, y) for dx, y in (*corners, (-5, RULER_H - 7))]
        painter.drawPolygon(QPolygonF(points))

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


def curve(
    confidence: np.ndarray[tuple[int], np.dtype[np.float32]], scale: TimeScale
) -> list[tuple[float, float]]:
    """Return the points (x, value) of a curve; value is NaN where nothing is known.

    Where frames share a column, it is the least of them.
    """
    visible = scale.visible
    values = confidence[visible.start : visible.stop]
    if scale.frame_px >= 2:
        xs = (np.arange(visible.start, visible.stop) + 0.5 - scale.first) * scale.frame_px
        return list(zip(xs.tolist(), values.tolist(), strict=True))
    columns = np.floor((np.arange(visible.start, visible.stop) - scale.first) * scale.frame_px / 2)
    starts = np.flatnonzero(np.diff(columns, prepend=-np.inf))
    least = np.fmin.reduceat(values, starts)
    return list(zip((columns[starts] * 2).tolist(), least.tolist(), strict=True))


def _faded(colour: QColor, alpha: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(alpha)
    return faded
