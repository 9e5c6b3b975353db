"""A clip: a sequence of frames of one size, read on demand by frame index."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.core.array_cache import Kept
from vosgui.errors import ClipError

Frame = npt.NDArray[np.uint8]  # (H, W, 3) RGB


@dataclass(frozen=True)
class ClipInfo:
    """What is known of a clip without decoding its frames.

    path : the video file or the folder of images, absolute.
    name : the file's stem or the folder's name.
    hw : height and width in pixels, as shown (rotation applied).
    frame_names : one per frame, in order: the file stem of an image, "00000", ... for a video.
    times_s : presentation time of each frame in seconds, not decreasing; t / rate for images,
        of clips that `prepare` wrote as the video had them.
    rate : frames per second, nominal.
    fingerprint : hex digest that tells this clip from another one at the same path.
    warnings : what opening the clip had to say, one line each (a damaged tail, say).
    """

    path: Path
    name: str
    hw: tuple[int, int]
    frame_names: tuple[str, ...]
    times_s: tuple[float, ...]
    rate: float
    fingerprint: str
    warnings: tuple[str, ...] = field(default=())

    @property
    def n_frames(self) -> int:
        """Return the number of frames."""
        return len(self.frame_names)

    def time_s(self, t: int) -> float:
        """Return when frame `t` begins; of the one after the last, when the clip ends."""
        return self.times_s[t] if t < self.n_frames else self.times_s[-1] + 1 / self.rate


class Clip(ABC):
    """A reader of one clip. Each thread has its own: see `reopen`."""

    info: ClipInfo
    _closed = False

    def __len__(self) -> int:
        return self.info.n_frames

    @abstractmethod
    def __getitem__(self, t: int) -> Frame:
        """Return frame `t`, uint8 (H, W, 3) RGB, read-only.

        Raises IndexError outside 0..len-1, ClipError if the frame cannot be decoded any more.
        """

    def check_index(self, t: int) -> None:
        """Raise IndexError where the clip has no frame `t`, ClipError where it is closed."""
        if self._closed:
            raise ClipError(f"The clip {self.info.path} is closed. Open it again.")
        if not 0 <= t < len(self):
            raise IndexError(f"frame {t} of a clip of {len(self)} frames")

    @abstractmethod
    def source_file(self, t: int) -> Path | None:
        """Return the image file whose stored pixels are frame `t`, to be copied untouched.

        None where the frame lies inside a video, or the file's EXIF orientation turns it.
        """

    @abstractmethod
    def reopen(self, *, once: bool = False) -> Clip:
        """Return a second reader of the same clip, with its own decoder and cache.

        once : for one who goes through the clip: a frame that was handed out is not kept.
        """

    @abstractmethod
    def keep(self, max_bytes: int) -> None:
        """Bound how much the frames may take that this reader keeps, from the next one on."""

    @property
    @abstractmethod
    def kept(self) -> Kept:
        """Return how much the frames take that this reader keeps."""

    @abstractmethod
    def close(self) -> None:
        """Release decoder and cache."""

    def __enter__(self) -> Clip:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
