"""The memory that the process has from the system, where the system's library is glibc."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache

_M_ARENA_MAX = -8  # of glibc's malloc.h


def share_heap() -> None:
    """Let all threads take memory from one heap; to be called before they begin.

    By itself each thread that begins, and the window begins many, takes from one of several; what
    is freed in one is of no use to the others, so that the process grows with each.
    """
    if set_option := _of_library("mallopt"):
        set_option(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give the system back what is free between what is in use; takes some milliseconds."""
    if trim := _of_library("malloc_trim"):
        trim(0)


@cache
def _of_library(name: str) -> Callable[..., object] | None:
    found: Callable[..., object] | None = (
        getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
    )
    return found
