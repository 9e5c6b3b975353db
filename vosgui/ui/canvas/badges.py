"""What the canvas says in words: objects that are absent, lost or stale, and short messages."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from vosgui.core.annotation import Annotation
from vosgui.core.quality.needs_review import LOW_CONFIDENCE
from vosgui.core.track import Source

MAX_BADGES = 5
_PAD = 8.0
_GAP = 4.0


@dataclass(frozen=True)
class Badge:
    """One line about an object; colour is the object's, None for a line about nothing alone."""

    text: str
    colour: tuple[int, int, int] | None = None


def badges_of(
    annotation: Annotation, t: int, stale: frozenset[int], threshold: float = LOW_CONFIDENCE
) -> list[Badge]:
    """Return what is to be said about the visible objects of a frame.

    threshold : confidence under it is low.
    """
    present = annotation.ids(t)
    found = []
    for entry in annotation.objects:
        record = annotation.track(entry.id)[t]
        state = _state(record, entry.id in present, entry.id in stale, threshold)
        if state and entry.visible:
            found.append(Badge(f"{entry.name} · {state}", entry.colour))
    if len(found) > MAX_BADGES:
        more = len(found) - MAX_BADGES + 1
        found[MAX_BADGES - 1 :] = [Badge(f"and {more} more")]
    return found


def _state(record: object, is_present: bool, is_stale: bool, threshold: float) -> str:
    """Return the word for an object's record (a scalar of TRACK_DTYPE); empty where all is well."""
    source = int(record["source"])  # type: ignore[index]
    if source == Source.ABSENT:
        return "absent"
    if source != Source.PROPAGATED or bool(record["verified"]):  # type: ignore[index]
        return ""
    confidence = float(record["confidence"])  # type: ignore[index]
    if not is_present:
        return "lost" if not is_stale else "lost, stale"
    if is_stale:
        return "stale"
    return f"unsure {confidence:.2f}" if confidence < threshold else ""


def draw_badges(painter: QPainter, badges: list[Badge], corner: QPointF, font: QFont) -> None:
    """Draw badges below one another, from a top left corner."""
    y = corner.y()
    for badge in badges:
        height = _pill(painter, badge, QPointF(corner.x(), y), font)
        y += height + _GAP


def draw_message(painter: QPainter, text: str, area: QRectF, font: QFont) -> None:
    """Draw a short message at the bottom of an area, centred."""
    metrics = QFontMetricsF(font)
    width = metrics.horizontalAdvance(text) + 2 * _PAD
    left = area.center().x() - width / 2
    _pill(painter, Badge(text), QPointF(max(left, area.left()), area.bottom() - 40), font)


def _pill(painter: QPainter, badge: Badge, at: QPointF, font: QFont) -> float:
    """Draw one badge; return its height."""
    metrics = QFontMetricsF(font)
    dot = 0.0 if badge.colour is None else 15.0
    height = metrics.height() + _PAD
    width = metrics.horizontalAdvance(badge.text) + 2 * _PAD + dot
    rect = QRectF(round(at.x()), round(at.y()), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(22, 24, 28, 215))
    painter.drawRoundedRect(rect, height / 2, height / 2)
    if badge.colour is not None:
        painter.setBrush(QColor(*badge.colour))
        painter.drawEllipse(QPointF(rect.left() + _PAD + 4, rect.center().y()), 4.5, 4.5)
    painter.setFont(font)
    painter.setPen(QPen(QColor(245, 245, 245)))
    painter.drawText(
        rect.adjusted(_PAD + dot, 0, -_PAD + 1, 0),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        badge.text,
    )
    return height
