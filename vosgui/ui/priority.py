"""That the window goes before what is at work behind it, where there are few cores."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
import threading

# After so long who waits for Python's lock gets it; by itself it is ten times that.
_SWITCH_S = 0.0005
_NICE = 10
_TURN_NS = 100_000  # of the processor that the window asks for; the least there is
# `sched_setattr(2)`, which the C library of most systems does not have: its number by machine, its
# structure (size, policy, flags, nice, priority, runtime, deadline, period) and one of its flags.
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
_ATTRIBUTES = struct.Struct("=IIQiIQQQ")
_RESET_ON_FORK = 1


def put_window_first() -> None:
    """Let the thread that calls this wait less, for Python's lock and for the processor.

    Each call into Qt lets go of that lock. Linux from 6.12 on lets a thread that asks for short
    turns in as soon as it has work, where others are in the middle of theirs. It gets no larger
    share by it; what it begins asks for none. Elsewhere turns stay as they are.
    """
    sys.setswitchinterval(_SWITCH_S)
    if sys.platform != "linux" or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return
    if (number := _SCHED_SETATTR.get(platform.machine())) is not None:
        nice, size = os.getpriority(os.PRIO_PROCESS, 0), _ATTRIBUTES.size
        asked = _ATTRIBUTES.pack(size, os.SCHED_OTHER, _RESET_ON_FORK, nice, 0, _TURN_NS, 0, 0)
        ctypes.CDLL(None).syscall(number, 0, asked, 0)


def step_behind() -> None:
    """Let the thread that calls this, and all that it begins, have the processor after others.

    Alone at work it has all of it. Threads have a priority of their own on Linux only.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
