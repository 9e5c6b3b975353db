"""One clip of a tree of mask images, FRAME.png each, beside a folder of its frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from vosgui.core.annotation import Expression, ObjectInfo
from vosgui.core.edits import new_object
from vosgui.core.issues import Issue, gathered, note, warning
from vosgui.core.mask import MAX_OBJECT_ID, VOID, Mask, ids_in
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip, stride_of
from vosgui.formats.tree.find_frames import clip_frames
from vosgui.formats.tree.layout import mask_files
from vosgui.formats.tree.meta import ListedObject
from vosgui.media.colour_masks import SQUARE, Colours, ColourTable, colour_table
from vosgui.media.image_files import image_size
from vosgui.media.images import list_images
from vosgui.media.mask_files import fitted, read_ids_or_colours
from vosgui.media.palette import read_mask


@dataclass(frozen=True)
class MaskFolderClip:
    """A clip whose masks are images in one folder: FRAME.png of object ids.

    255 is void; where all masks of the clip hold nothing but 0 and 255, it is object 1.
    frames : folder of its frames, None where there is none.
    given : "every": a mask says all of its frame, objects without pixels are absent.
        "first": masks hold the objects that start there, and say nothing of others.
    listed : what the dataset's file says of the objects, None where there is none.
    """

    name: str
    masks: Path
    frames: Path | None = None
    given: Literal["every", "first"] = "every"
    listed: Mapping[int, ListedObject] | None = None
    expressions: Mapping[int, tuple[Expression, ...]] = field(default_factory=dict)

    def read(self, progress: Progress = NO_PROGRESS, *, strict: bool = False) -> LabelledClip:
        """Read all masks; raise InputError where one is broken.

        strict : raise MaskError for a mask that does not fit its frame or has none, which is left
            out otherwise.
        """
        return _Reading(self, progress, strict).result()

    @cached_property
    def _files(self) -> dict[str, str]:
        return {path.stem: path.name for path in mask_files(self.masks)}

    @cached_property
    def frame_names(self) -> tuple[str, ...]:
        """Return the names of the frames that have a mask, in order."""
        return tuple(self._files)

    def path(self, frame_name: str) -> Path:
        """Return the mask file of a frame."""
        return self.masks / self._files.get(frame_name, f"{frame_name}.png")

    def mask(self, frame_name: str, expected_hw: tuple[int, int] | None = None) -> Mask:
        """Return the values of a mask as stored, uint8 (H, W).

        Raises MaskError for a broken one or one of another size.
        """
        return read_mask(self.path(frame_name), expected_hw)

    def unknown(self, frame_name: str) -> frozenset[int]:
        """Return no id: a mask says of every object where it is, or that it is not."""
        return frozenset()


class _Reading:
    """The reading of one clip: what is known so far."""

    def __init__(self, clip: MaskFolderClip, progress: Progress, strict: bool) -> None:
        self.clip, self.progress, self.strict = clip, progress, strict
        self.issues: list[Issue] = []
        self.files = {name: clip.path(name) for name in clip.frame_names}
        if not self.files and clip.masks.is_dir():  # JPEGs: reading one says what is wrong with it
            self.files = {path.stem: path for path in list_images(clip.masks)}
        frames = clip_frames(clip.frames, self.files)
        self.frames, self.names = frames.folder, frames.names
        if not self.names:
            raise DatasetError(f"The clip {clip.name} has neither frames nor masks.")
        self.hw = image_size(frames.first_image or next(iter(self.files.values())))
        self.places = {stem: frames.places[stem] for stem in self.files if stem in frames.places}
        for stem in self.files:
            if stem not in self.places:
                names = f"The clip's frames are named {self.names[0]} to {self.names[-1]}"
                self._leave_out(
                    "There is no frame to this mask", stem, f"{names}; name it like one."
                )

    def result(self) -> LabelledClip:
        builder = AnnotationBuilder(self.hw, len(self.names), self._stride())
        for n, (t, mask) in enumerate(self._masks_in_order(self._threshold()), start=1):
            builder.add(t, mask, complete=self.clip.given == "every")
            self.progress.report(n)
        annotation = builder.build(self._objects(builder))
        issues = gathered(self.issues)
        return LabelledClip(self.clip.name, self.frames, self.names, annotation, issues)

    def _stride(self) -> int:
        if self.clip.given == "every":
            return stride_of(sorted(self.places.values()))
        entries = (self.clip.listed or {}).values()
        listed = {name for entry in entries for name in entry.frames or ()}
        return stride_of([t for t, name in enumerate(self.names) if name in listed])

    def _threshold(self) -> int | None:
        """Return from which value on a pixel is object 1, or None where values are ids."""
        seen: set[int] = set()
        flat: set[int] = set()  # ids of pixels among their own, unlike the blends along edges
        for stem in self.places:
            self.progress.report(0)
            mask = read_ids_or_colours(self.files[stem])
            if mask.ndim == 2:
                inside = cv2.erode(mask, SQUARE) == cv2.dilate(mask, SQUARE)
                seen.update(ids_in(mask))
                flat.update(ids_in(mask * inside))
            if flat - {VOID}:
                return None
        if VOID not in flat and seen != {VOID}:
            return None
        text = "Every mask is 0 or 255: 255 was read as object 1, not as void."
        self.issues.append(note(text, clip=self.clip.name))
        return 128

    def _masks_in_order(self, threshold: int | None) -> Iterator[tuple[int, Mask]]:
        """Yield each frame with its mask, but for those that do not fit."""
        table: ColourTable | None = None
        for stem, t in sorted(self.places.items(), key=lambda pair: pair[1]):
            image = read_ids_or_colours(self.files[stem])
            if image.ndim == 3:
                if table is None:
                    table = self._colour_table()
                mask = self._from_colours(table, image, stem)
            else:
                mask = self._from_values(image, threshold, stem)
            fitting = self._fitting(mask, stem)
            if fitting is not None:
                yield t, fitting

    def _from_values(self, image: Mask, threshold: int | None, stem: str) -> Mask:
        if threshold is not None:
            n_blended = int(np.count_nonzero((image > 0) & (image < VOID))) if threshold > 1 else 0
            if n_blended:
                self._warn("Blended edge pixels were snapped to object or not.", stem, n_blended)
            return np.asarray(image >= threshold, np.uint8)
        if (image == VOID).any():
            self._warn("Pixels of value 255 (void) became background.", stem)
            image = np.where(image == VOID, np.uint8(0), image)
        if (image == MAX_OBJECT_ID).any() and not (self.clip.listed and 254 in self.clip.listed):
            self._warn("254 was read as an object; some documents call it void.", stem)
        return image

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

    def _colour_table(self) -> ColourTable:
        try:
            table = colour_table(self._colour_images())
        except MaskError as error:
            raise MaskError(f"The masks of {self.clip.masks}: {error}") from error
        pairs = ", ".join(f"({r}, {g}, {b}) is {i}" for i, (r, g, b) in table.objects.items())
        text = f"The masks hold colours, not ids; they were matched: {pairs or 'background only'}."
        self.issues.append(warning(text, clip=self.clip.name))
        return table

    def _colour_images(self) -> Iterator[Colours]:
        for stem in sorted(self.places, key=lambda stem: self.places[stem]):
            self.progress.report(0)
            image = read_ids_or_colours(self.files[stem])
            if image.ndim == 3:
                yield image

    def _from_colours(self, table: ColourTable, image: Colours, stem: str) -> Mask:
        mask, n_snapped = table.mask(image)
        if n_snapped:
            self._warn("Blended edge pixels were snapped to the nearest colour.", stem, n_snapped)
        return mask

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
