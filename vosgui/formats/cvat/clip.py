"""A clip of CVAT XML 1.1: images with shapes, or tracks of them.

Of a track only keyframes are taken: between them CVAT interpolates polygons, which nobody drew.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vosgui.core.issues import Issue, note
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted, some_of
from vosgui.errors import DatasetError, ShapeError
from vosgui.files.loose_json import whole
from vosgui.formats.cvat.elements import CvatImage, CvatShape, CvatTask, CvatTrack
from vosgui.formats.dataset import Numbering, stride_of
from vosgui.formats.drawing import box, ellipse, hull, polygon, row_major
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, checked_hw
from vosgui.formats.ties import Ties, Told, tie
from vosgui.formats.tree.find_frames import clip_hw
from vosgui.formats.tree.names import image_stem

_OF_VIDEO = re.compile("frame_[0-9]{6,}").fullmatch  # as CVAT calls the frames of videos


@dataclass(frozen=True)
class CvatImagesClip(ShapesClip):
    """The images of one clip. is_whole : one without a shape is empty, not unknown."""

    name: str
    file: Path
    frames: Path | None
    is_whole: bool
    task: CvatTask = field(repr=False)
    images: tuple[CvatImage, ...] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Put the shapes of each image in order, those of a higher z_order on top."""
        for image in self.images:
            if image.problem is not None:
                raise image.problem
        names = tuple(image_stem(image.name) for image in self.images)
        shapes = [image.shapes for image in self.images]
        pairs = zip(names, shapes, strict=True)
        told = [(name, [_told(one, one.group) for one in found]) for name, found in pairs]
        ties = tie(told, self.name, "group_id", sure=self.is_whole)
        drawn = [
            (t, _drawn_shapes(self.file, self._hw, found, keys))
            for t, (found, keys) in enumerate(zip(shapes, ties.keys, strict=True))
        ]
        return Outline(
            self.frames,
            names,
            self._hw,
            ties.objects,
            drawn,
            stride=1,
            last_on_top=True,
            says_empty=self.is_whole,
            numbering=_numbering(self.task) if all(map(_OF_VIDEO, names)) else None,
            issues=ties.issues,
        )

    @property
    def _hw(self) -> tuple[int, int]:
        sizes = sorted({image.hw for image in self.images if image.hw is not None})
        if len(sizes) > 1:
            words = " and ".join(f"{width}x{height}" for height, width in sizes)
            raise DatasetError(
                f"{self.file}: the images of {self.name} differ in size: {words}. A clip has one.",
                file=str(self.file),
            )
        return sizes[0] if sizes else _size_of_frames(self.file, self.name, self.frames)


