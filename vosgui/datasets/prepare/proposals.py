"""Which stretches of a video are proposed as clips, and why others are not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vosgui.core.words import counted
from vosgui.datasets.prepare.measures import Measures
from vosgui.datasets.prepare.rules import ClipRules
from vosgui.datasets.prepare.times import FrameTimes

_STEP_S = 0.5  # between the stretches that are looked at
_CLEAR_OF_CUTS_S = 0.1  # a dissolve, or a cut told a frame late, stays outside
_BY_HAND = "a stretch that was decided on by hand overlaps it"
Hashes = npt.NDArray[np.uint64]  # (n,)
_N_HASHES = 3  # of a clip: near its ends, and in the middle


@dataclass(frozen=True)
class Proposal:
    """A stretch that may become a clip: frames `start` to `stop`, the last one not included.

    sharpness, light, shake, motion : means, in the units of ClipRules. hashes : of some frames.
    score : 0 to 1, higher is better.
    """

    start: int
    stop: int
    shot: int
    score: float
    sharpness: float
    light: float
    shake: float
    motion: float
    hashes: tuple[int, ...] = ()

    @property
    def n_frames(self) -> int:
        """Return how many frames it has."""
        return self.stop - self.start


@dataclass(frozen=True)
class Refusal:
    """A stretch that is no clip, and why."""

    start: int
    stop: int
    reason: str


@dataclass(frozen=True)
class Proposals:
    """What is proposed of one video, in the order of time, and what is not."""

    clips: tuple[Proposal, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class Held:
    """A stretch that a person decided on: nothing is proposed in its place, or like it.

    is_kept : it is one of the video's clips; else it was rejected.
    """

    start: int
    stop: int
    is_kept: bool


def propose(
    shots: Sequence[range],
    measures: Measures,
    times: FrameTimes,
    rules: ClipRules,
    known: Iterable[int] = (),
    held: Sequence[Held] = (),
) -> Proposals:
    """Choose the best stretches of a video.

    measures : (n_frames,) of MEASURES. times : of the frames. known : hashes of the clips of other
        videos, which these must not repeat. held : what a person decided on before.
    Every stretch lies within one shot and away from the video's ends, none overlap, and each keeps
    every rule. Of each shot without a clip it is said why.
    """
    means = Means(measures)
    fitting: list[Proposal] = []
    refused: list[Refusal] = []
    for number, shot in enumerate(shots):
        found, reason = _of_shot(number, shot, means, times, rules)
        fitting += found
        if reason:
            refused.append(Refusal(shot.start, shot.stop, reason))
    chosen: list[Proposal] = []
    of_held = [value for one in held for value in means.hashes(one.start, one.stop)]
    hashes = np.concatenate([np.array([*one], np.uint64) for one in (known, of_held)])
    said: dict[int, Refusal] = {}  # by shot: the first reason is that of its best stretch
    for one in sorted(fitting, key=lambda one: (-one.score, one.start)):
        reason = _why_not(one, chosen, hashes, rules, held)
        if reason:
            said.setdefault(one.shot, Refusal(one.start, one.stop, reason))
            continue
        chosen.append(one)
        hashes = np.append(hashes, np.array(one.hashes, np.uint64))
    with_clip = {one.shot for one in chosen}
    refused += [one for shot, one in said.items() if shot not in with_clip]
    refused = [one for one in refused if not _is_decided(one, held)]
    in_time = sorted(chosen, key=lambda one: one.start)
    return Proposals(tuple(in_time), tuple(sorted(refused, key=lambda one: one.start)))


def _overlap(one: Proposal | Refusal, other: Proposal | Held) -> bool:
    return one.start < other.stop and other.start < one.stop


def _nearest(ours: Sequence[int], others: Hashes) -> int:
    """Return in how many bits the nearest two hashes differ; 64 where there are no others."""
    if not len(others):
        return 64
    differ: npt.NDArray[np.uint8] = np.bitwise_count(np.array(ours, np.uint64)[:, None] ^ others)
    return int(differ.min())


def _is_decided(one: Refusal, held: Sequence[Held]) -> bool:
    """Return whether a person has said more of a stretch than the rules do."""
    there = [other for other in held if _overlap(one, other)]
    return any(other.is_kept or (other.start, other.stop) == (one.start, one.stop)
               or one.reason == _BY_HAND for other in there)  # fmt: skip


def _why_not(
    one: Proposal,
    chosen: Sequence[Proposal],
    hashes: Hashes,
    rules: ClipRules,
    held: Sequence[Held],
) -> str:
    if any(_overlap(one, other) for other in held):
        return _BY_HAND
    if any(_overlap(one, other) for other in chosen):
        return "a better clip overlaps it"
    if len(chosen) + sum(other.is_kept for other in held) >= rules.max_per_video:
        n = rules.max_per_video
        return f"{counted(n, 'clip')} of this video {'is' if n == 1 else 'are'} better"
    nearest = _nearest(one.hashes, hashes)
    if nearest < rules.min_distance:
        differ = f"{nearest} of 64 bits differ, {rules.min_distance} are needed"
        return f"it looks like another clip ({differ})"
    return ""


def _of_shot(
    number: int, shot: range, means: Means, times: FrameTimes, rules: ClipRules
) -> tuple[list[Proposal], str]:
    """Return the stretches of a shot that keep the rules; where there is none, why."""
    needed = f"{rules.min_length_s:g} s are needed"
    if times.is_shorter(shot.start, shot.stop, rules.min_length_s):
        return [], f"the shot is {times.length(shot.start, shot.stop)} long, {needed}"
    inside = _inside(shot, times, rules)
    if times.is_shorter(inside.start, inside.stop, rules.min_length_s):
        return [], (
            f"{times.length(inside.start, inside.stop)} of the shot lie away from its cuts "
            f"and from the first and last {rules.margin:.0%} of the video, {needed}"
        )
    looked_at = [
        means.proposal(number, start, stop, rules)
        for start, stop in _stretches(inside, times, rules)
    ]
    if not looked_at:
        return [], f"its frames are too far apart in time for a clip, {needed}"
    fitting = [one for one in looked_at if not broken_rule(one, means, rules)]
    if fitting:
        return fitting, ""
    return [], broken_rule(max(looked_at, key=lambda one: one.score), means, rules)


def _inside(shot: range, times: FrameTimes, rules: ClipRules) -> range:
    """Return the frames of a shot away from its cuts, and from both ends of the video."""
    begin, end = times.seconds[0], times.seconds[-1]
    margin_s = rules.margin * (end - begin)
    start = max(shot.start, times.first(begin + margin_s))
    stop = min(shot.stop, times.last(end - margin_s))
    if shot.start:
        start = max(start, times.first(times.seconds[shot.start] + _CLEAR_OF_CUTS_S))
    if shot.stop < times.n_frames:
        stop = min(stop, times.last(times.seconds[shot.stop] - _CLEAR_OF_CUTS_S))
    return range(start, max(start, stop))


def _stretches(inside: range, times: FrameTimes, rules: ClipRules) -> list[tuple[int, int]]:
    """Return stretches as long as they may be, each beginning a little later; the last one too."""
    longest = max(rules.min_length_s, rules.max_length_s)
    first_s, last_s = times.seconds[inside.start], times.seconds[inside.stop] - longest
    due = [*np.arange(first_s, last_s, _STEP_S), max(first_s, last_s)]
    starts = dict.fromkeys(max(inside.start, times.first(at)) for at in due)
    ends = ((at, min(inside.stop, times.last(times.seconds[at] + longest))) for at in starts)
    return [one for one in ends if not times.is_shorter(*one, rules.min_length_s)]


def judge(
    start: int,
    stop: int,
    shots: Sequence[range],
    means: Means,
    times: FrameTimes,
    rules: ClipRules,
) -> tuple[Proposal, str]:
    """Return what is measured of a stretch that a person chose, and which rule it breaks, if one.

    Its shot is the one in which it begins.
    """
    shot = bisect_right(shots, start, key=lambda one: one.start) - 1
    one = means.proposal(shot, start, stop, rules)
    if stop > shots[shot].stop:
        return one, f"there is a cut in it, at frame {shots[shot].stop}"
    return one, broken_rule(one, means, rules) or _wrong_length(start, stop, times, rules)


def _wrong_length(start: int, stop: int, times: FrameTimes, rules: ClipRules) -> str:
    length = f"it is {times.length(start, stop)} long"
    if times.is_shorter(start, stop, rules.min_length_s):
        return f"{length}, {rules.min_length_s:g} s are needed"
    if times.is_longer(start, stop, max(rules.min_length_s, rules.max_length_s)):
        return f"{length}, {rules.max_length_s:g} s are allowed"
    return ""


def broken_rule(one: Proposal, means: Means, rules: ClipRules) -> str:
    """Return what is wrong with a stretch, with the number and the rule; "" where nothing is."""
    if not means.is_whole(one.start, one.stop):
        return "frames of it are damaged"
    if one.light < rules.min_light:
        return f"it is dark (light {one.light:.2f}, {rules.min_light:g} is needed)"
    if one.light > rules.max_light:
        return f"it is washed out (light {one.light:.2f}, {rules.max_light:g} is allowed)"
    if one.sharpness < rules.min_sharpness:
        return f"it is blurred (sharpness {one.sharpness:.0f}, {rules.min_sharpness:g} is needed)"
    if one.shake > rules.max_shake:
        return f"it is shaky (shake {one.shake:.2f}, {rules.max_shake:g} is allowed)"
    if one.motion < rules.min_motion:
        return f"hardly anything moves (motion {one.motion:.2f}, {rules.min_motion:g} is needed)"
    return ""


class Means:
    """Means over any stretch of a video, each at the cost of two look-ups."""

    def __init__(self, measures: Measures) -> None:
        """Add measures up, (n_frames,) of MEASURES."""
        self.n_frames = len(measures)
        self._hash = measures["hash"]
        self._sums = {
            name: _sums(measures[name]) for name in ("whole", "light", "sharpness", "motion")
        }
        turns = np.zeros(self.n_frames, np.float32)
        turns[1:] = np.linalg.norm(np.diff(measures["shift"], axis=0), axis=1)
        self._sums["shake"] = _sums(turns)

    def is_whole(self, start: int, stop: int) -> bool:
        """Return whether every frame of a stretch was decoded."""
        return self._mean("whole", start, stop) > 1 - 0.5 / (stop - start)

    def _mean(self, name: str, start: int, stop: int) -> float:
        sums = self._sums[name]
        return float(sums[stop] - sums[start]) / (stop - start)

    def proposal(self, shot: int, start: int, stop: int, rules: ClipRules) -> Proposal:
        """Return a stretch with what is measured of it.

        The first two frames of a shot change against another one, so the means of what moves begin
        after them.
        """
        sharpness, light = (self._mean(name, start, stop) for name in ("sharpness", "light"))
        after = min(start + 2, stop - 1)
        shake, motion = (self._mean(name, after, stop) for name in ("shake", "motion"))
        score = (
            _share(sharpness, 4 * rules.min_sharpness)
            + (1 - abs(2 * light - 1))
            + (1 - _share(shake, rules.max_shake))
            + _share(motion, 4 * rules.min_motion)
        ) / 4
        hashes = self.hashes(start, stop)
        return Proposal(start, stop, shot, score, sharpness, light, shake, motion, hashes)

    def hashes(self, start: int, stop: int) -> tuple[int, ...]:
        """Return the hashes by which a stretch is told from others."""
        at = np.linspace(start, stop - 1, 2 * _N_HASHES + 1).round().astype(int)[1::2]
        return tuple(self._hash[at].tolist())


def _sums(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Return the sums of the first 0, 1, ... values of (n,), float64 (n + 1,)."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def _share(value: float, half: float) -> float:
    """Return 0 for nothing, a half for `half`, 1 for very much."""
    return value / (value + half) if value + half > 0 else 0.0
