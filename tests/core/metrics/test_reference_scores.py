"""Scores against a reference are kept by frame, and objects count from where they begin."""

from __future__ import annotations

import numpy as np
import pytest

from vosgui.core.metrics.reference_scores import Agreement, FrameScore


def score(t: int, J: float, F: float, object_id: int = 1, *, seen: bool = True) -> FrameScore:
    ids = frozenset({object_id}) if seen else frozenset()
    return FrameScore(t, {object_id: J}, {object_id: F}, ids)


def test_an_object_counts_from_the_first_frame_in_which_either_side_has_it() -> None:
    agreement = Agreement(4)
    agreement.put(score(0, 1.0, 1.0, seen=False))
    agreement.put(score(1, 0.5, 0.25))
    agreement.put(score(3, 1.0, 1.0, seen=False))
    J, F = agreement.series(1)
    np.testing.assert_array_equal(J, [np.nan, 0.5, np.nan, 1.0])
    np.testing.assert_array_equal(F, [np.nan, 0.25, np.nan, 1.0])
    means = agreement.means(1)
    assert means is not None
    assert (means.J, means.F, means.n_frames) == (0.75, 0.625, 2)


def test_a_frame_scored_again_has_no_more_than_its_new_scores() -> None:
    agreement = Agreement(3)
    agreement.put(score(0, 0.5, 0.5))
    agreement.put(FrameScore(1, {1: 0.5, 2: 0.25}, {1: 0.5, 2: 0.25}, frozenset({1, 2})))
    agreement.put(score(1, 0.75, 0.75))
    assert agreement.means(2) is None
    assert agreement.series(1)[0][1] == pytest.approx(0.75)
    agreement.put(FrameScore(0, {}, {}, frozenset()))
    means = agreement.means(1)
    assert means is not None
    assert means.n_frames == 1


def test_an_object_never_scored_has_nothing() -> None:
    agreement = Agreement(2)
    assert agreement.means(7) is None
    assert np.isnan(agreement.series(7)).all()
