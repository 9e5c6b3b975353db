"""Summaries over objects, categories and the length of clips."""

from __future__ import annotations

import numpy as np
import pytest

from vosgui.core.metrics.report import Series, Tally, by, challenge_score, over_length, summarise


def series(
    clip: str, J: list[float], F: list[float], category: str = "", seen: bool | None = None
) -> Series:
    n = len(J)
    names = tuple(f"{t:05d}" for t in range(n))
    return Series(clip, "1", n, tuple(range(n)), names, tuple(J), tuple(F), category, seen)


def test_objects_weigh_the_same_whatever_their_length() -> None:
    short, long = series("a", [1.0], [1.0]), series("b", [0.0] * 99, [0.5] * 99)
    summary = summarise([short, long])
    assert summary is not None
    assert (summary.J.mean, summary.F.mean, summary.JF) == (0.5, 0.75, 0.625)
    assert (summary.n_objects, summary.n_scores) == (2, 100)


def test_a_tally_becomes_a_series() -> None:
    tally = Tally()
    tally.add(1, 0.25, 0.5)
    tally.add(3, 1, 0)
    names = ("00000", "00005", "00010", "00015")
    found = tally.series("a", "2", names, expression="the second")
    assert found.frame_names == ("00005", "00015")
    assert (found.n_frames, found.t, found.J, found.F) == (4, (1, 3), (0.25, 1.0), (0.5, 0.0))
    assert (found.clip, found.object_id, found.expression) == ("a", "2", "the second")


def test_no_scores_have_no_summary() -> None:
    assert summarise([]) is None
    assert summarise([series("a", [], [])]) is None
    assert by(lambda one: one.clip, [series("a", [], [])]) == {}


def test_groups_are_sorted_and_may_leave_out() -> None:
    many = [series("b", [1.0], [1.0]), series("a", [0.0], [0.0]), series("b", [0.0], [0.0])]
    groups = by(lambda one: one.clip, many)
    assert list(groups) == ["a", "b"]
    assert groups["b"].J.mean == 0.5
    assert list(by(lambda one: one.clip if one.clip == "a" else None, many)) == ["a"]


def test_challenge_score_is_the_mean_of_its_four_numbers() -> None:
    score = challenge_score(
        [
            series("a", [0.9], [0.7], "cat", True),
            series("a", [0.7], [0.5], "dog", True),
            series("b", [0.2], [0.4], "cup", False),
            series("b", [0.0], [0.0]),  # without a category: no part of it
        ]
    )
    assert score is not None
    assert (score.J_seen, score.F_seen) == pytest.approx((0.8, 0.6))
    assert (score.J_unseen, score.F_unseen) == (0.2, 0.4)
    assert score.overall == pytest.approx((0.8 + 0.6 + 0.2 + 0.4) / 4)


def test_a_missing_kind_of_category_is_neither_zero_nor_one() -> None:
    score = challenge_score([series("a", [0.9], [0.7], "cat", True)])
    assert score is not None
    assert (score.J_seen, score.J_unseen, score.overall) == (0.9, None, None)
    assert challenge_score([series("a", [0.9], [0.7])]) is None


def test_curve_stretches_clips_to_one_length() -> None:
    falling = series("a", list(np.linspace(1, 0, 40)), [1.0] * 40)
    flat = series("b", [1.0] * 80, [0.0] * 80)
    curve = over_length([falling, flat], n_parts=4)
    assert curve.position == pytest.approx([0.125, 0.375, 0.625, 0.875])
    assert list(curve.F) == pytest.approx([0.5] * 4)
    assert (np.diff(curve.J) < 0).all()
    assert curve.J[0] == pytest.approx((np.linspace(1, 0, 40)[:10].mean() + 1) / 2)


def test_parts_without_a_frame_have_no_value() -> None:
    late = Series("a", "1", 10, (8, 9), ("8", "9"), (1.0, 1.0), (1.0, 1.0))
    curve = over_length([late], n_parts=5)
    assert np.isnan(curve.J[:4]).all()
    assert curve.J[4] == 1
