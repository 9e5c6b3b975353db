"""LVOS's own numbers, worked out by hand as its evaluator does."""

from __future__ import annotations

import pytest

from vosgui.core.metrics.lvos import LvosSeries, Span, lvos_numbers


def test_every_fifth_frame_counts_but_the_first_and_the_last() -> None:
    span = Span(start=1, end=31, n_frames=7)
    assert [n for n in range(0, 40) if span.scores(n)] == [6, 11, 16, 21, 26]


def test_a_range_of_more_frames_than_listed_leaves_out_the_place_of_the_last() -> None:
    assert [n for n in range(0, 40) if Span(1, 31, 4).scores(n)] == [6, 11, 21, 26]


def test_seen_and_unseen_clips_count_alike() -> None:
    objects = [
        LvosSeries((0.8, 0.6), (1.0, 0.8), seen=True),
        LvosSeries((0.4,), (0.6,), seen=True),
        LvosSeries((0.2,), (0.4,), seen=False),
    ]
    numbers = lvos_numbers(objects)
    assert numbers["J seen"] == pytest.approx(0.55)
    assert numbers["F unseen"] == pytest.approx(0.4)
    assert numbers["J"] == pytest.approx((0.55 + 0.2) / 2)
    assert numbers["J&F"] == pytest.approx((0.55 + 0.2 + 0.75 + 0.4) / 4)
    assert numbers["V seen"] == pytest.approx(0.05)  # (0.9, 0.7) varies by 0.1, (0.5) not


def test_v_is_of_a_variance_of_four_digits() -> None:
    assert LvosSeries((0.5, 0.51), (0.5, 0.51), None).V == 0
    varied = LvosSeries((0.2, 0.5, 0.9), (0.2, 0.5, 0.9), None)
    assert round(varied.V**2, 10) == 0.0822


def test_without_unseen_clips_the_means_are_over_all_objects() -> None:
    objects = [LvosSeries((0.8,), (0.6,), None), LvosSeries((0.4,), (0.2,), None)]
    numbers = lvos_numbers(objects)
    assert (numbers["J"], numbers["J seen"], numbers["J unseen"]) == (
        pytest.approx(0.6),
        None,
        None,
    )
    assert numbers["J&F"] == pytest.approx(0.5)
