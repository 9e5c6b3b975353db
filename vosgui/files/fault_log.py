"""Where what is behind a fault of the program itself is kept, for whoever mends it."""

from __future__ import annotations

import time
import traceback
from contextlib import suppress
from pathlib import Path

from vosgui import __version__, paths
from vosgui.files.atomic import remove_file

_MOST_BYTES = 1 << 20


def fault_log() -> Path:
    """Return where the log lies."""
    return paths.user_data() / "faults.log"


def note_fault(what: str, fault: BaseException) -> str:
    """Keep what is behind a fault, and return what to say of it, in one line.

    what : what was being done, and with which file. A log that has grown large begins anew.
    """
    path = fault_log()
    when = time.strftime("%Y-%m-%d %H:%M:%S")
    lines = [f"{when} vosgui {__version__}: {what}\n", *traceback.format_exception(fault), "\n"]
    where = ""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _MOST_BYTES:
            remove_file(path)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(lines))
        where = f" with {path}"
    said = " ".join(f"{type(fault).__name__}: {fault}".split())[:200].rstrip(".")
    return f"This is a fault of vosgui, not of the data ({said}). Please report it{where}."
