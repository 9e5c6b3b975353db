"""The packets of a video file: read once, without decoding, they say which frames there are.

A packet's number is its place in the file's decoding order. It names the frame it gives, whatever
its time stamp: containers leave stamps out, repeat them, or shift them after a seek.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.core.progress import Progress
from vosgui.errors import ClipError
from vosgui.files.ordinary import check_ordinary
from vosgui.media import libav as av

Stamps = npt.NDArray[np.int64]

_NONE = np.iinfo(np.int64).min
# These show text files as moving pictures; nobody means that as a clip.
_TEXT_FORMATS = {"tty", "bin", "adf", "idf", "xbin"}
_HELD = 3  # frames: how long the last one is shown, not all files say
_HOLE = 1.5  # times the usual step
_SKIPPED_BYTES = 512  # headers between packets
_REPORT_EVERY = 256  # packets


@dataclass(frozen=True)
class Packets:
    """All packets of a file's video stream, in decoding order.

    pts : presentation time stamps, in `time_base`; the smallest int64 where there is none.
    is_shown : False for a packet that is decoded but cut away by the file's edit list.
    keys : numbers of the packets at which decoding can start, rising; packet 0 is one of them.
    first_key : number of the first true key packet; what comes before it cannot be decoded.
    key_numbers : number of a key packet by its place in the file and its size, where unique.
    corrupt : numbers of the packets that the container knows to be damaged.
    n_missing : how many packets the file's own index or header tells of, and reading did not find.
    skipped : bytes between the end of the packet before and the start of this one, 0 if unknown.
    broke_off : what reading stopped at before the end of the file, or None.
    """

    path: Path
    stream_index: int
    pts: Stamps
    is_shown: npt.NDArray[np.bool_]
    keys: npt.NDArray[np.int64]
    first_key: int
    key_numbers: dict[tuple[int | None, int], int]
    time_base: Fraction
    rate: float
    n_missing: int
    corrupt: tuple[int, ...]
    skipped: Stamps
    broke_off: str | None

    def __len__(self) -> int:
        return len(self.pts)

    def leads(self, n: int) -> bool:
        """Return whether packet `n` is shown before the key it follows in the file.

        Such a frame is built on the group before, and nothing after that key is built on it.
        """
        key = self.keys[int(np.searchsorted(self.keys, n, side="right")) - 1]
        return bool(_NONE != self.pts[n] < self.pts[key])

    @cached_property
    def are_stamped(self) -> bool:
        """Return whether every shown packet has a time stamp of its own."""
        shown = self.pts[self.is_shown]
        return bool(np.all(shown != _NONE)) and len(np.unique(shown)) == len(shown)

    def by_time(self) -> npt.NDArray[np.int64]:
        """Return the numbers of the shown packets by their time stamps, int64 (N,)."""
        shown = np.flatnonzero(self.is_shown)
        return shown[np.argsort(self.pts[shown], kind="stable")]

    def lost(self) -> int | None:
        """Return the first packet before which others were lost, None where none were.

        They were where the times have a hole, and the container's reader passed over bytes there.
        """
        if not self.are_stamped or len(self) < 5:
            return None
        steps = np.diff(np.maximum.accumulate(self.pts))
        step = np.median(steps[steps > 0])
        is_hole = steps > _HOLE * step
        # What lies between two packets of a file that is whole is the sound of that time.
        usual = max(_SKIPPED_BYTES, int(self.skipped[1:].max(initial=0, where=~is_hole)))
        lost = np.flatnonzero(is_hole & (self.skipped[1:] > 2 * usual * steps / step)) + 1
        # Of the packet before, the last part may be lost as well.
        return max(0, int(lost[0]) - 1) if len(lost) else None

    def cannot_be_decoded(self, n: int) -> bool:
        """Return whether packet `n` needs a group that the file does not hold."""
        return n < self.first_key or (n < self.group_end(self.first_key) and self.leads(n))

    def group_end(self, n: int) -> int:
        """Return the number of the first key packet after packet `n`, or the number of packets."""
        at = int(np.searchsorted(self.keys, n, side="right"))
        return int(self.keys[at]) if at < len(self.keys) else len(self)

    def stamp(self, n: int) -> int | None:
        """Return the time stamp of packet `n`."""
        return None if self.pts[n] == _NONE else int(self.pts[n])


def identity(packet: Any) -> tuple[int | None, int]:
    """Return what tells a key packet from the others, also after a seek."""
    return (packet.pos if packet.pos is not None else packet.pts, packet.size)


def open_file(path: Path) -> Any:
    """Open a video file with PyAV, to be closed; raise ClipError for a file that is not one."""
    try:
        # A playlist must not make us open other files, or the network.
        check_ordinary(path)
        container = av.open(str(path), container_options={"protocol_whitelist": "file"})
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise not_a_video(path, getattr(error, "strerror", None) or str(error)) from error
    if container.format.name in _TEXT_FORMATS:
        container.close()
        raise not_a_video(path, "it is a text file")
    return container


def not_a_video(path: Path, reason: str) -> ClipError:
    """Return the error for a file in which there is no video to be found."""
    return ClipError(
        f"{path} cannot be opened as a video: {reason}. It is not a video, or its beginning or end "
        "is missing; copy it again, or convert it to MP4."
    )


def video_stream(path: Path, container: Any) -> Any:
    """Return the stream of moving pictures; covers and thumbnails do not count."""
    streams = [
        s
        for s in container.streams.video
        if not s.disposition & av.stream.Disposition.attached_pic and s.codec_context is not None
    ]
    if not streams:
        raise not_a_video(path, "it holds no video stream")
    return max(streams, key=lambda s: s.width * s.height)


def read_packets(path: Path, progress: Progress) -> Packets:
    """Read the packets of a video file one after the other; nothing of them is kept.

    Raises ClipError if there is no video stream, or not one packet in it.
    """
    pts: list[int] = []
    shown: list[bool] = []
    keys: list[int] = []
    names: dict[tuple[int | None, int], int] = {}
    corrupt: list[int] = []
    skipped: list[int] = []
    end, broke_off, ends = 0, None, _NONE
    n_read, size = 0, path.stat().st_size
    with open_file(path) as container:
        stream = video_stream(path, container)
        try:
            for packet in container.demux(stream):
                n_read += packet.dts is not None or packet.size > 0
                if not packet.size:
                    continue
                n = len(pts)
                if packet.is_keyframe:
                    keys.append(n)
                    names[identity(packet)] = -1 if identity(packet) in names else n
                if packet.is_corrupt:
                    corrupt.append(n)
                skipped.append(packet.pos - end if packet.pos is not None and n else 0)
                end = (packet.pos or 0) + packet.size
                pts.append(_NONE if packet.pts is None else packet.pts)
                ends = max(ends, pts[-1] + (packet.duration or 0))
                shown.append(not packet.is_discard)
                if n % _REPORT_EVERY == 0 and packet.pos is not None:
                    progress.report(packet.pos, size)
        except av.error.FFmpegError as error:
            broke_off = str(error)
        if not any(shown):
            raise not_a_video(path, broke_off or "it holds no frames")
        listed = max(len(stream.index_entries) - n_read, _not_there(stream, ends))
        return Packets(
            path=path,
            stream_index=stream.index,
            pts=np.array(pts, np.int64),
            is_shown=np.array(shown),
            keys=np.unique(np.array([0, *keys], np.int64)),
            first_key=keys[0] if keys else 0,
            key_numbers={name: n for name, n in names.items() if n >= 0},
            time_base=stream.time_base,
            rate=float(stream.average_rate or stream.guessed_rate or 0) or 30.0,
            n_missing=max(0, listed),
            corrupt=tuple(corrupt),
            skipped=np.array(skipped, np.int64),
            broke_off=broke_off,
        )


def _not_there(stream: Any, ends: int) -> int:
    """Return how many frames a Matroska file should have after the last one, by its own header.

    ends : time stamp at which the last packet ends. Where such a file is cut nothing else tells.
    """
    said = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if said is None or ends < 0 or not stream.average_rate:
        return 0
    hours, minutes, seconds = (float(part) for part in said.groups())
    missing_s = 3600 * hours + 60 * minutes + seconds - float(ends * stream.time_base)
    return max(0, round(missing_s * float(stream.average_rate)) - _HELD)
