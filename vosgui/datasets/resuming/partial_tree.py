"""A dataset that grows clip by clip in a hidden folder beside its place, and is gone on with there.

.NAME.partial/
    vosgui-export.lock  by which the folder is known as ours; locked for as long as one writes in it
    stage/              clips that are being written
    clips/KEY/          clips that are whole: their files, and what their writer said of them
    clips-WORK/, tree-WORK/  from when all are whole: the files move from the one to the other
    joining.json, replaced/  see datasets.target_tree

A clip's key is a digest of all that it is made from: work that is begun again takes what it finds
under the keys that it asks for. Each step is one rename, so a killed process leaves one of these
states and never a tree at NAME that is not whole.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vosgui.datasets.target_tree import JOINED, JOINING, REPLACED, undo_join
from vosgui.errors import TargetError
from vosgui.files.atomic import atomic_file, followed, remove_file, remove_leftovers, writing_to
from vosgui.files.ordinary import read_bytes
from vosgui.formats.writer import WrittenClip

_LOCK = "vosgui-export.lock"
_STAGE, _CLIPS, _TREE, _FILES, _SAID = "stage", "clips", "tree", "files", "written.json"
_OWN = (_LOCK, f"{_LOCK}-journal", _STAGE, _CLIPS, JOINING, JOINED, REPLACED)


def partial_folder(target: Path) -> Path:
    """Return where a dataset grows until it is whole."""
    target = followed(target)
    return target.parent / f".{target.name}.partial"


def n_kept(target: Path) -> int:
    """Return how many clips of a target are whole already, where no other process is at work."""
    folder = partial_folder(target)
    try:
        lock = locked(folder, target)
    except (TargetError, OSError):
        return 0
    lock.close()
    return sum(1 for _ in folder.glob(f"{_CLIPS}*/*/{_SAID}"))


class _Said(msgspec.Struct):
    """What is noted of a clip that is whole. sizes : of each of its files, in bytes."""

    written: WrittenClip
    sizes: dict[str, int]


@dataclass(frozen=True)
class PartialTree:
    """A dataset that is not whole yet: a small value that another process can be handed.

    work : a digest of the keys of all clips.
    """

    folder: Path
    work: str

    @property
    def _tree(self) -> Path:
        return self.folder / f"{_TREE}-{self.work}"

    @property
    def _gathered(self) -> Path:
        return self.folder / f"{_CLIPS}-{self.work}"

    def _clip(self, key: str) -> Path:
        return (self._gathered if self._gathered.is_dir() else self.folder / _CLIPS) / key

    def whole(self, key: str) -> WrittenClip | None:
        """Return what was said of a clip that is whole already, with all its files, or None."""
        said = self._said(key)
        return None if said is None or self._missing(key, said) else said.written

    def _said(self, key: str) -> _Said | None:
        try:
            return msgspec.json.decode(read_bytes(self._clip(key) / _SAID), type=_Said)
        except (FileNotFoundError, msgspec.DecodeError):  # cut off by a disk that lost power
            return None

    def _missing(self, key: str, said: _Said) -> list[str]:
        """Return the files of a clip that are neither in its folder nor in the tree, as written."""
        own = self._clip(key) / _FILES
        return [
            file
            for file, size in said.sizes.items()
            if size_of(own / file) != size and size_of(self._tree / file) != size
        ]

    def missing(self, keys: Collection[str]) -> list[str]:
        """Return what is not there of clips that were whole, as paths below the tree.

        Others remove it: a cleaner, or a program that keeps folders in step.
        """
        said = {key: self._said(key) for key in keys}
        lost = [file for key, one in said.items() if one for file in self._missing(key, one)]
        return lost + [f"{_CLIPS}/{key}" for key, one in said.items() if one is None]

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """Yield a new folder for the files of one clip; it is gone when the block ends."""
        stage = self.folder / _STAGE / os.urandom(8).hex()
        try:
            (stage / _FILES).mkdir(parents=True)
            yield stage / _FILES
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def keep(self, files: Path, key: str, written: WrittenClip) -> None:
        """Take over a clip from its stage, whole.

        Raises FileNotFoundError where one of its files is gone.
        """
        sizes = {file: (files / file).stat().st_size for file in written.files}
        with atomic_file(files.parent / _SAID) as file:
            file.write(msgspec.json.encode(_Said(written, sizes)))
        place = self._clip(key)
        place.parent.mkdir(exist_ok=True)
        _remove(place)  # what was left of it
        files.parent.replace(place)

    def gather(self, keys: Collection[str]) -> Path:
        """Move the files of clips into one tree and return it; gone on with where it was stopped.

        No clip may be kept any more.
        """
        self._tree.mkdir(exist_ok=True)
        if (self.folder / _CLIPS).is_dir():
            (self.folder / _CLIPS).replace(self._gathered)
        for key in keys:
            _move_into(self._clip(key) / _FILES, self._tree)
        return self._tree

    def _recover(self, keys: Collection[str]) -> None:
        """Bring what was left here into a state to go on from, or remove it."""
        shutil.rmtree(self.folder / _STAGE, ignore_errors=True)
        undo_join(self.folder)
        is_gathering = self._gathered.is_dir() and self._tree.is_dir()
        if (self.folder / JOINED).exists():
            is_gathering = False  # it was done, but for what lies here
        if is_gathering:
            remove_leftovers(self._tree)
        kept = (self._gathered.name, self._tree.name) if is_gathering else (_CLIPS,)
        for path in self.folder.iterdir():
            if path.name not in kept and not path.name.startswith(_LOCK):
                _remove(path)
        for path in () if is_gathering else list((self.folder / _CLIPS).glob("*")):
            if path.name not in keys:
                _remove(path)

    @property
    def _holds_clips(self) -> bool:
        if self._gathered.is_dir():
            return self._tree.is_dir() and not (self.folder / JOINED).exists()
        return any((self.folder / _CLIPS).glob("*"))


@contextmanager
def partial_tree(target: Path, keys: Collection[str]) -> Iterator[PartialTree]:
    """Yield the partial tree of a target, with the clips of these keys that are whole already.

    Once the tree has taken its place, or where no clip became whole, nothing is left of it at the
    block's end; else the clips that are whole stay.
    Raises TargetError where it cannot be written, or another process writes it.
    """
    folder = partial_folder(target)
    parents = [one for one in target.parents if not one.exists()]
    digest = hashlib.blake2b("\n".join(keys).encode(), digest_size=8)
    partial = PartialTree(folder, digest.hexdigest())
    with writing_to(target):
        folder.mkdir(parents=True, exist_ok=True)
        lock = locked(folder, target)
    try:
        try:
            with writing_to(target):
                partial._recover(keys)
            yield partial
        finally:
            _close(partial, lock, parents)
    finally:  # once more: an interrupt may have stopped it there
        _close(partial, lock, parents)


def locked(folder: Path, target: Path) -> sqlite3.Connection:
    """Return a lock that dies with the process, as SQLite has it on every system.

    Raises TargetError where another holds it, or the folder is not ours.
    """
    path = folder / _LOCK
    if not path.exists() and any(folder.iterdir()):
        raise TargetError(
            f"{folder} is in the way, where {target.name} is to grow, and was not made by an "
            "export. Move it, or choose another folder."
        )
    before = path.stat().st_ino if path.exists() else None
    lock = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        lock.execute("PRAGMA journal_mode = OFF")  # nothing is ever written into it
        lock.execute("BEGIN EXCLUSIVE")
        # Whoever held it may have removed it between these lines: then it locks nothing.
        if not path.exists() or before not in (None, path.stat().st_ino):
            raise sqlite3.OperationalError("removed meanwhile")
    except sqlite3.Error as error:
        lock.close()
        raise TargetError(
            f"Another command is writing {target} now. Wait for its end, or choose another folder."
        ) from error
    return lock


def _close(partial: PartialTree, lock: sqlite3.Connection, parents: Collection[Path]) -> None:
    """Give back the lock, and leave nothing where no clip is kept; nothing more when called again.

    Stopped anywhere, it does the rest when it is called again.
    """
    folder = partial.folder
    if _is_open(lock):  # else what lies there may be another's
        if not partial._holds_clips:
            with contextlib.suppress(OSError):  # gone, and all in it
                for path in folder.iterdir():
                    if not path.name.startswith(_LOCK):
                        _remove(path)
            # Removed while it is held: whoever waits for it finds that it locks nothing.
            with contextlib.suppress(OSError):
                (folder / _LOCK).unlink()
        lock.close()
    for path in (folder, *parents):
        try:
            path.rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # something is in it: the tree
            break


def _is_open(lock: sqlite3.Connection) -> bool:
    try:
        lock.total_changes  # noqa: B018 - raises where it is closed
    except sqlite3.ProgrammingError:
        return False
    return True


def _move_into(folder: Path, tree: Path) -> None:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        place = tree / path.name
        if path.is_dir() and place.is_dir():
            _move_into(path, place)
        else:
            path.replace(place)


def size_of(path: Path) -> int:
    """Return how many bytes a file has; -1 where it is not there."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        remove_file(path)
