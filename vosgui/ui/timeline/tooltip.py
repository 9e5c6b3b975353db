"""What the timeline says in words of the frame and object under the mouse."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF

from vosgui.core.metrics.reference_scores import Agreement
from vosgui.core.track import describe_record
from vosgui.core.words import counted
from vosgui.ui.timeline.note_marks import describe_notes
from vosgui.ui.timeline.scale import CURVE_TOP, LABELS_W, RULER_H, TRACKS_TOP
from vosgui.ui.timeline.view import TimelineView


def describe(view: TimelineView, at: QPointF) -> str:
    """Return what is known of the frame and object at a point of the timeline.

    On the ruler it is the frame's time, and there and on thumbnails what was said of it; on the
    curve it is about the current object. Over the labels it is empty, but for what the current
    object's mean J and F against a reference are.
    """
    on_curve = CURVE_TOP <= at.y() < TRACKS_TOP
    current, agreement = view.current, view.agreement
    if at.x() < LABELS_W:
        if agreement is None or current is None or not on_curve:
            return ""
        return f"{current.name}: {describe_means(agreement, current.id)}"
    t = view.scale.frame_at(at.x() - LABELS_W)
    name = view.info.frame_names[t]
    if at.y() < CURVE_TOP:
        when = f"{name} · {view.info.times_s[t]:.2f} s" if at.y() < RULER_H else name
        return "\n".join([when, *describe_notes(view, t)])
    object_id = view.object_id if on_curve and current else view.object_at(at.y())
    entry = next((entry for entry in view.objects if entry.id == object_id), None)
    if entry is None:
        return name
    words = [name, entry.name, *describe_record(view.tracks[entry.id], t)]
    words += ["locked"] * entry.is_locked_in(t)
    if agreement is not None:
        J, F = (series[t] for series in agreement.series(entry.id))
        if not math.isnan(J):
            words.append(f"J {100 * J:.1f} %, F {100 * F:.1f} % against the reference")
    return " · ".join(words)


def agreement_label(agreement: Agreement, object_id: int, t: int) -> str:
    """Return an object's J against the reference in a frame and in the mean, in a few signs."""
    J, means = agreement.series(object_id)[0][t], agreement.means(object_id)
    here = "J –" if math.isnan(J) else f"J {100 * J:.1f}"
    return here if means is None else f"{here} · mean {100 * means.J:.1f} %"


def describe_means(agreement: Agreement, object_id: int) -> str:
    """Return an object's mean J and F against the reference, in words."""
    means = agreement.means(object_id)
    if means is None:
        return "no frame to compare with the reference"
    return (
        f"mean J {100 * means.J:.1f} %, mean F {100 * means.F:.1f} % "
        f"over {counted(means.n_frames, 'frame')} of the reference"
    )
