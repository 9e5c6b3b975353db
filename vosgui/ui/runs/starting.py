"""What is looked at before a run begins: its frames, whom it leaves out, how long it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vosgui.errors import NothingToDoError
from vosgui.ui.runs.long_run import LONG_S, Way
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Reach, Settings

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import AtKeyframes, Direction, Run

_MOST_NAMED = 4
_SLOWEST_S = 5.0  # a result: ten objects at 4K on a slow machine
REACHES: tuple[Reach, ...] = ("end", "range", "keyframe")
DIRECTION_WORDS: dict[Direction, str] = {
    "forward": "forward",
    "backward": "backward",
    "both": "both ways",
    "bidirectional": "between keyframes",
}


def frames_within(session: Session, reach: Reach) -> range:
    """Return the frames that a run of some reach may change."""
    return session.range if reach == "range" else range(session.info.n_frames)


def run_from_here(
    session: Session, direction: Direction, objects: frozenset[int], reach: Reach
) -> Run:
    """Return the run of objects from the frame that is shown."""
    # Only the plan's module is loaded here; it knows neither torch nor the clip.
    from vosgui.engine.propagation.plan import Run

    frames = frames_within(session, reach)
    at_keyframes: AtKeyframes = "stop" if reach == "keyframe" else "reinitialise"
    return Run(session.t, frames.start, frames.stop, objects, direction, at_keyframes)


@dataclass(frozen=True)
class NotCarried:
    """What a run leaves out.

    carried : the other objects. why : in words. runs : which would carry what is left out.
    button : what those are called.
    """

    carried: frozenset[int]
    why: str
    runs: list[Run]
    button: str

    @property
    def leaves_nothing(self) -> bool:
        """Return whether the run has no object at all."""
        return not self.carried


def find_left_out(run: Run, session: Session) -> NotCarried | None:
    """Return what a run leaves out; None where that is nothing."""
    from vosgui.engine.propagation.again import runs_again
    from vosgui.engine.propagation.start import left_out

    annotation, names = session.annotation, session.info.frame_names
    found = left_out(annotation.snapshot(), run)
    if not found:
        return None
    called = {entry.id: entry.name for entry in annotation.objects}
    words = [f"{called[one.object_id]} is {one.lack.value}" for one in found[:_MOST_NAMED]]
    if len(found) > _MOST_NAMED:
        words.append(f"{len(found) - _MOST_NAMED} more")
    keyframes = {one.object_id: one.keyframe for one in found if one.keyframe is not None}
    starts = sorted(set(keyframes.values()))
    where = names[starts[0]] if len(starts) == 1 else "their keyframes"
    carried = run.objects - {one.object_id for one in found}
    return NotCarried(
        carried,
        f"{'Left out' if carried else 'Nothing can be run from here'}: {', '.join(words)}.",
        runs_again(run, keyframes) if run.direction != "bidirectional" else [],
        f"Run from {where}",
    )


def may_be_long(session: Session, run: Run) -> bool:
    """Return whether a run of unknown speed has so many frames that it might take long."""
    from vosgui.engine.propagation.plan import n_results, plan_run

    try:
        return n_results(plan_run(session.annotation.snapshot(), run)) * _SLOWEST_S > LONG_S
    except NothingToDoError:
        return False


def ways_of(settings: Settings, session: Session, speed: float | None, run: Run) -> list[Way]:
    """Return how far a run may go, the way that is set first; nothing where no speed is known.

    speed : results in a second.
    """
    from vosgui.engine.propagation.plan import n_results, plan_run

    if not speed:
        return []
    snapshot = session.annotation.snapshot()
    ways = []
    for reach in sorted(REACHES, key=lambda one: one != settings.run.reach):
        try:
            within = run_from_here(session, run.direction, run.objects, reach)
            n = n_results(plan_run(snapshot, within))
        except NothingToDoError:
            n = 0
        ways.append(Way(reach, n, n / speed))
    return ways
