"""The column left of the timeline's tracks: the objects, and what the rows above them are."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLine, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QImage, QPainter, QPen

from vosgui.core.annotation import ObjectInfo
from vosgui.ui.style.theme import small_font
from vosgui.ui.timeline.curve import agreement_colour
from vosgui.ui.timeline.frame_kinds import Kind, swatch
from vosgui.ui.timeline.scale import CURVE_H, CURVE_TOP, LABELS_W, TRACK_H, TRACKS_TOP
from vosgui.ui.timeline.tooltip import agreement_label
from vosgui.ui.timeline.view import MUTED, Look, TimelineView, faded

_KEY = (
    ("painted", Kind.PAINTED, False),
    ("corrected", Kind.CORRECTED, False),
    ("propagated", Kind.PROPAGATED, False),
    ("uncertain", Kind.UNCERTAIN, False),
    ("verified", Kind.PROPAGATED, True),
    ("stale", Kind.STALE, False),
    ("lost", Kind.LOST, False),
    ("absent", Kind.ABSENT, False),
)
_KEY_ROWS = 5  # in the second column, the last is what is locked
_LOCKED = "locked"
_LEFT_TO_RIGHT = "\u200e"  # the id comes first, also before a name that is read from the right
_KEY_SIZE = 0.8
_MARGIN_PX, _SWATCH_PX, _KEY_GAP_PX = 10, 14, 6
_WORD_PX = _SWATCH_PX + 4  # a word begins so far right of its swatch
_UP_PX = 3  # so that the line under what is verified stays clear of the row below
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def draw_labels(painter: QPainter, view: TimelineView, look: Look) -> None:
    """Draw the whole column."""
    height = look.size.height()
    for row, entry in enumerate(view.objects):
        top = view.track_top(row)
        if top + TRACK_H > TRACKS_TOP and top < height:
            rect = QRect(0, top, LABELS_W, TRACK_H)
            _draw_label(painter, entry, rect, look, is_current=entry.id == view.object_id)
    # Tracks scrolled up lie beneath the head.
    painter.fillRect(QRect(0, 0, LABELS_W, TRACKS_TOP), look.ground)
    _draw_head(painter, look)
    painter.setPen(faded(look.text, 0.18))
    painter.drawLine(LABELS_W - 1, 0, LABELS_W - 1, height)


def draw_curve_label(painter: QPainter, view: TimelineView, look: Look) -> None:
    """Draw what the curves are at the playhead."""
    current, agreement = view.current, view.agreement
    if current is None:
        return
    painter.setPen(faded(look.text, MUTED))
    confidence = float(view.tracks[current.id]["confidence"][view.t])
    text = "confidence" if np.isnan(confidence) else f"confidence  {confidence:.2f}"
    rect = QRect(10, CURVE_TOP, LABELS_W - 14, CURVE_H)
    if agreement is None:
        painter.drawText(rect, _LEFT, text)
        return
    half = CURVE_H // 2
    painter.setFont(small_font(look.font))
    painter.drawText(rect.adjusted(0, 0, 0, -half), _LEFT, text)
    painter.setPen(agreement_colour())
    words = agreement_label(agreement, current.id, view.t)
    painter.drawText(rect.adjusted(0, half - 2, 0, -2), _LEFT, words)
    painter.setFont(look.font)


def _draw_head(painter: QPainter, look: Look) -> None:
    """Draw the key to the tracks, in two columns beside ruler and thumbnails."""
    painter.setFont(key_font(look.font))
    painter.setPen(faded(look.text, MUTED))
    row_h = (CURVE_TOP - 4) // _KEY_ROWS
    second = second_column(painter.fontMetrics())
    for i, (word, kind, verified) in enumerate(_KEY):
        left, top = second if i >= _KEY_ROWS else _MARGIN_PX, 3 + i % _KEY_ROWS * row_h
        pixels = swatch(kind, _SWATCH_PX, verified=verified)
        image = QImage(pixels.data, _SWATCH_PX, TRACK_H, QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(left, top + (row_h - TRACK_H) // 2 - (_UP_PX if verified else 0), image)
        painter.drawText(QRect(left + _WORD_PX, top, LABELS_W, row_h), _LEFT, word)
    left, top = second, 3 + (len(_KEY) - _KEY_ROWS) * row_h
    painter.setPen(QPen(look.text, 2))
    y = top + row_h // 2
    painter.drawLines([QLine(left, y, left + _SWATCH_PX - 2, y), QLine(left, y, left, y + 4),
                       QLine(left + _SWATCH_PX - 2, y, left + _SWATCH_PX - 2, y + 4)])  # fmt: skip
    painter.setPen(faded(look.text, MUTED))
    painter.drawText(QRect(left + _WORD_PX, top, LABELS_W, row_h), _LEFT, _LOCKED)
    painter.setFont(look.font)


def key_font(font: QFont) -> QFont:
    """Return the font of the key: smaller than others, and as small as its words need."""
    small = small_font(font, _KEY_SIZE)
    words = sum(_widths(QFontMetrics(small)))
    room = LABELS_W - 2 * _MARGIN_PX - 2 * _WORD_PX
    return small_font(font, _KEY_SIZE * min(1.0, room / words))


def second_column(metrics: QFontMetrics) -> int:
    """Return where the second column of the key begins, in pixels from the left."""
    return _MARGIN_PX + _WORD_PX + _widths(metrics)[0] + _KEY_GAP_PX


def _widths(metrics: QFontMetrics) -> tuple[int, int]:
    """Return how wide the words of both columns are."""
    words = [*(word for word, _, _ in _KEY), _LOCKED]
    columns = words[:_KEY_ROWS], words[_KEY_ROWS:]
    left, right = (max(map(metrics.horizontalAdvance, column)) for column in columns)
    return left, right


def _draw_label(
    painter: QPainter, entry: ObjectInfo, rect: QRect, look: Look, *, is_current: bool
) -> None:
    if is_current:
        painter.fillRect(rect, faded(look.highlight, 0.28))
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), look.highlight)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(faded(look.text, 0.5), 1))
    painter.setBrush(QColor(*entry.colour) if entry.visible else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(10.5, rect.top() + 6.5, 11, 11), 2.5, 2.5)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    font = QFont(look.font)
    font.setBold(is_current)
    painter.setFont(font)
    painter.setPen(look.text if entry.visible else faded(look.text, MUTED))
    room = rect.adjusted(29, 0, -8, 0)
    name = f"{_LEFT_TO_RIGHT}{entry.id} {entry.name}" + (" (locked)" if entry.locked else "")
    elided = QFontMetricsF(font).elidedText(name, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _LEFT, elided)
    painter.setFont(look.font)
