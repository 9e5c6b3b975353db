"""Images of several sizes in one folder or file: a clip has one size, so they are several clips.

Photographs are each a clip of their own: nothing says who is who in others. Where something does,
the images of each size are a clip. Frames of a video stay a clip, and whoever reads it says which
are of another size: their names count on, and most have one size, or there are two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Generic, TypeVar

from vosgui.core.issues import Issue, note, warning
from vosgui.core.words import some_of

Hw = tuple[int, int]
T = TypeVar("T")
_MOST = 0.75  # of the images have the size of a video among which others lie


@dataclass(frozen=True)
class SizeGroup(Generic[T]):
    """The images of one clip.

    path : the names that lead to it, its own the last.
    is_alone : it is one image, which may be opened by itself.
    is_apart : others that lie among them are of another size.
    """

    path: tuple[str, ...]
    images: tuple[T, ...]
    is_alone: bool = False
    is_apart: bool = False


def told_by_size(
    images: Sequence[T],
    stems: Sequence[str],
    sizes: Sequence[Hw | None],
    path: tuple[str, ...],
    file: Path,
    issues: list[Issue],
    *,
    are_tied: bool = False,
) -> list[SizeGroup[T]]:
    """Return the clips of images that would be one if they had one size; that one where they do.

    stems, sizes : of each image; None where its size is not known. path : the names that lead to
    that one clip. file : where they are named; issues : takes a word of it. are_tied : tracks or
    attributes say who is who.
    """
    counts = Counter(size for size in sizes if size is not None)
    whole = SizeGroup(path, tuple(images))
    if len(counts) < 2:
        return [whole]
    (most, n_most), *_ = counts.most_common()
    counting = [stem for stem, size in zip(stems, sizes, strict=True) if size == most]
    is_most = n_most >= _MOST * len(sizes) and _count_on(counting)
    if not are_tied and (is_most or (_are_two([*counts]) and _count_on(stems))):
        return [whole]
    words = some_of([f"{w}x{h}" for h, w in counts], 4)
    text = f"Its {len(sizes)} images differ in size ({words})"
    if not are_tied:
        text += ": each is a clip of its own, for nothing says who is who in others."
        issues.append(note(text, clip=path[-1], file=str(file)))
        pairs = zip(images, stems, strict=True)
        return [SizeGroup((*path, stem), (image,), True, True) for image, stem in pairs]
    found: dict[Hw, list[int]] = {most: []}
    for n, size in enumerate(sizes):
        found.setdefault(size or most, []).append(n)
    others = [n for size, places in found.items() if size != most for n in places]
    text += f": those of each size are a clip. Of another than most are {_some(stems, others)}."
    fix = "To have their frames too, put those of each size into a folder of their own."
    issues.append(warning(text, clip=path[-1], file=str(file), fix=fix))
    groups = []
    for (h, w), places in found.items():
        is_alone = len(places) == 1
        other = (*path, stems[places[0]]) if is_alone else (*path[:-1], f"{path[-1]}_{w}x{h}")
        named = path if (h, w) == most else other
        groups.append(SizeGroup(named, tuple(images[n] for n in places), is_alone, True))
    return groups


def size_said(text: bytes, height: bytes = b"height", width: bytes = b"width") -> Hw | None:
    """Return the last height and width in a piece of JSON; None where it has none."""
    said = [re.findall(rb'"%s"\s*:\s*([0-9]+)' % side, text) for side in (height, width)]
    h, w = (int(one[-1]) if one else 0 for one in said)
    return (h, w) if h and w else None


def _some(stems: Sequence[str], places: Sequence[int]) -> str:
    return some_of([stems[n] for n in places], 12)


def _are_two(sizes: Sequence[Hw]) -> bool:
    """Return whether there are two sizes, and none is the other one turned as photographs are."""
    return len(sizes) == 2 and sizes[0] != sizes[1][::-1]


def _count_on(stems: Sequence[str]) -> bool:
    """Return whether names count on, but for what may be missing between.

    They do so in even steps; two of them one by one, for any two are a step apart.
    """
    found = [re.fullmatch(r"(.*?)([0-9]+)", stem) for stem in stems]
    if len(stems) < 2 or not all(found) or len({one[1] for one in found if one}) > 1:
        return False
    numbers = sorted(int(one[2]) for one in found if one)
    steps = Counter(b - a for a, b in pairwise(numbers))
    (step, n_step), *_ = steps.most_common()
    is_even = n_step >= _MOST * (len(numbers) - 1) and all(one % step == 0 for one in steps if step)
    return is_even and step > 0 and (len(numbers) > 2 or step == 1)
