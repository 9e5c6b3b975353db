"""The strip of an object's track: one colour and shape per frame, made for all frames at once.

Where several frames share a pixel column, the most important is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtGui import QImage

from vosgui.core.quality.needs_review import LOW_CONFIDENCE
from vosgui.core.track import Source, Track, is_given
from vosgui.ui.timeline.columns import Columns, Frames, columns_of, most_important, nearest
from vosgui.ui.timeline.frame_kinds import (
    DIAMOND_PX,
    HATCH_PX,
    UNDERLINE,
    VERIFIED,
    Argb,
    Glyph,
    Kinds,
    diamond,
    kinds_of,
    patterns,
    triangle,
)
from vosgui.ui.timeline.scale import TRACK_H, TimeScale

_MARGIN_PX = 6  # the most that a mark reaches from its column
_MOST_UPDATED = 16  # frames of a track that are read anew one by one
_NOT_OF_RUNS = ("revision", "verified", "reinitialised")  # what no run changes
_GAP_PX = 2 * DIAMOND_PX + 1  # diamonds nearer than this would touch: one stands for them


@dataclass(frozen=True)
class _Strip:
    """A strip as it was when it was made; `image` lives on `pixels`."""

    drawing: TrackDrawing
    scale: TimeScale
    pixels: Argb
    image: QImage

    @classmethod
    def of(cls, drawing: TrackDrawing, scale: TimeScale) -> _Strip:
        pixels = strip(drawing, scale)
        height, width = pixels.shape
        form = QImage.Format.Format_ARGB32_Premultiplied
        return cls(drawing, scale, pixels, QImage(pixels.data, width, height, form))


class TrackStrips:
    """The strips of all tracks as images, each made anew when its track or the scale changes."""

    def __init__(self) -> None:
        self._strips: dict[int, _Strip] = {}
        self._threshold = LOW_CONFIDENCE

    def clear(self) -> None:
        """Forget all strips."""
        self._strips.clear()

    def image(
        self, object_id: int, track: Track, scale: TimeScale, threshold: float = LOW_CONFIDENCE
    ) -> QImage:
        """Return the strip of an object's track, TRACK_DTYPE (n_frames,).

        threshold : confidence under it is drawn as uncertain.
        """
        if threshold != self._threshold:
            self.clear()
            self._threshold = threshold
        known = self._strips.get(object_id)
        frames: Frames | None = None  # those that differ, or all
        if known is None:
            drawing = TrackDrawing.of(track, threshold)
        elif known.drawing.track is track:  # an annotation never changes an array it has handed out
            if known.scale == scale:
                return known.image
            drawing = known.drawing
        else:
            drawing, frames = known.drawing.updated(track)
        if known is not None and frames is not None and known.scale == scale:
            redraw(known.pixels, drawing, scale, frames)
            known = replace(known, drawing=drawing)
        else:
            known = _Strip.of(drawing, scale)
        self._strips[object_id] = known
        return known.image


@dataclass(frozen=True)
class TrackDrawing:
    """What is drawn of a track, worked out once for all scales.

    verified, marked, reinitialised : frames, ascending; marked are those with a diamond.
    threshold : of what is uncertain.
    """

    track: Track
    threshold: float
    kinds: Kinds
    verified: Frames
    marked: Frames
    reinitialised: Frames

    @classmethod
    def of(cls, track: Track, threshold: float = LOW_CONFIDENCE) -> TrackDrawing:
        """Read a whole track, TRACK_DTYPE (n_frames,)."""
        return cls(
            track,
            threshold,
            kinds_of(track, threshold=threshold),
            np.flatnonzero(track["verified"]),
            _with_diamonds(track),
            np.flatnonzero(track["reinitialised"]),
        )

    def updated(self, track: Track) -> tuple[TrackDrawing, Frames | None]:
        """Return what is drawn of the track as it is now, and the frames that look different.

        track : TRACK_DTYPE (n_frames,). Returns frames as int64 (n,), or None for all of them:
        what is stale depends on revisions, so that where one has changed the whole track is read.
        A frame that a run has changed is read alone.
        """
        differs = track.view(np.uint8) != self.track.view(np.uint8)
        frames = np.unique(np.flatnonzero(differs) // track.itemsize)
        now, before = track[frames], self.track[frames]
        if (
            len(frames) > _MOST_UPDATED
            or any((now[name] != before[name]).any() for name in _NOT_OF_RUNS)
            or (is_given(now) != is_given(before)).any()
            or (now["source"] != before["source"])[is_given(now)].any()
        ):
            return TrackDrawing.of(track, self.threshold), None
        kinds = self.kinds.copy()
        kinds[frames] = kinds_of(track, frames, self.threshold)
        return replace(self, track=track, kinds=kinds), frames


def _with_diamonds(track: Track) -> Frames:
    """Return the given frames that are marked, int64 (n,).

    Of a stretch that is absent, or verified as it was propagated, the first: the others look
    given already. track : TRACK_DTYPE (n_frames,).
    """
    given, source = is_given(track), track["source"]
    is_said = given & (source != Source.PAINTED) & (source != Source.CORRECTED)
    goes_on = np.zeros(len(track), bool)
    absent = source == Source.ABSENT
    goes_on[1:] = is_said[1:] & is_said[:-1] & (absent[1:] == absent[:-1])
    return np.flatnonzero(given & ~goes_on)


def strip(drawing: TrackDrawing, scale: TimeScale) -> Argb:
    """Return the picture of a track, premultiplied ARGB, uint32 (TRACK_H, width)."""
    columns = most_important(drawing.kinds, scale)
    # The hatching is fixed to the frames, so that it does not swim while the track is scrolled.
    phase = (np.arange(scale.width) + Columns.of(scale).shift) % HATCH_PX
    # Marks may reach over the edges; the margin that takes them is cut off in the end.
    picture = np.zeros((TRACK_H, scale.width + 2 * _MARGIN_PX), np.uint32)
    inner = picture[:, _MARGIN_PX:-_MARGIN_PX]
    inner[...] = patterns().take(columns * np.intp(HATCH_PX) + phase, axis=1)
    inner[UNDERLINE, columns_of(drawing.verified, scale)] = VERIFIED
    _separate(inner, scale)
    _stamp(picture, _marks(drawing.marked, scale), diamond())
    _stamp(picture, _marks(drawing.reinitialised, scale), triangle())
    return np.ascontiguousarray(inner)


def redraw(picture: Argb, drawing: TrackDrawing, scale: TimeScale, frames: Frames) -> None:
    """Draw a track's picture, uint32 (TRACK_H, width), anew where some frames are, int64 (n,)."""
    if not frames.size:
        return
    # Marks reach in from beyond, and columns that are shared by frames look at all of these.
    left = math.floor(scale.x_of(int(frames[0]))) - 1
    right = math.ceil(scale.x_of(int(frames[-1]) + 1)) + 1
    left, right = max(left, 0), min(right, scale.width)
    if left < right:
        first = max(left - _MARGIN_PX, 0)
        first = max(first - (first + Columns.of(scale).shift) % _GAP_PX, 0)  # a slot's first mark
        width = min(right + _MARGIN_PX, scale.width) - first
        part = replace(scale, first=scale.first + first / scale.frame_px, width=width)
        picture[:, left:right] = strip(drawing, part)[:, left - first : right - first]


def _separate(picture: Argb, scale: TimeScale) -> None:
    """Part the frames by a thin gap where they are wide enough to be seen one by one."""
    if scale.frame_px >= 6:
        frames = np.array(scale.visible)
        xs = nearest((frames - scale.first) * scale.frame_px)
        picture[:, xs[(xs >= 0) & (xs < scale.width)]] = 0


def _marks(frames: Frames, scale: TimeScale) -> Frames:
    """Return the columns of the middles of some frames, thinned out where they would touch."""
    visible = scale.visible
    low, high = np.searchsorted(frames, (visible.start, visible.stop))
    xs = nearest((frames[low:high] + 0.5 - scale.first) * scale.frame_px)
    xs = xs[(xs >= 0) & (xs < scale.width)]
    if scale.frame_px >= _GAP_PX or not xs.size:
        return xs
    slots = (xs + Columns.of(scale).shift) // _GAP_PX
    return xs[np.flatnonzero(np.diff(slots, prepend=-1))]


def _stamp(picture: Argb, xs: Frames, glyph: Glyph) -> None:
    """Draw a glyph at each column."""
    if xs.size:
        y, dx, colour = glyph.T[:, :, None]
        picture[y, xs + dx + _MARGIN_PX] = colour
