"""Which frame a mask is of: by its name, or by the number in its name."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PARTS = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


@dataclass(frozen=True)
class Matched:
    """The frames of some names.

    places : the index of each frame by the name that it was wanted by; what has none is left out.
    how : in words, where names alone did not tell.
    """

    places: Mapping[str, int]
    how: str = ""


def match_frames(
    wanted: Sequence[str], frames: Sequence[str], *, are_counted: bool = False
) -> Matched:
    """Return which of the frames each name means, both in order.

    A name is its own frame's. Else the number tells it, whatever its digits, and what all names
    have before and behind it. Two rows of as many names, each in even steps, belong together in
    order where their numbers differ: one starts elsewhere, or counts in other steps.
    are_counted : frames have no names but their number from 0, as a video's. Names of another kind
        mean that number only where they tell that they count from 0 too.
    """
    by_name = {name: t for t, name in enumerate(frames)}
    places = {name: by_name[name] for name in wanted if name in by_name}
    if len(places) == len(wanted):
        return Matched(places)
    own, theirs = _numbers(wanted), _numbers(frames)
    if own is None or theirs is None or (places and own.kind != theirs.kind):
        return Matched(places)
    if _in_even_steps(own) and _in_even_steps(theirs) and not are_counted:
        text = (
            f"The frames are named {frames[0]} to {frames[-1]}, their masks {wanted[0]} to "
            f"{wanted[-1]}: they were matched in order."
        )
        if 1 < len(wanted) == len(frames) and own.values != theirs.values:
            return Matched({name: t for t, name in enumerate(wanted)}, text)
    by_number = {number: by_name[name] for name, number in theirs.by_name.items()}
    if own.kind != theirs.kind:
        as_index = {t: t for t in range(len(frames))}
        is_index = are_counted or by_number == as_index
        if own.kind != ("", ""):
            if is_index and not _from_0(own.values):
                return Matched(places)  # mask_0001 of a frame that nobody named may be the first
        elif not is_index and own.values <= {*as_index}:
            if own.values <= {*by_number}:
                return Matched(places)  # 00006 may be frame_0006, or the one of index 6
            by_number = as_index
    found = {n: by_number[k] for n, k in own.by_name.items() if k in by_number}
    if len(found) == len(places):
        return Matched(places)
    first = next(name for name in found if name not in places)
    text = f"Masks were matched to frames by the number in their names: {first} is of frame "
    return Matched({**found, **places}, f"{text}{frames[found[first]]}.")


@dataclass(frozen=True)
class _Numbers:
    """The number in each of some names of one kind. kind : what is before and behind it."""

    by_name: Mapping[str, int]
    kind: tuple[str, str]

    @property
    def values(self) -> frozenset[int]:
        """Return all numbers."""
        return frozenset(self.by_name.values())


def _numbers(names: Sequence[str]) -> _Numbers | None:
    """Return the last number in each name; None where one has none, or two are not told apart."""
    found = [_PARTS.fullmatch(name) for name in names]
    parts = [one.groups() for one in found if one is not None]
    kinds = {(before, behind) for before, _, behind in parts}
    if len(parts) < len(names) or len(kinds) != 1:
        return None
    by_name = {name: int(number) for name, (_, number, _) in zip(names, parts, strict=True)}
    return _Numbers(by_name, kinds.pop()) if len({*by_name.values()}) == len(names) else None


def _from_0(numbers: frozenset[int]) -> bool:
    """Return whether numbers tell that they count from 0 and not from 1: 0, or a grid."""
    step = math.gcd(*(number - min(numbers) for number in numbers))
    return 0 in numbers or (step > 1 and min(numbers) % step == 0)


def _in_even_steps(numbers: _Numbers) -> bool:
    values = [*numbers.by_name.values()]
    steps = {b - a for a, b in itertools.pairwise(values)}
    return len(steps) <= 1 and all(step > 0 for step in steps)
