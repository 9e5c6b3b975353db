"""The column left of the timeline's tracks: the objects, and what the rows above them are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPalette, QPen

from vosgui.core.annotation import ObjectInfo
from vosgui.ui.style.theme import small_font
from vosgui.ui.timeline.lanes import Kind, swatch
from vosgui.ui.timeline.scale import CURVE_H, CURVE_TOP, LABELS_W, LANE_H
from vosgui.ui.timeline.tooltip import agreement_label

if TYPE_CHECKING:
    from vosgui.ui.timeline.timeline import Timeline

_KEY = (
    ("painted", Kind.PAINTED, False),
    ("corrected", Kind.CORRECTED, False),
    ("propagated", Kind.PROPAGATED, False),
    ("stale", Kind.STALE, False),
    ("absent", Kind.ABSENT, False),
    ("verified", Kind.PROPAGATED, True),
)
_SWATCH_PX = 14
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def draw_labels(painter: QPainter, timeline: Timeline) -> None:
    """Draw the whole column."""
    for row, entry in enumerate(timeline.session.annotation.objects):
        top = timeline.lane_top(row)
        if top + LANE_H > timeline.lanes_top and top < timeline.height():
            _draw_label(painter, timeline, entry, QRect(0, top, LABELS_W, LANE_H))
    palette = timeline.palette()
    # Lanes scrolled up lie beneath the head.
    head = QRect(0, 0, LABELS_W, timeline.lanes_top)
    painter.fillRect(head, palette.color(QPalette.ColorRole.Window))
    _draw_head(painter, timeline)
    painter.setPen(faded(palette.color(QPalette.ColorRole.Text), 0.18))
    painter.drawLine(LABELS_W - 1, 0, LABELS_W - 1, timeline.height())


def faded(colour: QColor, alpha: float) -> QColor:
    """Return a colour with this opacity, [0, 1]."""
    copy = QColor(colour)
    copy.setAlphaF(alpha)
    return copy


def _draw_head(painter: QPainter, timeline: Timeline) -> None:
    """Draw the key to the lanes, in two columns beside ruler and thumbnails."""
    font = timeline.font()
    font.setPointSizeF(font.pointSizeF() * 0.8)
    painter.setFont(font)
    painter.setPen(faded(timeline.palette().color(QPalette.ColorRole.Text), 0.6))
    row_h = (CURVE_TOP - 8) // 3
    for i, (word, kind, verified) in enumerate(_KEY):
        left, top = 10 + i // 3 * 84, 5 + i % 3 * row_h
        pixels = swatch(kind, _SWATCH_PX, verified=verified)
        image = QImage(pixels.data, _SWATCH_PX, LANE_H, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(left, top + (row_h - LANE_H) // 2, image)
        room = QRect(left + _SWATCH_PX + 4, top, LABELS_W, row_h)
        painter.drawText(room, _LEFT, word)
    painter.setFont(timeline.font())


def draw_curve_label(painter: QPainter, timeline: Timeline, reference_colour: QColor) -> None:
    """Draw what the curves are at the playhead."""
    session = timeline.session
    current = session.current_object
    painter.setPen(faded(timeline.palette().color(QPalette.ColorRole.Text), 0.6))
    if current is not None:
        confidence = float(session.annotation.track(current.id)["confidence"][session.t])
        text = "confidence" if np.isnan(confidence) else f"confidence  {confidence:.2f}"
        rect = QRect(10, CURVE_TOP, LABELS_W - 14, CURVE_H)
        reference = timeline.reference
        if reference is not None and reference.agreement is not None:
            half = CURVE_H // 2
            painter.setFont(small_font(timeline.font()))
            painter.drawText(rect.adjusted(0, 0, 0, -half), _LEFT, text)
            painter.setPen(reference_colour)
            words = agreement_label(reference.agreement, current.id, session.t)
            painter.drawText(rect.adjusted(0, half - 2, 0, -2), _LEFT, words)
            painter.setFont(timeline.font())
        else:
            painter.drawText(rect, _LEFT, text)


def _draw_label(painter: QPainter, timeline: Timeline, entry: ObjectInfo, rect: QRect) -> None:
    palette = timeline.palette()
    is_current = entry.id == timeline.session.object_id
    text = palette.color(QPalette.ColorRole.Text)
    if is_current:
        painter.fillRect(rect, faded(palette.color(QPalette.ColorRole.Highlight), 0.28))
        painter.fillRect(
            QRect(rect.left(), rect.top(), 3, rect.height()),
            palette.color(QPalette.ColorRole.Highlight),
        )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(faded(text, 0.5), 1))
    painter.setBrush(QColor(*entry.colour) if entry.visible else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(10.5, rect.top() + 6.5, 11, 11), 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    font = timeline.font()
    font.setBold(is_current)
    painter.setFont(font)
    painter.setPen(text if entry.visible else faded(text, 0.5))
    room = rect.adjusted(29, 0, -8, 0)
    name = f"{entry.id} {entry.name}" + (" (locked)" if entry.locked else "")
    elided = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _LEFT, elided)
    painter.setFont(timeline.font())
