"""PyAV, loaded with the first video and not with the window: it takes as long as numpy.

`from vosgui.media import libav as av`, then as PyAV's documentation says.
"""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    """Return what PyAV calls by this name."""
    return getattr(importlib.import_module("av"), name)
