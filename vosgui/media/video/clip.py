"""A video file as a clip: exact frames by number, in any order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from vosgui.core.array_cache import ArrayCache
from vosgui.core.clip import ClipInfo, Frame
from vosgui.core.progress import Progress
from vosgui.errors import ClipError
from vosgui.media.cached_clip import CachedClip
from vosgui.media.fingerprint import file_fingerprint
from vosgui.media.video.check import check_size
from vosgui.media.video.decoder import Decoder
from vosgui.media.video.deinterlace import DeinterlacingDecoder
from vosgui.media.video.index import VideoIndex, build_index
from vosgui.media.video.packets import read_packets
from vosgui.media.video.pictures import PictureMaker

# A step back of up to so many frames is a walk: what lies before will be asked for next.
_WALK_BACK = 10


def open_video(
    path: Path,
    cache_bytes: int,
    progress: Progress,
    *,
    once: bool = False,
    deinterlace: bool = False,
) -> VideoClip:
    """Open a video file; see `open_clip`."""
    packets = read_packets(path, progress.within(0, 0.5))
    index, warnings = build_index(packets, progress.within(0.5, 1))
    index = replace(index, deinterlaces=deinterlace and index.is_interlaced)
    warnings += _about_pictures(index)
    n_frames = len(index.order)
    width = max(5, len(str(n_frames - 1)))
    info = ClipInfo(
        path=path,
        name=path.stem,
        hw=index.geometry.shown_hw,
        frame_names=tuple(f"{t:0{width}d}" for t in range(n_frames)),
        times_s=index.times(),
        rate=packets.rate,
        fingerprint=file_fingerprint(path),
        warnings=tuple(warnings),
    )
    progress.report(1, 1)
    return VideoClip(info, index, cache_bytes, once=once)


def _about_pictures(index: VideoIndex) -> list[str]:
    """Return what there is to say about how frames are shown."""
    lines = []
    if index.geometry.hdr:
        lines.append(
            f"The colours are {index.geometry.hdr} (high dynamic range, up to "
            f"{index.geometry.peak_nits:.0f} cd/m2): they are brought down to those of an ordinary "
            "screen, and exported so."
        )
    if index.deinterlaces:
        lines.append("The frames are interlaced: whole ones are made of their fields.")
    elif index.is_interlaced:
        lines.append(
            "The frames are interlaced: what moves looks like a comb, unless whole ones are made "
            "of their fields when the clip is prepared."
        )
    if index.geometry.is_transparent:
        lines.append("Parts of the frames are transparent: they are shown as if they were not.")
    return lines


class VideoClip(CachedClip):
    """A reader of a video file.

    The next frame is decoded from where the last one ended. A jump decodes from the key frame
    before it. A step back does too, and keeps what it decodes, so that the steps before cost
    nothing.

    index : which packets its frames are.
    """

    def __init__(
        self, info: ClipInfo, index: VideoIndex, cache_bytes: int, *, once: bool = False
    ) -> None:
        self.info = info
        self.index, self._once = index, once
        self._cache = ArrayCache(cache_bytes)
        self._pictures = PictureMaker(index.geometry)
        self._decoder: Decoder | DeinterlacingDecoder | None = None
        self._position = -1  # the last frame that came out of the decoder
        self._asked = -1

    def __getitem__(self, t: int) -> Frame:
        self.check_index(t)
        frame = self._cache.get(t)
        if frame is None:
            try:
                frame = self._decode(t)
            except ClipError:
                self._drop_decoder()  # the next call opens the file anew
                raise
        self._asked = t
        if self._once:
            self._cache.drop(t)
        return frame

    def _decode(self, t: int) -> Frame:
        keep_from = t
        if 0 < self._asked - t <= _WALK_BACK:
            height, width = self.info.hw
            keep_from = max(0, t + 1 - max(1, self._cache.max_bytes // (height * width * 3)))
        if self._decoder is None:
            self._decoder = self.index.decoder()
        starts = self.index.starts(t)
        is_on_the_way = self._position < t and self._decoder.next_packet >= starts[0]
        if is_on_the_way:
            frame = self._run_to(t, keep_from)
            if frame is not None:
                return frame
        for key in starts:
            self._decoder.start_at(key)
            frame = self._run_to(t, keep_from)
            if frame is not None:
                return frame
        frame = self._decode_carefully(t, keep_from)
        if frame is not None:
            return frame
        raise ClipError(
            f"Frame {t} of {self.info.path} is damaged and cannot be decoded. Work on the frames "
            "before it, or copy the file again from where it came."
        )

    def _decode_carefully(self, t: int, keep_from: int) -> Frame | None:
        """Decode with one thread: right before damage only that tells which frames are whole."""
        self._drop_decoder()
        self._decoder = self.index.decoder(n_threads=1)
        try:
            self._decoder.start_at(self.index.starts(t)[0])
            return self._run_to(t, keep_from)
        finally:
            self._drop_decoder()

    def _drop_decoder(self) -> None:
        if self._decoder is not None:
            self._decoder.close()
            self._decoder = None
        self._position = -1

    def _run_to(self, t: int, keep_from: int) -> Frame | None:
        """Decode up to frame `t` and keep those from `keep_from` on; None if `t` is not whole."""
        assert self._decoder is not None
        while (item := self._decoder.next_frame()) is not None:
            number, decoded, is_whole = item
            at = self.index.frame_of(number)
            if at is None:
                continue
            self._position = at
            if at > t:
                return None
            if at < keep_from or not is_whole:
                continue
            check_size(self.index.packets, decoded, self.index.geometry.stored_hw, at)
            frame = self._pictures.picture(decoded)
            self._cache.put(at, frame)
            if at == t:
                return frame
        return None

    def source_file(self, t: int) -> Path | None:
        """Return None: the frames of a video have no files of their own."""
        self.check_index(t)
        return None

    def reopen(self, *, once: bool = False) -> VideoClip:
        """Return another reader of the same clip."""
        return VideoClip(self.info, self.index, self._cache.max_bytes, once=once)

    def close(self) -> None:
        """Let go of the file and of the frames that are kept."""
        self._closed = True
        self._cache.clear()
        self._drop_decoder()
