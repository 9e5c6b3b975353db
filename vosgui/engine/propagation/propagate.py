"""A run: masks carried through a clip, as a generator of results that knows no window."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.edits import FrameResult
from vosgui.engine.propagation.bidirectional import Latest, propagate_both_sides
from vosgui.engine.propagation.plan import Pass, Run, plan_on, plan_run
from vosgui.engine.propagation.prefetch import decided_behind, encode_ahead
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.tracker import Tracker, Undecided


def propagate(
    clip: Clip,
    snapshot: Snapshot,
    run: Run,
    propagator: Propagator,
    latest: Latest | None = None,
) -> Generator[FrameResult, None, None]:
    """Carry out a run; yield one result for each frame that an object is carried to.

    The clip is this run's own reader. A result tells of the objects that the run may change in
    its frame: locked and given ones are never among them, and their pixels are left to them. A
    frame in which all are given yields a result that changes nothing. A bidirectional run yields
    some frames twice, see `propagate_both_sides`: the later result counts. The same snapshot, run
    and device give the same results, bit for bit. Closing the generator ends the run at once.

    latest : returns the annotation as it is by now; asked before each frame of a run, which meets
        the keyframes that it finds there. Without, nothing changes meanwhile.
    Raises NothingToDoError (at the call), ClipError where a frame cannot be decoded.
    """
    assert clip.info.hw == snapshot.hw, (clip.info.hw, snapshot.hw)
    passes = plan_run(snapshot, run)
    if run.direction == "bidirectional":
        now = latest or (lambda: snapshot)
        return decided_behind(propagate_both_sides(clip, run, now, propagator))
    if latest is None:
        one_side = _propagate_one_side(clip, run, passes, propagator, lambda: snapshot)
        return decided_behind(one_side)
    # One that is told of changes does no frame before the one that is shown is there.
    return decided_behind(_propagate_one_side(clip, run, passes, propagator, latest), n_behind=0)


def _propagate_one_side(
    clip: Clip, run: Run, passes: Sequence[Pass], propagator: Propagator, latest: Latest
) -> Generator[Undecided, None, None]:
    for one in passes:
        walk = _Walk(run, latest, one)
        tracker = Tracker(walk.snapshot, walk.plan.tracks, propagator)
        with closing(encode_ahead(clip, walk.visited(), propagator)) as frames:
            for t, features in frames:
                if walk.is_planned_anew(t):
                    tracker.snapshot, tracker.tracks = walk.snapshot, walk.plan.tracks
                undecided = tracker.step(t, features)
                if undecided is not None:
                    yield undecided


class _Walk:
    """One pass as it is planned by now."""

    def __init__(self, run: Run, latest: Latest, one: Pass) -> None:
        self._run, self._latest = run, latest
        self.snapshot = latest()
        self.plan = plan_on(self.snapshot, run, one, one.frames[0])

    def visited(self) -> Iterator[int]:
        """Yield the frames that are needed, by what is known when they are asked for."""
        return (t for t in self.plan.frames if self.plan.needs(t))

    def is_planned_anew(self, t: int) -> bool:
        """Look before frame t whether the annotation has changed, and plan what is left."""
        snapshot = self._latest()
        if snapshot is self.snapshot:
            return False
        self.snapshot = snapshot
        self.plan = plan_on(snapshot, self._run, self.plan, t)
        return True
