"""Where the frames of a written clip come from: kept beside the folder, and read with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import msgspec

from vosgui import __version__
from vosgui.errors import DatasetError
from vosgui.files.json_file import read_json

FRAMES, PROVENANCE = "JPEGImages", "provenance"


class Provenance(msgspec.Struct, frozen=True):
    """Where a written clip comes from.

    sha256, n_bytes : of the video. frames, times_s : for each file in order, the number of its
    frame in the video from 0, and its time there. hw : of the files. settings : FileRules.
    """

    name: str
    category: str
    video: str
    sha256: str
    n_bytes: int
    rate: float
    first_frame: int
    last_frame: int
    files: list[str]
    frames: list[int]
    times_s: list[float]
    hw: tuple[int, int]
    settings: dict[str, str | int | float | bool | None]
    program: str = f"vosgui {__version__}"

    def times(self) -> tuple[float, ...]:
        """Return when each file is shown in seconds, the first one at 0.

        Names count the frames of a clip that was made even; others keep the times of the video.
        """
        if self.settings.get("keep_times"):
            return tuple(time - self.times_s[0] for time in self.times_s)
        rate = float(self.settings.get("rate") or self.rate)
        return tuple(int(Path(file).stem) / rate for file in self.files)


def times_of(folder: Path, files: Sequence[Path]) -> tuple[float, ...] | None:
    """Return when each image of a written clip is shown in seconds; None for any other folder.

    files : the images that lie in the folder now. What cannot be read, or tells of other images,
    tells nothing.
    """
    about = folder.parent.parent / PROVENANCE / f"{folder.name}.json"
    if folder.parent.name != FRAMES or not about.is_file():
        return None
    try:
        made = read_json(about, Provenance, "a clip's provenance")
        times = made.times() if made.files == [file.name for file in files] else ()
    except (DatasetError, ValueError, ArithmeticError, IndexError):
        return None
    is_rising = all(a < b for a, b in pairwise(times))
    return times if is_rising and len(times) == len(files) else None
