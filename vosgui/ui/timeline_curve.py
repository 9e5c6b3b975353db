"""The confidence curve of the current object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen

from vosgui.ui.timeline_labels import faded
from vosgui.ui.timeline_lanes import PROPAGATED
from vosgui.ui.timeline_scale import CURVE_H, RULER_H, THUMBNAIL_H, TimeScale

if TYPE_CHECKING:
    from vosgui.ui.timeline import Timeline


def draw_curve(painter: QPainter, timeline: Timeline) -> None:
    """Draw the confidence of the current object: the least of the frames in each column."""
    session = timeline.session
    top, height = RULER_H + THUMBNAIL_H + 3, CURVE_H - 6
    text = timeline.palette().color(QPalette.ColorRole.Text)
    painter.setPen(QPen(faded(text, 0.15), 1, Qt.PenStyle.DotLine))
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
    painter.setPen(QPen(QColor.fromRgba(PROPAGATED), 1.6))
    painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def curve(confidence: npt.NDArray[np.float32], scale: TimeScale) -> list[tuple[float, float]]:
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
