"""What every reader of a dataset yields and every writer takes: one clip with its annotation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from vosgui.core.annotation import Annotation, Header, ObjectInfo
from vosgui.core.clip import ClipInfo
from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, note
from vosgui.core.mask import MAX_OBJECT_ID, Mask, PackedMask, ids_in, pack
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.review import known_frames
from vosgui.core.track import Source, empty_track
from vosgui.errors import DatasetError, InputError
from vosgui.formats.frame_matching import match_frames

_T = TypeVar("_T")


@dataclass(frozen=True)
class Numbering:
    """Which frames of a video were taken, where a file says so; its names are of their numbers.

    n_frames : how many, None where it does not say.
    """

    first: int = 0
    step: int = 1
    n_frames: int | None = None


@dataclass(frozen=True)
class LabelledClip:
    """A clip of a dataset.

    frames : a folder of images or a video, for open_clip; None where the dataset has none.
    frame_names : one per frame of the annotation, each once: DatasetError else.
    issues : what was changed, snapped or dropped on reading.
    numbering : what the numbers in its frames' names are, where the file says it.
    n_broken : how much of its frames was left out because it could not be read.
    called : what its file calls each object, by id, where ids are not the file's own.
    """

    name: str
    frames: Path | None
    frame_names: tuple[str, ...]
    annotation: Annotation
    issues: tuple[Issue, ...] = ()
    numbering: Numbering | None = None
    n_broken: int = 0
    called: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        first: dict[str, int] = {}
        for t, name in enumerate(self.frame_names):
            if first.setdefault(name, t) != t:
                raise DatasetError(
                    f"Frames {first[name]} and {t} of the clip {self.name} are both called {name}: "
                    "what is said of one would take the place of the other. Give each its own name."
                )


class ClipSource(Protocol):
    """A clip of a dataset that can be read: a small value that another process can be handed."""

    @property
    def name(self) -> str:
        """Return the clip's name, unique in its dataset."""

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Read the clip; raise InputError where it is broken.

        progress : hears how many of its annotated frames are read. skip_broken : a frame that
            cannot be read is left out alone, and named among the issues; else it ends the clip.
        """


@dataclass(frozen=True)
class LoadedClip:
    """A source whose clip is in memory already, as a project's is.

    digest : of the annotation; the same for the same.
    """

    name: str
    labelled: LabelledClip = field(repr=False)
    digest: str

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Return the clip."""
        return self.labelled


def loaded(clip: LabelledClip) -> LoadedClip:
    """Return a source of a clip as it is now; what its annotation becomes later is not in it."""
    copy = clip.annotation.copy()
    now = copy.snapshot()
    about = (clip.annotation.header, clip.frames, clip.frame_names)
    digest = hashlib.blake2b(repr(about).encode(), digest_size=16)
    for t, packed in sorted(now.masks.items()):
        digest.update(f"{t} ".encode() + packed.to_bytes())
    for object_id, track in sorted(now.tracks.items()):
        digest.update(f"{object_id} ".encode() + track.tobytes())
    return LoadedClip(clip.name, replace(clip, annotation=copy), digest.hexdigest())


