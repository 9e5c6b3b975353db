"""What a window needs of the machine: a display, and system libraries that Qt and OpenCV load."""

from __future__ import annotations

import ctypes
import os
import sys

from vosgui.errors import InputError

# What a bare Debian or Ubuntu lacks for a window.
PACKAGES = (
    "libgl1 libegl1 libglib2.0-0 libxkbcommon0 libdbus-1-3 libfontconfig1 libxcb-cursor0 "
    "libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0"
)


def has_display() -> bool:
    """Return whether a person at this machine would see a window."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def check_display() -> None:
    """Raise InputError where Qt would end the process for want of a display."""
    if os.environ.get("QT_QPA_PLATFORM"):
        return
    if not has_display():
        raise InputError(
            "There is no display to open a window on. Start it from a desktop, or use a command.",
            option="--help lists them",
        )
    if sys.platform.startswith("linux") and not os.environ.get("WAYLAND_DISPLAY"):
        try:  # Qt itself would abort
            ctypes.CDLL("libxcb-cursor.so.0")
            ctypes.CDLL("libxkbcommon-x11.so.0")
        except OSError as error:
            raise missing_library(error) from error


def missing_library(error: Exception) -> InputError:
    """Return what to tell a person whose system lacks the library that an error names."""
    return InputError(
        f"A system library is missing ({error}). On Debian or Ubuntu: "
        f"apt-get install -y --no-install-recommends {PACKAGES}"
    )
