"""One clip of a tree of mask images, FRAME.png each, beside a folder of its frames."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vosgui.core.annotation import Expression, ObjectInfo
from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, VOID, Mask
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip, stride_of
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.tree.find_frames import apart_frames, clip_frames
from vosgui.formats.tree.frame_palettes import FramePalettes
from vosgui.formats.tree.layout import FRAMES, MASKS, mask_files
from vosgui.formats.tree.mask_values import MaskValues, with_own_ids
from vosgui.formats.tree.meta import ListedObject
from vosgui.formats.tree.names import alike_numbered, flat_prefix
from vosgui.media.image_files import image_size
from vosgui.media.images import is_jpeg, list_images
from vosgui.media.mask_files import fitted, is_of_8_bits, read_stored


@dataclass(frozen=True)
class MaskFolderClip:
    """A clip whose masks are images in one folder: FRAME.png of object ids.

    255 is void; where all masks of the clip hold nothing but 0 and 255, it is object 1.
    frames : folder of its frames, None where there is none.
    given : "every": a mask says all of its frame, objects without pixels are absent.
        "first": masks hold the objects that start there, and say nothing of others.
    listed : what the dataset's file says of the objects, None where there is none.
    values : what colours and numbers stand for, where another clip's are to be the same.
    prefix : what its masks' names begin with, before their number, where others lie beside them.
    only : the name of its one frame, where others beside it are photographs of another size.
    """

    name: str
    masks: Path
    frames: Path | None = None
    given: Literal["every", "first"] = "every"
    listed: Mapping[int, ListedObject] | None = None
    expressions: Mapping[int, tuple[Expression, ...]] = field(default_factory=dict)
    values: MaskValues | None = field(default=None, repr=False, compare=False)
    prefix: str = ""
    only: str = ""

    def read(
        self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False, strict: bool = False
    ) -> LabelledClip:
        """Read all masks; raise InputError where one is broken.

        skip_broken : leave such a mask out alone.
        strict : raise MaskError for a mask that does not fit its frame or has none, which is left
            out otherwise.
        """
        broken = BrokenFrames(self.name, skip=skip_broken)
        return _Reading(self, progress, strict, broken).result()

    @cached_property
    def _files(self) -> dict[str, str]:
        files = ((path.stem, path.name) for path in mask_files(self.masks))
        own = self.prefix
        if self.only:
            return {stem: name for stem, name in files if stem == self.only}
        return {stem: name for stem, name in files if not own or flat_prefix(name) == own}

    @property
    def frame_files(self) -> list[Path]:
        """Return the images of its frames, in order; none where it has none."""
        images = list_images(self.frames) if self.frames is not None else []
        if self.only:
            return [path for path in images if path.stem == self.only]
        of_it = [path for path in images if flat_prefix(path.name) == self.prefix]
        return of_it if self.prefix and of_it else images

    @cached_property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""
        return tuple(self._files)

    def check_names(self, frames: Collection[str]) -> tuple[Issue, ...]:
        """Return a warning where masks seem to be of several clips, though frames are called alike.

        frames : the names of the clip's frames. Raises DatasetError where these are not alike.
        """
        several = alike_numbered(self.frame_names)
        if self.prefix or len(several) < 2:
            return ()
        fix = "put the masks of each clip, or of each object, into a folder of its own."
        if not {*self.frame_names} <= {*frames}:
            raise DatasetError(
                f"Masks in {self.masks} have the same numbers beside {some_of(several)}: they "
                f"are of several clips, or of several objects. To have them read, {fix}"
            )
        text = f"Masks have the same numbers beside {some_of(several)}: read as one clip."
        fix = f"Where they are of several, {fix}"
        return (warning(text, fix=fix, clip=self.name, file=str(self.masks)),)

    def path(self, frame_name: str) -> Path:
        """Return the mask file of a frame."""
        return self.masks / self._files.get(frame_name, f"{frame_name}.png")

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return the values of a mask as stored, uint8 (H, W); of colours and numbers the ids.

        expected_hw : of the mask of another dataset that it is compared with.
        Raises MaskError for a broken one or one of another size, and for colours that say no ids.
        """
        path = self.path(frame_name)
        if self.values is not None:
            return _as_large(path, self.values.ids(path)[0], expected_hw)
        stored = read_stored(path)
        if stored.values.ndim == 2 and stored.values.dtype == np.uint8:
            return _as_large(path, self._palettes.ids(stored), expected_hw)
        own = with_own_ids(self._own_values, self.masks)
        return _as_large(path, own.ids(path)[0], expected_hw)

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is to be known of the ids in the masks that were read."""
        found = self._palettes.note if self.values is None else "".join(self.values.warnings)
        return (found,) if found else ()

    @cached_property
    def _palettes(self) -> FramePalettes:
        return FramePalettes([self.path(name) for name in self.frame_names])

    @cached_property
    def _own_values(self) -> MaskValues:
        paths = [self.path(name) for name in self.frame_names]
        return MaskValues(sorted(paths, key=is_of_8_bits))

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return no id: a mask says of every object where it is, or that it is not."""
        return frozenset()


