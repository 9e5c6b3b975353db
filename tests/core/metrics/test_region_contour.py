"""J, F and their statistics against the published definitions and numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.metrics import published_metrics
from vosgui.core.metrics.region_contour import (
    FrameMasks,
    region_similarity,
    score_frame,
    score_frames,
    statistics,
    tolerance_px,
)

Mask = npt.NDArray[np.uint8]
HW = (120, 200)


def published_frame(t: int, dx: int) -> Mask:
    """Return the frame of the published test vectors: object 1 moves, object 2 rests."""
    mask = np.zeros(HW, dtype=np.uint8)
    mask[20:60, 10 + dx + t % 60 : 60 + dx + t % 60] = 1
    mask[70:110, 100:150] = 2
    return mask


@pytest.mark.parametrize(
    ("n_frames", "slowness", "J_numbers", "F_numbers"),
    [
        # The published tool's decay of the long clip is NaN: its quarter borders overflow.
        (20, 4, (0.9243, 1.0, 0.1185), (0.8340, 1.0, 0.4289)),
        (300, 20, (0.7645, 1.0, None), (0.6126, 0.6678, None)),
    ],
)
def test_published_vectors(
    n_frames: int,
    slowness: int,
    J_numbers: tuple[float | None, ...],
    F_numbers: tuple[float | None, ...],
) -> None:
    scores = [
        score_frame(published_frame(t, t // slowness), published_frame(t, 0), [1, 2])
        for t in range(1, n_frames - 1)
    ]
    series_of_both = np.moveaxis(np.array(scores), 0, 2)
    for series, numbers in zip(series_of_both, (J_numbers, F_numbers), strict=True):
        found = statistics(series[0])
        for value, number in zip((found.mean, found.recall, found.decay), numbers, strict=True):
            assert np.isfinite(value)
            if number is not None:
                assert value == pytest.approx(number, abs=5e-5)
        assert (series[1] == 1).all()


def test_decay_of_a_long_series_does_not_overflow() -> None:
    assert statistics(np.linspace(1, 0, 298)).decay == pytest.approx(0.7508, abs=5e-5)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 255, 256, 257, 1000])
def test_statistics_of_any_length(n: int) -> None:
    found = statistics([0.75] * n)
    assert (found.mean, found.recall, found.decay) == (0.75, 1.0, 0.0)


def test_recall_is_strictly_above_one_half() -> None:
    assert statistics([0.5, 0.5, 0.6, 0.4]).recall == 0.25


def test_an_empty_series_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        statistics([])


@pytest.mark.parametrize(
    ("hw", "pixels"), [((480, 854), 8), ((720, 1280), 12), ((300, 400), 4), ((1, 1), 1)]
)
def test_tolerance(hw: tuple[int, int], pixels: int) -> None:
    assert tolerance_px(hw) == pixels


def blobs(rng: np.random.Generator, hw: tuple[int, int], ids: list[int]) -> Mask:
    """Return a mask of rectangles and single pixels, some of them across the frame's edges."""
    mask = np.zeros(hw, dtype=np.uint8)
    for value in ids:
        for _ in range(rng.integers(0, 4)):
            y, x = rng.integers(-5, hw[0]), rng.integers(-5, hw[1])
            h, w = rng.integers(1, max(2, hw[0])), rng.integers(1, max(2, hw[1]))
            mask[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = value
    noise = rng.random(hw) < rng.choice([0, 0.01, 0.3])
    mask[noise] = rng.choice([0, *ids], noise.sum())
    return mask


@settings(deadline=None, max_examples=150)
@given(
    height=st.integers(1, 90),
    width=st.integers(1, 140),
    ids=st.lists(st.integers(1, 254), min_size=1, max_size=9, unique=True)
    | st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True),
    n_asked=st.integers(0, 9),
    seed=st.integers(0, 2**32 - 1),
    with_void=st.booleans(),
)
def test_any_masks_score_as_published(
    height: int, width: int, ids: list[int], n_asked: int, seed: int, with_void: bool
) -> None:
    rng = np.random.default_rng(seed)
    pred = blobs(rng, (height, width), ids)
    truth = blobs(rng, (height, width), ids) if rng.random() < 0.5 else np.roll(pred, 3, axis=1)
    void = (rng.random(truth.shape) < 0.2) if with_void else np.zeros(truth.shape, dtype=bool)
    truth[void] = 255
    asked = ids[:n_asked]
    J, F = score_frame(pred, truth, asked)
    assert len(J) == len(F) == len(asked)
    for i, value in enumerate(asked):
        p, g = pred == value, truth == value
        assert J[i] == pytest.approx(published_metrics.region_similarity(p, g, void), abs=1e-9)
        assert F[i] == pytest.approx(published_metrics.contour_accuracy(p, g, void), abs=1e-9)
        assert J[i] == region_similarity(p & ~void, g & ~void)


