"""The check of an annotation before it is exported: what is missing or does not fit."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vosgui.core.annotation import Annotation, ObjectInfo
from vosgui.core.expressions import find_duplicates
from vosgui.core.issues import Issue, Severity, error, note, warning
from vosgui.core.track import Source, Track
from vosgui.core.words import some_of

_NAMED = 3  # frames and objects that an issue names; the rest are counted


def review(
    annotation: Annotation,
    frames: Sequence[int],
    frame_names: Sequence[str],
    clip_name: str | None,
    categories: Collection[str] | None,
    no_category: str = "",
    *,
    written: Sequence[int] | None = None,
    ids: Mapping[int, int] | None = None,
) -> list[Issue]:
    """Return what is missing or inconsistent in some frames of a clip, gravest first.

    frames : those asked for, ascending. frame_names : of all frames of the clip.
    written : those of them that will be written; None for those of which something is known.
    ids : what the objects' ids become, where they change.
    clip_name : None where any will do. categories : the names that published readers know, None
        where what an object is goes nowhere. no_category : what is written where none is known.
    """
    visible = visible_frames(annotation, frames)
    listed = {entry.id for entry in annotation.objects}
    if not listed & visible.keys():
        what = "no objects" if not listed else "no object that is visible in these frames"
        return [error(f"{what}: paint one, or choose other frames")]
    if written is None:
        written = np.flatnonzero(known_frames(annotation)).tolist()
    left_out = tuple(sorted(set(frames) - set(written)))
    check = _Check(annotation, tuple(frames), frame_names, visible, categories, no_category)
    found = [*check.frames_as_a_whole(left_out), *_renumbered(ids or {})]
    found += _off_the_grid(annotation, {*frames, *written}, frame_names)
    found += _of_the_clip(clip_name, len(frames) - len(left_out))
    for entry in annotation.objects:
        found += check.object(entry)
    found += check.expressions()
    return sorted(found, key=lambda issue: -issue.severity)


def visible_frames(annotation: Annotation, frames: Sequence[int]) -> dict[int, list[int]]:
    """Return for each id that has a pixel in one of the frames, in which of them it has."""
    visible: dict[int, list[int]] = {}
    for t in frames:
        for object_id in annotation.ids(t):
            visible.setdefault(object_id, []).append(t)
    return visible


def known_frames(annotation: Annotation) -> npt.NDArray[np.bool_]:
    """Return in which frames anything is known of any object, bool (n_frames,)."""
    known = np.zeros(annotation.n_frames, bool)
    for entry in annotation.objects:
        known |= _known(annotation.track(entry.id))
    known[list(annotation.frames_with_mask())] = True
    return known


def _known(track: Track) -> npt.NDArray[np.bool_]:
    return np.asarray((track["source"] != Source.NONE) | track["verified"], bool)


@dataclass(frozen=True)
class _Check:
    annotation: Annotation
    frames: tuple[int, ...]
    frame_names: Sequence[str]
    visible: dict[int, list[int]]
    categories: Collection[str] | None
    no_category: str

    def frames_as_a_whole(self, left_out: tuple[int, ...]) -> Iterator[Issue]:
        if left_out:
            text = f"no mask in {self._names(left_out)}: left out of the export"
            yield warning(text, frames=left_out)
        listed = {entry.id for entry in self.annotation.objects}
        for object_id in sorted(self.visible.keys() - listed):
            frames = tuple(self.visible[object_id])
            text = f"pixels of id {object_id}, which no object has, in {self._names(frames)}"
            yield warning(f"{text}: written as background", frames=frames)

    def object(self, entry: ObjectInfo) -> Iterator[Issue]:
        if entry.id not in self.visible:
            text = "visible in none of these frames: left out of the export"
            yield self._about(entry, Severity.WARNING, text)
            return
        if self.categories is None:
            pass
        elif not entry.category:
            written = f": {self.no_category!r} is written" if self.no_category else ""
            yield self._about(entry, Severity.WARNING, f"no category{written}")
        elif entry.category not in self.categories:
            text = f"the category {entry.category!r} is not in the published lists"
            yield self._about(entry, Severity.NOTE, text + _meant(entry.category, self.categories))
        yield from self._masks_of(entry)

    def expressions(self) -> Iterator[Issue]:
        entries = [entry for entry in self.annotation.objects if entry.id in self.visible]
        for one in find_duplicates(entries):
            ids = one.object_ids
            if one.is_ambiguous:
                who = f"objects {some_of(ids, _NAMED)} have it"
                text = f"the expression {one.text!r} is ambiguous: {who}"
                yield warning(text, object_id=ids[0])
            else:
                text = f"the expression {one.text!r}, {len(one.places)} times"
                entry = self.annotation.header.object(ids[0])
                yield self._about(entry, Severity.WARNING, text)

    def _masks_of(self, entry: ObjectInfo) -> Iterator[Issue]:
        track = self.annotation.track(entry.id)
        known = _known(track)
        start = int(np.flatnonzero(known)[0]) if known.any() else 0
        gaps = tuple(t for t in self.frames if t > start and not known[t])
        if gaps:
            text = f"no mask in {self._names(gaps)}: written as not visible there"
            yield self._about(entry, Severity.WARNING, text, gaps)
        stale = self.annotation.stale(entry.id)
        old = tuple(t for t in self.frames if stale[t])
        if old:
            text = f"stale in {self._names(old)}: its keyframe has changed since"
            yield self._about(entry, Severity.WARNING, text, old)
        by_run = (track["source"] == Source.PROPAGATED) & ~track["verified"]
        unseen = tuple(t for t in self.frames if by_run[t])
        if unseen:
            text = f"propagated and not verified in {self._names(unseen)}"
            yield self._about(entry, Severity.NOTE, text, unseen)

    def _about(
        self, entry: ObjectInfo, severity: Severity, text: str, frames: tuple[int, ...] = ()
    ) -> Issue:
        name = entry.name if entry.name != f"object {entry.id}" else ""
        return Issue(severity, text, frames=frames, object_id=entry.id, object_name=name)

    def _names(self, frames: Sequence[int]) -> str:
        if len(frames) == len(self.frames) > 1:
            return f"all {len(frames)} frames"
        word = "frame" if len(frames) == 1 else "frames"
        return f"{word} {some_of([self.frame_names[t] for t in frames], _NAMED)}"


def _off_the_grid(
    annotation: Annotation, frames: Collection[int], frame_names: Sequence[str]
) -> Iterator[Issue]:
    """Yield that masks are drawn in frames that are not written, and what to do."""
    drawn: set[int] = set()  # what was verified alone costs nobody a stroke
    for entry in annotation.objects:
        by_hand = np.isin(annotation.track(entry.id)["source"], (Source.PAINTED, Source.CORRECTED))
        drawn |= {t for t in np.flatnonzero(by_hand).tolist() if entry.id in annotation.ids(t)}
    off = tuple(sorted(drawn.difference(frames)))
    if off:
        word = "frame" if len(off) == 1 else "frames"
        names = some_of([frame_names[t] for t in off], _NAMED)
        stride = math.gcd(annotation.stride, *off)
        grid = f", or set the grid to every {stride} (Ctrl+G)" if stride > 1 else ""
        yield warning(
            f"masks are drawn in {word} {names}, off the grid of every {annotation.stride} frames: "
            "left out of the export.",
            frames=off,
            fix=f"Export all frames{grid}.",
            option="--frames all",
        )


def _meant(category: str, published: Collection[str]) -> str:
    name = re.sub(r"[\s-]+", "_", category.strip().lower())
    return f"; they have {name!r}" if name in published else ""


def _renumbered(ids: Mapping[int, int]) -> Iterator[Issue]:
    old, new = list(ids), sorted(ids.values())
    if old != list(ids.values()) and new == list(range(1, len(new) + 1)):
        text = f"ids {some_of(old, _NAMED)} are written as 1 to {len(new)}"
        yield note(f"{text}: readers expect no gaps")


def _of_the_clip(name: str | None, n_frames: int) -> Iterator[Issue]:
    if n_frames == 1:
        text = "only one frame is exported: some readers need two, DAVIS scores need three"
        yield warning(text)
    elif n_frames == 2:
        yield note("only two frames are exported: DAVIS scores need three")
    if name is not None and not re.fullmatch(r"[0-9a-f]{10}", name):
        text = "the clip's name is not ten hexadecimal digits, which some converters expect"
        yield note(text)
