"""Decode the frames of a video file from any packet on, each told by the number of its packet."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from vosgui.media import libav as av
from vosgui.media.video.packets import Packets, identity, open_file

_MAX_THREADS = 8
_SEEKS = 3
# Decoders that fill what is damaged without a mark on the frame, unless they are told to refuse.
_CONCEALERS = {"mjpeg"}


class Decoder:
    """A container, its decoder, and where they stand.

    n_threads : 0 for as many as the machine has; with 1 it is exact which packet an error meant.
    smooths_all : else frames that no other one is built on keep the edges of their blocks, which is
        a tenth less work, and not to be seen in a picture made small.

    next_packet : number of the packet that is fed next.
    spoiled_from : since an error, the packet from which all frames up to a whole key are wrong.
    error_at : number of the first packet that the decoder may have refused since the last start.
    n_interlaced : how many frames came out that are made of two fields.
    """

    def __init__(self, packets: Packets, n_threads: int = 0, *, smooths_all: bool = True) -> None:
        self.packets = packets
        self.next_packet = 0
        self.spoiled_from: int | None = None
        self.error_at: int | None = None
        self.n_interlaced = 0
        self._ready: deque[tuple[int, Any]] = deque()
        self._keys = frozenset(packets.keys.tolist())
        self._options = {} if smooths_all else {"skip_loop_filter": "noref"}
        self._n_threads = n_threads or min(os.cpu_count() or 1, _MAX_THREADS)
        self._open()

    def _open(self) -> None:
        self._container = open_file(self.packets.path)
        self._stream = self._container.streams[self.packets.stream_index]
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = self._n_threads
        options = dict(self._options)
        if self._stream.codec_context.name in _CONCEALERS:
            options["err_detect"] = "explode"
        self._stream.codec_context.options = options
        self._feed = self._read()
        self._restart(0)

    @property
    def pixel_aspect(self) -> Fraction | None:
        """Return width over height of a pixel; None or 0 where the file does not say."""
        aspect = self._stream.sample_aspect_ratio or self._stream.codec_context.sample_aspect_ratio
        return None if aspect is None else Fraction(aspect)

    def _restart(self, number: int) -> None:
        self.next_packet = number
        self.spoiled_from = None
        self.error_at = None
        self._ended = False
        self._ready.clear()

    def _read(self) -> Iterator[Any]:
        """Yield the packets with something in them, as the index counted them."""
        try:
            for packet in self._container.demux(self._stream):
                if packet.size:
                    yield packet
        except av.error.FFmpegError:
            return  # where the index ended, too

    def start_at(self, key: int) -> None:
        """Make packet `key`, a key packet, the next one."""
        stamp = self.packets.stamp(key)
        back = 0.0
        for _ in range(_SEEKS if stamp is not None else 0):
            offset = int((stamp or 0) - back / self.packets.time_base)
            try:
                self._container.seek(offset, stream=self._stream, backward=True)
            except av.error.FFmpegError:
                break  # this container cannot seek: read from its start
            self._feed = self._read()
            if self._skip_to(key):
                return
            back = 2 * back + 1.0
        self.close()
        self._open()
        for _ in range(key):
            next(self._feed, None)
        self._restart(key)

    def _skip_to(self, key: int) -> bool:
        """Read on to packet `key`; return False if the seek went past it, or nobody knows."""
        number = None
        for packet in self._feed:
            if number is not None:
                number += 1
            elif packet.is_keyframe:
                number = self.packets.key_numbers.get(identity(packet))
            if number is None:
                continue
            if number > key:
                return False
            if number == key:
                self._restart(key)
                self._decode(packet)
                return True
        return False

    def _decode(self, packet: Any | None) -> None:
        """Feed one packet, or None at the end, and keep the frames that come out."""
        context = self._stream.codec_context
        if packet is not None:
            # A decoder hands the stamp of a packet on to its frame, in whatever order they leave.
            packet.pts = self.next_packet
            self.next_packet += 1
        try:
            frames = context.decode(packet)
        except av.error.FFmpegError:
            # The threads report a packet's error when they have been fed the next few.
            first = max(0, self.next_packet - self._n_threads)
            if self.error_at is None:
                self.error_at = first
            for number in range(first, self.next_packet):
                self._spoil(number)
            return
        self._ready.extend((frame.pts, frame) for frame in frames)

    def _spoil(self, number: int) -> None:
        if not self.packets.leads(number) and self.spoiled_from is None:
            self.spoiled_from = number

    def next_frame(self) -> tuple[int, Any, bool] | None:
        """Return the packet number of the next frame, the frame, and whether it is whole.

        Frames come in presentation order; None comes at the end.
        """
        while not self._ready:
            if self._ended:
                return None
            packet = next(self._feed, None)
            self._ended = packet is None
            self._decode(packet)
        number, frame = self._ready.popleft()
        self.n_interlaced += frame.interlaced_frame
        if frame.is_corrupt:
            self._spoil(number)
        elif self.spoiled_from is not None and number > self.spoiled_from and number in self._keys:
            self.spoiled_from = None
        is_whole = self.spoiled_from is None or number < self.spoiled_from
        return number, frame, is_whole and not frame.is_corrupt

    def close(self) -> None:
        """Release the file and the decoder."""
        self._ready.clear()
        self._container.close()
