"""A clip whose masks are images of numbers, each of which its format says what it stands for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, InputError, MaskError
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip, stride_of
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.shapes import FileObject, called_in_file, numbered
from vosgui.formats.tree.find_frames import ClipFrames, clip_frames
from vosgui.media.image_files import image_size
from vosgui.media.images import natural_key
from vosgui.media.mask_files import Codes, read_codes


@dataclass(frozen=True)
class Left:
    """A number that stands for no object, and why.

    what : what it is, to be named with others of the reason. is_odd : whether pixels are lost that
        may be objects.
    """

    reason: str
    what: str
    is_odd: bool = False


class _Placed(NamedTuple):
    """The masks that have a frame: their stem and file, by its index."""

    files: Mapping[int, tuple[str, Path]]
    frames: ClipFrames
    hw: tuple[int, int]


@dataclass(frozen=True)
class CodedClip(ABC):
    """A clip of such masks.

    masks : the folder that they lie in, or the one that there is. frames : folder of its frames, or
        the one that there is; None for none.
    """

    name: str
    masks: Path
    frames: Path | None

    @abstractmethod
    def files(self, issues: list[Issue]) -> Mapping[str, Path]:
        """Return the masks by the name of their frame; raise InputError where that is unknown.

        issues : take what is to be said of them.
        """

    @abstractmethod
    def meaning(self, code: int, frame: str) -> FileObject | Left | None:
        """Return what a number stands for in a frame: an object, something left out, or nothing."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Return what a person is to check of the masks that were read."""
        return ()

    def codes(self, path: Path) -> Codes:
        """Return the numbers of a mask, int32 (H, W); raise MaskError for a broken one."""
        return read_codes(path)

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Read all masks; raise InputError where one is broken or of another size.

        skip_broken : such a one is left out alone.
        """
        issues: list[Issue] = []
        broken = BrokenFrames(self.name, skip=skip_broken)
        placed = self._placed(issues, broken)
        reading = _Reading(self, placed, issues)
        readable: dict[int, Path] = {}
        for t, (frame, path) in sorted(placed.files.items()):
            with broken.at(frame, path):
                reading.look(t)
                readable[t] = path
            progress.report(0)
        broken.check_left(len(readable))
        ids = numbered(reading.objects, self.name, issues)
        reading.say_what_was_left()
        names, hw = placed.frames.names, placed.hw
        builder = AnnotationBuilder(hw, len(names), stride_of(sorted(placed.files)))
        known = np.array(sorted(ids), np.int32)
        values = np.array([0, *(ids[code] for code in sorted(ids))], np.uint8)
        for n, (t, path) in enumerate(readable.items(), start=1):
            codes = self.codes(path)
            at = np.searchsorted(known, codes)
            found = at < known.size
            found[found] = known[at[found]] == codes[found]
            builder.add(t, values[np.where(found, at + 1, 0)])
            progress.report(n)
        objects = [
            new_object(ids[code], one.name, one.category) for code, one in reading.objects.items()
        ]
        frames = placed.frames.folder if self._is_folder else self.frames
        issues += [warning(text, clip=self.name) for text in self.doubts]
        said = (*gathered(issues), *broken.issues)
        about = (self.name, frames, names, builder.build(objects), said)
        called = called_in_file(reading.objects, ids)
        return LabelledClip(*about, n_broken=len(broken), called=called)

    @property
    def _is_folder(self) -> bool:
        return self.frames is None or self.frames.is_dir()

    def problems(self) -> Iterator[InputError]:
        """Yield what keeps each mask from being read."""
        try:
            files = self.files([])
        except InputError as broken:
            yield broken
            return
        for path in files.values():
            try:
                self.codes(path)
            except InputError as broken:
                yield broken

    def _placed(self, issues: list[Issue], broken: BrokenFrames) -> _Placed:
        """Return each mask with its frame: that of its name, or of the number in it."""
        files = self.files(issues)
        stems = sorted(files, key=natural_key)
        if not stems:
            raise DatasetError(f"The clip {self.name} has no mask in {self.masks}.")
        if not self._is_folder:
            assert self.frames is not None
            (stem,) = stems
            alone = ClipFrames(self.frames, (self.frames.stem,), self.frames)
            return _Placed({0: (stem, files[stem])}, alone, image_size(self.frames))
        frames = clip_frames(self.frames, stems)
        matched = match_frames(stems, frames.names)
        if matched.how:
            issues.append(note(matched.how, clip=self.name))
        found: dict[int, tuple[str, Path]] = {}
        for stem in stems:
            t = matched.places.get(stem)
            if t is None:
                text = "There is no frame to this mask; it was left out."
                where = {"clip": self.name, "file": str(files[stem]), "frame": stem}
                issues.append(warning(text, **where))
            else:
                found[t] = (stem, files[stem])
        if not found:
            raise DatasetError(
                f"No mask in {self.masks} has a frame in {self.frames}: they are called {stems[0]} "
                f"to {stems[-1]}, the frames {frames.names[0]} to {frames.names[-1]}."
            )
        if frames.first_image is not None:
            return _Placed(found, frames, image_size(frames.first_image))
        return _Placed(found, frames, broken.size_of([path for _, path in found.values()]))


@dataclass
class _Reading:
    """What the masks of a clip hold, as far as they were looked at."""

    clip: CodedClip
    placed: _Placed
    issues: list[Issue]
    objects: dict[int, FileObject] = field(default_factory=dict)
    left: dict[tuple[str, bool], dict[str, int]] = field(default_factory=dict)  # by what: frames

    def look(self, t: int) -> None:
        """Take what the mask of a frame holds; raise MaskError where it does not fit."""
        (frame, path), hw = self.placed.files[t], self.placed.hw
        codes = self.clip.codes(path)
        if codes.shape != hw:
            raise MaskError(
                f"The mask {path} is {codes.shape[1]}x{codes.shape[0]}, its frame {hw[1]}x{hw[0]}. "
                "Make it again at the size of the frame."
            )
        for code in np.unique(codes).tolist():
            meant = self.clip.meaning(code, frame)
            if isinstance(meant, Left):
                counts = self.left.setdefault((meant.reason, meant.is_odd), {})
                counts[meant.what] = counts.get(meant.what, 0) + 1
            elif meant is not None and self.objects.setdefault(code, meant) != meant:
                before, now = self.objects[code].category, meant.category
                text = f"{code} is {before!r} before and {now!r} here; {before!r} was kept."
                where = {"clip": self.clip.name, "file": str(path), "frame": frame}
                self.issues.append(warning(text, **where, fix="Check who is who."))
        self.objects = dict(sorted(self.objects.items()))

    def say_what_was_left(self) -> None:
        """Say once for each reason what stands for no object."""
        for (reason, is_odd), counts in self.left.items():
            text = f"{reason} {some_of(list(counts), 12)}."
            say = warning if is_odd else note
            self.issues.append(say(text, clip=self.clip.name))
