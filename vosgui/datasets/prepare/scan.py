"""One look at every frame of a video: where it changes, and what is measured. It can be stopped."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.prepare.measures import GREY_EVERY, MEASURES, FrameMeter, Measures, grey_hw
from vosgui.datasets.prepare.parts import in_threads, parts_left
from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.prepare.shots import (
    LOOKS_BACK,
    ChangeFinder,
    cuts_of,
    detector_hw,
    shots_of,
)
from vosgui.datasets.prepare.times import FrameTimes
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import read_bytes
from vosgui.media.key_frames import key_frames
from vosgui.media.small_frames import small_frames

_KEPT_EVERY = 3000  # frames: 100 s of video, in 10 to 20 s


@dataclass(frozen=True)
class Scan:
    """What is known of a video after its frames were looked at.

    rate : frames per second, nominal. changes : what ChangeFinder told. measures : (n_frames,) of
        MEASURES. times : of the frames. fingerprint : of the video.
    """

    rate: float
    changes: tuple[int, ...]
    measures: Measures
    times: FrameTimes
    fingerprint: str = ""

    def shots(self, rules: ShotRules) -> list[range]:
        """Return the frames of each shot."""
        return shots_of(cuts_of(self.changes, self.times, rules), self.times.n_frames)


def kept_scan(
    fingerprint: str, rules: ShotRules, keep: Path
) -> tuple[Scan, tuple[str, ...]] | None:
    """Return a scan that was done, and what there was to say of the video; None where none was.

    The video is not opened for it: thousands of them are gone through again in no time.
    """
    known = _read(keep / f"{_key(fingerprint, rules)}.npz")
    if known is None:
        return None
    about, found = known
    if not found.seen.all():
        return None
    changes = tuple(about.changes)
    return Scan(about.rate, changes, found.measures, found.times, fingerprint), about.warnings


def scan(
    clip: Clip,
    rules: ShotRules,
    keep: Path | None = None,
    progress: Progress = NO_PROGRESS,
    n_threads: int = 1,
) -> Scan:
    """Look at all frames of a clip.

    keep : a folder in which what is known is kept now and then, so that a scan that was stopped, or
        killed, goes on, and one that was done is not done again. n_threads : a video is looked at
        in so many places at a time; what is found is the same.
    """
    info = clip.info
    file = keep / f"{_key(info.fingerprint, rules)}.npz" if keep is not None else None
    known = _load(file, info)
    n_seen = n_kept = int(known.seen.sum())
    parts = parts_left(known.seen, key_frames(clip), n_threads)
    n_each = max(1, n_threads // max(1, len(parts)))
    looks = [partial(_look, clip, rules, part, n_each) for part in parts]
    try:
        with closing(in_threads(n_threads, looks)) as rows:
            for row in rows:
                known.add(row)
                n_seen += len(row.frames)
                if file is not None and n_seen - n_kept >= _KEPT_EVERY:
                    _save(file, info, known)
                    n_kept = n_seen
                progress.report(n_seen, info.n_frames)
    finally:
        if file is not None and n_seen > n_kept:  # also where it is stopped
            _save(file, info, known)
    progress.report(info.n_frames, info.n_frames)
    changes = tuple(sorted(known.changes))
    return Scan(info.rate, changes, known.measures, known.times, info.fingerprint)


class _Row(NamedTuple):
    """What a look at a frame tells.

    frames : it, and damaged ones before it. changes : that came to light. measures : of MEASURES.
    """

    frames: range
    changes: list[int]
    measures: tuple[object, ...] | None


def _look(clip: Clip, rules: ShotRules, part: range, n_threads: int) -> Generator[_Row, None, None]:
    """Look at a part of a clip, frame by frame, and at those before it that tell of changes."""
    info = clip.info
    start = max(0, part.start - LOOKS_BACK)
    finder, meter = ChangeFinder(rules, start), FrameMeter()
    sizes = detector_hw(info.hw), grey_hw(info.hw), GREY_EVERY
    n_passed = part.start
    with closing(small_frames(clip, *sizes, start, n_threads)) as frames:
        for frame in frames:
            if frame.t >= part.stop:
                break
            found, measures = finder.changes(frame.t, frame.colour), meter.measure(frame)
            if frame.t >= part.start:
                yield _Row(range(n_passed, frame.t + 1), found, measures)
                n_passed = frame.t + 1
    if n_passed < part.stop:
        yield _Row(range(n_passed, part.stop), [], None)  # the last ones may be damaged


@dataclass
class _Known:
    """What is known of a video so far. seen : bool (n_frames,), the frames that were looked at."""

    seen: npt.NDArray[np.bool_]
    changes: set[int]
    measures: Measures
    times: FrameTimes

    def add(self, row: _Row) -> None:
        self.seen[row.frames.start : row.frames.stop] = True
        self.changes.update(row.changes)
        if row.measures is not None:
            self.measures[row.frames[-1]] = row.measures


class _State(msgspec.Struct):
    changes: list[int]
    rate: float
    warnings: tuple[str, ...]


def _key(fingerprint: str, rules: ShotRules) -> str:
    """Return a name that another file, or other rules of what is looked for, do not have."""
    about = f"5 {fingerprint} {rules.detector} {rules.level}"
    return hashlib.blake2b(about.encode(), digest_size=12).hexdigest()


def _save(file: Path, info: ClipInfo, known: _Known) -> None:
    buffer = io.BytesIO()
    state = msgspec.json.encode(_State(sorted(known.changes), info.rate, info.warnings))
    about = np.frombuffer(state, np.uint8)
    times = known.times.seconds
    np.savez(buffer, measures=known.measures, seen=known.seen, times=times, state=about)
    with atomic_file(file) as out:
        out.write(buffer.getbuffer())


def _load(file: Path | None, info: ClipInfo) -> _Known:
    """Return what is kept of a scan; where there is nothing, or it is damaged, an empty one."""
    kept = _read(file) if file is not None else None
    if kept is not None and len(kept[1].seen) == info.n_frames:
        return kept[1]
    n = info.n_frames
    return _Known(np.zeros(n, np.bool_), set(), np.zeros(n, MEASURES), FrameTimes.of(info))


def _read(file: Path) -> tuple[_State, _Known] | None:
    if not file.is_file():
        return None
    try:
        with np.load(io.BytesIO(read_bytes(file)), allow_pickle=False) as kept:
            measures, seen, state = kept["measures"], kept["seen"], kept["state"]
            times = kept["times"]
        about = msgspec.json.decode(state.tobytes(), type=_State)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        return None
    if measures.dtype != MEASURES or seen.dtype != np.bool_ or measures.ndim != 1:
        return None
    if seen.shape != measures.shape or times.shape != (len(seen) + 1,):
        return None
    return about, _Known(seen, set(about.changes), measures, FrameTimes(times))
