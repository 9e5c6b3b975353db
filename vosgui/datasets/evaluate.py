"""Score folders of predicted masks against the truth, clip by clip and frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from vosgui.core.mask import VOID, Mask, ids_in
from vosgui.core.metrics.mosev2 import score_object
from vosgui.core.metrics.protocol import Protocol
from vosgui.core.metrics.region_contour import FrameMasks, score_frames, without_void
from vosgui.core.metrics.report import Series, Tally
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import absent_in_words, counted, frames_in_words, some_of
from vosgui.datasets.mask_sources import (
    MaskSource,
    ids_in_words,
    named_like,
    names_in_words,
    on_one_scale,
    pair_clips,
)
from vosgui.datasets.same_objects import same_objects
from vosgui.errors import DatasetError
from vosgui.formats.categories import lists
from vosgui.formats.tree.meta import ListedObject, ObjectTable

Void = Literal["ignore", "background"]

_OVERFLOW = 256  # frames whose borders of quarters fit into the bytes that others keep them in
ONLY_WHITE = "the masks hold 0 and 255 alone"
_FEW = 8  # looking for so many ids one by one is faster than counting all


@dataclass(frozen=True)
class Rules:
    """The choices that change a score.

    void : "ignore" leaves truth pixels of 255 out; "background" counts them as background, as
        davis2017-evaluation does in its semi-supervised task.
    binary : any value but 0 is one object, 1 (DAVIS 2016, and masks written as 0 and 255).
    listed_frames : score an object only in the frames in which the object table lists it.
    kinds : tell objects of seen categories, which YouTube-VOS trains on, from those of unseen ones.
    unseen : clips of categories that LVOS does not train on; none where that is not known.
    """

    protocol: Protocol
    void: Void = "ignore"
    binary: bool = False
    listed_frames: bool = False
    kinds: bool = False
    unseen: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ClipJob:
    """One clip to score."""

    truth: MaskSource
    pred: MaskSource
    rules: Rules
    objects: Mapping[int, ListedObject] | None = None


@dataclass(frozen=True)
class ClipScores:
    """The scores of a clip's objects, and what the reader of a report must know about them."""

    series: tuple[Series, ...]
    notes: tuple[str, ...]


def plan(
    truth: Mapping[str, MaskSource],
    pred: Mapping[str, MaskSource],
    rules: Rules,
    table: ObjectTable | None = None,
) -> list[ClipJob]:
    """Return one job per clip of the truth.

    Raises DatasetError that names the predictions that are missing.
    """
    jobs, missing = [], []
    for clip, found in pair_clips(truth, pred):
        objects = None if table is None else table.get(clip.name)
        if found is not None:
            listed = {i: one.category for i, one in (objects or {}).items()}
            found = same_objects(clip, found, listed)
        wanted = _frames_to_predict(clip, rules, objects)
        if found is not None and not {*wanted} <= {*found.frame_names}:
            found = named_like(found, clip.frame_names)
        absent = absent_in_words(wanted, () if found is None else found.frame_names)
        if absent:
            missing.append(f"{clip.name} ({absent})")
        elif found is not None:
            jobs.append(ClipJob(clip, found, rules, objects))
    if missing:
        raise DatasetError(
            f"Predictions are missing in {len(missing)} of {len(truth)} clips: {some_of(missing)}. "
            f"Each frame of the truth needs one under {rules.protocol.name!r}.{_hint(truth, pred)}"
        )
    return jobs


def score_clip(job: ClipJob, progress: Progress = NO_PROGRESS) -> ClipScores:
    """Score one clip, holding a few frames of truth and prediction at a time."""
    clip = _ClipWalk(job)
    if job.rules.protocol.is_mosev2:
        _score_as_mosev2(clip, progress)
    else:
        for scores in score_frames(clip.frames(progress)):
            for i, J, F in zip(scores.ids, scores.J, scores.F, strict=True):
                clip.tallies[i].add(scores.t, J, F)
    name, frames = job.truth.name, job.truth.frame_names
    series = tuple(
        tally.series(name, str(i), frames, **_category(job, i))
        for i, tally in sorted(clip.tallies.items())
    )
    return ClipScores(series, tuple(clip.notes()))


def _score_as_mosev2(clip: _ClipWalk, progress: Progress) -> None:
    """Take the scores of each frame as MOSEv2 has them."""
    for t, pred, truth, ids in clip.frames(progress):
        for i in ids:
            J, F, classic_f, absent = score_object(pred, truth, i)
            clip.tallies[i].add(t, J, F, classic_f, absent)


