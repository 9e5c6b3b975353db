"""The numbers of LVOS, of J and F as DAVIS counts them.

As the dataset's evaluator (LingyiHongfd/lvos-evaluation): every fifth frame of an object's range
but its first and last; means over objects, seen and unseen clips apart; and V, how much an object's
score varies along the clip.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

STEP = 5


@dataclass(frozen=True)
class Span:
    """The range of frames that LVOS lists for an object, by the numbers in their names.

    end : the last one. n_frames : how many frames it has.
    """

    start: int
    end: int
    n_frames: int

    def scores(self, number: int) -> bool:
        """Return whether a frame counts: every fifth, without the first and the last."""
        place, off = divmod(number - self.start, STEP)
        return off == 0 and 0 < place != self.n_frames - 1 and number < self.end


@dataclass(frozen=True)
class LvosSeries:
    """The J and F of one object in the frames that count; whether its clip is one of the seen.

    seen : None where nothing says it.
    """

    J: Sequence[float]
    F: Sequence[float]
    seen: bool | None

    @property
    def V(self) -> float:
        """Return the standard deviation of the mean of J and F along the frames.

        The variance is rounded to four digits first, as the evaluator does.
        """
        middle = (np.asarray(self.J) + np.asarray(self.F)) / 2
        return math.sqrt(round(float(middle.var()), 4))


def lvos_numbers(objects: Sequence[LvosSeries]) -> dict[str, float | None]:
    """Return the evaluator's numbers: J, F and V of seen and unseen clips, and their means.

    Where not both kinds are there, the means are those over all objects.
    """
    kinds = {
        "seen": [one for one in objects if one.seen],
        "unseen": [one for one in objects if one.seen is False],
    }
    numbers: dict[str, float | None] = {}
    for name in ("J", "F", "V"):
        values = {kind: [_of(one, name) for one in some] for kind, some in kinds.items()}
        means = {kind: fmean(some) if some else None for kind, some in values.items()}
        known = [mean for mean in means.values() if mean is not None]
        both = len(known) == len(means)
        numbers[name] = fmean(known) if both else fmean(_of(one, name) for one in objects)
        numbers |= {f"{name} {kind}": mean for kind, mean in means.items()}
    J, F = numbers["J"], numbers["F"]
    assert J is not None and F is not None
    return {"J&F": (J + F) / 2, **numbers}


def _of(one: LvosSeries, name: str) -> float:
    return one.V if name == "V" else fmean(one.J if name == "J" else one.F)