@pytest.mark.parametrize("hw", [(480, 854), (720, 1280), (2160, 3840)])
def test_large_frames_score_as_published(hw: tuple[int, int]) -> None:
    yy, xx = np.mgrid[: hw[0], : hw[1]]
    truth = ((yy - hw[0] // 2) ** 2 + (xx - hw[1] // 3) ** 2 < (hw[0] // 5) ** 2).astype(np.uint8)
    pred = np.roll(truth, (tolerance_px(hw) + 1, -tolerance_px(hw) // 2), axis=(0, 1))
    J, F = score_frame(pred, truth, [1])
    assert 0 < F[0] < 1
    assert J[0] == published_metrics.region_similarity(pred == 1, truth == 1)
    assert F[0] == pytest.approx(
        published_metrics.contour_accuracy(pred == 1, truth == 1), abs=1e-9
    )


def mask_of(*pixels: tuple[slice | int, slice | int]) -> npt.NDArray[np.bool_]:
    mask = np.zeros((30, 40), dtype=bool)
    for place in pixels:
        mask[place] = True
    return mask


EVERYTHING = (slice(None), slice(None))
EDGES = {
    "empty": mask_of(),
    "full": mask_of(EVERYTHING),
    "pixel": mask_of((7, 9)),
    "first pixel": mask_of((0, 0)),
    "last pixel": mask_of((-1, -1)),
    "top right": mask_of((0, -1)),
    "bottom left": mask_of((-1, 0)),
    "top row": mask_of((0, slice(None))),
    "bottom rows": mask_of((slice(-3, None), slice(5, 20))),
    "right columns": mask_of((slice(4, 20), slice(-2, None))),
    "left and right": mask_of((3, 0), (4, -1)),
}


@pytest.mark.parametrize("pred", EDGES)
@pytest.mark.parametrize("truth", EDGES)
def test_edges_score_as_published(pred: str, truth: str) -> None:
    p, g = EDGES[pred], EDGES[truth]
    J, F = score_frame(p.astype(np.uint8), g.astype(np.uint8), [1])
    assert J[0] == region_similarity(p, g) == published_metrics.region_similarity(p, g)
    assert F[0] == pytest.approx(published_metrics.contour_accuracy(p, g), abs=1e-9)


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("row", range(8, 13))
@pytest.mark.parametrize("side", ["left", "right", "alone", "above", "below"])
def test_what_no_searched_pixel_shows_is_found(row: int, side: str, upright: bool) -> None:
    """Objects are looked for in a few pixels only; what lies between these must count the same."""
    truth = np.zeros((60, 90), dtype=np.uint8)
    if side != "alone":
        truth[row - 4 : row + 5, 40:50] = 3
    columns = {"left": slice(5, 40), "right": slice(50, 88), "alone": slice(20, 70)}
    if side in columns:
        truth[row, columns[side]] = 3
    else:
        truth[row + (-7 if side == "above" else 8), 44] = 3
    if upright:
        truth = np.ascontiguousarray(truth.T)
    pred = np.roll(truth, (1, 2), axis=(0, 1))
    truth[-9:, :9] = 7  # not asked for
    J, F = score_frame(pred, truth, [1, 3])
    assert J[1] == published_metrics.region_similarity(pred == 3, truth == 3)
    expected = published_metrics.contour_accuracy(pred == 3, truth == 3)
    assert F[1] == pytest.approx(expected, abs=1e-9)
    assert J[0] == F[0] == 1


@settings(deadline=None, max_examples=40)
@given(
    sizes=st.lists(st.sampled_from([(30, 40), (40, 30), (61, 90)]), max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
def test_frames_in_a_row_score_as_each_alone(sizes: list[tuple[int, int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    frames = []
    for t, hw in enumerate(sizes):
        truth = blobs(rng, hw, [1, 2, 3, 4, 5])
        pred = truth if rng.random() < 0.2 else np.roll(truth, 2, axis=0)
        ids = list(range(1, 1 + int(rng.integers(0, 6))))
        frames.append(FrameMasks(t, pred, truth, ids))
    found = list(score_frames(frames))
    assert [one.t for one in found] == list(range(len(sizes)))
    for frame, scores in zip(frames, found, strict=True):
        J, F = score_frame(frame.pred, frame.truth, frame.ids)
        assert (scores.J.tolist(), scores.F.tolist()) == (J.tolist(), F.tolist())


def test_few_frames_are_held() -> None:
    """A clip is scored while it is read: no more masks are taken than contours are waited for."""
    taken = []

    def frames() -> Iterator[FrameMasks]:
        for t in range(20):
            taken.append(t)
            yield FrameMasks(t, published_frame(t, 1), published_frame(t, 0), [1])

    for scores in score_frames(frames()):
        assert len(taken) - scores.t <= 4
    assert len(taken) == 20


def test_both_empty_is_perfect_and_one_empty_is_zero() -> None:
    empty, pixel = (EDGES[name].astype(np.uint8) for name in ("empty", "pixel"))
    assert score_frame(empty, empty, [1]) == ([1], [1])
    assert score_frame(pixel, empty, [1]) == score_frame(empty, pixel, [1]) == ([0], [0])


def test_void_is_left_out_unless_told_otherwise() -> None:
    truth = np.zeros((20, 20), dtype=np.uint8)
    truth[5:10, 5:10] = 1
    pred = truth.copy()
    truth[5:10, 10:15], pred[5:10, 10:15] = 255, 1
    assert score_frame(pred, truth, [1])[0][0] == 1
    assert score_frame(pred, truth, [1], void=None)[0][0] == 0.5
    assert score_frame(truth, truth, [255])[0][0] == 1  # asked for: an object


def test_masks_are_left_as_they_were() -> None:
    truth = published_frame(0, 0)
    truth[0, 0] = 255
    pred = published_frame(3, 2)
    before = truth.copy(), pred.copy()
    for mask in (truth, pred):
        mask.setflags(write=False)
    score_frame(pred, truth, [1, 2])
    assert (truth == before[0]).all()
    assert (pred == before[1]).all()


def test_other_shapes_and_types_are_refused() -> None:
    mask = np.zeros((4, 5), dtype=np.uint8)
    with pytest.raises(ValueError, match="shapes"):
        score_frame(mask, mask[:, 1:], [1])
    with pytest.raises(ValueError, match="uint8"):
        score_frame(mask.astype(np.int64), mask, [1])
