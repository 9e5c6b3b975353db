"""A track's strip: the most important frame of each column wins, and shapes tell frames apart."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from vosgui.core.track import Source, Track, empty_track
from vosgui.ui.timeline import frame_kinds
from vosgui.ui.timeline.columns import most_important
from vosgui.ui.timeline.frame_kinds import Kind, kinds_of
from vosgui.ui.timeline.scale import MAX_FRAME_PX, TRACK_H, TimeScale
from vosgui.ui.timeline.track_strip import TrackDrawing, redraw, strip


def a_track(n_frames: int = 40) -> Track:
    track = empty_track(n_frames)
    track["source"][0] = Source.PAINTED
    track["revision"][0] = 2
    track["source"][1:20] = Source.PROPAGATED
    track["origin"][1:20, 0] = 0
    track["origin_revision"][1:10, 0] = 2
    track["origin_revision"][10:20, 0] = 1  # before the keyframe was drawn anew
    track["source"][20] = Source.CORRECTED
    track["source"][21] = Source.ABSENT
    return track


def test_kinds_follow_source_and_staleness() -> None:
    kinds = kinds_of(a_track())
    assert kinds[0] == Kind.PAINTED
    assert (kinds[1:10] == Kind.PROPAGATED).all()
    assert (kinds[10:20] == Kind.STALE).all()
    assert kinds[20] == Kind.CORRECTED
    assert kinds[21] == Kind.ABSENT
    assert (kinds[22:] == Kind.NONE).all()


TINY = 1e-7  # what may be lost in sums of floats, of a frame: no person sees it


@example(2, 2, 1.4059886165165727e-08, 0.0, 0)
@given(
    st.integers(1, 400),
    st.integers(1, 300),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 2**32 - 1),
)
def test_a_column_shows_the_most_important_of_its_frames(
    n_frames: int, width: int, zoom: float, where: float, seed: int
) -> None:
    values = np.random.default_rng(seed).integers(0, 6, n_frames, np.uint8)
    whole = TimeScale.whole(n_frames, width)
    scale = whole.zoomed((MAX_FRAME_PX / whole.frame_px) ** zoom, 0).moved(where * n_frames)
    columns = most_important(values, scale)
    assert columns.shape == (width,)
    for x in range(width):
        first = int(np.floor(scale.first + x / scale.frame_px + TINY))
        if scale.frame_px >= 1:
            expected = values[first] if first < n_frames else 0
        else:
            nxt = int(np.floor(scale.first + (x + 1) / scale.frame_px + TINY))
            # The last column takes what is left of its last frame.
            expected = values[first : max(nxt, first + 1)].max(initial=0)
            if columns[x] != expected:
                expected = values[first : nxt + 1].max(initial=0)
                assert x == width - 1
        assert columns[x] == expected


def test_one_keyframe_among_ten_thousand_frames_is_seen() -> None:
    track = empty_track(10_000)
    track["source"] = Source.PROPAGATED
    track["source"][7777] = Source.PAINTED
    scale = TimeScale.whole(10_000, 1000)
    columns = most_important(kinds_of(track), scale)
    assert np.flatnonzero(columns == Kind.PAINTED).tolist() == [777]
    picture = strip(TrackDrawing.of(track), scale)
    assert picture.shape == (TRACK_H, 1000)
    assert (picture[TRACK_H // 2, 775:780] == frame_kinds.PAPER).any()  # its diamond


def test_every_kind_has_a_shape_of_its_own() -> None:
    """Without colour: which rows and columns of a kind are drawn at all."""
    track = a_track()
    kinds = kinds_of(track)
    scale = TimeScale(40, 40 * 32, 0.0, 32.0)
    picture = strip(TrackDrawing.of(track), scale)
    shapes = {}
    for t in (0, 5, 12, 21, 30):
        drawn = picture[:, t * 32 + 1 : (t + 1) * 32] >> 24 > 0x40
        shapes[int(kinds[t])] = drawn.tobytes()
    assert len(set(shapes.values())) == 5


def test_marks_and_ticks_show_where_they_are_set() -> None:
    track = a_track()
    track["reinitialised"][20] = True
    track["verified"][5] = True
    scale = TimeScale(40, 400, 0.0, 10.0)
    picture = strip(TrackDrawing.of(track), scale)
    found = np.flatnonzero((picture == frame_kinds.REINITIALISED).any(axis=0))
    assert (found // 10 == 20).all()
    assert found.size
    found = np.flatnonzero((picture == frame_kinds.VERIFIED).any(axis=0))
    assert set((found // 10).tolist()) == {5}


@given(st.floats(0, 1), st.floats(0, 1), st.lists(st.integers(0, 199), max_size=30))
def test_verified_frames_are_underlined_at_every_scale(
    zoom: float, where: float, frames: list[int]
) -> None:
    track = empty_track(200)
    track["verified"][frames] = True
    whole = TimeScale.whole(200, 90)
    scale = whole.zoomed((MAX_FRAME_PX / whole.frame_px) ** zoom, 0).moved(where * 200)
    expected = most_important(track["verified"].astype(np.uint8), scale) > 0
    if scale.frame_px < 6:  # no gaps between the frames, no marks on the line
        row = strip(TrackDrawing.of(track), scale)[TRACK_H - 3]
        assert ((row == frame_kinds.VERIFIED) == expected).all()


def test_a_stretch_that_is_absent_or_verified_has_one_diamond() -> None:
    track = empty_track(40)
    track["source"][:20], track["source"][20:30] = Source.PROPAGATED, Source.ABSENT
    track["source"][[0, 1]] = Source.PAINTED
    track["verified"][10:15] = True
    assert TrackDrawing.of(track).marked.tolist() == [0, 1, 10, 20]
    track["verified"][19] = True
    assert TrackDrawing.of(track).marked.tolist() == [0, 1, 10, 19, 20]


def test_beyond_the_clip_there_is_nothing_but_the_faint_line() -> None:
    scale = TimeScale.whole(4, 1000)
    track = empty_track(4)
    track["source"] = Source.PAINTED
    picture = strip(TrackDrawing.of(track), scale)
    assert not (picture[:, 330:] == frame_kinds.PAINTED).any()


@given(
    zoom=st.floats(0, 1),
    where=st.floats(0, 1),
    frames=st.lists(st.integers(0, 199), min_size=1, max_size=4),
    source=st.sampled_from([Source.PROPAGATED, Source.NONE, Source.PAINTED]),
    verified=st.booleans(),
)
# two marks in one slot, the first of them left of what is drawn anew
@example(zoom=0.125, where=0.0, frames=[10], source=Source.PROPAGATED, verified=False)
def test_a_few_frames_drawn_anew_are_as_if_all_were(
    zoom: float, where: float, frames: list[int], source: Source, verified: bool
) -> None:
    track = a_track(200)
    track["verified"][[7, 90]] = True
    whole = TimeScale.whole(200, 90)
    scale = whole.zoomed((MAX_FRAME_PX / whole.frame_px) ** zoom, 0).moved(where * 200)
    before = TrackDrawing.of(track)
    picture = strip(before, scale)
    after = track.copy()
    after["source"][frames] = source
    after["verified"][frames[0]] = verified
    after["origin"][frames, 0], after["origin_revision"][frames, 0] = 0, 2
    drawing, changed = before.updated(after)
    expected = TrackDrawing.of(after)
    assert (drawing.kinds == expected.kinds).all()
    assert (drawing.marked == expected.marked).all()
    if changed is not None:
        redraw(picture, drawing, scale, changed)
        assert (picture == strip(expected, scale)).all()
    else:
        of_no_run = {0, 7, 20, 21, 90}
        assert verified or source == Source.PAINTED or of_no_run & set(frames)
