"""That the window goes before what is at work behind it, where there are few cores."""

from __future__ import annotations

import os
import sys
import threading

# After so long who waits for Python's lock gets it; by itself it is ten times that.
_SWITCH_S = 0.0005
_NICE = 5


def put_window_first() -> None:
    """Let the window's thread wait less for Python's lock, which each call into Qt lets go of."""
    sys.setswitchinterval(_SWITCH_S)


def step_behind() -> None:
    """Let the thread that calls this, and all that it begins, have the processor after others.

    Alone at work it has all of it. Threads have a priority of their own on Linux only.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
