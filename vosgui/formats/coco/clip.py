"""A clip of COCO instances: annotations of its images, tied together by a track's number."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from vosgui.core.issues import Issue, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError
from vosgui.formats.coco.content import Annotation, Image
from vosgui.formats.coco.rle import drawn_of
from vosgui.formats.shapes import FileObject, Outline, Shape, ShapesClip, tied
from vosgui.formats.tree.find_frames import frames_of_files


@dataclass(frozen=True)
class CocoClip(ShapesClip):
    """The images of one clip, in order, each with its annotations.

    frames : the folder of the images, or the one image.
    categories : names by their ids. says_empty : an image without annotations has no objects.
    """

    name: str
    file: Path
    frames: Path | None
    images: tuple[Image, ...] = field(repr=False)
    annotations: tuple[tuple[Annotation, ...], ...] = field(repr=False)
    categories: dict[int | str | None, str] = field(repr=False)
    says_empty: bool = True

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Tie the annotations to objects."""
        issues: list[Issue] = []
        hw = self.images[0].height, self.images[0].width
        objects: dict[Hashable, FileObject] = {}
        called: dict[Hashable, set[str]] = {}
        shapes: list[tuple[int, list[Shape]]] = []
        has_crowds = self._has_crowds()
        for t, (image, found) in enumerate(zip(self.images, self.annotations, strict=True)):
            if (image.height, image.width) != hw:
                raise DatasetError(
                    f"{self.file}: the image {image.file_name} is {image.width}x{image.height}, "
                    f"others of the clip {self.name} are {hw[1]}x{hw[0]}. The frames of a clip "
                    "have one size: put those of each size into a folder of their own."
                )
            shapes.append((t, []))
            for key, one in self._keyed(found, has_crowds, issues):
                category = self.categories.get(one.category_id, "")
                called.setdefault(key, set()).add(category)
                objects.setdefault(key, _object(one, category))
                shapes[t][1].append(Shape(key, partial(self._pixels, one, hw)))
        issues += self._several_categories(called)
        issues += self._doubt(shapes)
        if all(one.number is not None for one in objects.values()):
            objects = dict(sorted(objects.items(), key=lambda pair: pair[1].number or 0))
        files = [image.file_name for image in self.images]
        names, folder, said = frames_of_files(files, self.frames, self.file, self.name)
        issues += said
        about = (folder, names, hw, objects, shapes)
        return Outline(*about, says_empty=self.says_empty, issues=issues)

    def _has_crowds(self) -> bool:
        """Return whether what is marked as a crowd is none of the objects.

        CVAT and its kin mark every mask that is no polygon. What has a track is an object, and so
        are all of a clip in which nothing else is annotated.
        """
        return any(not one.iscrowd for found in self.annotations for one in found) or any(
            one.track is not None for found in self.annotations for one in found
        )

    def _keyed(
        self, found: Sequence[Annotation], has_crowds: bool, issues: list[Issue]
    ) -> Iterator[tuple[Hashable, Annotation]]:
        """Yield each annotation with what tells its object: its track, or category and order."""
        n_of: dict[Hashable, int] = {}
        for one in found:
            track = one.track
            if track is not None:
                yield track, one
            elif one.iscrowd and has_crowds:
                text = "An annotation of a crowd (iscrowd) was left out."
                issues.append(warning(text, clip=self.name))
            else:
                text = "An annotation has no track: it was tied to others by category and order."
                if len(self.images) > 1:
                    issues.append(warning(text, clip=self.name, fix="Check who is who."))
                yield tied(("no track", one.category_id), n_of), one

    def _several_categories(self, called: dict[Hashable, set[str]]) -> Iterator[Issue]:
        for key, names in called.items():
            if len(names) > 1:
                text = f"Track {key} is {' and '.join(sorted(names))}; the first was taken."
                yield warning(text, clip=self.name, fix="Check who is who.")

    def _doubt(self, shapes: Sequence[tuple[int, Sequence[Shape]]]) -> Iterator[Issue]:
        """Yield a doubt where every object is in one image alone, as annotations' own ids are."""
        keys = [one.key for _, of_frame in shapes for one in of_frame]
        n_frames = sum(bool(of_frame) for _, of_frame in shapes)
        if n_frames > 1 and len(keys) > n_frames and len(set(keys)) == len(keys):
            text = "No object is in more than one image: what ties them may be no track's number."
            yield warning(text, clip=self.name, fix="Check who is who.")

    def _pixels(self, one: Annotation, hw: tuple[int, int]) -> Pixels | None:
        return drawn_of(one.segmentation, hw, f"annotation {one.id}", self.file)


def _object(one: Annotation, category: str) -> FileObject:
    track = one.track
    name = track if isinstance(track, str) else ""
    return FileObject(one.number, category, name, called=name)
