"""Masks of clips to be scored, wherever they lie: a tree, folders of PNG files, or a project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.mask import Mask
from vosgui.core.track import Source, is_given
from vosgui.errors import MaskError
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.tree.clip import MaskFolderClip
from vosgui.formats.tree.frame_palettes import permuted
from vosgui.formats.tree.layout import find_splits
from vosgui.formats.tree.mask_values import MaskValues, with_own_ids
from vosgui.formats.tree.meta import ListedObject, ObjectTable, find_object_table, read_objects
from vosgui.media.mask_files import is_of_8_bits, palette_of

Categories = Mapping[str, Mapping[int, str]]  # by clip, by object id


class MaskSource(Protocol):
    """The masks of one clip, read one at a time."""

    @property
    def name(self) -> str:
        """Return the clip's name."""

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise MaskError for a broken one or one of another size."""

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is to be known of the ids in the masks that were read."""


@dataclass(frozen=True)
class MasksInMemory:
    """The masks of one clip at one moment, of a project or of a file; that is closed again.

    places : the frames in which something is known of an object, by name, or all of the clip.
    categories : by id. called : what the file calls each object, where ids are not its own.
    """

    name: str
    snapshot: Snapshot
    places: Mapping[str, int]
    categories: Mapping[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    called: Mapping[int, str] = field(default_factory=dict)

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames in which something is known of some object."""
        return tuple(self.places)

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W)."""
        (h, w), (height, width) = self.snapshot.hw, expected_hw or self.snapshot.hw
        if (h, w) != (height, width):
            raise MaskError(
                f"The masks of the clip {self.name} are {w}x{h}, its frame {frame_name} elsewhere "
                f"{width}x{height}."
            )
        return self.snapshot.mask(self.places[frame_name])

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""
        t, tracks = self.places[frame_name], self.snapshot.tracks.items()
        return frozenset(i for i, track in tracks if track["source"][t] == Source.NONE)

    def listed(self, given_only: bool) -> dict[int, ListedObject]:
        """Return the objects with the frames in which they are known, or given by a person."""
        objects = {}
        for i, track in self.snapshot.tracks.items():
            known = is_given(track) if given_only else track["source"] != Source.NONE
            frames = frozenset(name for name, t in self.places.items() if known[t])
            objects[i] = ListedObject(self.categories.get(i, ""), frames)
        return objects


def project_masks(name: str, snapshot: Snapshot, frame_names: Sequence[str]) -> MasksInMemory:
    """Return the masks of a clip as they are at one moment."""
    known = [track["source"] != Source.NONE for track in snapshot.tracks.values()]
    frames = np.flatnonzero(np.any(known, axis=0)).tolist()
    return MasksInMemory(name, snapshot, {frame_names[t]: t for t in frames})


def pair_clips(
    truth: Mapping[str, MaskSource], others: Mapping[str, MaskSource]
) -> list[tuple[MaskSource, MaskSource | None]]:
    """Return the clips of the truth, each with that of the same name among the others.

    Where both sides are a single clip they belong together whatever their names.
    """
    if len(truth) == len(others) == 1:
        return [(next(iter(truth.values())), next(iter(others.values())))]
    return [(clip, others.get(name)) for name, clip in truth.items()]


@dataclass(frozen=True)
class Renamed:
    """The masks of a clip under the frame names of another.

    names : own names by those. how : in words, how they were found.
    """

    source: MaskSource
    names: Mapping[str, str]
    how: str

    @property
    def name(self) -> str:
        """Return the clip's name."""
        return self.source.name

    @property
    def frame_names(self) -> tuple[str, ...]:
        """Return the other clip's names of the frames that have a mask here."""
        return tuple(self.names)

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return a mask, uint8 (H, W); raise what the source raises."""
        return self.source.mask(self.names[frame_name], expected_hw)

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return the ids of the objects of which nothing is known in a frame."""
        return self.source.unknown(self.names[frame_name])

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what the source's reader must know."""
        return self.source.notes


def named_like(source: MaskSource, names: Sequence[str]) -> MaskSource:
    """Return a clip's masks under these frame names, where the numbers in both tell which is which.

    As it is where no name means another of its frames than the one that is called so.
    """
    own = source.frame_names
    matched = match_frames(names, own)
    if not matched.how:
        return source
    return Renamed(source, {name: own[t] for name, t in matched.places.items()}, matched.how)


def names_in_words(one: MaskSource, other: MaskSource) -> list[str]:
    """Return what is to be said of the names of two clips that are a pair, and of their frames."""
    lines = []
    if one.name != other.name:
        lines.append(f"{one.name} was paired with {other.name}: each is the only clip of its side.")
    if isinstance(other, Renamed):
        lines.append(f"{one.name}: {other.how}")
    return lines


def ids_in_words(clip: str, sides: Mapping[str, MaskSource]) -> list[str]:
    """Return what is to be said of the ids of a clip's masks, by what each side is called."""
    said: dict[str, list[str]] = {}  # the same of both where they were read on one scale
    for side, one in sides.items():
        for text in one.notes:
            said.setdefault(text, []).append(side)
    return [f"{clip}: {' and '.join(names)}: {text}" for text, names in said.items()]


def on_one_scale(a: MaskSource, b: MaskSource) -> tuple[MaskSource, MaskSource]:
    """Return two sources of one clip in which the same colour, or number, is the same object.

    So it is with palettes of the same colours in another order: indices would mix who is who.
    Raises MaskError where one has colours that say no ids, and the other ids.
    """
    if isinstance(b, Renamed):
        a, inner = on_one_scale(a, b.source)
        return a, replace(b, source=inner)
    firsts = [one.path(one.frame_names[0]) for one in (a, b) if isinstance(one, MaskFolderClip)]
    are_plain = [is_of_8_bits(path) for path in firsts]
    if len(firsts) < 2 or (all(are_plain) and not permuted(*map(palette_of, firsts))):
        return a, b
    assert isinstance(a, MaskFolderClip) and isinstance(b, MaskFolderClip)
    paths = [one.path(name) for one in (a, b) for name in one.frame_names]
    values = MaskValues(sorted(paths, key=is_of_8_bits))
    if any(are_plain):
        with_own_ids(values, (a if are_plain[1] else b).masks)
    return replace(a, values=values), replace(b, values=values)


def described(path: Path) -> str:
    """Return a path for a report, and what was chosen where it holds masks of several sizes."""
    if path.is_dir():
        for split in find_splits(path):
            if len(split.resolutions) > 1:
                return f"{path} ({split.resolutions[0]} of {', '.join(split.resolutions)})"
    return str(path)


def find_objects(
    path: Path, clips: Mapping[str, MaskSource], file: Path | None = None, given_only: bool = False
) -> tuple[ObjectTable | None, Path | None]:
    """Return the objects of the clips at a path, and what lists them: the project, or a file.

    file : the one to read where the path is no project; by default that of the tree. given_only :
        a project lists an object in the frames in which a person gave it, else in those in which
        something is known of it, which may be its absence.
    Raises DatasetError where the file is broken.
    """
    found = {
        n: one.listed(given_only) for n, one in clips.items() if isinstance(one, MasksInMemory)
    }
    if found:
        return found, path
    file = file or find_object_table(path)
    return (None, None) if file is None else (read_objects(file), file)


def find_categories(path: Path, clips: Mapping[str, MaskSource]) -> Categories:
    """Return what the objects under a path are: as a project or the tree's own file has it."""
    table, _ = find_objects(path, clips)
    return {
        clip: {i: one.category for i, one in objects.items() if one.category}
        for clip, objects in (table or {}).items()
    }
