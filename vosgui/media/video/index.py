"""Which frames a video file has: the order of its packets' frames, checked by decoding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vosgui.core.progress import Progress
from vosgui.media.video.check import Numbers, Pass, cut_before, decode_pass, first_damaged
from vosgui.media.video.decoder import Decoder
from vosgui.media.video.deinterlace import DeinterlacingDecoder
from vosgui.media.video.geometry import Geometry, read_geometry
from vosgui.media.video.packets import Packets, not_a_video

# A clip of up to so many pixels in all, 300 frames of 720p, is decoded once when it is opened.
_CHECKED_PIXELS = 300 * 1280 * 720
_CHECKED_TWICE_PIXELS = _CHECKED_PIXELS // 3
_HEAD_FRAMES = 24
_GROUPS_BACK = 3
_TAIL_FRAMES = 16  # no codec reorders over more
_EVEN_STEPS = 12


@dataclass(frozen=True)
class VideoIndex:
    """What the readers of one file share.

    order : packet number of each frame.
    rank : frame index of each packet; of a packet without a frame, that of the next shown one.
    is_interlaced : whether frames of two fields were met. deinterlaces : whether they are made one.
    """

    packets: Packets
    order: Numbers
    rank: Numbers
    geometry: Geometry
    is_interlaced: bool
    deinterlaces: bool = False

    def decoder(self, n_threads: int = 0) -> Decoder | DeinterlacingDecoder:
        """Return a decoder of the file, to be closed."""
        kind = DeinterlacingDecoder if self.deinterlaces else Decoder
        return kind(self.packets, n_threads)

    def frame_of(self, packet: int) -> int | None:
        """Return which frame a packet holds; None where it is not shown."""
        t = int(self.rank[packet])
        return t if t < len(self.order) and self.order[t] == packet else None

    def starts(self, t: int) -> list[int]:
        """Return the keys to decode frame `t` from, the best one first."""
        first = max(0, t - 1) if self.deinterlaces else t  # which needs the frame before, too
        return _starts(self.packets, self.order, self.rank, first)

    def key_frames(self) -> Numbers:
        """Return the frames that are decoded without another one, rising, int64 (n,)."""
        keys = self.packets.keys
        ranks = self.rank[keys]
        ranks, keys = ranks[ranks < len(self.order)], keys[ranks < len(self.order)]
        return np.unique(ranks[self.order[ranks] == keys])

    def times(self) -> tuple[float, ...]:
        """Return the presentation time of each frame in seconds, the first one at 0."""
        stamps = self.packets.pts[self.order]
        if self.packets.are_stamped and bool(np.all(np.diff(stamps) > 0)):
            return tuple(((stamps - stamps[0]) * float(self.packets.time_base)).tolist())
        return tuple((np.arange(len(stamps)) / self.packets.rate).tolist())


def build_index(packets: Packets, progress: Progress) -> tuple[VideoIndex, list[str]]:
    """Find the frames of a file, and what there is to say about them, one line each.

    A short clip is decoded once; of a longer one the first frames, which tell whether packets and
    frames go together, and the last group. If they do not, it is decoded once, however long.
    Raises ClipError if no frame can be decoded, or if they change size.
    """
    decoder = Decoder(packets)
    try:
        item = decoder.next_frame()
        if item is None:
            raise not_a_video(packets.path, "not one of its frames can be decoded")
        geometry = read_geometry(item[1], decoder.pixel_aspect)
        decoder.start_at(0)
        is_short = len(packets) * geometry.n_pixels <= _CHECKED_PIXELS
        order = None
        if not is_short and packets.are_stamped:
            order, damaged = _check_ends(decoder, geometry, progress)
        if order is None:
            decoder.start_at(0)
            order, damaged = _check_all(decoder, geometry, progress)
        is_interlaced = decoder.n_interlaced > 0
    finally:
        decoder.close()
    order, warnings = _cut(packets, order, damaged)
    return VideoIndex(packets, order, _ranks(packets, order), geometry, is_interlaced), warnings


def _cut(packets: Packets, order: Numbers, damaged: int | None) -> tuple[Numbers, list[str]]:
    """Return the frames before the damage, and what was left out before and after them."""
    warnings = []
    n_lead = int(np.argmax(packets.by_time() == order[0])) if packets.are_stamped else 0
    if n_lead:
        warnings.append(
            f"The file begins in the middle of a group: its first {n_lead} frames need others "
            "that were cut away, and are left out."
        )
    known = [n for n in packets.corrupt if not packets.cannot_be_decoded(n)]
    damaged = min([n for n in (damaged, packets.lost(), *known) if n is not None], default=None)
    n_whole = len(order) if damaged is None else cut_before(packets, order, damaged)
    if n_whole == 0:
        raise not_a_video(packets.path, "it is damaged from its first frame on")
    if damaged is not None:
        warnings.append(
            f"The file is damaged at frame {n_whole}: the clip ends before it, and what comes "
            "later is left out. Copy the file again from where it came to get it."
        )
        return order[:n_whole], warnings
    n_whole = _before_broken_tail(packets, order)
    if n_whole < len(order) or packets.n_missing or packets.broke_off:
        warnings.append(
            f"The file is cut short after frame {n_whole - 1}. "
            "Copy it again from where it came to get the rest."
        )
    return order[:n_whole], warnings


def _before_broken_tail(packets: Packets, order: Numbers) -> int:
    """Return how many frames come before the hole that a file cut short has near its end.

    A frame is stored before those shown ahead of it that are built on it, so the last frames of a
    cut file have holes between them. Where the times were even until then, such a hole is known.
    """
    if not packets.are_stamped or len(order) <= _EVEN_STEPS:
        return len(order)
    steps = np.diff(packets.pts[order])
    step = np.median(steps)
    uneven = np.flatnonzero(np.abs(steps - step) > np.maximum(0.05 * step, 1))
    if not len(uneven) or uneven[0] < max(_EVEN_STEPS, len(steps) - _TAIL_FRAMES):
        return len(order)
    n_steps = steps[uneven[0]] / step
    is_hole = 2 <= round(n_steps) <= _TAIL_FRAMES and abs(n_steps - round(n_steps)) < 0.1
    return int(uneven[0]) + 1 if is_hole else len(order)


def _starts(packets: Packets, order: Numbers, rank: Numbers, t: int) -> list[int]:
    """Return the keys to decode frame `t` from, the best one first."""
    keys = packets.keys[: int(np.searchsorted(packets.keys, order[t], side="right"))]
    # Frames shown before the key they follow in the file belong to the group before it.
    usable = keys[rank[keys] <= t]
    chosen: list[int] = usable[::-1][:_GROUPS_BACK].tolist()
    return chosen or [0]


def _last_starts(packets: Packets, order: Numbers) -> list[int]:
    return _starts(packets, order, _ranks(packets, order), len(order) - 1)


def _careful_pass(packets: Packets, geometry: Geometry, start: int, progress: Progress) -> Pass:
    """Decode with one thread: several do not always mark a last frame that is cut off."""
    decoder = Decoder(packets, n_threads=1)
    try:
        decoder.start_at(start)
        return decode_pass(decoder, geometry.stored_hw, progress)
    finally:
        decoder.close()


def _check_all(
    decoder: Decoder, geometry: Geometry, progress: Progress
) -> tuple[Numbers, int | None]:
    """Decode everything; return the frames' packets in order, and where damage begins."""
    packets = decoder.packets
    result = decode_pass(decoder, geometry.stored_hw, progress)
    if not result.is_whole:
        result = _careful_pass(packets, geometry, 0, progress)
    elif result.order:
        last = _last_starts(packets, np.array(result.order, np.int64))[0]
        if (len(packets) - last) * geometry.n_pixels <= _CHECKED_TWICE_PIXELS:
            tail = _careful_pass(packets, geometry, last, progress.within(1, 1))
            result.corrupt = tail.corrupt
    useless = {n for n in result.order if n < packets.first_key}
    useless |= {n for n in result.corrupt if packets.cannot_be_decoded(n)}
    result.corrupt -= useless
    order = np.array([n for n in result.order if n not in useless], np.int64)
    if not len(order):
        raise not_a_video(packets.path, "not one of its frames can be decoded")
    shown = np.flatnonzero(packets.is_shown).tolist()
    expected = [n for n in shown if n >= order[0] and not packets.cannot_be_decoded(n)]
    return order, first_damaged(packets, result, expected)


