"""Names of clips and frames, and who an object is, from what a file of annotations says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from vosgui.core.issues import Issue, note
from vosgui.core.words import some_of
from vosgui.files.loose_json import key_of
from vosgui.formats.tree.folders import is_frame_role, is_mask_role
from vosgui.formats.tree.layout import is_plain_name
from vosgui.media.image_files import SUFFIXES
from vosgui.media.open_clip import VIDEO_SUFFIXES

# What people call an attribute that says which object a shape is of, the plainer the later.
IDENTITIES = (
    *("track_id", "trackid", "tracking_id", "instance_id", "instanceid"),
    *("object_id", "objectid", "obj_id", "id"),
)
T = TypeVar("T")
_FLAT = re.compile(r"(.*?)[\s_.-]*([0-9]+)")
_NUMBER_FIRST = re.compile(r"([0-9]+)[\s_.-]+(.*[^\W\d_].*)")


def as_path(name: str) -> PurePosixPath:
    """Return the path that a file writes, in whichever slashes."""
    return PurePosixPath(name.replace("\\", "/"))


def image_stem(name: str) -> str:
    """Return the name of a frame from its file's: without the folders and the ending of an image.

    A dot that begins no such ending is part of the name.
    """
    file = as_path(name)
    return file.stem if file.suffix.lower() in SUFFIXES else file.name


def clip_stem(name: str, folders: Sequence[str] = ()) -> str:
    """Return the name of a clip from what a file calls it: without folders and a video's ending.

    folders : in which its frames lie; one of these names is taken as it is.
    """
    file = as_path(name)
    is_folder = file.name in folders
    return file.stem if file.suffix.lower() in VIDEO_SUFFIXES and not is_folder else file.name


def flat_clip(files: Iterable[str]) -> str:
    """Return what names such as vid1_00000.jpg have before their number; "" where that differs."""
    found = {flat_prefix(file) for file in files}
    return found.pop() if len(found) == 1 else ""


def clips_of_flat(files: Sequence[str]) -> list[str]:
    """Return for each file of one folder the clip that its name tells, "" where all are of one.

    So they are told apart where there are several prefixes, each of numbered names. Numbers alone,
    of which each comes once, are times and dates: they count on, and say of no clip.
    """
    prefixes = [flat_prefix(file) for file in files]
    several = len(set(prefixes)) > 1 and "" not in prefixes
    if several and len(set(prefixes)) == len(files):
        ends = {
            image_stem(file).removeprefix(one) for file, one in zip(files, prefixes, strict=True)
        }
        several = len(ends) == 1 or any(re.search(r"[^\W\d_]", one) for one in prefixes)
    return prefixes if several else [""] * len(files)


def told_by_name(
    images: Sequence[T],
    names: Sequence[str],
    path: tuple[str, ...],
    file: Path,
    issues: list[Issue],
) -> list[tuple[tuple[str, ...], list[T]]]:
    """Return the images of each clip of one folder, as their names tell, and what leads to it.

    path : the names that lead to all. file : where they are named; issues : takes a word of it.
    """
    told = clips_of_flat(names)
    issues += said_of_flat(told, str(file))
    groups: dict[str, list[T]] = {}
    for image, prefix in zip(images, told, strict=True):
        groups.setdefault(prefix, []).append(image)
    return [((*path, prefix) if prefix else path, own) for prefix, own in groups.items()]


def clips_of_masks(stems: Sequence[str]) -> tuple[str, ...]:
    """Return what masks in one folder begin with where they are of several clips; else nothing.

    Numbers in front, as in 00001_1, may count frames, objects or videos: they tell no clip.
    """
    told = clips_of_flat(stems)
    several = all(
        re.search(r"[^\W\d_]", one) and not is_frame_role(one) and not is_mask_role(one)
        for one in told
    )
    return tuple(dict.fromkeys(told)) if several and told else ()


def is_numbered_like(file: Path, others: Iterable[Path]) -> bool:
    """Return whether a file is called as all others are, but for the number at the end."""
    prefixes = {flat_prefix(one.stem) for one in others if one != file}
    return file.stem[-1:].isdecimal() and prefixes == {flat_prefix(file.stem)}


def said_of_flat(prefixes: Iterable[str], where: str) -> tuple[Issue, ...]:
    """Return a note of which clips files of one folder were told apart; none for one clip.

    prefixes : as `clips_of_flat` has them. where : the path of the folder or the file of names.
    """
    names = [one for one in dict.fromkeys(prefixes) if one]
    if not names:
        return ()
    text = f"Names in one folder begin in {len(names)} ways, each a clip of its own: "
    return (note(f"{text}{some_of(names, 12)}.", file=where),)


def alike_numbered(files: Sequence[str]) -> tuple[str, ...]:
    """Return what names such as vid1_00000 and vid2_00000, or 00000_a and 00000_b, are told by.

    Such files are of several clips, or objects; none where each number is there once.
    """
    if all(file.isdecimal() for file in files):
        return ()
    for pattern, name, number in ((_FLAT, 1, 2), (_NUMBER_FIRST, 2, 1)):
        found = [one for one in map(pattern.fullmatch, files) if one is not None]
        numbers = {int(one[number]) for one in found}
        if len(numbers) < len(found):
            return tuple(dict.fromkeys(one[name] for one in found))
    return ()


def flat_prefix(file: str) -> str:
    """Return what a name has before its last number and what parts them; "" for no number."""
    found = _FLAT.fullmatch(image_stem(file))
    return found[1] if found is not None else ""


def distinct_names(
    paths: Sequence[Sequence[str]], otherwise: str, *, in_any_case: bool = True
) -> list[str]:
    """Return a name for each clip, no two alike, from the folders that it lies in, outermost first.

    It is the innermost folder's where that tells the clip from all others, else as many as it
    takes, joined by _. otherwise : the name of one that lies in no folder. in_any_case : names that
    differ in case alone are alike, as on many systems they are one folder.
    """
    plain = [tuple(part for part in path if is_plain_name(part)) or (otherwise,) for path in paths]
    n_ending: dict[tuple[str, ...], int] = {}
    fold = str.casefold if in_any_case else str
    folded = [tuple(map(fold, path)) for path in plain]
    for path in folded:
        for n in range(1, len(path) + 1):
            n_ending[path[-n:]] = n_ending.get(path[-n:], 0) + 1
    names: list[str] = []
    taken: set[str] = set()
    for path, alike in zip(plain, folded, strict=True):
        n = next((n for n in range(1, len(path)) if n_ending[alike[-n:]] == 1), len(path))
        base = "_".join(path[-n:])
        base = base if is_plain_name(base) else path[-1]
        name, again = base, 2
        while fold(name) in taken:
            name, again = f"{base}_{again}", again + 1
        taken.add(fold(name))
        names.append(name)
    return names


def identity_said(attributes: Iterable[tuple[str, object]]) -> object:
    """Return the value of the first attribute that says who an object is; None where none does."""
    said = {re.sub(r"[\s-]", "_", name.casefold()): one for name, one in attributes}
    return next((said[name] for name in IDENTITIES if said.get(name) not in (None, "")), None)


def identity_in(attributes: Any) -> int | str | None:
    """Return who an object is by the attributes that people give it; None where they do not say.

    attributes : a table of them, or a list of tables with `name` and `value`.
    """
    if isinstance(attributes, list):
        tables = [one for one in attributes if isinstance(one, dict)]
        attributes = {str(one.get("name")): one.get("value") for one in tables}
    if not isinstance(attributes, Mapping):
        return None
    said = identity_said((str(name), one) for name, one in attributes.items())
    return key_of(said) if isinstance(said, int | float | str) else None
