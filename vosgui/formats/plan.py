"""What a writer writes of a clip: said before it is written, and then written as it was said."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vosgui.core.annotation import Annotation
from vosgui.core.issues import Issue, note, warning
from vosgui.core.review import visible_frames
from vosgui.errors import DatasetError, NothingToDoError
from vosgui.formats.dataset import LabelledClip, annotated_frames

FrameChoice = Literal["annotated", "grid", "all"]
ExportFrames = Literal["grid", "all"]  # of those what an export of a project offers
MAX_STEM = 99_999


@dataclass(frozen=True)
class MaskImages:
    """Masks that go into one folder as STEM.png.

    folder : below the root of the dataset. values : what the pixels of an object become, by its id,
        all others becoming 0; None keeps every id. at : positions of the frames that have one; None
        for all. kind : 8 bits with a palette, grey, 16 bits of grey, whose values may go up to
        65,535, or the frame's own colours with these as alpha. says_clip : those with a palette
        say that their folder is a clip's, whatever it is called.
    """

    folder: str
    values: Mapping[int, int] | None = None
    at: frozenset[int] | None = None
    kind: Literal["palette", "grey", "grey16", "alpha"] = "palette"
    says_clip: bool = False

    def has(self, position: int) -> bool:
        """Return whether a frame has a mask here."""
        return self.at is None or position in self.at


@dataclass(frozen=True)
class ClipPlan:
    """All that is written of one clip.

    clip : laid onto its frames. frames : indices, ascending. stems : the file stem of each.
    ids : of each object that is written, what it is in the files. words : the same for a person,
        where it says more.
    starts : the position in `frames` from which on an object is visible, by its id.
    images : folder of the frames, STEM.jpg; "" for none. others : paths of other files.
    later : paths of those that are written when what is said of all clips is known.
    issues : what differs from the annotation, or readers may stumble over.
    Raises DatasetError where two files would have one path.
    """

    clip: LabelledClip
    frames: tuple[int, ...]
    stems: tuple[str, ...]
    ids: Mapping[int, int]
    words: Mapping[int, str] = field(default_factory=dict)
    starts: Mapping[int, int] = field(default_factory=dict)
    images: str = ""
    masks: tuple[MaskImages, ...] = ()
    others: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()

    def __post_init__(self) -> None:
        twice = [file for file, n in Counter(self.files()).items() if n > 1]
        if twice:
            raise DatasetError(f"Two files of the clip {self.clip.name} would both be {twice[0]}.")

    def files(self) -> Iterator[str]:
        """Yield the path of each file below the root of the dataset."""
        yield from self.own_files()
        yield from self.later

    def own_files(self) -> Iterator[str]:
        """Yield the path of each file that is written with the clip."""
        for stem in self.stems if self.images else ():
            yield f"{self.images}/{stem}.jpg"
        for images in self.masks:
            for position, stem in enumerate(self.stems):
                if images.has(position):
                    yield f"{images.folder}/{stem}.png"
        yield from self.others


def chosen_frames(annotation: Annotation, choice: FrameChoice) -> tuple[int, ...]:
    """Return the frames to write, ascending: all, or those of which something is known."""
    if choice == "all":
        return tuple(range(annotation.n_frames))
    known = annotated_frames(annotation)
    grid = annotation.grid()
    return tuple(t for t in known if choice == "annotated" or t in grid)


def own_ids(clip: LabelledClip) -> dict[int, int]:
    """Return the ids of a clip's objects as they are."""
    return {entry.id: entry.id for entry in clip.annotation.objects}


def starts_in(clip: LabelledClip, frames: Sequence[int]) -> dict[int, int]:
    """Return at which position among `frames` each object that is visible there first is."""
    place = {t: position for position, t in enumerate(frames)}
    visible = visible_frames(clip.annotation, frames)
    shown = (entry.id for entry in clip.annotation.objects if entry.id in visible)
    return {object_id: place[visible[object_id][0]] for object_id in shown}


def needed_starts(clip: LabelledClip, frames: Sequence[int]) -> dict[int, int]:
    """Return what `starts_in` does; raise NothingToDoError where that is nothing."""
    if starts := starts_in(clip, frames):
        return starts
    raise NothingToDoError(f"No object of {clip.name} is visible in its frames.")


def own_stems(clip: LabelledClip, frames: Sequence[int]) -> tuple[str, ...]:
    """Return the names that the frames have."""
    return tuple(clip.frame_names[t] for t in frames)


def five_digit_stems(
    clip: LabelledClip, frames: Sequence[int]
) -> tuple[tuple[str, ...], tuple[Issue, ...]]:
    """Return stems of five digits in the order of time, and what was renamed.

    Raises DatasetError where there are more frames than five digits number.
    """
    own = own_stems(clip, frames)
    ordered = all(a < b for a, b in itertools.pairwise(own))
    if ordered and all(re.fullmatch(r"[0-9]{5}", stem) for stem in own):
        return own, ()
    numbers: Sequence[int] = frames if frames[-1] <= MAX_STEM else range(len(frames))
    if numbers[-1] > MAX_STEM:
        raise DatasetError(
            f"{clip.name} has {len(frames)} frames to write, and five digits number 100,000. "
            "Export the grid, or a larger stride."
        )
    stems = tuple(f"{number:05d}" for number in numbers)
    return stems, (_renamed(clip, own, stems, "five"),)


def numbered_stems(
    clip: LabelledClip, frames: Sequence[int], n_digits: int, first: int
) -> tuple[tuple[str, ...], tuple[Issue, ...]]:
    """Return stems of so many digits in the order of time, and what was renamed.

    The numbers that the frames are named by are kept where they ascend, else their places in the
    clip are taken; where they would begin before `first`, each is raised by as much.
    Raises DatasetError where a number has more digits.
    """
    own = own_stems(clip, frames)
    numbers = [int(stem) for stem in own if re.fullmatch(r"[0-9]{1,18}", stem)]
    if len(numbers) < len(own) or any(a >= b for a, b in itertools.pairwise(numbers)):
        numbers = list(frames)
    raised = max(0, first - min(numbers, default=first))
    stems = tuple(f"{number + raised:0{n_digits}d}" for number in numbers)
    if stems and len(stems[-1]) > n_digits:
        raise DatasetError(
            f"The frame {own[-1]} of {clip.name} has a number of more than {n_digits} digits. "
            "Name the frames by smaller numbers."
        )
    if stems == own:
        return own, ()
    return stems, (_renamed(clip, own, stems, str(n_digits)),)


def _renamed(clip: LabelledClip, own: Sequence[str], stems: Sequence[str], digits: str) -> Issue:
    pairs = dict.fromkeys(f"{own[n]} is {stems[n]}" for n in (0, -1))
    return note(f"Frames renamed to {digits} digits: {', '.join(pairs)}.", clip=clip.name)


def numbered_note(clip: LabelledClip, ids: Mapping[int, int]) -> tuple[Issue, ...]:
    """Return what is to be said of ids that change."""
    if all(old == new for old, new in ids.items()):
        return ()
    pairs = ", ".join(f"{old} as {new}" for old, new in ids.items())
    return (note(f"Object ids without gaps: {pairs}.", clip=clip.name),)


def no_images(clip: LabelledClip) -> tuple[Issue, ...]:
    """Return what is to be said of a clip whose frames are not at hand."""
    if clip.frames is not None:
        return ()
    text = "The clip has no frames here: its masks were written without images."
    fix = "Readers need the images; say where they are."
    return (warning(text, clip=clip.name, fix=fix, option="--frames-from"),)
