"""Which objects of two annotations are the same, where their files call them by other than ids.

A file may have track numbers, names or labels where a mask has ids. Read alone, its objects get ids
in order; beside another, the same name has to be the same object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vosgui.core.mask import MAX_OBJECT_ID, VOID, Mask, ids_in
from vosgui.core.words import some_of
from vosgui.datasets.mask_sources import MasksInMemory, MaskSource
from vosgui.errors import DatasetError


@dataclass(frozen=True)
class Relabelled:
    """The masks of a clip in which each object has the id that it has elsewhere.

    ids : by the source's own. how : in words, how they were found.
    """

    source: MaskSource
    ids: Mapping[int, int]
    how: str

    @property
    def name(self) -> str:
        """Return the clip's name."""
        return self.source.name

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""
        return self.source.frame_names

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise what the source raises."""
        table = np.arange(256, dtype=np.uint8)
        table[[*self.ids]] = [*self.ids.values()]
        return table[self.source.mask(frame_name, expected_hw)]

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""
        return frozenset(self.ids.get(i, i) for i in self.source.unknown(frame_name))

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the source's reader must know, and how its objects were found."""
        return (*self.source.notes, self.how)


def same_objects(
    a: MaskSource, b: MaskSource, categories_of_a: Mapping[int, str] | None = None
) -> MaskSource:
    """Return the masks of B with the ids of A, where a file calls objects by other than ids.

    They are the same where both call them alike; else where each is the only one of its category,
    or of its side. Raises DatasetError where nothing tells.
    """
    if not (_called(a) or _called(b)) or (_counts_from_0(a) != _counts_from_0(b)):
        return b  # numbers from 0 became ids from 1 when they were read, which is said
    names_a, names_b = _names(a), _names(b)
    how = "by what the files call them"
    if names_b and not {*names_a.values()} & {*names_b.values()}:
        names_a, names_b, how = _by_category(a, b, categories_of_a or {}) or (names_a, names_b, "")
    if names_a and names_b and not how:
        raise DatasetError(
            f"Nothing tells which objects of {a.name} and {b.name} are the same: one has "
            f"{some_of([*names_a.values()])}, the other {some_of([*names_b.values()])}. "
            "Give the objects of both the same names or numbers."
        )
    own = {name: i for i, name in names_a.items()}
    ids = {i: own[name] for i, name in names_b.items() if name in own}
    taken = {*_names(a), *ids.values()}
    for i in _names(b):
        if i not in ids:
            free = (one for one in (i, *range(1, MAX_OBJECT_ID + 1)) if one not in taken)
            ids[i] = next(free, 0)
            taken.add(ids[i])
    if all(old == new for old, new in ids.items()):
        return b
    pairs = ", ".join(f"{name} is {ids[i]}" for i, name in sorted(names_b.items()))
    return Relabelled(b, ids, f"Objects were matched {how}: {pairs}.")


def _called(one: MaskSource) -> Mapping[int, str]:
    return one.called if isinstance(one, MasksInMemory) else {}


def _counts_from_0(one: MaskSource) -> bool:
    """Return whether a file numbers its objects, and 0 is one of them."""
    names = _called(one).values()
    return "0" in names and all(name.isdecimal() for name in names)


def _names(one: MaskSource) -> dict[int, str]:
    """Return what each object is called: as its file has it, or by its id."""
    if isinstance(one, MasksInMemory):
        return {i: one.called.get(i, str(i)) for i in one.snapshot.tracks}
    found: set[int] = set()
    for name in one.frame_names:
        found.update(ids_in(one.mask(name)))
    return {i: str(i) for i in sorted(found - {VOID})}


def _by_category(
    a: MaskSource, b: MaskSource, categories_of_a: Mapping[int, str]
) -> tuple[dict[int, str], dict[int, str], str] | None:
    """Return names by which objects belong together, and how; None where nothing tells."""
    sides = []
    for one, given in ((a, categories_of_a), (b, {})):
        said = one.categories if isinstance(one, MasksInMemory) else given
        said = {i: name.casefold() for i, name in said.items()}
        n_of = Counter(said.values())
        sides.append({i: name for i, name in said.items() if name and n_of[name] == 1})
    if {*sides[0].values()} & {*sides[1].values()}:
        return sides[0], sides[1], "by their categories"
    ids_a, ids_b = _names(a), _names(b)
    if len(ids_a) == len(ids_b) == 1:
        return dict.fromkeys(ids_a, "it"), dict.fromkeys(ids_b, "it"), "as the only ones"
    return None
