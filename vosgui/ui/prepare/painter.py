"""How the strip is drawn: time, shots with their pictures, clips, what was refused, playhead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from vosgui.datasets.prepare.stretches import Stretch
from vosgui.ui.prepare.tooltip import state_of
from vosgui.ui.prepare.view import (
    CLIPS_H,
    CLIPS_TOP,
    REFUSED_H,
    REFUSED_TOP,
    RULER_H,
    SHOTS_H,
    STRIP_H,
    StripView,
)
from vosgui.ui.style.icons import icon
from vosgui.ui.style.theme import roles, small_font
from vosgui.ui.timeline.painter import ACCENT
from vosgui.ui.timeline.view import Look, faded

ImageOf = Callable[[int], QImage | None]
TICK_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_TICK_PX, _ICON_PX, _LEAST_TEXT_PX = 70, 14, 34
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


def paint_strip(painter: QPainter, view: StripView, look: Look, image_of: ImageOf) -> None:
    """Draw the strip. image_of : gives a frame's small picture, None where it is not made yet."""
    painter.fillRect(QRect(0, 0, look.size.width(), look.size.height()), look.ground)
    _draw_ruler(painter, view, look)
    _draw_shots(painter, view, look, image_of)
    for one in view.clips:
        _draw_clip(painter, view, look, one)
    _draw_refused(painter, view, look)
    _draw_playhead(painter, view)


def accepted_colour() -> QColor:
    """Return the colour of clips that were accepted."""
    return QColor(0x35, 0x9A, 0x63)


