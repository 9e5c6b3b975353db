"""An object that is locked in some frames: no edit and no run changes it there."""

from __future__ import annotations

import numpy as np

from tests.engine.scenes import annotated, moving_squares, only
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.changes.lock_frames import lock_frames
from vosgui.core.changes.over_frames import absent_over
from vosgui.core.changes.refine import refine
from vosgui.core.edits import FrameResult
from vosgui.core.mask import Mask
from vosgui.core.quality.needs_review import Reason, reasons
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.project.encoding import decode_header, encode_header

HW, N = (40, 60), 20
ONE = frozenset({1})


def square(x: int = 10) -> Mask:
    mask = np.zeros(HW, np.uint8)
    mask[10:20, x : x + 10] = 1
    return mask


def carried(confidence: float = 0.9) -> Annotation:
    """Return an object that is painted in frame 0 and carried up to frame 14."""
    annotation = Annotation(HW, N)
    annotation.apply(edits.add_object(annotation))
    annotation.apply(edits.give_mask(annotation, 0, square(), ONE))
    origins = {1: ((0, int(annotation.track(1)["revision"][0])),)}
    for t in range(1, 15):
        result = FrameResult(t, square(), {1: confidence}, origins)
        annotation.apply(edits.predict(annotation, result, ONE))
    return annotation


def locked(annotation: Annotation, first: int, stop: int) -> Annotation:
    annotation.apply(lock_frames(annotation, 1, range(first, stop), on=True))
    return annotation


def spans(annotation: Annotation) -> tuple[tuple[int, int], ...]:
    return annotation.header.object(1).locked_frames


def test_spans_are_joined_and_cut() -> None:
    annotation = locked(locked(carried(), 5, 10), 8, 15)
    assert spans(annotation) == ((5, 15),)
    annotation.apply(lock_frames(annotation, 1, range(7, 9), on=False))
    assert spans(annotation) == ((5, 7), (9, 15))
    assert not lock_frames(annotation, 1, range(9, 12), on=True), "it is so already"
    assert annotation.header.locked_in(6) == ONE and annotation.header.locked_in(7) == frozenset()
    assert decode_header(encode_header(annotation.header)) == annotation.header


def test_locking_is_taken_back_as_one_edit() -> None:
    annotation = carried()
    before = annotation.track(1).tobytes()
    part = lock_frames(annotation, 1, range(5, 10), on=True)
    annotation.apply(part)
    assert (annotation.track(1)["revision"][5:10] > 0).all()
    annotation.apply(part.inverse())
    assert annotation.track(1).tobytes() == before and spans(annotation) == ()


def test_no_edit_changes_it_there() -> None:
    annotation = locked(carried(), 5, 17)
    result = FrameResult(6, square(30), {1: 0.9}, {})
    assert not edits.predict(annotation, result, ONE)
    assert not edits.give_mask(annotation, 6, square(30), ONE).masks
    assert not refine(annotation, 1, 6, "Grow", 3, by_hand=True)
    annotation.apply(absent_over(annotation, 1, range(3, 18)))
    where = np.flatnonzero(annotation.track(1)["source"] == 4)
    assert where.tolist() == [3, 4, 17]


def test_it_needs_no_look_there() -> None:
    annotation = locked(carried(confidence=0.2), 5, 17)
    why = reasons(annotation, 1)
    assert np.flatnonzero(why[Reason.UNCERTAIN]).tolist() == [*range(1, 5)]
    annotation = locked(carried(confidence=0.2), 1, 10)
    assert np.flatnonzero(reasons(annotation, 1)[Reason.UNCERTAIN]).tolist() == [*range(10, 15)]


def test_a_run_goes_on_from_its_masks_there_and_changes_none() -> None:
    clip, truth = moving_squares(12)
    annotation = annotated(clip, {0: only(truth[0], 1)}, 1)
    run = Run(0, 0, 12, ONE, at_keyframes="reinitialise")

    def go() -> None:
        for result in propagate(clip, annotation.snapshot(), run, FlowPropagator()):
            annotation.apply(edits.predict(annotation, result, ONE))

    go()
    annotation.apply(lock_frames(annotation, 1, range(4, 7), on=True))
    annotation.apply(lock_frames(annotation, 1, range(10, 11), on=True))
    annotation.apply(edits.give_mask(annotation, 0, only(truth[0], 1), ONE))
    before = [annotation.packed(t) for t in range(12)]
    records = annotation.track(1)[4:7].tobytes()
    assert not annotation.snapshot().stale(1)[4:7].any()
    go()
    assert [annotation.packed(t) for t in (4, 5, 6, 10)] == [before[t] for t in (4, 5, 6, 10)]
    assert annotation.track(1)[4:7].tobytes() == records
    origin = annotation.track(1)["origin"][:, 0]
    assert origin[1:4].tolist() == [0, 0, 0] and origin[7:10].tolist() == [6, 6, 6]
    assert not annotation.stale(1)[7:10].any()


def test_where_nothing_is_said_a_run_says_nothing() -> None:
    clip, truth = moving_squares(12)
    annotation = annotated(clip, {0: only(truth[0], 1)}, 1)
    annotation.apply(lock_frames(annotation, 1, range(4, 7), on=True))
    run = Run(0, 0, 12, ONE, at_keyframes="reinitialise")
    for result in propagate(clip, annotation.snapshot(), run, FlowPropagator()):
        annotation.apply(edits.predict(annotation, result, ONE))
    assert not any(annotation.ids(t) for t in (4, 5, 6))
    assert (annotation.track(1)["source"][4:7] == 0).all()
