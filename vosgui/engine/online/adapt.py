"""Online learning: a network made to fit one clip, from the masks given in it.

As in the paper's section 4.3 Initializer, Encoder and Decoder learn and the ConvLSTM stays, from
snippets in which a given object moves over its own background, and from real frames between given
ones. The weights may go only so far from where they were. Half of the way learned is kept, and that
only if masks come better through real frames of the clip, to the next given mask or back to the
same one. What is kept runs beside the network it came from, as an ensemble: alone it can lose by
more than it gains in a clip's later frames, of which it has seen nothing.

Then runs through the clip are tried out: beside the network what was learned, or the network itself
on flipped frames. The run that is surest of itself is kept, if it is clearly surer than the network
alone.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.generators import told_as
from vosgui.core.words import counted
from vosgui.engine.online.adapted_weights import Adapted, digest_of_given, given_places
from vosgui.engine.online.candidates import Trial, find_trial, surest
from vosgui.engine.online.cycle_paths import find_trails, real_samples
from vosgui.engine.online.finetune import AdaptBounds, Lesson
from vosgui.engine.online.synthetic_sequences import given_frame
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import NothingToDoError

_CHECK_SHARE = 0.1  # of the time to learn, for one check at most; there are two
_ALONE_SHARE = 0.5  # so much of the time to learn, beside it, for running the network alone
_BESIDE_COST = 2  # of a run with anything beside the network
_LEARNED, _FLIPPED = "as learned", "with flip"
# Where on the way from 0 to 1 its parts begin and end: a run alone, learning, runs with more.
_ALONE, _LEARNING, _BESIDE = (0.0, 0.1), (0.1, 0.6), (0.6, 1.0)


@dataclass(frozen=True)
class AdaptProgress:
    """Where an adaptation is.

    share : of it done, in [0, 1]. text : what it does or did, for a person. left_s : seconds that
    it takes at most from here, about; infinite where only steps are bounded. ended : no more comes.
    adapted : with the last one, unless nothing was kept.
    """

    share: float
    text: str
    left_s: float = 0.0
    ended: bool = False
    adapted: Adapted | None = None


def adapt(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    bounds: AdaptBounds | None = None,
) -> Generator[AdaptProgress, None, None]:
    """Learn a clip from the frames in which these objects are given; yield after each step.

    The last progress has what suits the clip best, or says why nothing was kept. The propagator is
    not changed. Closing the generator drops everything.
    Raises NothingToDoError, at the call, where none of them is given with a mask.
    """
    where = given_places(snapshot, objects)
    if not where:
        raise NothingToDoError("There is no given mask to learn from. Paint the object first.")
    return _adapt(propagator, clip, snapshot, objects, where, bounds or AdaptBounds())


class _Course:
    """What to tell on the way: how much of it is done, and how long it takes from there."""

    def __init__(self, seconds: float) -> None:
        self.expect(seconds)

    def expect(self, seconds: float) -> None:
        """Take it that from now on it takes so long."""
        self._ends_at = time.perf_counter() + seconds

    def at(self, part: tuple[float, float], share: float, text: str) -> AdaptProgress:
        """Return where it is, with so much of a part done."""
        left_s = max(0.0, self._ends_at - time.perf_counter())
        return AdaptProgress(part[0] + share * (part[1] - part[0]), text, left_s)


def _adapt(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    where: Sequence[tuple[int, int]],
    bounds: AdaptBounds,
) -> Generator[AdaptProgress, None, None]:
    course = _Course(bounds.most_s)
    trial = find_trial(clip, snapshot, objects, sorted({t for _, t in where}))
    alone = (yield from _run_alone(trial, propagator, bounds, course)) if trial else 0.0
    learned = yield from _learn(propagator, clip, snapshot, where, bounds, course)
    plain = Adapted(propagator.digest(), digest_of_given(snapshot, objects), {}, "")
    ways = {_LEARNED: replace(plain, tensors=learned.tensors)} if learned.is_better else {}
    chosen, told = next(iter(ways), None), learned.told
    gain = told
    if trial:
        ways[_FLIPPED] = plain
        levels = yield from _run_beside(trial, propagator, ways, course)
        chosen, every = surest(alone, levels), {"alone": alone, **levels}
        told = _confidences(every) if learned.is_better else f"{told}; {_confidences(every)}"
        gain = _confidences({way: every[way] for way in ("alone", chosen) if way})
    if chosen is None:
        why = "no run is clearly surer" if learned.is_better else "masks came back no better"
        yield AdaptProgress(1.0, f"Dropped: {why} ({learned.effort}; {told}).", ended=True)
        return
    effort = f"{learned.effort}{', dropped' if chosen == _FLIPPED else ''}"
    adapted = replace(ways[chosen], note=f"{effort}; {gain}")
    text = f"Adapted, {chosen}: {effort}; {told}."
    yield AdaptProgress(1.0, text, ended=True, adapted=adapted)


def _confidences(levels: Mapping[str, float]) -> str:
    return f"confidence {', '.join(f'{100 * level:.1f} % {way}' for way, level in levels.items())}"


def _run_alone(
    trial: Trial, propagator: NetworkPropagator, bounds: AdaptBounds, course: _Course
) -> Generator[AdaptProgress, None, float]:
    """Try the network alone; return the run's confidence."""
    most_s, n_beside = _ALONE_SHARE * bounds.most_s, 2
    course.expect(bounds.most_s + most_s * (1 + n_beside * _BESIDE_COST))
    steps = trial.confidence(propagator, most_s)
    level = yield from told_as(steps, lambda share: course.at(_ALONE, share, "Running it alone"))
    course.expect(bounds.most_s + trial.seconds * n_beside * _BESIDE_COST)
    return level