def _draw_ruler(painter: QPainter, view: StripView, look: Look) -> None:
    scale, rate = view.scale, view.info.rate
    step_s = next((s for s in TICK_S if s * rate * scale.frame_px >= _TICK_PX), TICK_S[-1])
    step = max(1, round(step_s * rate))
    painter.setFont(small_font(look.font, 0.85))
    visible = scale.visible
    for t in range(visible.start // step * step, visible.stop, step):
        x = round(scale.x_of(t))
        painter.setPen(faded(look.text, 0.35))
        painter.drawLine(x, RULER_H - 7, x, RULER_H - 2)
        painter.setPen(faded(look.text, 0.8))
        text = view.clock(t, 1 if step_s < 1 else 0)
        painter.drawText(QRect(x + 4, 1, _TICK_PX, RULER_H - 4), _LEFT, text)
    painter.setFont(look.font)


def _draw_shots(painter: QPainter, view: StripView, look: Look, image_of: ImageOf) -> None:
    top, height = RULER_H + 2, SHOTS_H - 6
    frame_h, frame_w = view.info.hw
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    for slot in view.slots():
        width = max(1.0, slot.right - slot.left)
        rect = QRectF(slot.left, top, width, height)
        image = image_of(slot.t)
        if image is None:
            painter.fillRect(rect.adjusted(0.5, 0, -0.5, 0), faded(look.text, 0.07))
            continue
        whole = height * frame_w / frame_h
        if width > whole:  # as wide as it is, in the middle
            painter.fillRect(rect, faded(look.text, 0.07))
            rect = QRectF(slot.left + (width - whole) / 2, top, whole, height)
        shown = image.width() * rect.width() / whole
        painter.drawImage(
            rect, image, QRectF((image.width() - shown) / 2, 0, shown, image.height())
        )
    painter.setPen(QPen(look.ground, 3))
    visible = view.scale.visible
    for shot in view.shots[1:]:
        if visible.start <= shot.start <= visible.stop and len(shot) * view.scale.frame_px > 5:
            x = round(view.scale.x_of(shot.start))
            painter.drawLine(x, RULER_H, x, CLIPS_TOP - 2)


def _draw_clip(painter: QPainter, view: StripView, look: Look, one: Stretch) -> None:
    left, right = view.scale.x_of(one.start), view.scale.x_of(one.stop)
    if right < 0 or left > view.scale.width:
        return
    rect = QRectF(left + 0.5, CLIPS_TOP + 3.5, max(3.0, right - left - 1), CLIPS_H - 8)
    is_selected = view.selected == (one.start, one.stop)
    colour = accepted_colour() if one.verdict == "accepted" else look.highlight
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(look.text if is_selected else colour, 2 if is_selected else 1)
    if one.verdict == "open" and not is_selected:
        pen.setStyle(Qt.PenStyle.DashLine)
    painter.setPen(pen)
    fill = 0.75 if one in view.written else 0.4 if one.verdict == "accepted" else 0.16
    painter.setBrush(faded(colour, fill))
    painter.drawRoundedRect(rect, 4, 4)
    if is_selected:
        _draw_grips(painter, rect, look)
    painter.restore()
    _write_on(painter, view, look, one, rect)


def _draw_grips(painter: QPainter, rect: QRectF, look: Look) -> None:
    """Draw the ends by which a clip is trimmed."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.text)
    for x in (rect.left(), rect.right()):
        painter.drawRoundedRect(QRectF(x - 2, rect.center().y() - 9, 4, 18), 2, 2)


def _write_on(painter: QPainter, view: StripView, look: Look, one: Stretch, rect: QRectF) -> None:
    """Write on a clip what it is: an icon first, then words as far as there is room."""
    room = rect.intersected(QRectF(0, 0, view.scale.width, STRIP_H)).adjusted(7, 0, -6, 0)
    if room.width() < _ICON_PX:
        return
    drawing = {"written": "save", "accepted": "verify"}.get(state_of(view, one), "")
    painter.save()
    if drawing:
        at = QRect(round(room.left()), round(rect.top()) + 4, _ICON_PX, _ICON_PX)
        icon(drawing).paint(painter, at)
    if one in view.warnings:
        painter.setPen(QColor(roles().warning))
        painter.setFont(small_font(look.font, 1.1))
        left = room.left() + (_ICON_PX + 3 if drawing else 0)
        painter.drawText(QRectF(left, rect.top() + 2, 12, 18), _LEFT, "⚠")
    if room.width() >= _LEAST_TEXT_PX:
        indent = (_ICON_PX + 3 if drawing else 0) + (15 if one in view.warnings else 0)
        first = one.category or one.name or state_of(view, one)
        _write(painter, look, room.adjusted(indent, 3, 0, -rect.height() / 2), first, look.text)
        below = room.adjusted(0, rect.height() / 2, 0, -2)
        _write(painter, look, below, view.length(one.start, one.stop), faded(look.text, 0.7))
    painter.restore()


def _write(painter: QPainter, look: Look, room: QRectF, text: str, colour: QColor) -> None:
    font = small_font(look.font)
    painter.setFont(font)
    painter.setPen(colour)
    elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, _LEFT, elided)


def _draw_refused(painter: QPainter, view: StripView, look: Look) -> None:
    danger = QColor(roles().danger)
    painter.save()
    for one in view.turned_down:
        left, right = view.scale.x_of(one.start), view.scale.x_of(one.stop)
        if right < 0 or left > view.scale.width:
            continue
        rect = QRectF(left + 1, REFUSED_TOP, max(2.0, right - left - 2), REFUSED_H)
        is_selected = view.selected == (one.start, one.stop)
        painter.fillRect(rect, faded(danger, 0.3 if is_selected else 0.12))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 2), faded(danger, 0.8))
        room = rect.intersected(QRectF(0, 0, view.scale.width, STRIP_H)).adjusted(5, 1, -3, 0)
        if room.width() >= _LEAST_TEXT_PX:
            _write(painter, look, room, one.reason, look.text)
    painter.restore()


def _draw_playhead(painter: QPainter, view: StripView) -> None:
    left, right = view.scale.x_of(view.t), view.scale.x_of(view.t + 1)
    if right < 0 or left > view.scale.width:
        return
    if right - left >= 4:
        painter.fillRect(QRectF(left, RULER_H, right - left, STRIP_H), faded(ACCENT, 0.16))
    x = round(left) if right - left < 4 else round((left + right) / 2)
    painter.fillRect(QRect(x, RULER_H - 6, 1, STRIP_H), ACCENT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ACCENT)
    corners = ((-5, 2), (6, 2), (6, RULER_H - 11), (0.5, RULER_H - 4), (-5, RULER_H - 11))
    painter.drawPolygon(QPolygonF([QPointF(x + dx, dy) for dx, dy in corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
