"""A run: masks carried through a clip, as a generator of results that knows no window."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.bidirectional import propagate_both_sides
from vosgui.engine.propagation.plan import Pass, Run, plan_run
from vosgui.engine.propagation.prefetch import encode_ahead
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.tracker import Tracker


def propagate(
    clip: Clip, snapshot: Snapshot, run: Run, propagator: Propagator
) -> Generator[FrameResult, None, None]:
    """Carry out a run; yield one result for each frame that an object is carried to.

    The clip is this run's own reader. A result tells of the objects that the run may change in
    its frame: locked and given ones are never among them, and their pixels are left to them. A
    frame in which all are given yields a result that changes nothing. A bidirectional run yields
    some frames twice, see `propagate_both_sides`: the later result counts. The same snapshot, run
    and device give the same results, bit for bit. Closing the generator ends the run at once.
    Raises NothingToDoError (at the call), ClipError where a frame cannot be decoded.
    """
    assert clip.info.hw == snapshot.hw, (clip.info.hw, snapshot.hw)
    passes = plan_run(snapshot, run)
    carry_out = propagate_both_sides if run.direction == "bidirectional" else _propagate_one_side
    return carry_out(clip, snapshot, passes, propagator)


def _propagate_one_side(
    clip: Clip, snapshot: Snapshot, passes: Sequence[Pass], propagator: Propagator
) -> Generator[FrameResult, None, None]:
    for one in passes:
        tracker = Tracker(snapshot, one.tracks, propagator)
        with closing(encode_ahead(clip, one.visited(), propagator)) as frames:
            for t, features in frames:
                result = tracker.step(t, features)
                if result is not None:
                    yield result
