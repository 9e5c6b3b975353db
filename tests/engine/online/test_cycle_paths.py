"""Trails through real frames: which ones, how far, and what is learned from between given masks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.clips import ArrayClip
from vosgui.core.clip import Clip
from vosgui.engine.online.cycle_paths import Trail, draw_step, find_trails, real_samples
from vosgui.engine.online.synthetic_sequences import GivenFrame, given_frame

HW = (16, 32)


def shades(n: int) -> ArrayClip:
    """Return a clip whose frames are told apart by their shade."""
    return ArrayClip([np.full((*HW, 3), t, np.uint8) for t in range(n)])


def given(clip: Clip, *places: int, object_id: int = 1) -> list[GivenFrame]:
    mask = np.zeros(HW, bool)
    mask[4:12, 4:12] = True
    return [given_frame(object_id, t, clip[t], np.roll(mask, t % 8, 1), HW) for t in places]


def shown(trail: Trail) -> list[int]:
    return [int(frame[0, 0, 0]) for frame in trail.frames]


def test_from_one_given_frame_a_way_leads_far_ahead() -> None:
    clip = shades(60)
    (trail,) = find_trails(clip, given(clip, 0))
    assert shown(trail) == list(range(3, 49, 3)) and trail.end is None
    (short,) = find_trails(shades(20), given(clip, 0))
    assert shown(short) == list(range(2, 20, 2))


def test_a_way_leads_back_from_the_last_frame_and_both_ways_from_the_middle() -> None:
    clip = shades(60)
    (back,) = find_trails(clip, given(clip, 59))
    assert shown(back)[:3] == [56, 53, 50] and len(back.frames) == 16
    both = find_trails(clip, given(clip, 30))
    assert sorted(shown(trail)[0] for trail in both) == [27, 33]
    assert [len(trail.frames) for trail in both] == [8, 8], "together as long as one"


@pytest.mark.parametrize(("n", "expected"), [(1, []), (2, [[1]]), (3, [[2]])])
def test_short_clips(n: int, expected: list[list[int]]) -> None:
    clip = shades(n)
    assert [shown(trail) for trail in find_trails(clip, given(clip, 0))] == expected


def test_between_given_frames_the_end_is_known() -> None:
    clip = shades(21)
    one, other = given(clip, 0, 20)
    (trail,) = find_trails(clip, [other, one])
    assert trail.begin is one and trail.end is other.mask
    assert len(trail.frames) == 16 and shown(trail)[-1] == 20
    assert shown(trail) == sorted(set(shown(trail)))


def test_given_frames_too_far_apart_are_not_walked_between() -> None:
    clip = shades(200)
    (trail,) = find_trails(clip, given(clip, 0, 199))
    assert trail.end is None and shown(trail)[-1] == 64


def test_of_many_stretches_the_longest_are_walked() -> None:
    clip = shades(100)
    both = [*given(clip, 0, 3, 5, 60), *given(clip, 0, 50, object_id=2)]
    trails = find_trails(clip, both)
    assert [len(trail.frames) for trail in trails] == [4] * 4
    begins = [(trail.begin.object_id, trail.begin.t) for trail in trails]
    assert begins == [(1, 5), (2, 0), (2, 50), (1, 60)]


def test_real_sequences_join_given_frames_of_the_same_object() -> None:
    clip = shades(40)
    samples = real_samples(clip, [*given(clip, 0, 10, 11), *given(clip, 30, object_id=2)])
    found = [([int(frame[0, 0, 0]) for frame in one.frames], one.known.tolist()) for one in samples]
    yes, no = True, False
    assert found == [
        ([0, 5, 10], [yes, no, yes]),
        ([0, 10, 11], [yes, yes, yes]),
        ([10, 11, 10], [yes, yes, yes]),
    ]
    assert np.array_equal(samples[0].masks[2], given(clip, 10)[0].mask)
    assert not samples[0].masks[1].any()


def test_a_step_is_of_snippets_or_of_a_real_sequence_in_either_direction() -> None:
    clip = shades(40)
    frames = given(clip, 4, 20)
    real = real_samples(clip, frames)
    orders = set()
    for seed in range(40):
        samples = draw_step(np.random.default_rng(seed), frames, real, 2, 3)
        first = samples[0]
        assert first.known[0] and first.masks[0].any()
        for sample in samples:
            assert np.array_equal(sample.frames[0], first.frames[0])
            assert np.array_equal(sample.masks[0], first.masks[0])
        if first.known.all():
            assert [len(sample.frames) for sample in samples] == [2, 2, 2]
            orders.add(())
        else:
            orders.add(tuple(int(frame[0, 0, 0]) for frame in first.frames))
            assert len(samples) == 1
    assert orders == {(), (4, 12, 20), (20, 12, 4)}
    alone = draw_step(np.random.default_rng(0), frames[:1], [], 3, 2)
    assert len(alone) == 2 and all(one.known.all() for one in alone)
    assert not np.array_equal(alone[0].frames[1], alone[1].frames[1]), "each moves in its own way"


def test_a_shorter_trail_still_gets_to_its_given_end() -> None:
    clip = shades(60)
    (there,) = find_trails(clip, given(clip, 0, 59))
    assert shown(there.shortened(3))[-1] == 59 and len(there.shortened(3).frames) == 3
    assert shown(there.shortened(50)) == shown(there)
    (away,) = find_trails(clip, given(clip, 0))
    assert shown(away.shortened(3)) == [3, 6, 9]