def _run_beside(
    trial: Trial, propagator: NetworkPropagator, ways: Mapping[str, Adapted], course: _Course
) -> Generator[AdaptProgress, None, dict[str, float]]:
    """Try runs with more than the network alone; return the confidence of each."""
    each_s, levels = _BESIDE_COST * trial.seconds, {}
    for k, (way, adapted) in enumerate(ways.items()):
        course.expect(each_s * (len(ways) - k))

        def tell(share: float, k: int = k, way: str = way) -> AdaptProgress:
            return course.at(_BESIDE, (k + share) / len(ways), f"Running it {way}")

        levels[way] = yield from told_as(trial.confidence(adapted.beside(propagator)), tell)
    return levels


@dataclass(frozen=True)
class _Learned:
    """What came of learning.

    is_better : by the lesson's own check. effort : steps and seconds. told : of the check.
    """

    tensors: dict[str, Tensor]
    is_better: bool
    effort: str
    told: str


def _learn(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    where: Sequence[tuple[int, int]],
    bounds: AdaptBounds,
    course: _Course,
) -> Generator[AdaptProgress, None, _Learned]:
    """Take steps for as long as the bounds allow, checked before and after."""

    def looking(_: object = None) -> AdaptProgress:
        return course.at(_LEARNING, 0.0, "Looking at the given masks")

    def checking(_: object = None) -> AdaptProgress:
        return course.at(_LEARNING, 0.99, "Checking what was learned")

    begun = time.perf_counter()
    yield looking()
    hw = propagator.training_hw(snapshot.hw, bounds.height)
    given = [given_frame(i, t, clip[t], snapshot.mask(t) == i, hw) for i, t in where]
    trails = find_trails(clip, given)
    lesson = Lesson(propagator, given, real_samples(clip, given), trails, bounds)
    if bounds.seconds is not None:
        lesson.shorten_check(_CHECK_SHARE * bounds.seconds)
    check_begun = time.perf_counter()
    before = yield from told_as(lesson.check(), looking)
    check_s = time.perf_counter() - check_begun
    learning = time.perf_counter()
    left_s = bounds.most_s - (learning - begun)
    n_done = 0
    for step in range(bounds.steps):
        lesson.learn(step)
        n_done = step + 1
        spent_s = time.perf_counter() - learning
        share = max(n_done / bounds.steps, spent_s / left_s if left_s > 0 else 1.0)
        yield course.at(_LEARNING, min(share, 0.99), f"Step {n_done}")
        # the check that follows takes about as long as the first
        if spent_s * (n_done + 1) / n_done + check_s > left_s:
            break
    yield checking()
    lesson.finish()
    after = yield from told_as(lesson.check(), checking)
    effort = f"{counted(n_done, 'step')} in {time.perf_counter() - begun:.0f} s"
    told = f"carried masks overlap {before} before, {after} after"
    return _Learned(lesson.tensors(), after.better_than(before), effort, told)
