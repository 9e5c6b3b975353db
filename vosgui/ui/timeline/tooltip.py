"""What the timeline says in words of the frame and object under the mouse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from vosgui.core.annotation import Annotation
from vosgui.core.metrics.reference_scores import Agreement
from vosgui.core.track import Source
from vosgui.core.words import counted
from vosgui.ui.timeline.scale import CURVE_TOP, LABELS_W, RULER_H

if TYPE_CHECKING:
    from vosgui.ui.timeline.timeline import Timeline


def describe(timeline: Timeline, at: QPointF) -> str:
    """Return what is known of the frame and object at a point of the timeline.

    On the ruler it is the frame's time, on the curve it is about the current object. Over the
    labels it is empty, but for what the current object's mean J and F against a reference are.
    """
    session = timeline.session
    if not session.is_open:
        return ""
    on_curve = CURVE_TOP <= at.y() < timeline.lanes_top
    agreement = timeline.reference.agreement if timeline.reference is not None else None
    if at.x() < LABELS_W:
        entry = session.current_object
        if agreement is None or entry is None or not on_curve:
            return ""
        return f"{entry.name}: {describe_means(agreement, entry.id)}"
    t = timeline.scale.frame_at(at.x() - LABELS_W)
    name = session.info.frame_names[t]
    if at.y() < RULER_H:
        return f"{name} · {session.info.times_s[t]:.2f} s"
    object_id = timeline.object_at(at.y())
    if on_curve and session.current_object is not None:
        object_id = session.object_id
    if object_id is None:
        return name
    words = [name, *_words(session.annotation, t, object_id)]
    if agreement is not None:
        J, F = (series[t] for series in agreement.series(object_id))
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


def _words(annotation: Annotation, t: int, object_id: int) -> list[str]:
    cell = annotation.track(object_id)[t]
    source = Source(int(cell["source"]))
    words = [annotation.header.object(object_id).name]
    words.append("no mask" if source is Source.NONE else source.name.lower())
    if source is Source.PROPAGATED:
        words.append(f"confidence {cell['confidence']:.2f}")
    words += ["verified"] * bool(cell["verified"])
    words += ["re-initialised"] * bool(cell["reinitialised"])
    words += ["stale"] * (object_id in annotation.stale_in(t))
    return words
