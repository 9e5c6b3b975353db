"""How a clip is drawn in the list: its tick, its picture, its name, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from vosgui.core.quality.clip_state import ClipState
from vosgui.ui.clips.model import ROW, ClipModel
from vosgui.ui.clips.rows import ClipRow
from vosgui.ui.style.tables import TypingDelegate
from vosgui.ui.style.theme import roles, small_font

HEIGHT_PX, PICTURE_W, PICTURE_H, TICK_PX = 46, 60, 36, 15
AIR_PX, MARK_PX, OPEN_PX = 6, 9, 3
_Index = QModelIndex | QPersistentModelIndex


class ClipDelegate(TypingDelegate):
    """Draws a row of two lines beside a picture; the name is edited in its place."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        """Return one height for all rows, so that none is asked for that is not seen."""
        return QSize(PICTURE_W * 2, HEIGHT_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw a clip."""
        row: ClipRow = index.data(ROW)
        view = option.widget
        style = view.style() if view is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view)
        painter.save()
        colours, where = roles(), option.rect
        model = index.model()
        is_open = isinstance(model, ClipModel) and row.record.id == model.open_id
        if is_open:
            bar = QRect(where.left(), where.top() + 3, OPEN_PX, where.height() - 6)
            painter.fillRect(bar, QColor(colours.accent))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.accent))
            painter.drawRect(where.adjusted(0, 0, -1, -1))
        is_ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
        _draw_tick(painter, tick_rect(where), is_ticked=is_ticked)
        _draw_picture(painter, picture_rect(where), index.data(Qt.ItemDataRole.DecorationRole))
        self._draw_words(painter, option, row, is_open=is_open)
        painter.restore()

    def _draw_words(
        self, painter: QPainter, option: QStyleOptionViewItem, row: ClipRow, *, is_open: bool
    ) -> None:
        colours = roles()
        first, second = word_rects(option.rect)
        font = QFont(option.font)
        if is_open:
            font.setWeight(QFont.Weight.DemiBold)
        who, name = row.record.assignee, first
        if who:
            painter.setFont(small_font(option.font))
            needed = painter.fontMetrics().horizontalAdvance(who) + 2
            wide = min(needed, first.width() * 2 // 5)
            painter.setPen(QColor(colours.muted))
            there = QRect(first.right() - wide, first.y(), wide, first.height())
            draw_elided(painter, there, who, Qt.AlignmentFlag.AlignRight)
            name = first.adjusted(0, 0, -wide - AIR_PX, 0)
        painter.setFont(font)
        painter.setPen(QColor(colours.text))
        draw_elided(painter, name, row.record.name)
        painter.setFont(small_font(option.font))
        mark = QRectF(second.left() + 0.5, second.center().y() - MARK_PX / 2 + 1, MARK_PX, MARK_PX)
        draw_state(painter, mark, row.state)
        is_due = row.state in (ClipState.TO_REVIEW, ClipState.EDITED)
        painter.setPen(QColor(colours.warning if is_due else colours.muted))
        draw_elided(painter, second.adjusted(MARK_PX + 5, 0, 0, 0), row.words)

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, _index: _Index
    ) -> QWidget:
        """Return the line in which a name is typed."""
        line = QLineEdit(parent)
        line.setAccessibleName("Name of the clip")
        return line

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, _index: _Index
    ) -> None:
        """Put the line where the words are."""
        first, second = word_rects(option.rect)
        editor.setGeometry(first.united(second).adjusted(-3, 2, 0, -2))


def tick_rect(row: QRect) -> QRect:
    """Return where a row's tick is."""
    left = row.left() + OPEN_PX + AIR_PX
    return QRect(left, row.top() + (row.height() - TICK_PX) // 2, TICK_PX, TICK_PX)


def picture_rect(row: QRect) -> QRect:
    """Return where a row's picture is."""
    left = tick_rect(row).right() + AIR_PX
    return QRect(left, row.top() + (row.height() - PICTURE_H) // 2, PICTURE_W, PICTURE_H)


def word_rects(row: QRect) -> tuple[QRect, QRect]:
    """Return where a row's two lines of words are."""
    left = picture_rect(row).right() + AIR_PX + 2
    width, half = row.right() - AIR_PX - left, row.height() // 2
    return (
        QRect(left, row.top() + 4, width, half - 4),
        QRect(left, row.top() + half, width, half - 4),
    )


def draw_elided(
    painter: QPainter,
    where: QRect,
    text: str,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    """Draw as much of a text as there is room for, with dots where it ends."""
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, where.width())
    painter.drawText(where, side | Qt.AlignmentFlag.AlignVCenter, shown)


def draw_state(painter: QPainter, where: QRectF, state: ClipState | None) -> None:
    """Draw the mark of a state: told apart by its shape, and not by its colour alone."""
    colours = roles()
    if state is None:
        return
    colour = QColor({
        ClipState.NOT_BEGUN: colours.muted,
        ClipState.TO_REVIEW: colours.warning,
        ClipState.EDITED: colours.warning,
    }.get(state, colours.accent))  # fmt: skip
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    if state in (ClipState.DONE, ClipState.ACCEPTED):
        painter.setBrush(colour)
    painter.drawEllipse(where)
    middle = where.center()
    if state == ClipState.IN_WORK:  # half full
        painter.setBrush(colour)
        painter.drawPie(where, 90 * 16, 180 * 16)
    elif state == ClipState.TO_REVIEW:
        painter.drawLine(middle - QPointF(0, 2), middle + QPointF(0, 0.5))
        painter.drawPoint(middle + QPointF(0, 2.4))
    elif state in (ClipState.ACCEPTED, ClipState.EDITED):
        ink = colours.panel if state == ClipState.ACCEPTED else colours.warning
        painter.setPen(QPen(QColor(ink), 1.6))
        painter.drawPolyline([
            middle + QPointF(-2.4, 0.2), middle + QPointF(-0.6, 2), middle + QPointF(2.6, -1.8),
        ])  # fmt: skip
    painter.restore()


def _draw_tick(painter: QPainter, where: QRect, *, is_ticked: bool) -> None:
    colours = roles()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colours.accent if is_ticked else colours.muted))
    painter.setBrush(QColor(colours.accent if is_ticked else colours.raised))
    painter.drawRoundedRect(QRectF(where).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    if is_ticked:
        painter.setPen(QPen(QColor(colours.on_accent), 1.8))
        middle = QRectF(where).center()
        painter.drawPolyline([
            middle + QPointF(-3.4, 0.2), middle + QPointF(-1, 2.8), middle + QPointF(3.6, -2.6),
        ])  # fmt: skip
    painter.restore()


def _draw_picture(painter: QPainter, where: QRect, picture: QImage | None) -> None:
    colours = roles()
    painter.fillRect(where, QColor(colours.surround))
    if picture is None:
        return
    if picture.isNull():  # it cannot be read
        painter.setPen(QPen(QColor(colours.danger), 1.5))
        cross = where.adjusted(22, 10, -22, -10)
        painter.drawLine(cross.topLeft(), cross.bottomRight())
        painter.drawLine(cross.topRight(), cross.bottomLeft())
        return
    size = picture.size().scaled(where.size(), Qt.AspectRatioMode.KeepAspectRatio)
    there = QRect(0, 0, size.width(), size.height())
    there.moveCenter(where.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(there, picture)
