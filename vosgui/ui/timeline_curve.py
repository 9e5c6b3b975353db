"""The curves of the current object: confidence, and J against a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from vosgui.ui.theme import DARK, roles
from vosgui.ui.timeline_labels import faded
from vosgui.ui.timeline_lanes import PROPAGATED
from vosgui.ui.timeline_scale import CURVE_H, RULER_H, THUMBNAIL_H, TimeScale

if TYPE_CHECKING:
    from vosgui.ui.timeline import Timeline


def draw_curve(painter: QPainter, timeline: Timeline) -> None:
    """Draw confidence, and J where there is a reference: the least of the frames in each column."""
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
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_values(painter, timeline.scale, confidence, QColor.fromRgba(PROPAGATED))
    agreement = timeline.reference and timeline.reference.agreement
    if agreement:
        J, _ = agreement.series(session.object_id)
        _draw_values(painter, timeline.scale, J, agreement_colour())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def agreement_colour() -> QColor:
    """Return the colour of J: none that stands for a source, a warning or the playhead."""
    return QColor("#c48bff" if roles() is DARK else "#7d33c4")


def _draw_values(
    painter: QPainter, scale: TimeScale, values: npt.NDArray[np.float32], colour: QColor
) -> None:
    top, height = RULER_H + THUMBNAIL_H + 3, CURVE_H - 6
    # A line one pixel wide is drawn many times as fast as a wider one: it counts when it is dense.
    painter.setPen(QPen(colour, 1.6 if scale.frame_px >= 8 else 1.0))
    for piece in curve(values, scale):
        points = [QPointF(x, top + height * (1 - value)) for x, value in piece]
        if len(points) == 1:  # seen as a short dash
            points.append(points[0] + QPointF(2, 0))
        painter.drawPolyline(points)


def curve(confidence: npt.NDArray[np.float32], scale: TimeScale) -> list[list[tuple[float, float]]]:
    """Return the pieces of a curve: the points (x, value) of frames that follow one another.

    Where frames share two pixel columns, it is the least of them. Frames about which nothing is
    known (NaN) part the pieces.
    """
    visible = scale.visible
    values = confidence[visible.start : visible.stop]
    frames = np.arange(visible.start, visible.stop)
    if scale.frame_px >= 2:
        xs = (frames + 0.5 - scale.first) * scale.frame_px
    else:
        columns = np.floor((frames - scale.first) * scale.frame_px / 2)
        starts = np.flatnonzero(np.diff(columns, prepend=-np.inf))
        xs, values = columns[starts] * 2, np.fmin.reduceat(values, starts)
    known = np.flatnonzero(~np.isnan(values))
    pieces = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return [list(zip(xs[p].tolist(), values[p].tolist(), strict=True)) for p in pieces if p.size]
