"""Ids for objects that a file tells apart by other means: track numbers, groups, labels."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from vosgui.core.issues import Issue, note
from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.errors import DatasetError

_SHOWN = 8


def numbered(
    wanted: Mapping[Hashable, int | None], clip: str
) -> tuple[dict[Hashable, int], list[Issue]]:
    """Return an id for each object: those that the file has where all fit, or 1, 2, ... in order.

    wanted : the number that the file gives an object, None where it gives none.
    Raises DatasetError where there are more objects than ids.
    """
    if len(wanted) > MAX_OBJECT_ID:
        raise DatasetError(
            f"The clip {clip} has {len(wanted)} objects; at most {MAX_OBJECT_ID} fit into one. "
            "Split it, or leave objects out."
        )
    numbers = [n for n in wanted.values() if n is not None and 1 <= n <= MAX_OBJECT_ID]
    if len(numbers) == len(wanted) == len(set(numbers)):
        return dict(zip(wanted, numbers, strict=True)), []
    ids = {key: n for n, key in enumerate(wanted, start=1)}
    given: Sequence[str] = [f"{wanted[key]} is {n}" for key, n in ids.items() if wanted[key]]
    if not given:
        return ids, []
    more = f" and {len(given) - _SHOWN} more" if len(given) > _SHOWN else ""
    return ids, [note(f"Objects were numbered: {', '.join(given[:_SHOWN])}{more}.", clip=clip)]