def _as_large(path: Path, ids: Mask, expected_hw: tuple[int, int] | None) -> Mask:
    """Return the ids of a mask; raise MaskError where the one beside it has another size."""
    (h, w), (height, width) = ids.shape, expected_hw or ids.shape
    if (h, w) != (height, width):
        raise MaskError(
            f"The mask {path} is {w}x{h}, the one that it is compared with {width}x{height}. "
            "Make the wrong one again at the size of its frame."
        )
    return ids


class _Reading:
    """The reading of one clip: what is known so far."""

    def __init__(
        self, clip: MaskFolderClip, progress: Progress, strict: bool, broken: BrokenFrames
    ) -> None:
        self.clip, self.progress, self.strict, self.broken = clip, progress, strict, broken
        self.issues: list[Issue] = []
        self.files = {name: clip.path(name) for name in clip.frame_names}
        if not self.files and clip.masks.is_dir():  # JPEGs: reading one says what is wrong with it
            self.files = {path.stem: path for path in list_images(clip.masks)}
        self._check_for_frames()
        frames = (
            apart_frames(clip.frames, [[clip.only]])
            if clip.only
            else clip_frames(clip.frames, self.files, clip.prefix)
        )
        self.frames, self.names = frames.folder, frames.names
        if not self.names:
            raise DatasetError(f"The clip {clip.name} has neither frames nor masks.")
        first = frames.first_image
        self.hw = image_size(first) if first else broken.size_of(tuple(self.files.values()))
        matched = match_frames(tuple(self.files), self.names)
        self.places = matched.places
        if self.files and not self.places and not strict:
            stems = tuple(self.files)
            raise DatasetError(
                f"No mask of the clip {clip.name} has a frame: they are named {stems[0]} to "
                f"{stems[-1]}, the frames in {clip.frames} {self.names[0]} to {self.names[-1]}. "
                "Name each mask like its frame."
            )
        if matched.how:
            self.issues.append(note(matched.how, clip=clip.name))
        self.issues += clip.check_names(self.names if self.frames else ())
        for stem in self.files:
            if stem not in self.places:
                names = f"The clip's frames are named {self.names[0]} to {self.names[-1]}"
                self._leave_out(
                    "There is no frame to this mask", stem, f"{names}; name it like one."
                )

    def _check_for_frames(self) -> None:
        """Raise DatasetError where the masks lie among their frames: no other reader takes that."""
        clip = self.clip
        if clip.frames is not None or not self.files:
            return
        jpegs = [path.stem for path in list_images(clip.masks) if is_jpeg(path)]
        if jpegs and len(match_frames(tuple(self.files), jpegs).places) == len(self.files):
            raise DatasetError(
                f"Frames and masks lie in one folder, {clip.masks}. Put them into two, "
                f"{FRAMES}/{clip.name} and {MASKS}/{clip.name}, under the same names."
            )

    def result(self) -> LabelledClip:
        builder = AnnotationBuilder(self.hw, len(self.names), self._stride())
        for n, (t, mask) in enumerate(self._masks_in_order(), start=1):
            builder.add(t, mask, complete=self.clip.given == "every")
            self.progress.report(n)
        self.broken.check_left(builder.n_added)
        if self.files and not builder.n_added:
            raise DatasetError(
                f"No mask of the clip {self.clip.name} fits. {self.issues[-1].words}"
            )
        annotation = builder.build(self._objects(builder))
        issues = (*gathered(self.issues), *self.broken.issues)
        about = (self.clip.name, self.frames, self.names, annotation, issues)
        return LabelledClip(*about, n_broken=len(self.broken))

    def _stride(self) -> int:
        if self.clip.given == "every":
            return stride_of(sorted(self.places.values()))
        entries = (self.clip.listed or {}).values()
        listed = {name for entry in entries for name in entry.frames or ()}
        return stride_of([t for t, name in enumerate(self.names) if name in listed])

    def _masks_in_order(self) -> Iterator[tuple[int, Mask]]:
        """Yield each frame with its mask, but for those that do not fit."""
        in_order = sorted(self.places.items(), key=lambda pair: pair[1])
        values = self._values([self.files[stem] for stem, _ in in_order])
        for stem, t in in_order:
            fitting = None
            with self.broken.at(stem, self.files[stem]):
                mask, remarks = values.ids(self.files[stem])
                for text, count in remarks:
                    self._warn(text, stem, count)
                fitting = self._fitting(self._checked(mask, stem), stem)
            if fitting is not None:
                yield t, fitting
        say = warning if values.is_guessed else note
        self.issues += [say(text, clip=self.clip.name) for text in values.notes]
        self.issues += [warning(text, clip=self.clip.name) for text in values.warnings]

    def _values(self, paths: list[Path]) -> MaskValues:
        try:
            return MaskValues(paths, lambda: self.progress.report(0), self.broken)
        except MaskError as error:
            if str(self.clip.masks) in str(error):
                raise
            raise MaskError(f"The masks of {self.clip.masks}: {error}") from error

    def _checked(self, mask: Mask, stem: str) -> Mask:
        """Return a mask without void."""
        if mask.max(initial=0) < MAX_OBJECT_ID:
            return mask
        if (mask == VOID).any():
            self._warn("Pixels of value 255 (void) became background.", stem)
            mask = np.where(mask == VOID, np.uint8(0), mask)
        if (mask == MAX_OBJECT_ID).any() and not (self.clip.listed and 254 in self.clip.listed):
            self._warn("254 was read as an object; some documents call it void.", stem)
        return mask

    def _fitting(self, mask: Mask, stem: str) -> Mask | None:
        if mask.shape == self.hw:
            return mask
        size = f"{mask.shape[1]}x{mask.shape[0]}, its frame {self.hw[1]}x{self.hw[0]}"
        fitting = fitted(mask, self.hw)
        if fitting is None:
            self._leave_out(f"The mask is {size}; its proportions differ", stem)
        else:
            self._warn(f"The mask is {size}; it was resized to it (nearest pixel).", stem)
        return fitting

    def _objects(self, builder: AnnotationBuilder) -> list[ObjectInfo]:
        listed, said = self.clip.listed or {}, self.clip.expressions
        objects, firsts = [], builder.first_frames()
        for object_id in sorted({*listed, *said, *firsts}):
            where: dict[str, Any] = {"clip": self.clip.name, "object_id": object_id}
            entry = listed.get(object_id)
            if not 1 <= object_id <= MAX_OBJECT_ID:
                self.issues.append(warning("Its id is not in 1-254; it was left out.", **where))
                continue
            if entry is not None:
                self._compare(firsts.get(object_id), object_id, entry)
            elif self.clip.listed is not None:
                text = "It has pixels but is not listed; it was added without a category."
                self.issues.append(warning(text, **where))
            one = new_object(object_id, category=entry.category if entry else "")
            objects.append(replace(one, expressions=tuple(said.get(object_id, ()))))
        return objects

    def _compare(self, first: int | None, object_id: int, entry: ListedObject) -> None:
        if entry.spelt:
            text = f"Its category {entry.spelt} is misspelt; it became {entry.category}."
            self.issues.append(warning(text, clip=self.clip.name, object_id=object_id))
        text = ""
        if first is None:
            text = "It is listed but has no pixel in any mask; it was kept without one."
        elif entry.frames:
            said = min(entry.frames)
            if said != self.names[first]:
                text = f"It is listed from {said} on but first seen in {self.names[first]}."
        if text:
            self.issues.append(warning(text, clip=self.clip.name, object_id=object_id))

    def _leave_out(self, text: str, stem: str, fix: str = "Make it anew.") -> None:
        if self.strict:
            raise MaskError(f"The mask {self.files[stem]} cannot be used. {text}. {fix}")
        self._warn(f"{text}; it was left out.", stem)

    def _warn(self, text: str, stem: str, count: int = 1) -> None:
        file = str(self.files[stem])
        where = {"clip": self.clip.name, "file": file, "frame": stem, "count": count}
        self.issues.append(warning(text, **where))
