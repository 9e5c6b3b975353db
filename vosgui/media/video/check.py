"""Decode a video file, or the ends of it, to find which frames are there and which are damaged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import ClipError
from vosgui.media.video.decoder import Decoder
from vosgui.media.video.packets import Packets

Numbers = npt.NDArray[np.int64]


@dataclass
class Pass:
    """What came out of decoding a run of packets.

    order : packet numbers of the frames, in the order they came out.
    corrupt : those among them that are damaged, or built on damage.
    error_at : number of the first packet that the decoder may have refused, or None.
    """

    order: list[int] = field(default_factory=list)
    corrupt: set[int] = field(default_factory=set)
    error_at: int | None = None

    @property
    def is_whole(self) -> bool:
        """Return whether no damage was met."""
        return not self.corrupt and self.error_at is None


def decode_pass(
    decoder: Decoder,
    hw: tuple[int, int],
    progress: Progress = NO_PROGRESS,
    max_frames: int | None = None,
) -> Pass:
    """Decode from where `decoder` stands to the end, or so many frames.

    Raises ClipError if a frame has another size than `hw`.
    """
    result = Pass()
    while (item := decoder.next_frame()) is not None:
        number, frame, is_whole = item
        check_size(decoder.packets, frame, hw, len(result.order))
        result.order.append(number)
        if not is_whole:
            result.corrupt.add(number)
        progress.report(len(result.order) - 1, len(decoder.packets))
        if len(result.order) == max_frames:
            return result
    result.error_at = decoder.error_at
    return result


def check_size(packets: Packets, frame: Any, hw: tuple[int, int], t: int) -> None:
    """Raise ClipError if a decoded frame has another size than the first one."""
    if (frame.height, frame.width) != hw:
        raise ClipError(
            f"The frames of {packets.path} change size: frame 0 is {hw[1]}x{hw[0]}, frame {t} is "
            f"{frame.width}x{frame.height}. Convert the file to one size, or cut it there."
        )


def first_damaged(packets: Packets, result: Pass, expected: Iterable[int]) -> int | None:
    """Return the number of the first packet, in decoding order, whose frame is damaged or missing.

    expected : packet numbers that should have given a frame.
    A packet that gives no frame is not damage by itself: the second field of a picture has none.
    One that gives none once the decoder has met an error is.
    """
    if result.is_whole:
        return None
    damaged = set(result.corrupt)
    since = len(packets) if result.error_at is None else result.error_at
    if result.corrupt:
        since = min(since, min(result.corrupt))
    damaged.update(n for n in set(expected) - set(result.order) if n >= since)
    if not damaged:
        return None
    # Noise inside a packet passes for data in an arithmetic decoder; it shows at the next header.
    return max(packets.first_key, min(damaged) - 1)


def cut_before(packets: Packets, order: Numbers, damaged: int) -> int:
    """Return how many frames from the start of `order` come before the damage.

    What is decoded after the damaged packet, up to the next key, is built on it and lost as well,
    and some of it is shown before it.

    order : (n,) int64, the numbers of the shown packets as they are shown.
    """
    lost = np.arange(damaged, packets.group_end(damaged))
    lost = lost[packets.is_shown[lost]]
    if packets.are_stamped and len(lost):
        after = packets.pts[order] >= packets.pts[lost].min()
    else:
        after = order >= damaged
    return int(np.argmax(after)) if after.any() else len(order)
