"""Trees of clips that appear in their place only when they are whole.

A tree is written into a hidden folder beside its place and renamed at the end. Clips that join an
existing tree are written whole first, too; then those of the same names are taken out of
`meta.json`, the folders are exchanged, and `meta.json` is written last: whoever is killed between
these leaves clips that `meta.json` does not list, never a listed clip that is not whole.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from vosgui.errors import TargetError
from vosgui.formats.atomic import atomic_file

Meta = dict[str, Any]  # {"videos": {clip: ...}}


class Existing(Enum):
    """What to do where the target is a tree already."""

    REFUSE = "refuse"
    MERGE = "merge"  # add clips; refuse where one of a name is there
    OVERWRITE = "overwrite"  # add clips; replace those of the same names, keep the others


def check_target(
    target: Path, folders: Iterable[str], clips: Iterable[str], mode: Existing
) -> Meta:
    """Return the `meta.json` of the tree at `target`, empty where there is none yet.

    Raises TargetError where these clips cannot be written there.
    """
    if not target.is_dir():
        if target.exists() or target.is_symlink():
            raise TargetError(f"{target} is not a folder. Choose another place.")
        return {"videos": {}}
    if not any(target.iterdir()):
        return {"videos": {}}
    if mode is Existing.REFUSE:
        raise TargetError(
            f"{target} exists and is not empty. Choose another folder, or say that these clips "
            "are to be added (--merge) or to take the place of those there (--overwrite)."
        )
    meta = read_meta(target)
    there = sorted(
        clip
        for clip in clips
        if clip in meta["videos"] or any((target / folder / clip).exists() for folder in folders)
    )
    if there and mode is Existing.MERGE:
        raise TargetError(
            f"{target} has the clip {', '.join(there)} already. Rename it in the project, or "
            "replace it (--overwrite)."
        )
    return meta


def read_meta(target: Path) -> Meta:
    """Read the `meta.json` of a tree; raise TargetError where there is no such tree."""
    path = target / "meta.json"
    try:
        meta = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(meta["videos"], dict):
            return dict(meta)
    except OSError as error:
        reason = error.strerror or str(error)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{type(error).__name__}: {error}"
    else:
        reason = '"videos" is not a table of clips'
    raise TargetError(
        f"{target} is not a dataset that clips can be added to: {path.name}: {reason}. "
        "Choose another folder."
    )


def write_meta(path: Path, meta: Meta) -> None:
    """Write `meta.json` as the dataset's authors do: sorted keys, indented by 4."""
    text = json.dumps(meta, sort_keys=True, indent=4, ensure_ascii=False, allow_nan=False)
    with atomic_file(path) as file:
        file.write(text.encode())


@contextmanager
def temporary_tree(target: Path) -> Iterator[Path]:
    """Yield a new hidden folder beside `target`; it is gone when the block ends.

    Folders above it that had to be made are gone too, if nothing was put into them.
    """
    parents = [folder for folder in target.parents if not folder.exists()]
    temporary = target.parent / f".{secrets.token_hex(8)}.tmp"
    try:
        with writing_to(target):
            temporary.mkdir(parents=True)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        for folder in parents:
            try:
                folder.rmdir()
            except OSError:  # something is in it: the tree
                break


def put_tree(
    temporary: Path, target: Path, folders: Iterable[str], clips: Mapping[str, object], meta: Meta
) -> None:
    """Give whole clips their place: as a new tree, or within the one whose `meta` is given.

    folders : those that hold one folder per clip. clips : name to entry in `meta.json`.
    Raises TargetError where that fails; then the tree is as it was.
    """
    with writing_to(target):
        if not target.is_dir() or not any(target.iterdir()):
            write_meta(temporary / "meta.json", {**meta, "videos": dict(clips)})
            temporary.replace(target)
            return
        _join_tree(temporary, target, tuple(folders), clips, meta)


def _join_tree(
    temporary: Path, target: Path, folders: tuple[str, ...], clips: Mapping[str, object], meta: Meta
) -> None:
    listed = target / "meta.json"
    before = temporary / "meta.json"
    shutil.copyfile(listed, before)  # to go back to even on a full disk
    others = {name: entry for name, entry in meta["videos"].items() if name not in clips}
    moved: list[tuple[Path, Path]] = []
    try:
        if others != meta["videos"]:
            write_meta(listed, {**meta, "videos": others})
        for folder in folders:
            (target / folder).mkdir(exist_ok=True)
            for clip in clips:
                _exchange(temporary, target, folder, clip, moved)
        write_meta(listed, {**meta, "videos": {**others, **clips}})
    except BaseException:
        for there, here in reversed(moved):
            there.replace(here)
        before.replace(listed)
        raise


def _exchange(
    temporary: Path, target: Path, folder: str, clip: str, moved: list[tuple[Path, Path]]
) -> None:
    old, new = target / folder / clip, temporary / folder / clip
    if old.exists():
        aside = temporary / f"replaced-{folder}" / clip
        aside.parent.mkdir(exist_ok=True)
        old.replace(aside)
        moved.append((aside, old))
    new.replace(old)
    moved.append((old, new))


@contextmanager
def writing_to(target: Path) -> Iterator[None]:
    """Turn the system's errors into TargetError that names the tree."""
    try:
        yield
    except OSError as error:
        raise TargetError(
            f"Cannot write {target}: {error.strerror or error}. "
            "Choose another folder, or free space there."
        ) from error