def _category(job: ClipJob, object_id: int) -> dict[str, Any]:
    """Return what is known of an object's category, as `Series` has it."""
    entry = (job.objects or {}).get(object_id)
    category, unseen = entry.category if entry else "", job.rules.unseen
    if job.rules.protocol.since == "listed":
        return {"category": category, "seen": job.truth.name not in unseen if unseen else None}
    seen = category in lists().youtube_vos.seen if category and job.rules.kinds else None
    return {"category": category, "seen": seen}


def only_white(clip: str) -> str:
    """Return what to say of masks that hold void alone, and no object."""
    return f"{clip}: {ONLY_WHITE}, which is void here; not scored."


def read_ids(
    source: MaskSource, name: str, binary: bool, expected_hw: tuple[int, ...] | None = None
) -> Mask:
    """Read a mask, uint8 (H, W); where `binary` all values but 0 are one object, 1."""
    mask = source.mask(name, None if expected_hw is None else (expected_hw[0], expected_hw[1]))
    return (mask != 0).view(np.uint8) if binary else mask


def _hint(truth: Mapping[str, MaskSource], pred: Mapping[str, MaskSource]) -> str:
    """Return what differs in the names of clips, or of frames, where only names may differ."""
    unknown = sorted(pred.keys() - truth.keys())
    missing = sorted(truth.keys() - pred.keys())
    if missing and unknown and len(truth) > 1:
        return f" The truth has {some_of(missing)}, the predictions {some_of(unknown)}."
    for one, other in pair_clips(truth, pred):
        own, theirs = one.frame_names, other.frame_names if other is not None else ()
        if own and theirs and not {*own} & {*theirs}:
            return (
                f" The masks of {one.name} are named {own[0]} to {own[-1]}, its predictions "
                f"{theirs[0]} to {theirs[-1]}."
            )
    return ""


def _frames_to_predict(
    clip: MaskSource, rules: Rules, objects: Mapping[int, ListedObject] | None
) -> list[str]:
    if rules.protocol.since == "listed":
        return [name for name in clip.frame_names if _in_spans(name, objects or {})]
    names = [clip.frame_names[t] for t in rules.protocol.candidates(len(clip.frame_names))]
    if not rules.listed_frames or objects is None:
        return names
    if any(entry.frames is None for entry in objects.values()):
        return names
    listed = frozenset[str]().union(*(entry.frames or () for entry in objects.values()))
    return [name for name in names if name in listed]


def _in_spans(name: str, objects: Mapping[int, ListedObject]) -> bool:
    spans = (entry.span for entry in objects.values())
    return name.isdecimal() and any(one.scores(int(name)) for one in spans if one is not None)


def _new_ids(mask: Mask, top: int, known: Mapping[int, object]) -> list[int]:
    """Return the ids of a mask that are not known yet, ascending; 255 is no object."""
    if top == VOID:
        return [i for i in ids_in(mask) if i != VOID and i not in known]
    unknown = [i for i in range(1, top + 1) if i not in known]
    if len(unknown) > _FEW:
        return [i for i in ids_in(mask) if i not in known]
    return [i for i in unknown if i == top or (mask == i).any()]


