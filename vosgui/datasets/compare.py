"""Compare two annotations of the same clips: how much they agree, and where they do not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vosgui.core.mask import VOID, Mask, ids_in
from vosgui.core.metrics.region_contour import score_frame
from vosgui.core.metrics.report import Series, Tally
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import frames_in_words, some_of
from vosgui.datasets.evaluate import Void, only_white, read_ids
from vosgui.datasets.mask_sources import (
    Categories,
    MaskSource,
    ids_in_words,
    named_like,
    names_in_words,
    on_one_scale,
    pair_clips,
)
from vosgui.datasets.same_objects import Relabelled, same_objects
from vosgui.errors import NothingToDoError


@dataclass(frozen=True)
class CompareJob:
    """One clip of both annotations, and the frames that both have.

    void : "ignore" leaves out pixels that either side calls void (255); "background" counts them as
        background of that side.
    categories : of the objects by id, in A and in B. binary : any value but 0 is one object, 1.
    """

    a: MaskSource
    b: MaskSource
    frame_names: tuple[str, ...]
    void: Void = "ignore"
    categories: tuple[Mapping[int, str], Mapping[int, str]] = ({}, {})
    binary: bool = False


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

    series: tuple[Series, ...]
    frames: tuple[FrameDifference, ...]
    notes: tuple[str, ...]


def plan(
    a: Mapping[str, MaskSource],
    b: Mapping[str, MaskSource],
    void: Void = "ignore",
    categories: tuple[Categories, Categories] = ({}, {}),
    *,
    binary: bool = False,
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
        named = categories[0].get(one.name, {}), categories[1].get(other.name, {})
        other = same_objects(one, other, named[0])
        if isinstance(other, Relabelled):
            named = named[0], {other.ids.get(i, i): name for i, name in named[1].items()}
        if not {*one.frame_names} & {*other.frame_names}:
            other = named_like(other, one.frame_names)
        both = set(one.frame_names) & set(other.frame_names)
        names = tuple(name for name in one.frame_names if name in both)
        for side, clip in (("A", one), ("B", other)):
            alone = [name for name in clip.frame_names if name not in both]
            if alone:
                notes.append(f"{one.name}: {frames_in_words(alone)} only in {side}.")
        notes += names_in_words(one, other)
        if names:
            jobs.append(CompareJob(one, other, names, void, named, binary))
    notes += [f"{name}: only in B." for name, clip in b.items() if clip.name not in paired]
    if not jobs:
        raise NothingToDoError("No frame of any clip is in both annotations.")
    return jobs, notes


def compare_clip(job: CompareJob, progress: Progress = NO_PROGRESS) -> ClipAgreement:
    """Compare one clip frame by frame.

    An object counts from the first frame in which either annotation has it, in the frames in which
    both know of it. J and F are the same whichever side is called the truth. Its category is that
    of A, or of B where A has none.
    """
    tallies: dict[int, Tally] = {}
    had: dict[str, set[int]] = {"A": set(), "B": set()}
    left_out: dict[tuple[str, int], list[str]] = {}
    clip, frames, n_void = job.a.name, [], 0
    in_a, in_b = on_one_scale(job.a, job.b)
    for t, name in enumerate(job.frame_names):
        progress.report(t)
        a = read_ids(in_a, name, job.binary)
        b = read_ids(in_b, name, job.binary, a.shape)
        n_void += int(VOID in (a.max(initial=0), b.max(initial=0)))
        a, b = _without_void(a, b, job.void)
        unknown = {"A": in_a.unknown(name), "B": in_b.unknown(name)}
        a, b = _without(a, b, unknown["A"] | unknown["B"])
        for side, objects in unknown.items():
            for i in objects - (unknown["A"] & unknown["B"]):
                left_out.setdefault((side, i), []).append(name)
        had["A"].update(ids_in(a))
        had["B"].update(ids_in(b))
        ids = sorted((had["A"] | had["B"]) - unknown["A"] - unknown["B"])
        if not ids:
            continue
        J, F = score_frame(b, a, ids, void=None)
        for i, j, f in zip(ids, J, F, strict=True):
            tallies.setdefault(i, Tally()).add(t, j, f)
        n, worst = int(np.count_nonzero(a != b)), ids[int(np.argmin(J))]
        means = float(J.mean()), float(F.mean())
        frames.append(FrameDifference(clip, name, *means, n, n / a.size, worst))
    called_a, called_b = job.categories
    series = tuple(
        tally.series(clip, str(i), job.frame_names, category=called_a.get(i) or called_b.get(i, ""))
        for i, tally in sorted(tallies.items())
    )
    notes = [*ids_in_words(clip, {"A": in_a, "B": in_b}), *_notes(clip, had, left_out)]
    if n_void and not tallies:
        notes.append(only_white(clip))
    for i in sorted(called_a.keys() & called_b.keys()):
        if called_a[i] != called_b[i]:
            notes.append(f"{clip}: object {i} is {called_a[i]} in A, {called_b[i]} in B.")
    return ClipAgreement(series, tuple(frames), tuple(notes))


def most_different(agreements: Sequence[ClipAgreement]) -> list[FrameDifference]:
    """Return the frames that differ, the lowest J first, then the most pixels."""
    frames = [one for agreement in agreements for one in agreement.frames if one.n_pixels]
    return sorted(frames, key=lambda one: (one.J, -one.n_pixels, one.clip, one.frame_name))


def _without_void(a: Mask, b: Mask, void: Void) -> tuple[Mask, Mask]:
    in_a, in_b = a == VOID, b == VOID
    if void == "ignore":
        in_a = in_b = in_a | in_b
    return a * ~in_a, b * ~in_b


def _without(a: Mask, b: Mask, ids: Collection[int]) -> tuple[Mask, Mask]:
    """Return both masks with background where either has one of these objects."""
    if ids:
        gone = np.isin(a, list(ids)) | np.isin(b, list(ids))
        a, b = a * ~gone, b * ~gone
    return a, b


def _notes(
    clip: str, sides: Mapping[str, set[int]], left_out: Mapping[tuple[str, int], Sequence[str]]
) -> Iterator[str]:
    """Yield the frames in which a side does not know an object, and which it never has.

    sides : the objects that each has.
    """
    known = set[int]().union(*sides.values())
    for (side, i), names in sorted(left_out.items()):
        frames = frames_in_words(names)
        yield f"{clip}: object {i} left out in {frames}: {side} says nothing of it there."
    for side, had in sides.items():
        missing = sorted(known - had)
        if missing:
            yield f"{clip}: {side} never has object {some_of(missing)}."
