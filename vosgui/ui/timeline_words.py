"""What the timeline says in words of the frame and object under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF

from vosgui.core.annotation import Annotation, Source
from vosgui.ui.timeline_scale import LABELS_W, RULER_H, THUMBNAIL_H

if TYPE_CHECKING:
    from vosgui.ui.timeline import Timeline


def describe(timeline: Timeline, at: QPointF) -> str:
    """Return what is known of the frame and object at a point of the timeline.

    On the ruler it is the frame's time, on the curve it is about the current object; empty over
    the labels.
    """
    session = timeline.session
    if not session.is_open or at.x() < LABELS_W:
        return ""
    t = timeline.scale.frame_at(at.x() - LABELS_W)
    name = session.info.frame_names[t]
    if at.y() < RULER_H:
        return f"{name} · {session.info.times_s[t]:.2f} s"
    object_id = timeline.object_at(at.y())
    on_curve = RULER_H + THUMBNAIL_H <= at.y() < timeline.lanes_top
    if on_curve and session.current_object is not None:
        object_id = session.object_id
    if object_id is None:
        return name
    return " · ".join([name, *_words(session.annotation, t, object_id)])


def _words(annotation: Annotation, t: int, object_id: int) -> list[str]:
    cell = annotation.lane(object_id)[t]
    source = Source(int(cell["source"]))
    words = [annotation.header.object(object_id).name]
    words.append("no mask" if source is Source.NONE else source.name.lower())
    if source is Source.PROPAGATED:
        words.append(f"confidence {cell['confidence']:.2f}")
    words += ["verified"] * bool(cell["verified"])
    words += ["re-initialised"] * bool(cell["reinitialised"])
    words += ["stale"] * (object_id in annotation.stale_in(t))
    return words
