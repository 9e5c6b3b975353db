"""The J and F of many objects over many clips, and the numbers drawn from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from vosgui.core.metrics.lvos import LvosSeries, lvos_numbers
from vosgui.core.metrics.mosev2 import MoseSeries, mosev2_numbers
from vosgui.core.metrics.region_contour import Statistics, statistics

Benchmark = Literal["YouTube-VOS", "LVOS", "MOSEv2"]


@dataclass(frozen=True)
class Series:
    """The scores of one object, or of one expression, in the frames that count.

    t : indices of these frames among the `n_frames` of the clip's truth, ascending.
    frame_names : their names, in the same order.
    J, F : in [0, 1], one per frame.
    expression : the sentence whose object this is, where expressions are scored.
    seen : whether the category is among those YouTube-VOS trains on, or its clip is none of LVOS's
        unseen ones; None where there is none, or nothing says it.
    classic_f, absent : as MOSEv2 has them (core.metrics.mosev2); empty for other measures.
    """

    clip: str
    object_id: str
    n_frames: int
    t: tuple[int, ...]
    frame_names: tuple[str, ...]
    J: tuple[float, ...]
    F: tuple[float, ...]
    category: str = ""
    seen: bool | None = None
    expression: str = ""
    classic_f: tuple[float, ...] = ()
    absent: tuple[bool, ...] = ()


@dataclass
class Tally:
    """The scores of one object as they come, frame by frame."""

    t: list[int] = field(default_factory=list)
    J: list[float] = field(default_factory=list)
    F: list[float] = field(default_factory=list)
    classic_f: list[float] = field(default_factory=list)
    absent: list[bool] = field(default_factory=list)

    def add(
        self, t: int, J: float, F: float, classic_f: float | None = None, absent: bool = False
    ) -> None:
        """Take the scores of frame `t`, which is later than all before.

        classic_f, absent : as `Series` has them; None for other measures than MOSEv2's.
        """
        self.t.append(t)
        self.J.append(float(J))
        self.F.append(float(F))
        if classic_f is not None:
            self.classic_f.append(classic_f)
            self.absent.append(absent)

    def series(self, clip: str, object_id: str, frame_names: Sequence[str], **about: Any) -> Series:
        """Return them as a series of a clip whose truth has these frames.

        about : category, seen and expression, as `Series` has them.
        """
        return Series(
            clip=clip,
            object_id=object_id,
            n_frames=len(frame_names),
            t=tuple(self.t),
            frame_names=tuple(frame_names[t] for t in self.t),
            J=tuple(self.J),
            F=tuple(self.F),
            classic_f=tuple(self.classic_f),
            absent=tuple(self.absent),
            **about,
        )


@dataclass(frozen=True)
class Summary:
    """Means over objects of each object's own mean, recall and decay."""

    n_objects: int
    n_scores: int
    J: Statistics
    F: Statistics

    @property
    def JF(self) -> float:
        """Return the mean of the means of J and F, the field's one number."""
        return (self.J.mean + self.F.mean) / 2


@dataclass(frozen=True)
class ChallengeScore:
    """The four numbers of the YouTube-VOS challenge and their mean.

    The mean is None unless there are objects of both kinds: a missing kind counts neither 0 nor 1.
    """

    J_seen: float | None
    F_seen: float | None
    J_unseen: float | None
    F_unseen: float | None
    overall: float | None


@dataclass(frozen=True)
class Curve:
    """Mean J and F along the clips: one point per part of a clip's length.

    position : middles of the parts in [0, 1]; J, F : NaN where no frame lies in a part.
    """

    position: npt.NDArray[np.float64]
    J: npt.NDArray[np.float64]
    F: npt.NDArray[np.float64]


