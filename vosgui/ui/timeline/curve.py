"""The curves of the current object: confidence, and J against a reference."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from vosgui.ui.style.theme import DARK, roles
from vosgui.ui.timeline.columns import Columns
from vosgui.ui.timeline.frame_kinds import CORRECTED, PROPAGATED, Argb
from vosgui.ui.timeline.scale import CURVE_H, CURVE_TOP, TimeScale
from vosgui.ui.timeline.view import Look, TimelineView, faded

_TOP, _HEIGHT = CURVE_TOP + 3, CURVE_H - 6
_LINES_FROM = 8.0  # pixels per frame from which single frames are told apart


def draw_curve(painter: QPainter, view: TimelineView, look: Look) -> None:
    """Draw confidence, and J where there is a reference: the least of the frames in each column."""
    painter.setPen(QPen(faded(look.text, 0.15), 1, Qt.PenStyle.DotLine))
    for level in (0.0, 1.0):
        y = round(_TOP + _HEIGHT * (1 - level))
        painter.drawLine(0, y, view.scale.width, y)
    painter.setPen(QPen(faded(QColor.fromRgba(CORRECTED), 0.8), 1, Qt.PenStyle.DashLine))
    y = round(_TOP + _HEIGHT * (1 - view.threshold))
    painter.drawLine(0, y, view.scale.width, y)
    if view.current is None:
        return
    confidence = view.tracks[view.object_id]["confidence"]
    _draw_values(painter, view.scale, confidence, QColor.fromRgba(PROPAGATED))
    if view.agreement:
        J, _ = view.agreement.series(view.object_id)
        _draw_values(painter, view.scale, J, agreement_colour())


def agreement_colour() -> QColor:
    """Return the colour of J: none that stands for a source, a warning or the playhead."""
    return QColor("#c48bff" if roles() is DARK else "#7d33c4")


def _draw_values(
    painter: QPainter, scale: TimeScale, values: npt.NDArray[np.float32], colour: QColor
) -> None:
    if scale.frame_px < _LINES_FROM:
        pixels = dense_curve(values, scale, colour.rgba())
        height, width = pixels.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        painter.drawImage(0, _TOP, QImage(pixels.data, width, height, form))
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.6))
    for piece in curve(values, scale):
        points = [QPointF(x, _TOP + _HEIGHT * (1 - value)) for x, value in piece]
        if len(points) == 1:  # seen as a short dash
            points.append(points[0] + QPointF(2, 0))
        painter.drawPolyline(points)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def dense_curve(values: npt.NDArray[np.float32], scale: TimeScale, colour: int) -> Argb:
    """Return the picture of a curve of which many frames are in view.

    values : float32 (n_frames,), [0, 1], NaN where nothing is known.
    Returns premultiplied ARGB, uint32 (_HEIGHT + 2, width). In each column it reaches from the
    value there to that of the column before, two pixels high. A polyline of so many points takes
    many times as long.
    """
    ys = np.full(scale.width + 1, np.nan, np.float32)
    ys[1:] = _HEIGHT * (1 - least(values, scale))
    low, high = np.fmin(ys[1:], ys[:-1]), np.fmax(ys[1:], ys[:-1])
    low[np.isnan(ys[1:])] = np.nan  # parts the curve where nothing is known
    rows = np.arange(_HEIGHT + 2, dtype=np.float32)[:, None]
    return np.where((rows >= np.round(low)) & (rows <= np.round(high) + 1), np.uint32(colour), 0)


def least(values: npt.NDArray[np.float32], scale: TimeScale) -> npt.NDArray[np.float32]:
    """Return the least value under each pixel column, float32 (width,), NaN where none is known.

    values : float32 (n_frames,). Frames wider than a column are joined by straight lines.
    """
    under = Columns.of(scale)
    found = np.full(scale.width, np.nan, np.float32)
    if not len(under.starts):
        return found
    if scale.frame_px < 1:
        found[: len(under.starts)] = np.fmin.reduceat(values[: under.stop], under.starts)
        return found
    visible = range(int(under.starts[0]), under.stop)
    known = np.flatnonzero(~np.isnan(values[visible.start : visible.stop])) + visible.start
    if known.size:
        at = scale.first + (np.arange(len(under.starts)) + 0.5) / scale.frame_px - 0.5
        joined = np.interp(at, known, values[known])
        joined[np.isnan(values[under.starts])] = np.nan
        found[: len(under.starts)] = joined
    return found


def curve(confidence: npt.NDArray[np.float32], scale: TimeScale) -> list[list[tuple[float, float]]]:
    """Return the pieces of a curve: the points (x, value) of frames that follow one another.

    confidence : float32 (n_frames,), [0, 1]; where nothing is known (NaN), pieces part.
    """
    visible = scale.visible
    values = confidence[visible.start : visible.stop]
    xs = (np.arange(visible.start, visible.stop) + 0.5 - scale.first) * scale.frame_px
    known = np.flatnonzero(~np.isnan(values))
    pieces = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return [list(zip(xs[p].tolist(), values[p].tolist(), strict=True)) for p in pieces if p.size]
