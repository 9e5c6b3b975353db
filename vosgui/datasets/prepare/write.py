"""A stretch of a video as a clip of its own: numbered JPEGs, and where each came from."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import cv2
import msgspec
import numpy as np

from vosgui.core.clip import Clip, Frame
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.prepare.rules import FileRules
from vosgui.errors import DatasetError
from vosgui.files.atomic import make_folder, writing_to
from vosgui.files.json_file import read_json, write_json
from vosgui.files.ordinary import open_file
from vosgui.media.image_files import write_jpeg
from vosgui.media.images import list_images
from vosgui.media.provenance import FRAMES, PROVENANCE, Provenance

_EVEN = 0.05  # of a frame's time: frames whose times differ less are even
_TIE_S = 1e-6  # of two frames that are as near, the earlier one


@dataclass(frozen=True)
class Cut:
    """What is to be written: frames `start` to `stop` of a video, without the last."""

    name: str
    start: int
    stop: int
    category: str = ""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex; of a folder that of its images' names and bytes."""
    digest = hashlib.sha256()
    is_folder = path.is_dir()
    for one in list_images(path) if is_folder else [path]:
        if is_folder:
            digest.update(f"{one.name}\0{one.stat().st_size}\0".encode("utf-8", "surrogateescape"))
        with open_file(one) as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def is_even(clip: Clip, start: int, stop: int) -> bool:
    """Return whether the frames of a stretch follow each other at one rate."""
    steps = np.diff(np.asarray(clip.info.times_s[start:stop]))
    return not steps.size or bool(np.ptp(steps) <= 2 * _EVEN / clip.info.rate)


def frames_of(clip: Clip, start: int, stop: int, rules: FileRules) -> list[tuple[int, int]]:
    """Return the number in the clip, and the frame of the video, of each file to be written."""
    times = np.asarray(clip.info.times_s)
    chosen = np.arange(start, stop)
    resamples = rules.rate is not None or not (rules.keep_times or is_even(clip, start, stop))
    if resamples:
        rate = rules.rate or clip.info.rate
        n = max(1, round((clip.info.time_s(stop) - times[start]) * rate))
        due = times[start] + np.arange(n) / rate
        after = np.searchsorted(times[start:stop], due).clip(1, max(1, stop - start - 1)) + start
        after = np.minimum(after, stop - 1)
        is_before = due - times[after - 1] <= times[after] - due + _TIE_S
        chosen = np.where(is_before, after - 1, after)
    numbered = list(enumerate(chosen.tolist()))
    return numbered[:: rules.stride]


def write_cut(
    clip: Clip,
    cut: Cut,
    root: Path,
    sha256: str,
    rules: FileRules,
    progress: Progress = NO_PROGRESS,
) -> Provenance:
    """Write a stretch of a video under `root`, whole or not at all, and return where it came from.

    A clip that lies there, of the same video, frames and settings, is left as it is.
    Raises DatasetError where another clip of this name is there, ClipError where a frame cannot be
    decoded, TargetError where a file cannot be written.
    """
    numbered = frames_of(clip, cut.start, cut.stop, rules)
    frames = [t for _, t in numbered]
    made = Provenance(
        name=cut.name,
        category=cut.category,
        video=clip.info.path.name,
        sha256=sha256,
        n_bytes=clip.info.path.stat().st_size if clip.info.path.is_file() else 0,
        rate=clip.info.rate,
        first_frame=cut.start,
        last_frame=cut.stop - 1,
        files=[f"{number:05d}.jpg" for number, _ in numbered],
        frames=frames,
        times_s=[round(clip.info.times_s[t], 6) for t in frames],
        hw=scaled_hw(clip.info.hw, rules.short_side),
        settings=asdict(rules),
    )
    folder, about = root / FRAMES / cut.name, root / PROVENANCE / f"{cut.name}.json"
    if folder.exists():
        _check_same(folder, about, made)
    make_folder(about.parent)
    write_json(about, made, indent=2)  # first, so that no folder is ever without it
    if not folder.exists():
        _write_frames(clip, folder, made, rules, progress)
    return made


def _check_same(folder: Path, about: Path, made: Provenance) -> None:
    there = read_json(about, Provenance, "a clip's provenance") if about.is_file() else None
    if there is None or _essence(there) != _essence(made):
        raise DatasetError(
            f"{folder} is there, and is another clip: its source, frames or settings differ. "
            "Choose another folder to write to, or remove it."
        )


def _essence(made: Provenance) -> Provenance:
    """Return what makes a clip what it is: a category may change."""
    return msgspec.structs.replace(made, category="", program="")


def _write_frames(
    clip: Clip, folder: Path, made: Provenance, rules: FileRules, progress: Progress
) -> None:
    partial = folder.with_name(f".{folder.name}.partial")
    with writing_to(folder):
        shutil.rmtree(partial, ignore_errors=True)
        make_folder(partial)
        try:
            pictures = zip(made.files, _pictures(clip, made), strict=True)
            for n, (file, picture) in enumerate(pictures, start=1):
                write_jpeg(partial / file, picture, rules.quality)
                progress.report(n, len(made.files))
            partial.replace(folder)
        finally:
            with suppress(OSError):
                shutil.rmtree(partial, ignore_errors=True)


def _pictures(clip: Clip, made: Provenance) -> Iterator[Frame]:
    for t, same in groupby(made.frames):  # resampled, a frame may come several times
        frame = clip[t]
        if frame.shape[:2] != made.hw:
            frame = np.asarray(
                cv2.resize(frame, made.hw[::-1], interpolation=cv2.INTER_AREA), np.uint8
            )
        for _ in same:
            yield frame


def scaled_hw(hw: tuple[int, int], short_side: int) -> tuple[int, int]:
    """Return the size of the pictures: their shorter side is `short_side`, or its own if less."""
    factor = min(1.0, short_side / min(hw))
    return max(1, round(hw[0] * factor)), max(1, round(hw[1] * factor))