@dataclass(frozen=True)
class ScoreReport:
    """All that a report says.

    settings : what was compared and how, by name, in order; every choice that changes a number.
    series : those with scores.
    notes : one line each.
    benchmark : whose own numbers are worked out beside those of all.
    """

    settings: dict[str, str]
    series: tuple[Series, ...]
    notes: tuple[str, ...] = ()
    benchmark: Benchmark = "YouTube-VOS"

    @property
    def own_numbers(self) -> dict[str, float | None] | None:
        """Return the numbers of LVOS or MOSEv2, by name; None for another benchmark."""
        if self.benchmark == "LVOS":
            return lvos_numbers([LvosSeries(one.J, one.F, one.seen) for one in self.series])
        if self.benchmark == "MOSEv2":
            parts = ((one.J, one.F, one.classic_f, one.absent) for one in self.series)
            return mosev2_numbers([MoseSeries(*one) for one in parts])
        return None

    @property
    def challenge(self) -> ChallengeScore | None:
        """Return the score of the YouTube-VOS challenge; None for another benchmark."""
        return challenge_score(self.series) if self.benchmark == "YouTube-VOS" else None

    @property
    def overall(self) -> Summary | None:
        """Return the summary of all objects."""
        return summarise(self.series)

    @property
    def clips(self) -> dict[str, Summary]:
        """Return a summary per clip."""
        return by(lambda one: one.clip, self.series)

    @property
    def categories(self) -> dict[str, Summary]:
        """Return a summary per category."""
        return by(lambda one: one.category or None, self.series)

    @property
    def kinds(self) -> dict[str, Summary]:
        """Return the summaries of "seen" and "unseen" categories, those that there are."""
        return by(_kind, self.series)


def summarise(series: Iterable[Series]) -> Summary | None:
    """Return the summary of some objects, or None of none."""
    scored = [one for one in series if one.J]
    if not scored:
        return None
    J = [statistics(one.J) for one in scored]
    F = [statistics(one.F) for one in scored]
    return Summary(len(scored), sum(len(one.J) for one in scored), _mean(J), _mean(F))


def by(key: Callable[[Series], str | None], series: Iterable[Series]) -> dict[str, Summary]:
    """Return the summary of each group, in the order of its key; those of key None are left out."""
    groups: dict[str, list[Series]] = {}
    for one in series:
        name = key(one)
        if name is not None:
            groups.setdefault(name, []).append(one)
    summaries = {name: summarise(groups[name]) for name in sorted(groups)}
    return {name: summary for name, summary in summaries.items() if summary is not None}


def challenge_score(series: Iterable[Series]) -> ChallengeScore | None:
    """Return the overall score of the YouTube-VOS challenge; None where no category is known."""
    groups = by(_kind, series)
    if not groups:
        return None
    seen, unseen = groups.get("seen"), groups.get("unseen")
    numbers = [
        value
        for summary in (seen, unseen)
        if summary is not None
        for value in (summary.J.mean, summary.F.mean)
    ]
    return ChallengeScore(
        J_seen=seen.J.mean if seen else None,
        F_seen=seen.F.mean if seen else None,
        J_unseen=unseen.J.mean if unseen else None,
        F_unseen=unseen.F.mean if unseen else None,
        overall=fmean(numbers) if seen and unseen else None,
    )


def over_length(series: Sequence[Series], n_parts: int = 20) -> Curve:
    """Return J and F over the clips' length, each clip stretched to the same one.

    As in figure 3 of "YouTube-VOS: Sequence-to-Sequence Video Object Segmentation" (Xu et al., ECCV
    2018). Every object weighs the same in a part, whatever the number of its frames there.
    """
    sums, counts = np.zeros((2, n_parts)), np.zeros(n_parts)
    for one in series:
        if not one.J:
            continue
        part = np.asarray(one.t) * n_parts // max(one.n_frames, 1)
        n = np.bincount(part, minlength=n_parts)
        for row, values in enumerate((one.J, one.F)):
            sums[row] += np.bincount(part, weights=values, minlength=n_parts) / np.maximum(n, 1)
        counts += n > 0
    with np.errstate(invalid="ignore"):
        J, F = sums / counts
    return Curve((np.arange(n_parts) + 0.5) / n_parts, J, F)


def _kind(one: Series) -> str | None:
    return {None: None, True: "seen", False: "unseen"}[one.seen]


def _mean(many: Sequence[Statistics]) -> Statistics:
    return Statistics(
        mean=fmean(one.mean for one in many),
        recall=fmean(one.recall for one in many),
        decay=fmean(one.decay for one in many),
    )
