"""The frames of a clip that cost least to look at."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip
from vosgui.media.video.clip import VideoClip


def key_frames(clip: Clip) -> npt.NDArray[np.int64]:
    """Return the frames that are decoded without another one, rising, int64 (n,)."""
    return clip.index.key_frames() if isinstance(clip, VideoClip) else np.arange(len(clip))
