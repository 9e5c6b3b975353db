"""Which referring expressions of a clip say the same, so that nobody can tell what they mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from vosgui.core.annotation import Expression, ObjectInfo


@dataclass(frozen=True)
class Duplicates:
    """Expressions of one clip that have the same words.

    text : as it is written first. places : (object id, which of its expressions, from 0), of
        each of them, in the order of the objects' list; at least two.
    """

    text: str
    places: tuple[tuple[int, int], ...]

    @property
    def object_ids(self) -> tuple[int, ...]:
        """Return the ids of the objects that are so called, in the order of the list."""
        return tuple(dict.fromkeys(object_id for object_id, _ in self.places))

    @property
    def is_ambiguous(self) -> bool:
        """Return whether the words are said of more than one object."""
        return len(self.object_ids) > 1


def folded(text: str) -> str:
    """Return a text without what sets two writings of it apart: case, space, composed letters."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def find_duplicates(objects: Iterable[ObjectInfo]) -> list[Duplicates]:
    """Return the expressions that some objects of one clip have more than once between them.

    Written from the first frame or from the whole clip makes no difference: the words are the
    same to whoever is shown them. One that several objects share is said once, of all of them.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    shared: set[Expression] = set()
    texts: dict[str, str] = {}
    for entry in objects:
        for n, expression in enumerate(entry.expressions):
            if expression.shared and expression in shared:
                continue
            shared.add(expression)
            key = folded(expression.text)
            texts.setdefault(key, expression.text)
            found.setdefault(key, []).append((entry.id, n))
    return [Duplicates(texts[key], tuple(at)) for key, at in found.items() if len(at) > 1]


def expressions_of(objects: Iterable[ObjectInfo]) -> list[tuple[Expression, tuple[int, ...]]]:
    """Return each expression of some objects of one clip with the ids of those it speaks of.

    One that objects share comes once, with all of them; in the order of the objects.
    """
    said: list[tuple[Expression, tuple[int, ...]]] = []
    place: dict[Expression, int] = {}
    for entry in objects:
        for one in entry.expressions:
            at = place.setdefault(one, len(said)) if one.shared else len(said)
            if at == len(said):
                said.append((one, (entry.id,)))
            else:
                said[at] = one, (*said[at][1], entry.id)
    return said
