"""Real frames of a clip for online learning: to check by, and to learn from between given masks.

A trail leads away from a given frame through frames that nobody annotated, and back, or on to the
next given frame of the object. How well a mask comes through it tells gain from loss far better
than synthetic motion does: weights that lost on a clip came back with less of the mask they began
with, though they did better on snippets. (Cycle consistency as a measure: Li et al. 2020.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip, Frame
from vosgui.engine.online.synthetic_sequences import GivenFrame, draw_snippets, mirrored, scaled
from vosgui.engine.training.samples import Sample

Bools = npt.NDArray[np.bool_]
_STEPS = 16  # frames of all trails of a clip; a longer way tells more, and takes longer
_MOST_TRAILS = 4
_SPACING = 2  # frames from step to step at least: harder than a run, so that drift shows sooner
# Frames from step to step at most, as many as it takes to see the clip's end: what a run loses, it
# loses late. Where given ones lie farther apart, the way leads back.
_WIDEST = 4
_REAL = 0.5  # share of steps that lead from one given frame to the next, where there are two


@dataclass(frozen=True)
class Trail:
    """Frames of a clip in order, after one that is given.

    end : the object's mask in the last of them where that is given, bool (h, w).
    """

    begin: GivenFrame
    frames: Sequence[Frame]
    end: Bools | None = None

    def shortened(self, n: int) -> Trail:
        """Return it with at most n frames; one whose end is given still gets there."""
        if self.end is None:
            return Trail(self.begin, self.frames[:n])
        places = np.linspace(len(self.frames) - 1, 0, min(n, len(self.frames))).round()
        return Trail(self.begin, [self.frames[int(k)] for k in places[::-1]], self.end)


def find_trails(clip: Clip, given: Sequence[GivenFrame]) -> list[Trail]:
    """Return trails through the longest stretches before, between and after given frames."""
    ways = [way for one in _by_object(given) for way in _stretches(one, len(clip))]
    longest = sorted(ways, key=lambda way: -abs(way[2] - way[0].t))[:_MOST_TRAILS]
    return [_trail(clip, *way, _STEPS // len(longest)) for way in longest]


def _by_object(given: Sequence[GivenFrame]) -> list[list[GivenFrame]]:
    """Return the given frames of each object, in the order of the clip."""
    ids = sorted({one.object_id for one in given})
    return [sorted((g for g in given if g.object_id == i), key=lambda g: g.t) for i in ids]


def _stretches(
    given: Sequence[GivenFrame], n_frames: int
) -> list[tuple[GivenFrame, GivenFrame | None, int]]:
    """Return where ways of one object begin, the given frame at their end, and its number."""
    first, last = given[0], given[-1]
    ways = [(one, other, other.t) for one, other in pairwise(given)]
    ends = [(first, None, 0), (last, None, n_frames - 1)]
    return [*ways, *(way for way in ends if way[0].t != way[2])]


def _trail(clip: Clip, begin: GivenFrame, end: GivenFrame | None, stop: int, n_steps: int) -> Trail:
    hw = begin.mask.shape
    far = abs(stop - begin.t)
    sign = 1 if stop > begin.t else -1
    if end is not None and far <= _WIDEST * n_steps:
        places = np.linspace(begin.t, stop, min(far, n_steps) + 1).round().astype(int)[1:-1]
        frames = [*(scaled(clip[int(t)], hw) for t in places), end.frame]
        return Trail(begin, frames, end.mask)
    spacing = min(far, max(_SPACING, min(_WIDEST, far // n_steps)))
    places = np.arange(1, min(far // spacing, n_steps) + 1) * spacing
    return Trail(begin, [scaled(clip[begin.t + sign * int(d)], hw) for d in places])


def real_samples(clip: Clip, given: Sequence[GivenFrame]) -> list[Sample]:
    """Return sequences of 3 real frames from a given frame of an object to its next one, and back.

    What lies between is not annotated, or, in a sequence of its own, a third given frame is.
    """
    return [
        sample
        for one in _by_object(given)
        for k in range(len(one) - 1)
        for sample in _samples(clip, one[k : k + 3])
    ]


def draw_step(
    rng: np.random.Generator, given: Sequence[GivenFrame], real: Sequence[Sample], T: int, n: int
) -> list[Sample]:
    """Draw what one step learns from: n snippets of T frames, or a real sequence either way round.

    All begin with the same frame, so that it is encoded once.
    """
    if not real or rng.random() >= _REAL:
        return draw_snippets(rng, given, T, n)
    sample = real[int(rng.integers(len(real)))]
    if rng.random() < 0.5:
        sample = Sample(sample.frames[::-1], sample.masks[::-1], sample.known[::-1])
    return [mirrored(sample) if rng.random() < 0.5 else sample]


def _samples(clip: Clip, given: Sequence[GivenFrame]) -> list[Sample]:
    one, other = given[:2]
    hw = one.mask.shape
    if other.t - one.t > 1:
        frame = scaled(clip[(one.t + other.t) // 2], hw)
        unknown = np.zeros(hw, bool)
        found = [_sample([one.frame, frame, other.frame], [one.mask, unknown, other.mask], 1)]
    else:
        found = [_sample([one.frame, other.frame] * 2, [one.mask, other.mask] * 2, None)]
    if len(given) == 3:
        found.append(_sample([g.frame for g in given], [g.mask for g in given], None))
    return found


def _sample(frames: list[Frame], masks: list[Bools], unknown: int | None) -> Sample:
    known = np.ones(3, bool)
    if unknown is not None:
        known[unknown] = False
    return Sample(np.stack(frames[:3]), np.stack(masks[:3]).astype(np.uint8), known)
