"""Of the thread that puts the window first: what the kernel says of it afterwards."""

from __future__ import annotations

import ctypes
import platform
import struct
import sys
import threading
from collections.abc import Iterator

import pytest

from vosgui.ui.priority import put_window_first

_SCHED_GETATTR = {"x86_64": 315, "aarch64": 275}  # the number of `sched_getattr(2)`, by machine
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")  # its structure; nice is the fourth, runtime the sixth


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    interval = sys.getswitchinterval()
    yield
    sys.setswitchinterval(interval)


def _told() -> tuple[int, int]:
    """Return priority and length of a turn in nanoseconds of the thread that calls; 0 if unsaid."""
    answer = ctypes.create_string_buffer(_ATTRIBUTES.size)
    number = _SCHED_GETATTR[platform.machine()]
    if ctypes.CDLL(None).syscall(number, 0, answer, _ATTRIBUTES.size, 0):
        return 0, 0
    _size, _policy, _flags, nice, _priority, turn, _deadline, _period = _ATTRIBUTES.unpack(answer)
    return nice, turn


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in _SCHED_GETATTR,
    reason="turns have no length that one could ask for",
)
def test_the_window_asks_for_short_turns_and_what_it_begins_does_not() -> None:
    found: list[tuple[int, int]] = []

    def first() -> None:  # in a thread of its own: that of the tests may have asked already
        found.append(_told())
        put_window_first()
        found.append(_told())
        begun = threading.Thread(target=lambda: found.append(_told()))
        begun.start()
        begun.join()

    window = threading.Thread(target=first)
    window.start()
    window.join()
    (nice, usual), *after = found
    if not usual:
        pytest.skip("a kernel before 6.12")
    assert after == [(nice, 100_000), (max(nice, 0), usual)]