def _check_ends(
    decoder: Decoder, geometry: Geometry, progress: Progress
) -> tuple[Numbers | None, int | None]:
    """Decode the first frames and the last group, the rest being taken from the time stamps.

    Returns no order if the frames that come out are not those the stamps announce.
    """
    packets = decoder.packets
    result = decode_pass(decoder, geometry.stored_hw, max_frames=_HEAD_FRAMES)
    by_time = packets.by_time()
    order = by_time[int(np.argmax(by_time == result.order[0])) :] if result.order else by_time
    if not result.is_whole or result.order != order[: len(result.order)].tolist():
        return None, None
    silent, damaged = order, None
    for last in _last_starts(packets, order):
        if silent is order and (len(packets) - last) * geometry.n_pixels > _CHECKED_PIXELS:
            return order, None
        result = _careful_pass(packets, geometry, last, progress.within(1, 1))
        tail = order[int(np.argmax(order == last)) :] if last in order else order[:0]
        damaged = first_damaged(packets, result, tail.tolist())
        # Packets that give no frame, and no error: of a picture that is renewed bit by bit, with
        # no whole key, those of the first group have none.
        silent = np.setdiff1d(tail if silent is order else silent, result.order)
        if damaged is not None or not len(silent):
            break
    return order[~np.isin(order, silent)] if damaged is None else order, damaged


def _ranks(packets: Packets, order: Numbers) -> Numbers:
    rank = np.full(len(packets), len(order), np.int64)
    rank[order] = np.arange(len(order))
    stamps = packets.pts[order]
    if packets.are_stamped and bool(np.all(np.diff(stamps) > 0)):
        others = np.setdiff1d(np.arange(len(packets)), order)
        rank[others] = np.searchsorted(stamps, packets.pts[others])
    return rank