@dataclass(frozen=True)
class CvatTracksClip(ShapesClip):
    """The tracks of one clip."""

    name: str
    file: Path
    frames: Path | None
    task: CvatTask = field(repr=False)
    tracks: tuple[CvatTrack, ...] = field(repr=False)

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Put the shapes of each frame in order, those of a higher z_order on top."""
        for track in self.tracks:
            if track.problem is not None:
                raise track.problem
        hw = self.task.hw or _size_of_frames(self.file, self.name, self.frames)
        single = {n for n, track in enumerate(self.tracks) if self._is_single(track)}
        ties, keys = self._tied(single)
        objects: dict[Hashable, FileObject] = {}
        found: dict[int, list[tuple[CvatShape, Hashable]]] = {}
        for n, track in enumerate(self.tracks):
            # Tracks count from 0, ids from 1.
            own = FileObject(track.id + 1, track.label, called=f"track {track.id}")
            for frame, shape in track.shapes:
                if n in single and shape.outside:
                    continue  # the end of what is no track
                key = keys.get(n, ("track", n))
                if shape.is_drawn and key not in objects:
                    objects[key] = ties.objects.get(key, own)
                found.setdefault(frame, []).append((shape, key))
        numbers = sorted(found)
        shapes = [
            (t, _drawn_shapes(self.file, hw, *zip(*found[frame], strict=True)))
            for t, frame in enumerate(numbers)
        ]
        return Outline(
            self.frames,
            tuple(f"{frame:06d}" for frame in numbers),
            hw,
            objects,
            shapes,
            stride_of(numbers),
            says_all=False,
            last_on_top=True,
            numbering=_numbering(self.task),
            issues=[*ties.issues, *self._said(single - keys.keys())],
        )

    def _is_single(self, track: CvatTrack) -> bool:
        """Return whether a track is a shape of one frame: so CVAT exports those of no track.

        It ends with the next frame, or at the end of the video; a mask is never of a track.
        """
        seen = [frame for frame, shape in track.shapes if not shape.outside]
        gone = [frame for frame, shape in track.shapes if shape.outside]
        if len(seen) != 1 or track.n_between:
            return False
        if any(shape.kind == "mask" for _, shape in track.shapes):
            return True
        after = seen[0] + self.task.step
        is_last = not gone and self.task.last is not None and after >= self.task.last
        return gone == [after] or is_last

    def _tied(self, single: set[int]) -> tuple[Ties, Mapping[int, Hashable]]:
        """Return whose each shape of one frame is, and so the key of its track.

        A mask without a group is tied by its label; of others a track of its own is not ruled out.
        """
        by_frame: dict[int, list[tuple[int, Told]]] = {}
        for n in sorted(single):
            track = self.tracks[n]
            ((frame, shape),) = ((t, one) for t, one in track.shapes if not one.outside)
            if track.group is not None or shape.identity is not None or shape.kind == "mask":
                by_frame.setdefault(frame, []).append((n, _told(shape, track.group)))
        frames = sorted(by_frame)
        told = [(f"{frame:06d}", [one for _, one in by_frame[frame]]) for frame in frames]
        ties = tie(told, self.name, "group_id")
        pairs = zip(frames, ties.keys, strict=True)
        keys = {
            n: key
            for frame, found in pairs
            for (n, _), key in zip(by_frame[frame], found, strict=True)
        }
        return ties, keys

    def _said(self, untied: set[int]) -> Iterator[Issue]:
        """Yield what is to be said of tracks. untied : those of one frame that nothing ties."""
        n_between = sum(track.n_between for track in self.tracks)
        if n_between:
            of = some_of([track.id for track in self.tracks if track.n_between])
            text = f"Shapes that CVAT interpolated were left out (tracks {of})."
            yield note(text, clip=self.name, count=n_between)
        if len(untied) > 1:
            of = some_of([self.tracks[n].id for n in sorted(untied)])
            text = (
                f"{counted(len(untied), 'track')} ({of}) have one frame, as CVAT exports shapes "
                "that are no tracks: each is an object of its own."
            )
            yield note(text, clip=self.name, fix="Where they are one object, group them in CVAT.")


def _told(shape: CvatShape, group: int | str | None) -> Told:
    return Told(shape.label, group, shape.identity, shape.is_drawn)


def _numbering(task: CvatTask) -> Numbering:
    return Numbering(task.first, task.step, task.n_frames)


def _size_of_frames(file: Path, clip: str, frames: Path | None) -> tuple[int, int]:
    if frames is None:
        raise DatasetError(
            f"{file} does not say the size of the clip {clip}, and there are no frames of it "
            "beside the file. Put them there, or write the size into the file.",
            file=str(file),
        )
    return checked_hw(*clip_hw(frames), str(frames))


def _drawn_shapes(
    file: Path, hw: tuple[int, int], shapes: Sequence[CvatShape], keys: Sequence[Hashable]
) -> list[Shape]:
    pairs = sorted(zip(shapes, keys, strict=True), key=lambda pair: pair[0].z_order)
    return [
        Shape(key, None if one.outside else partial(_pixels, one, hw, file)) for one, key in pairs
    ]


def _pixels(shape: CvatShape, hw: tuple[int, int], file: Path) -> Pixels:
    try:
        return _drawn(shape.kind, shape.values, hw)
    except (ValueError, KeyError, OverflowError, ShapeError) as problem:
        lacking = "it lacks " if isinstance(problem, KeyError) else ""
        raise ShapeError(
            f"a {shape.kind} of {shape.label!r} cannot be drawn: {lacking}{problem}",
            file=str(file),
            line=shape.line,
            has_no_area=isinstance(problem, ShapeError) and problem.has_no_area,
        ) from problem


def _drawn(kind: str, values: Mapping[str, str], hw: tuple[int, int]) -> Pixels:
    """Return the pixels of a shape, as CVAT draws it.

    Raises KeyError, ValueError or OverflowError for what the file lacks or garbles.
    """
    degrees = float(values.get("rotation") or 0)
    if kind == "mask":
        within = [int(float(values[key])) for key in ("left", "top", "width", "height")]
        left, top, width, height = within
        return row_major(_runs(values["rle"]), (left, top, width, height), hw)
    if kind == "box":
        corners = [float(values[key]) for key in ("xtl", "ytl", "xbr", "ybr")]
        return box([corners[:2], corners[2:]], hw, degrees)
    if kind == "ellipse":
        x, y, rx, ry = (float(values[key]) for key in ("cx", "cy", "rx", "ry"))
        return ellipse((x, y), (rx, ry), hw, degrees)
    if kind == "cuboid":
        sides = [(f"x{at}{n}", f"y{at}{n}") for n in (1, 2) for at in ("tl", "bl", "tr", "br")]
        return hull([(float(values[x]), float(values[y])) for x, y in sides], hw)
    if kind == "polygon":
        pairs = [point.split(",") for point in values["points"].split(";") if point.strip()]
        return polygon([(float(x), float(y)) for x, y in pairs], hw)
    raise ShapeError(f"a {kind} has no area", has_no_area=True)


def _runs(text: str) -> list[int]:
    """Return the lengths of a mask's runs; raise ShapeError where they are no whole numbers."""
    parts = text.split(",")
    try:
        return [int(one) for one in parts]
    except ValueError:
        runs = [whole(one) for one in parts]
    if None in runs:
        raise ShapeError("its runs are no whole numbers")
    return [n or 0 for n in runs]
