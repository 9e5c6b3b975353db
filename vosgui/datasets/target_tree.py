"""Trees of clips that appear in their place only when they are whole.

A tree is written into a hidden folder beside its place (datasets.resuming) and renamed at the end,
or takes the place of an earlier one file by file. Clips that join an existing tree are written
whole first, too; then those of the same names are taken out of `meta.json`, the folders are
exchanged, and `meta.json` is written last: whoever is killed between these leaves clips that
`meta.json` does not list, never a listed clip that is not whole, and the next export to the place
puts everything back first.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from vosgui.errors import TargetError
from vosgui.files.atomic import atomic_file, atomic_path, writing_to
from vosgui.files.ordinary import read_bytes
from vosgui.formats.tree.meta import META, Meta, read_meta, write_meta

# Beside the tree that joins: what is to be undone, until it is done; what was there before.
JOINING, JOINED, REPLACED, _BEFORE = "joining.json", "joined.json", "replaced", "meta-before.json"


# What to do where the target is a tree already: nothing; add clips, and refuse where one of a name
# is there; or add clips, replace those of the same names and keep the others.
Existing = Literal["refuse", "merge", "overwrite"]


class _Join(msgspec.Struct):
    """A join that is being made: the folders of both trees, and what moves, as FOLDER/CLIP.

    removes : what goes from the target without another in its place.
    """

    target: str
    tree: str
    moves: list[str]
    removes: list[str] = []


def check_target(
    target: Path, folders: Sequence[str], clips: Iterable[str], mode: Existing
) -> Meta:
    """Return the `meta.json` of the tree at `target`, empty where there is none yet.

    folders : those of the tree that hold one folder per clip; none where no tree can be joined.
    Raises TargetError where these clips cannot be written there.
    """
    if (target.exists() or target.is_symlink()) and not target.is_dir():
        raise TargetError(f"{target} is not a folder. Choose another place.")
    if not target.is_dir() or not any(target.iterdir()):
        return {"videos": {}}
    if not folders:
        raise TargetError(f"{target} exists and is not empty. Choose another folder.")
    if mode == "refuse":
        raise TargetError(
            f"{target} exists and is not empty. Choose another folder, or say that these clips "
            "are to be added to it, or to take the place of those there.",
            option="--merge or --overwrite",
        )
    meta = read_meta(target)
    there = sorted(
        clip
        for clip in clips
        if clip in meta["videos"] or any((target / folder / clip).exists() for folder in folders)
    )
    if there and mode == "merge":
        raise TargetError(
            f"{target} has the clip {', '.join(there)} already. Rename it in the project, or "
            "say that it is to be replaced.",
            option="--overwrite",
        )
    return meta


def put_tree(
    tree: Path, target: Path, folders: Sequence[str], clips: Mapping[str, object], meta: Meta
) -> None:
    """Give a whole tree its place: as a new one, or within the one whose `meta` is given.

    folders : those that hold one folder per clip. clips : name to entry in `meta.json`.
    Raises TargetError where that fails; then what is at `target` is as it was.
    """
    with writing_to(target):
        if not target.is_dir() or not any(target.iterdir()):
            if target.is_dir():
                target.rmdir()
            tree.replace(target)
        else:
            _join_tree(tree, target, folders, clips, meta)


def _join_tree(
    tree: Path, target: Path, folders: Sequence[str], clips: Mapping[str, object], meta: Meta
) -> None:
    beside = tree.parent
    listed = target / META
    shutil.copyfile(listed, beside / _BEFORE)
    moves = [f"{folder}/{clip}" for folder in folders for clip in clips]
    moves = [move for move in moves if (tree / move).exists()]
    join = _Join(target.name, tree.name, moves)
    with atomic_file(beside / JOINING) as file:
        file.write(msgspec.json.encode(join))
    try:
        others = {name: entry for name, entry in meta["videos"].items() if name not in clips}
        if others != meta["videos"]:
            write_meta(beside / META, {**meta, "videos": others})
            (beside / META).replace(listed)
        for folder in folders:
            (target / folder).mkdir(exist_ok=True)
        for move in moves:
            _exchange(tree / move, target / move, beside / REPLACED / move)
        write_meta(beside / META, {**meta, "videos": {**others, **clips}})
        (beside / META).replace(listed)
    except BaseException:
        undo_join(beside)
        raise
    (beside / JOINING).replace(beside / JOINED)


def replace_tree(tree: Path, target: Path, earlier: Collection[str]) -> None:
    """Give a whole tree the place of an earlier one; what others have put there stays.

    earlier : the files of the earlier one, as paths below it. Raises TargetError where that fails;
    then what is at `target` is as it was.
    """
    with writing_to(target):
        beside = tree.parent
        new = sorted(
            one.relative_to(tree).as_posix() for one in tree.rglob("*") if not one.is_dir()
        )
        gone = sorted(file for file in set(earlier).difference(new) if (target / file).is_file())
        with atomic_file(beside / JOINING) as file:
            file.write(msgspec.json.encode(_Join(target.name, tree.name, new, gone)))
        try:
            for path in gone:
                _put_aside(target / path, beside / REPLACED / path)
            for path in new:
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                _exchange(tree / path, target / path, beside / REPLACED / path)
        except BaseException:
            undo_join(beside)
            raise
        (beside / JOINING).replace(beside / JOINED)
        _remove_empty(target, gone)


def take_out(target: Path, folders: Sequence[str], clips: Collection[str]) -> None:
    """Take clips out of a tree: of its `meta.json` first, then their folders.

    Raises TargetError where that fails.
    """
    with writing_to(target):
        meta = read_meta(target)
        others = {name: one for name, one in meta["videos"].items() if name not in clips}
        if others != meta["videos"]:
            with atomic_path(target / META) as temporary:
                write_meta(temporary, {**meta, "videos": others})
        for folder in folders:
            for clip in clips:
                shutil.rmtree(target / folder / clip, ignore_errors=True)


def _remove_empty(target: Path, gone: Sequence[str]) -> None:
    """Remove the folders in which nothing is left."""
    for folder in sorted({(target / file).parent for file in gone}, reverse=True):
        for one in (folder, *folder.parents):
            if one == target or not one.is_dir() or any(one.iterdir()):
                break
            one.rmdir()


def _put_aside(old: Path, aside: Path) -> None:
    aside.parent.mkdir(parents=True, exist_ok=True)
    old.replace(aside)


def _exchange(new: Path, old: Path, aside: Path) -> None:
    if old.exists():
        _put_aside(old, aside)
    new.replace(old)


def undo_join(beside: Path) -> None:
    """Bring back the tree that a join was stopped in, and what was to join it; else do nothing.

    beside : the folder of the tree that joins.
    """
    try:
        join = msgspec.json.decode(read_bytes(beside / JOINING), type=_Join)
    except FileNotFoundError:
        return
    target = beside.parent / join.target
    for move in join.moves:
        place, new, aside = target / move, beside / join.tree / move, beside / REPLACED / move
        if place.exists() and not new.exists():
            place.replace(new)
        if aside.exists():
            aside.replace(place)
    for path in join.removes:
        if (beside / REPLACED / path).exists():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (beside / REPLACED / path).replace(target / path)
    if (beside / _BEFORE).exists():  # else an undoing was stopped after this line
        (beside / _BEFORE).replace(target / META)
    (beside / JOINING).unlink()
