"""A folder that grows clip by clip: each appears whole, and work begun again goes on from there.

OUT/CLIP/        a clip that is whole
OUT/.unfinished/ for as long as clips are missing
    vosgui-export.lock  for as long as one command writes
    stage/       clips that are being written
    CLIP.json    the key of a clip that is whole, the sizes of its files, and what is said of it
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vosgui.datasets.resuming.partial_tree import locked, size_of
from vosgui.files.atomic import atomic_file, make_folder, writing_to
from vosgui.files.ordinary import read_bytes

UNFINISHED, _STAGE = ".unfinished", "stage"


class _Kept(msgspec.Struct):
    key: str
    sizes: Mapping[str, int]
    said: msgspec.Raw


@dataclass(frozen=True)
class KeptClips:
    """A folder of clips: a small value that another process, or machine, can be handed."""

    out: Path

    @property
    def _own(self) -> Path:
        return self.out / UNFINISHED

    def said(self, name: str, key: str) -> bytes | None:
        """Return the JSON that was said of a clip that is whole and of this key, or None."""
        try:
            kept = msgspec.json.decode(read_bytes(self._own / f"{name}.json"), type=_Kept)
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        folder = self.out / name
        is_whole = all(size_of(folder / file) == size for file, size in kept.sizes.items())
        return bytes(kept.said) if kept.key == key and is_whole else None

    @contextmanager
    def stage(self) -> Iterator[Path]:
        """Yield a new folder for the files of one clip; it is gone when the block ends."""
        stage = self._own / _STAGE / os.urandom(8).hex()
        try:
            make_folder(stage)
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def keep(self, stage: Path, name: str, key: str, said: bytes) -> None:
        """Let a clip take its place, whole; the same one may have been made twice."""
        sizes = {file.name: file.stat().st_size for file in stage.iterdir()}
        place = self.out / name
        with writing_to(place):
            if place.exists():
                place.replace(stage.with_name(f"{stage.name}-before"))
                shutil.rmtree(stage.with_name(f"{stage.name}-before"), ignore_errors=True)
            stage.replace(place)
        with atomic_file(self._own / f"{name}.json") as file:
            file.write(msgspec.json.encode(_Kept(key, sizes, msgspec.Raw(said))))


def is_unfinished(out: Path) -> bool:
    """Return whether a folder of clips was begun, and not brought to its end."""
    return (out / UNFINISHED).is_dir()


@contextmanager
def kept_clips(out: Path, *, anew: bool = False) -> Iterator[KeptClips]:
    """Yield a folder that grows; once the block has ended well, only whole clips are in it.

    anew : forget what is there of an earlier command. What raises leaves what is whole to be gone
    on with. Raises TargetError where another command writes there.
    """
    own = out / UNFINISHED
    make_folder(own)
    lock = locked(own, out)
    try:
        shutil.rmtree(own / _STAGE, ignore_errors=True)
        for path in own.glob("*.json") if anew else ():
            path.unlink()
        yield KeptClips(out)
        shutil.rmtree(own, ignore_errors=True)
    finally:
        lock.close()
        if not any(own.glob("*.json")):
            shutil.rmtree(own, ignore_errors=True)
