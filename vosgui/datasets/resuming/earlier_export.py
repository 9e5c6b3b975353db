"""What an export has written, noted beside it: the next one of the same project goes on from there.

FOLDER/.NAME.exported  beside the dataset FOLDER/NAME: of which project it is, and of each clip what
it was made from and its files. Where it is absent, nothing at NAME is touched unasked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from vosgui.core.words import some_of
from vosgui.datasets.resuming.partial_tree import size_of
from vosgui.errors import TargetError
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import read_bytes

Sizes = Mapping[str, int]  # of files, as paths below the dataset, in bytes


class ExportedClip(msgspec.Struct, frozen=True):
    """A clip as it was written. key : what it was made from, see `clip_keys`."""

    key: str
    files: dict[str, int]


class EarlierExport(msgspec.Struct, frozen=True):
    """What was written to a place. project : which one it is of. about : files about all clips."""

    project: str
    form: str
    clips: dict[str, ExportedClip]
    about: dict[str, int]

    def has(self, name: str, key: str, target: Path) -> bool:
        """Return whether a clip is there as it was written, and would be written so again."""
        clip = self.clips.get(name)
        return clip is not None and clip.key == key and _are_there(clip.files, target)

    def is_whole(self, keys: Mapping[str, str], target: Path) -> bool:
        """Return whether all of it is there, and these clips would give the same again."""
        return (
            keys.keys() == self.clips.keys()
            and all(self.has(name, key, target) for name, key in keys.items())
            and _are_there(self.about, target)
        )

    @property
    def files(self) -> frozenset[str]:
        """Return all files that were written."""
        return frozenset(self.about).union(*(one.files for one in self.clips.values()))

    def with_clips(self, clips: Mapping[str, ExportedClip], gone: Collection[str]) -> EarlierExport:
        """Return it with clips that were written since, and without those that went."""
        kept = {name: one for name, one in self.clips.items() if name not in gone}
        return msgspec.structs.replace(self, clips={**kept, **clips})

    def check_covers(self, names: Collection[str], target: Path) -> None:
        """Raise TargetError where an export of fewer clips would drop some that are there."""
        dropped = sorted(self.clips.keys() - set(names))
        if dropped:
            raise TargetError(
                f"{target} holds an export of this project with {some_of(dropped, 3)}, which would "
                "go. Export all clips, or choose another folder."
            )


@dataclass(frozen=True)
class Identity:
    """Of which project an export is, and whether it is of all its clips. project : "" for none."""

    project: str = ""
    is_all: bool = False


def place_of(target: Path) -> Path:
    """Return where it is noted what was written to a place."""
    return target.parent / f".{target.name}.exported"


def read_earlier(target: Path, project: str, form: str) -> EarlierExport | None:
    """Return what was written to a place from this project in this format, if that is still there.

    None as well where it cannot be told.
    """
    if not project or not target.is_dir():
        return None
    try:
        found = msgspec.json.decode(read_bytes(place_of(target)), type=EarlierExport)
    except (OSError, msgspec.DecodeError):
        return None
    return found if (found.project, found.form) == (project, form) else None


def note_export(target: Path, export: EarlierExport) -> None:
    """Note what was written to a place; raise TargetError where that cannot be kept."""
    with atomic_file(place_of(target)) as file:
        file.write(msgspec.json.encode(export))


def sizes_of(target: Path, files: Iterable[str]) -> dict[str, int]:
    """Return how large files are."""
    return {file: size_of(target / file) for file in files}


def _are_there(files: Sizes, target: Path) -> bool:
    return all(size_of(target / file) == size for file, size in files.items())
