"""Which stretches are proposed: the rules hold for every video, and each refusal says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.datasets.prepare.long_videos import Shot, write_shots
from vosgui.datasets.prepare.measures import MEASURES, Measures
from vosgui.datasets.prepare.proposals import Means, Proposals, judge, propose
from vosgui.datasets.prepare.rules import ClipRules, ShotRules
from vosgui.datasets.prepare.scan import scan
from vosgui.datasets.prepare.shots import shots_of
from vosgui.datasets.prepare.times import FrameTimes
from vosgui.media.open_clip import open_clip

RATE = 10.0


def evenly(n_frames: int) -> FrameTimes:
    return FrameTimes(np.arange(n_frames + 1) / RATE)


def made_up(n_frames: int, seed: int = 0) -> Measures:
    rng = np.random.default_rng(seed)
    measures = np.zeros(n_frames, MEASURES)
    measures["whole"] = True
    measures["light"] = rng.uniform(0.05, 1, n_frames)
    measures["sharpness"] = rng.uniform(10, 400, n_frames)
    measures["motion"] = rng.uniform(0.1, 3, n_frames)
    measures["shift"] = rng.normal(0, 0.5, (n_frames, 2))
    measures["hash"] = rng.integers(0, 2**63, n_frames, dtype=np.uint64)
    return measures


@given(
    n_frames=st.integers(1, 1500),
    cuts=st.lists(st.integers(1, 1499), max_size=12),
    seed=st.integers(0, 99),
    margin=st.sampled_from([0.0, 0.1, 0.3]),
    most=st.integers(1, 7),
    longest=st.sampled_from([3.0, 4.5, 6.0, 20.0]),
    steps_s=st.sampled_from([(0.1,), (0.033, 0.034), (0.02, 0.04, 0.3), (0.02, 0.02, 0.02, 2.5)]),
)
def test_what_is_proposed_keeps_every_rule(
    n_frames: int, cuts: list[int], seed: int, margin: float, most: int, longest: float,
    steps_s: tuple[float, ...],
) -> None:  # fmt: skip
    rules = ClipRules(margin=margin, max_per_video=most, max_length_s=longest)
    shots = shots_of(cuts, n_frames)
    steps = np.random.default_rng(seed).choice(steps_s, n_frames)
    at_s = np.concatenate([[0.0], np.cumsum(steps)])  # when frames begin, and the video ends
    half_s = at_s[-1] / n_frames / 2 + 1e-5
    found = propose(shots, made_up(n_frames, seed), FrameTimes(at_s), rules)
    assert len(found.clips) <= most
    end = 0
    for clip in found.clips:
        assert clip.start >= end  # in time, and apart
        end = clip.stop
        shot = shots[clip.shot]
        assert shot.start <= clip.start < clip.stop <= shot.stop
        assert margin * at_s[-1] - half_s <= at_s[clip.start]
        assert at_s[clip.stop] <= (1 - margin) * at_s[-1] + half_s
        assert 3.0 - half_s <= at_s[clip.stop] - at_s[clip.start] <= longest + half_s
        assert rules.min_light <= clip.light <= rules.max_light
        assert clip.sharpness >= rules.min_sharpness
        assert clip.shake <= rules.max_shake and clip.motion >= rules.min_motion
        assert 0 <= clip.score <= 1
    hashes = [(clip, one) for clip in found.clips for one in clip.hashes]
    for a, one in hashes:
        for b, other in hashes:
            assert a is b or (one ^ other).bit_count() >= rules.min_distance
    used = {clip.shot for clip in found.clips}
    for number, shot in enumerate(shots):  # every shot is accounted for
        said = [no for no in found.refused if shot.start <= no.start and no.stop <= shot.stop]
        assert (number in used) != bool(said)
        assert all(no.reason for no in said)


def of_video(path: Path, rules: ClipRules) -> Proposals:
    with open_clip(path) as clip:
        looked = scan(clip, ShotRules())
    return propose(looked.shots(ShotRules()), looked.measures, looked.times, rules)


def test_each_refusal_says_what_is_wrong(tmp_path: Path) -> None:
    shots = [
        Shot(80, seed=9),  # the first tenth
        Shot(90, seed=1),
        Shot(90, seed=2, light=0.05),
        Shot(90, seed=3, blur=12),
        Shot(90, seed=4, shake=9),
        Shot(90, seed=5, moves=False),
        Shot(30, seed=6),
        Shot(80, seed=8),
    ]
    found = of_video(
        write_shots(tmp_path / "bad.mp4", shots), ClipRules(max_shake=2, min_motion=0.4)
    )
    assert [clip.shot for clip in found.clips] == [1]
    words = ["first and last 10%", "dark", "blurred", "shaky", "moves", "1.2 s long", "last 10%"]
    assert len(found.refused) == len(words)
    for no, word in zip(found.refused, words, strict=True):
        assert word in no.reason


def test_lengths_are_those_on_the_clock_where_frames_are_uneven(tmp_path: Path) -> None:
    shots = [
        Shot(30, seed=1, step_ms=120),  # 3.6 s, of which one lies in the first tenth
        Shot(40, seed=2, step_ms=100),
        Shot(140, seed=3, step_ms=20),  # by their number they would be twice as long
        Shot(40, seed=4, step_ms=100),
    ]
    rules = ClipRules(max_length_s=3.5)
    found = of_video(write_shots(tmp_path / "uneven.mp4", shots), rules)
    assert [(clip.shot, clip.n_frames) for clip in found.clips] == [(1, 35)]
    first, fast, last = (no.reason for no in found.refused)
    assert "2.04 s of the shot" in first and "2.4 s of the shot" in last
    assert "the shot is 2.8 s long" in fast


def test_a_length_that_is_refused_is_not_the_one_that_is_needed() -> None:
    measures = made_up(100)
    measures["light"], measures["motion"], measures["shift"] = 0.5, 1, 0
    at_25 = FrameTimes(np.arange(101) / 25)
    args = [range(100)], Means(measures), at_25, ClipRules()
    assert judge(10, 85, *args)[1] == ""
    assert judge(10, 84, *args)[1] == "it is 2.96 s long, 3 s are needed"


def test_the_same_scene_is_proposed_once(tmp_path: Path) -> None:
    shots = [Shot(100, seed=1), Shot(100, seed=2), Shot(100, seed=1)]
    rules = ClipRules(margin=0)
    found = of_video(write_shots(tmp_path / "twice.mp4", shots), rules)
    assert sorted(clip.shot for clip in found.clips) in ([0, 1], [1, 2])
    assert "looks like another" in found.refused[0].reason


def test_what_another_video_has_is_not_proposed_again(three_shots: Path) -> None:
    with open_clip(three_shots) as clip:
        looked = scan(clip, ShotRules())
    shots = looked.shots(ShotRules())
    first = propose(shots, looked.measures, looked.times, ClipRules(margin=0))
    assert len(first.clips) == 3
    known = [one for clip in first.clips for one in clip.hashes]
    again = propose(shots, looked.measures, looked.times, ClipRules(margin=0), known)
    assert not again.clips and len(again.refused) == 3


def test_a_stretch_with_a_damaged_frame_is_refused() -> None:
    measures = made_up(40)
    measures["light"], measures["sharpness"] = 0.5, 100
    rules = ClipRules(margin=0, max_shake=9)
    assert len(propose([range(40)], measures, evenly(40), rules).clips) == 1
    measures["whole"][20] = False
    found = propose([range(40)], measures, evenly(40), rules)
    assert not found.clips and "damaged" in found.refused[0].reason


def test_the_best_stretch_of_a_shot_is_taken() -> None:
    measures = made_up(200)
    measures["light"], measures["motion"], measures["shift"] = 0.5, 1, 0
    measures["sharpness"] = 30
    measures["sharpness"][110:150] = 400
    (clip,) = propose(
        [range(200)], measures, evenly(200), ClipRules(max_per_video=1, max_length_s=4)
    ).clips
    assert (clip.start, clip.stop) == (110, 150)
