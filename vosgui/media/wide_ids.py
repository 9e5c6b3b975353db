"""Numbers of objects that are larger than a mask holds: which of its ids each becomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.core.words import some_of
from vosgui.errors import MaskError


def fitting_ids(numbers: Collection[int]) -> dict[int, int]:
    """Return an id for each number but 0: its own up to 254, the lowest that are free to others.

    The same numbers give the same ids, whatever their order. Raises MaskError where there are more
    than 254.
    """
    there = sorted({*numbers} - {0})
    if len(there) > MAX_OBJECT_ID:
        raise MaskError(f"They hold {len(there)} objects; at most {MAX_OBJECT_ID} fit.")
    ids = {number: number for number in there if number <= MAX_OBJECT_ID}
    free = (one for one in range(1, MAX_OBJECT_ID + 1) if one not in ids)
    return ids | {number: next(free) for number in there if number > MAX_OBJECT_ID}


def changed_in_words(ids: Mapping[int, int]) -> str:
    """Return which numbers got another id, as in "300 is 4"; "" where none did."""
    return some_of([f"{number} is {one}" for number, one in ids.items() if number != one], 12)