class _ClipWalk:
    """The frames of a clip that count, and what becomes known of the clip on the way."""

    def __init__(self, job: ClipJob) -> None:
        self.tallies: dict[int, Tally] = {}
        self._first_t: dict[int, int] = {}
        self._job = job
        self._truth, self._pred = on_one_scale(job.truth, job.pred)
        self._n_with_void = 0
        self._highest_predicted = 0
        self._early: dict[int, str] = {}  # frame in which an id is predicted before it is true
        self._unpredicted: dict[int, list[str]] = {}  # frames of which a project says nothing
        for i in self._known_before():
            self.tallies[i], self._first_t[i] = Tally(), 0

    def _known_before(self) -> list[int]:
        """Return the objects that count before the truth first shows them."""
        job = self._job
        if job.rules.protocol.since == "listed":
            return [i for i, entry in (job.objects or {}).items() if entry.span is not None]
        if job.rules.protocol.since == "object":
            return []
        found: set[int] = set()
        for name in job.truth.frame_names:
            found.update(ids_in(read_ids(self._truth, name, job.rules.binary)))
        return sorted(found - {VOID})

    def frames(self, progress: Progress) -> Iterator[FrameMasks]:
        """Yield each frame in which an object counts, void made background where it is ignored."""
        job, rules = self._job, self._job.rules
        for t, name in enumerate(job.truth.frame_names):
            progress.report(t)
            truth = read_ids(self._truth, name, rules.binary)
            top = int(truth.max(initial=0))
            self._n_with_void += top == VOID
            for new in _new_ids(truth, top, self.tallies):
                self.tallies[new], self._first_t[new] = Tally(), t
            wanted = [i for i in self.tallies if self._counts(i, t)]
            if not wanted:
                continue
            pred = read_ids(self._pred, name, rules.binary, truth.shape)
            for i in self._pred.unknown(name) & set(wanted):
                self._unpredicted.setdefault(i, []).append(name)
            self._look_for_early(pred, int(pred.max(initial=0)), name)
            if top == VOID and rules.void == "ignore":
                pred, truth = without_void(pred, truth)
            yield FrameMasks(t, pred, truth, wanted)

    def _look_for_early(self, pred: Mask, top: int, name: str) -> None:
        """Note the ids that are predicted beyond those that the truth has had by now.

        Only those above its highest, which a look at the largest value tells.
        """
        self._highest_predicted = max(self._highest_predicted, top)
        if top > max(self.tallies):
            for i in set(ids_in(pred)) - self.tallies.keys():
                self._early.setdefault(i, name)

    def _unlike_others(self) -> Iterator[str]:
        """Yield where published evaluators would rightly have other figures."""
        clip = self._job.truth.name
        for i, name in sorted(self._early.items()):
            if i in self.tallies:
                first = self._job.truth.frame_names[self._first_t[i]]
                yield (
                    f"{clip}: object {i} is found from frame {name} on, before the truth first has "
                    f"it in {first}; vos-benchmark scores it from there on, we from {first}."
                )
        longest = max((len(tally.t) for tally in self.tallies.values()), default=0)
        if longest > _OVERFLOW:
            yield (
                f"{clip}: decay is over {longest} frames; that of davis2017-evaluation and its "
                f"relatives is wrong or missing beyond {_OVERFLOW}."
            )

    def notes(self) -> Iterator[str]:
        """Yield what the reader of a report must know, when all frames have gone by."""
        clip, listed = self._job.truth.name, self._job.objects
        yield from names_in_words(self._job.truth, self._job.pred)
        yield from ids_in_words(clip, {"truth": self._truth, "predictions": self._pred})
        known = sorted(self.tallies)
        if not known:
            text = f"{clip}: the truth has no object; not scored."
            yield only_white(clip) if self._n_with_void else text
        for i in known:
            if not self.tallies[i].t:
                yield f"{clip}: object {i} has no frame that counts; not scored."
        if known and self._n_with_void:
            void = self._job.rules.void
            others = "" if void == "background" else "; vos-benchmark takes it for an object"
            n = self._n_with_void
            frames = f"{counted(n, 'frame')} of the truth {'holds' if n == 1 else 'hold'}"
            yield f"{clip}: {frames} 255, void ({void}){others}."
        if known and self._highest_predicted > known[-1]:
            yield (
                f"{clip}: the predictions hold ids up to {self._highest_predicted}, "
                f"the truth up to {known[-1]}."
            )
        for i, names in sorted(self._unpredicted.items()):
            frames = frames_in_words(names)
            yield f"{clip}: nothing is predicted of object {i} in {frames}; scored as empty there."
        yield from self._short_of_lvos()
        yield from self._unlike_others()
        if listed is not None:
            for i in sorted(listed.keys() - self.tallies.keys()):
                yield f"{clip}: object {i} is listed but has no pixel in the truth; not scored."
            for i in sorted(self.tallies.keys() - listed.keys()):
                yield f"{clip}: object {i} of the truth is not listed; it has no category."

    def _short_of_lvos(self) -> Iterator[str]:
        """Yield the objects whose list names other frames than those that are scored."""
        if self._job.rules.protocol.since != "listed":
            return
        for i, entry in (self._job.objects or {}).items():
            n = len(self.tallies[i].t) if i in self.tallies else 0
            due = entry.span.n_frames - 2 if entry.span is not None else n
            if n and n != due:
                yield (
                    f"{self._job.truth.name}: object {i} is scored in {counted(n, 'frame')}; "
                    f"by the file LVOS's own evaluation divides by {due}."
                )

    def _counts(self, object_id: int, t: int) -> bool:
        names, rules, listed = self._job.truth.frame_names, self._job.rules, self._job.objects
        if rules.protocol.since == "listed":
            span = listed[object_id].span if listed and object_id in listed else None
            return span is not None and names[t].isdecimal() and span.scores(int(names[t]))
        if not rules.protocol.scores(t, self._first_t[object_id], len(names)):
            return False
        entry = listed.get(object_id) if listed is not None and rules.listed_frames else None
        return entry is None or entry.frames is None or names[t] in entry.frames
