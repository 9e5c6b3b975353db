"""Pictures made of two fields, each taken at its own time, as whole ones: one for each of them."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import Any

from vosgui.media import libav as av
from vosgui.media.video.decoder import Decoder
from vosgui.media.video.packets import Packets

_FILTER, _OPTIONS = "bwdif", "mode=send_frame:deint=interlaced"


class DeinterlacingDecoder:
    """A decoder whose frames went through FFmpeg's filter `bwdif`, those marked as interlaced.

    A frame is made of the ones before and after it too, so the first one after a start is not
    whole, nor is one beside a damaged one.
    """

    def __init__(self, packets: Packets, n_threads: int = 0) -> None:
        self._decoder = Decoder(packets, n_threads)
        self._restart(is_first=True)

    @property
    def next_packet(self) -> int:
        """Return the number of the packet that is fed next."""
        return self._decoder.next_packet

    def start_at(self, key: int) -> None:
        """Make packet `key`, a key packet, the next one."""
        self._decoder.start_at(key)
        self._restart(is_first=key == 0)

    def _restart(self, *, is_first: bool) -> None:
        self._graph: Any = None
        self._fed: deque[tuple[int, bool]] = deque()
        self._made: deque[Any] = deque()
        self._is_whole_before = is_first
        self._ended = False

    def next_frame(self) -> tuple[int, Any, bool] | None:
        """Return the packet number of the next frame, the frame, and whether it is whole."""
        while not self._made:
            if self._ended:
                return None
            self._feed()
        number, is_whole = self._fed.popleft()
        is_whole_after = not self._fed or self._fed[0][1]
        is_made_whole = self._is_whole_before and is_whole and is_whole_after
        self._is_whole_before = is_whole
        return number, self._made.popleft(), is_made_whole

    def _feed(self) -> None:
        item = self._decoder.next_frame()
        if item is None:
            self._ended = True
            if self._graph is not None:
                self._graph.vpush(None)
        else:
            number, frame, is_whole = item
            if self._graph is None:
                self._graph = _graph(frame)
            self._fed.append((number, is_whole))
            frame.pts, frame.time_base = number, Fraction(1, 1)
            self._graph.vpush(frame)
        while self._graph is not None:
            try:
                self._made.append(self._graph.vpull())
            except (av.error.BlockingIOError, av.error.EOFError):
                return

    def close(self) -> None:
        """Release the file, the decoder and the filter."""
        self._restart(is_first=True)
        self._decoder.close()


def _graph(frame: Any) -> Any:
    graph = av.filter.Graph()
    size = {"width": frame.width, "height": frame.height, "format": frame.format}
    source = graph.add_buffer(**size, time_base=Fraction(1, 1))
    filtered = graph.add(_FILTER, _OPTIONS)
    sink = graph.add("buffersink")
    source.link_to(filtered)
    filtered.link_to(sink)
    graph.configure()
    return graph
