"""One look at every frame of a video: where it changes, and what is measured. It can be stopped."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.datasets.prepare.measures import GREY_EVERY, MEASURES, FrameMeter, Measures, grey_hw
from vosgui.datasets.prepare.rules import ShotRules
from vosgui.datasets.prepare.shots import (
    LOOKS_BACK,
    ChangeFinder,
    cuts_of,
    detector_hw,
    shots_of,
)
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import read_bytes
from vosgui.media.small_frames import small_frames

_KEPT_EVERY = 3000  # frames: 100 s of video, in 10 to 20 s


@dataclass(frozen=True)
class Scan:
    """What is known of a video after its frames were looked at.

    changes : what ChangeFinder told. measures : (n_frames,) of MEASURES. fingerprint : of the
        video.
    """

    rate: float
    changes: tuple[int, ...]
    measures: Measures
    fingerprint: str = ""

    def shots(self, rules: ShotRules) -> list[range]:
        """Return the frames of each shot."""
        n_frames = len(self.measures)
        return shots_of(cuts_of(self.changes, n_frames, self.rate, rules), n_frames)


def kept_scan(
    fingerprint: str, rules: ShotRules, keep: Path
) -> tuple[Scan, tuple[str, ...]] | None:
    """Return a scan that was done, and what there was to say of the video; None where none was.

    The video is not opened for it: thousands of them are gone through again in no time.
    """
    known = _read(keep / f"{_key(fingerprint, rules)}.npz")
    if known is None:
        return None
    state, measures = known
    if state.n_known < len(measures):
        return None
    return Scan(state.rate, tuple(state.changes), measures, fingerprint), state.warnings


def scan(
    clip: Clip, rules: ShotRules, keep: Path | None = None, progress: Progress = NO_PROGRESS
) -> Scan:
    """Look at all frames of a clip.

    keep : a folder in which what is known is kept now and then, so that a scan that was stopped, or
        killed, goes on, and one that was done is not done again.
    """
    info = clip.info
    file = keep / f"{_key(info.fingerprint, rules)}.npz" if keep is not None else None
    n_known, changes, measures = _load(file, info.n_frames)
    start = max(0, n_known - LOOKS_BACK) if n_known else 0
    finder, meter = ChangeFinder(rules, info.rate, start), FrameMeter()
    frames = small_frames(clip, detector_hw(info.hw), grey_hw(info.hw), GREY_EVERY, start)
    n_done = n_known
    try:
        for frame in frames if n_known < info.n_frames else ():
            changes.update(finder.changes(frame.t, frame.colour))
            row = meter.measure(frame)
            if frame.t >= n_known:
                measures[frame.t] = row
                n_done = frame.t + 1
            if file is not None and frame.t and frame.t % _KEPT_EVERY == 0:
                _save(file, info, n_done, changes, measures)
            progress.report(frame.t + 1, info.n_frames)
        n_done = info.n_frames  # the last ones may be damaged
    finally:
        if file is not None and n_done > n_known:  # also where it is stopped
            _save(file, info, n_done, changes, measures)
    progress.report(info.n_frames, info.n_frames)
    return Scan(info.rate, tuple(sorted(changes)), measures, info.fingerprint)


class _State(msgspec.Struct):
    n_known: int
    changes: list[int]
    rate: float
    warnings: tuple[str, ...]


def _key(fingerprint: str, rules: ShotRules) -> str:
    """Return a name that another file, or other rules of what is looked for, do not have."""
    about = f"3 {fingerprint} {rules.detector} {rules.level}"
    return hashlib.blake2b(about.encode(), digest_size=12).hexdigest()


def _save(file: Path, info: ClipInfo, n_known: int, changes: set[int], measures: Measures) -> None:
    buffer = io.BytesIO()
    state = msgspec.json.encode(_State(n_known, sorted(changes), info.rate, info.warnings))
    np.savez(buffer, measures=measures, state=np.frombuffer(state, np.uint8))
    with atomic_file(file) as out:
        out.write(buffer.getbuffer())


def _load(file: Path | None, n_frames: int) -> tuple[int, set[int], Measures]:
    """Return what is kept of a scan; where there is nothing, or it is damaged, an empty one."""
    known = _read(file) if file is not None else None
    if known is None or known[1].shape != (n_frames,):
        return 0, set(), np.zeros(n_frames, MEASURES)
    state, measures = known
    return state.n_known, set(state.changes), measures


def _read(file: Path) -> tuple[_State, Measures] | None:
    if not file.is_file():
        return None
    try:
        with np.load(io.BytesIO(read_bytes(file)), allow_pickle=False) as kept:
            measures, state = kept["measures"], kept["state"]
        known = msgspec.json.decode(state.tobytes(), type=_State)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, msgspec.DecodeError):
        return None
    return (known, measures) if measures.dtype == MEASURES and measures.ndim == 1 else None
