"""What persons have said of frames, on the timeline: marks between ruler and thumbnails."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from vosgui.project.notes import Note
from vosgui.ui.style.theme import roles
from vosgui.ui.timeline.frame_kinds import VERIFIED
from vosgui.ui.timeline.scale import RULER_H
from vosgui.ui.timeline.view import TimelineView, faded

_BAND_H, _SIGN_PX, _DONE = 3, 9.0, 0.6  # _DONE : opacity of what nobody needs to look at again


def draw_notes(painter: QPainter, view: TimelineView) -> None:
    """Draw a band over the frames of each note, and at its start a sign that tells its kind."""
    for note in sorted(view.notes, key=lambda one: not one.is_done):  # what is open lies on top
        left = round(view.scale.x_of(note.frames.start))
        right = max(round(view.scale.x_of(note.frames.stop)), left + _BAND_H)
        if right < 0 or left > view.scale.width:
            continue
        colour = faded(_colour(note), _DONE if note.is_done else 1.0)
        painter.fillRect(QRect(left, RULER_H - 1, right - left, _BAND_H), colour)
        _draw_sign(painter, note, max(float(left), 0.0), colour)


def describe_notes(view: TimelineView, t: int) -> list[str]:
    """Return what was said of frame t, a line each."""
    names = {entry.id: entry.name for entry in view.objects}
    lines = []
    for note in view.notes:
        if t in note.frames:
            who = names.get(note.object_id or 0, "")
            about = " ".join(["done" * note.is_done, note.kind, f"of {who}" * bool(who)]).strip()
            lines.append(f"{note.person}, {about}" + f": {note.text}" * bool(note.text))
    return lines


def _colour(note: Note) -> QColor:
    if note.kind == "accepted":
        return QColor.fromRgba(VERIFIED)
    return QColor(roles().danger if note.kind == "rejected" else roles().warning)


def _draw_sign(painter: QPainter, note: Note, left: float, colour: QColor) -> None:
    """Draw a bubble, a cross or a tick: colours alone are not told apart by everyone."""
    box = QRectF(left, RULER_H - 2 - _SIGN_PX, _SIGN_PX, _SIGN_PX)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if note.kind == "comment":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(box.adjusted(0, 0, 0, -2), 2, 2)
        tail = [QPointF(left, box.bottom()), box.center(), QPointF(left, box.center().y())]
        painter.drawPolygon(QPolygonF(tail))
    else:
        painter.setPen(QPen(colour, 2))
        inner = box.adjusted(1, 1, -1, -1)
        if note.kind == "rejected":
            painter.drawLine(inner.topLeft(), inner.bottomRight())
            painter.drawLine(inner.topRight(), inner.bottomLeft())
        else:
            low = QPointF(inner.left() + inner.width() / 3, inner.bottom())
            painter.drawLine(QPointF(inner.left(), inner.center().y()), low)
            painter.drawLine(low, inner.topRight())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
