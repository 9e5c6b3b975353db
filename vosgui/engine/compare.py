"""Compare two annotations of the same clips: how much they agree, and where they do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vosgui.core.mask import Mask, ids_in
from vosgui.core.metrics import VOID, score_frame
from vosgui.core.scores import Series
from vosgui.engine.each_clip import each_clip
from vosgui.engine.evaluate import Void
from vosgui.errors import NothingToDoError
from vosgui.formats.mask_folders import pair_clips, some_of
from vosgui.formats.mask_sources import MaskSource


@dataclass(frozen=True)
class CompareJob:
    """One clip of both annotations, and the frames that both have.

    void : "ignore" leaves out pixels that either side calls void (255); "background" counts them as
        background of that side.
    """

    a: MaskSource
    b: MaskSource
    frame_names: tuple[str, ...]
    void: Void = "ignore"


@dataclass(frozen=True)
class FrameDifference:
    """How far two masks of one frame are apart.

    J, F : means over the objects that either annotation has had so far.
    n_pixels : pixels with different ids; share : of the frame, in [0, 1].
    worst_object : the one of the lowest J.
    """

    clip: str
    frame_name: str
    J: float
    F: float
    n_pixels: int
    share: float
    worst_object: int


@dataclass(frozen=True)
class ClipAgreement:
    """The agreement on one clip: a series per object, a difference per frame with objects."""

    clip: str
    series: tuple[Series, ...]
    frames: tuple[FrameDifference, ...]
    notes: tuple[str, ...]


@dataclass
class _Tally:
    t: list[int] = field(default_factory=list)
    J: list[float] = field(default_factory=list)
    F: list[float] = field(default_factory=list)
    n_in_a: int = 0
    n_in_b: int = 0


def plan(
    a: Mapping[str, MaskSource], b: Mapping[str, MaskSource], void: Void = "ignore"
) -> tuple[list[CompareJob], list[str]]:
    """Return one job per clip that both have, and what is left out, one line each.

    Raises NothingToDoError where no clip has a frame in both.
    """
    jobs, notes = [], []
    paired = set()
    for one, other in pair_clips(a, b):
        if other is None:
            notes.append(f"{one.name}: only in A.")
            continue
        paired.add(other.name)
        have = set(other.frame_names)
        names = tuple(name for name in one.frame_names if name in have)
        for side, left_out in (
            ("A", [name for name in one.frame_names if name not in have]),
            ("B", sorted(have.difference(names))),
        ):
            if left_out:
                notes.append(
                    f"{one.name}: {len(left_out)} frames only in {side}: {some_of(left_out)}."
                )
        if names:
            jobs.append(CompareJob(one, other, names, void))
    notes += [f"{name}: only in B." for name, clip in b.items() if clip.name not in paired]
    if not jobs:
        raise NothingToDoError("No frame of any clip is in both annotations.")
    return jobs, notes


def compare(jobs: Sequence[CompareJob], n_workers: int = 1) -> Iterator[ClipAgreement]:
    """Yield the agreement on each clip in turn."""
    return each_clip(compare_clip, jobs, n_workers)


def compare_clip(job: CompareJob) -> ClipAgreement:
    """Compare one clip frame by frame.

    An object counts from the first frame in which either annotation has it. J and F are the same
    whichever side is called the truth.
    """
    tallies: dict[int, _Tally] = {}
    frames = []
    for t, name in enumerate(job.frame_names):
        a = job.a.read(name)
        b = job.b.read(name, (a.shape[0], a.shape[1]))
        a, b = _without_void(a, b, job.void)
        in_a, in_b = set(ids_in(a)), set(ids_in(b))
        for i in sorted(in_a | in_b):
            tally = tallies.setdefault(i, _Tally())
            tally.n_in_a += i in in_a
            tally.n_in_b += i in in_b
        if not tallies:
            continue
        ids = list(tallies)
        J, F = score_frame(b, a, ids, void=None)
        for i, j, f in zip(ids, J, F, strict=True):
            tallies[i].t.append(t)
            tallies[i].J.append(float(j))
            tallies[i].F.append(float(f))
        n = int(np.count_nonzero(a != b))
        worst = ids[int(np.argmin(J))]
        frames.append(
            FrameDifference(
                job.a.name, name, float(J.mean()), float(F.mean()), n, n / a.size, worst
            )
        )
    series = tuple(_series(job, i, tallies[i]) for i in sorted(tallies))
    return ClipAgreement(job.a.name, series, tuple(frames), tuple(_notes(job, tallies)))


def most_different(
    agreements: Sequence[ClipAgreement], n: int | None = None
) -> list[FrameDifference]:
    """Return the frames that differ, the lowest J first, then the most pixels."""
    frames = [one for agreement in agreements for one in agreement.frames if one.n_pixels]
    frames.sort(key=lambda one: (one.J, -one.n_pixels, one.clip, one.frame_name))
    return frames[:n]


def _without_void(a: Mask, b: Mask, void: Void) -> tuple[Mask, Mask]:
    in_a, in_b = a == VOID, b == VOID
    if void == "ignore":
        in_a = in_b = in_a | in_b
    return a * ~in_a, b * ~in_b


def _series(job: CompareJob, object_id: int, tally: _Tally) -> Series:
    return Series(
        clip=job.a.name,
        object_id=str(object_id),
        n_frames=len(job.frame_names),
        t=tuple(tally.t),
        frame_names=tuple(job.frame_names[t] for t in tally.t),
        J=tuple(tally.J),
        F=tuple(tally.F),
    )


def _notes(job: CompareJob, tallies: Mapping[int, _Tally]) -> Iterator[str]:
    for side, missing in (
        ("A", [i for i, tally in tallies.items() if not tally.n_in_a]),
        ("B", [i for i, tally in tallies.items() if not tally.n_in_b]),
    ):
        if missing:
            ids = some_of([str(i) for i in sorted(missing)])
            yield f"{job.a.name}: {side} never has object {ids}."
