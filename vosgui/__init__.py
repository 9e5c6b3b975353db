"""Make video object segmentation datasets with a recurrent network at hand.

In Python: `open_clip` a video or a folder of frames, `propagate` masks through it, keep them in a
`Project`, and `export` that in a published format. All four are loaded when first asked for.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vosgui.api import export, propagate
    from vosgui.media.open_clip import open_clip
    from vosgui.project.project import Project

__version__ = "0.2.0.dev0"
__all__ = ["Project", "__version__", "export", "open_clip", "propagate"]

# A thread that waits for another must not keep a core from it: with torch's default of waiting in a
# loop, a frame takes three times the processor time, and four times as long on a busy machine.
# It is read when torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

# name: the module that holds it
_DOORS = {
    "Project": "vosgui.project.project",
    "export": "vosgui.api",
    "open_clip": "vosgui.media.open_clip",
    "propagate": "vosgui.api",
}


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_DOORS[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