@dataclass(frozen=True)
class BrokenClip:
    """A clip that a listing has found broken: it says so when its turn comes, others are read."""

    name: str
    problem: InputError

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Raise what is wrong with the clip."""
        raise self.problem


def without_broken(
    files: Sequence[Path], read: Callable[[Path], _T]
) -> tuple[list[tuple[Path, _T]], list[BrokenClip]]:
    """Read several files of a dataset; return what each holds, and those that are broken as clips.

    Raises DatasetError where all are broken.
    """
    found: list[tuple[Path, _T]] = []
    broken: list[BrokenClip] = []
    for file in files:
        try:
            found.append((file, read(file)))
        except DatasetError as problem:
            broken.append(BrokenClip(file.stem, problem))
    if broken and not found:
        raise broken[0].problem
    return found, broken


@dataclass(frozen=True)
class Dataset:
    """The clips of a dataset, in order, and what its listing had to say.

    n_frames : how many frames will be written of all clips, None where that is not known yet.
    """

    clips: tuple[ClipSource, ...]
    issues: tuple[Issue, ...] = ()
    n_frames: int | None = None


ListClips = Callable[[Path], Dataset]  # of a format: the clips that a path holds


class _Known(NamedTuple):
    """What is known of one frame. complete, absent, unknown : as `AnnotationBuilder.add` has it."""

    mask: PackedMask
    ids: tuple[int, ...]
    complete: bool
    absent: frozenset[int]
    unknown: frozenset[int]


class AnnotationBuilder:
    """Gather the masks of a clip, frame by frame, into an annotation."""

    def __init__(self, hw: tuple[int, int], n_frames: int, stride: int = 5) -> None:
        self.hw = hw
        self._n_frames, self._stride = n_frames, stride
        self._known: dict[int, _Known] = {}

    def add(
        self,
        t: int,
        mask: Mask,
        *,
        complete: bool = True,
        absent: Iterable[int] = (),
        unknown: Iterable[int] = (),
    ) -> None:
        """Give the mask of frame t, uint8 (H, W) of ids 0-254.

        complete : objects without a pixel are absent in this frame, but for those said to be
            unknown; else nothing is known of them but of those that are said to be absent.
        """
        assert mask.shape == self.hw, (mask.shape, self.hw)
        ids = ids_in(mask)
        assert not ids or ids[-1] <= MAX_OBJECT_ID
        known = _Known(pack(mask), ids, complete, frozenset(absent), frozenset(unknown))
        self._known[t] = known

    @property
    def n_added(self) -> int:
        """Return of how many frames a mask was given."""
        return len(self._known)

    def first_frames(self) -> dict[int, int]:
        """Return the first frame in which each object has a pixel, by its id."""
        return {i: t for t in sorted(self._known, reverse=True) for i in self._known[t].ids}

    def build(self, objects: Iterable[ObjectInfo] = ()) -> Annotation:
        """Return the annotation: every mask is painted, and absent where it is complete without.

        objects : those known by more than their id; the others are named after it.
        """
        listed = {entry.id: entry for entry in objects}
        entries = [listed.get(i) or new_object(i) for i in sorted({*listed, *self.first_frames()})]
        annotation = Annotation(self.hw, self._n_frames, Header(tuple(entries), self._stride))
        revision = count(1)
        tracks = {}
        for entry in entries:
            track = tracks[entry.id] = empty_track(self._n_frames)
            for t, frame in sorted(self._known.items()):
                painted = entry.id in frame.ids
                is_told = frame.complete and entry.id not in frame.unknown
                if painted or is_told or entry.id in frame.absent:
                    track["source"][t] = Source.PAINTED if painted else Source.ABSENT
                    track["revision"][t] = next(revision)
        annotation.load({t: frame.mask for t, frame in self._known.items()}, tracks)
        return annotation


def annotated_frames(annotation: Annotation) -> tuple[int, ...]:
    """Return the frames of which something is known, an empty mask included, ascending."""
    return tuple(np.flatnonzero(known_frames(annotation)).tolist())


def stride_of(frames: Sequence[int]) -> int:
    """Return the step that annotated frames most often have; 1 where there is no step."""
    steps = np.diff(np.asarray(frames, np.int64))
    steps = steps[steps > 0]
    return int(np.bincount(steps).argmax()) if steps.size else 1


def placed_on(labelled: LabelledClip, info: ClipInfo) -> LabelledClip:
    """Return the annotation laid onto the frames of an opened clip, matched by name, or number.

    Raises DatasetError where the sizes differ or an annotated frame is not in the clip.
    """
    annotation = labelled.annotation
    if annotation.hw != info.hw:
        (h, w), (height, width) = annotation.hw, info.hw
        raise DatasetError(
            f"The masks of {labelled.name} are {w}x{h}, the frames of {info.path} are "
            f"{width}x{height}. Give the frames that the masks were made for."
        )
    if labelled.frame_names == info.frame_names:
        return replace(labelled, frames=info.path)
    place, issues = _places(labelled, info)
    moved = Annotation(info.hw, info.n_frames, annotation.header)
    tracks = {}
    for entry in annotation.objects:
        track = empty_track(info.n_frames)
        for t, to in place.items():
            track[to] = annotation.track(entry.id)[t]
        tracks[entry.id] = track
    packed = {to: annotation.packed(t) for t, to in place.items()}
    moved.load({t: mask for t, mask in packed.items() if mask is not None}, tracks)
    return LabelledClip(
        labelled.name, info.path, info.frame_names, moved, (*labelled.issues, *issues)
    )


def _places(labelled: LabelledClip, info: ClipInfo) -> tuple[Mapping[int, int], list[Issue]]:
    """Return where each annotated frame lies in the clip, and how that was found."""
    if labelled.numbering is not None and (told := _numbered_places(labelled, info)) is not None:
        return told
    names = labelled.frame_names
    matched = match_frames(names, info.frame_names, are_counted=info.path.is_file())
    place = {}
    for t in annotated_frames(labelled.annotation):
        if names[t] not in matched.places:
            raise DatasetError(
                f"The frame {names[t]} of {labelled.name} is annotated, but {info.path} has no "
                "such frame. Give the frames that the masks were made for."
            )
        place[t] = matched.places[names[t]]
    return place, [note(matched.how, clip=labelled.name)] if matched.how else []


def _numbered_places(
    labelled: LabelledClip, info: ClipInfo
) -> tuple[Mapping[int, int], list[Issue]] | None:
    """Return what `_places` does, of frames whose numbers are those of a video; None for no match.

    They are those in the names of the clip's frames, or else the clip has the annotated frames
    alone, in order.
    """
    numbering = labelled.numbering
    assert numbering is not None
    frames = annotated_frames(labelled.annotation)
    numbers = {t: number_in(labelled.frame_names[t]) for t in frames}
    there = {number_in(name): t for t, name in enumerate(info.frame_names)}
    if None in numbers.values():
        return None
    expected = {numbering.first + numbering.step * k for k in range(numbering.n_frames or 0)}
    is_numbered = None not in there and len(there) == info.n_frames
    is_whole = bool(expected) and info.n_frames == len(expected) and expected != there.keys()
    if is_numbered and not is_whole and there.keys() >= {*numbers.values()}:
        return {t: there[number] for t, number in numbers.items()}, []
    first, step = numbering.first, numbering.step
    places = {t: divmod((n or 0) - first, step) for t, n in numbers.items()}
    is_in_order = all(rest == 0 and 0 <= k < info.n_frames for k, rest in places.values())
    if not (is_in_order and info.n_frames == len(expected)):
        return None
    text = f"Its frames were matched in order: they are {first}, {first + step}, ... of a video."
    return {t: place for t, (place, _) in places.items()}, [note(text, clip=labelled.name)]


def number_in(name: str) -> int | None:
    """Return the last number in a frame's name; None where there is none."""
    found = re.search(r"([0-9]+)[^0-9]*$", name)
    return int(found[1]) if found is not None else None
