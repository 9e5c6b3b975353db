"""Reading labelme: one JSON file per frame, beside the frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

from vosgui.core.issues import Issue, note, warning
from vosgui.core.mask import Pixels
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted
from vosgui.errors import DatasetError, InputError, ShapeError
from vosgui.files.json_file import is_json
from vosgui.files.json_lines import line_of
from vosgui.files.loose_json import whole
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.dataset import Dataset, stride_of
from vosgui.formats.drawing import Box, bordered_polygon, box, circle, pasted, sure_box
from vosgui.formats.frame_matching import match_frames
from vosgui.formats.others.labelme_files import (
    LabelmeFile,
    LabelmeShape,
    is_labelme_file,
    labelme_files,
    labelme_folders,
    read_labelme,
    size_in,
)
from vosgui.formats.shapes import Outline, Shape, ShapesClip, problems_of
from vosgui.formats.ties import Told, tie
from vosgui.formats.tree.by_size import told_by_size
from vosgui.formats.tree.find_frames import apart_frames, clip_frames
from vosgui.formats.tree.folders import FRAME_FOLDERS, role_folder
from vosgui.formats.tree.layout import FRAMES
from vosgui.formats.tree.names import (
    as_path,
    clips_of_flat,
    distinct_names,
    flat_clip,
    identity_in,
    is_numbered_like,
    said_of_flat,
)
from vosgui.media.images import list_images

_NO_AREA = ("line", "linestrip", "point", "points")
# X-AnyLabeling calls a turned box a rotation, and has shapes of four corners.
_POLYGONS = ("polygon", "oriented_rectangle", "rotation", "quadrilateral")


@dataclass(frozen=True)
class LabelmeClip(ShapesClip):
    """Files, each about a frame, in their folder or elsewhere.

    prefix : what the names of its frames have before their number, where others lie beside them.
    is_apart : others beside them are of another size.
    """

    name: str
    folder: Path
    paths: tuple[Path, ...] = field(repr=False)
    prefix: str = ""
    is_apart: bool = False

    def outline(self, progress: Progress = NO_PROGRESS) -> Outline:
        """Read all files; of two shapes that overlap the later is on top, as in labelme."""
        return self._outline(self.paths, BrokenFrames(), progress)

    def readable(self, broken: BrokenFrames, progress: Progress = NO_PROGRESS) -> Outline:
        """Read the files that can be read."""
        return self._outline(self.paths, broken, progress)

    def problems(self) -> Iterator[InputError]:
        """Yield what keeps each file from being read and each of its shapes from being drawn."""
        for path in self.paths:
            if is_json(path) and not is_labelme_file(path):
                continue  # left out, which is said where the clip is read
            yield from problems_of(partial(self._outline, [path], BrokenFrames()))

    def _outline(
        self, paths: Sequence[Path], broken: BrokenFrames, progress: Progress = NO_PROGRESS
    ) -> Outline:
        contents: dict[Path, LabelmeFile] = {}
        issues: list[Issue] = []
        for path in paths:
            with broken.at(path.stem, path):
                content = read_labelme(path)
                if content is not None:
                    contents[path] = content
                elif is_json(path) or not self._is_named_like_a_frame(path):
                    text = "It is no file of labelme; it was left out."
                    issues.append(note(text, clip=self.name, file=str(path)))
                else:
                    raise DatasetError(f"{path} is broken: it is no JSON. Write it again.")
            progress.report(0)
        broken.check_left(len(contents))
        images = {image.stem: image for image in self._images(contents)}
        stems = self._stems(contents, images)
        hw = self._hw(contents, {path: images.get(stem) for path, stem in stems.items()}, broken)
        folder = next((image.parent for image in images.values()), None)
        own = {*stems.values()}
        frames = clip_frames(folder, stems.values())
        if self.is_apart:
            frames = apart_frames(folder, [[stem] for stem in stems.values()])
        elif self.prefix:
            near = zip(frames.names, clips_of_flat(frames.names), strict=True)
            names = tuple(name for name, one in near if one == self.prefix or name in own)
            frames = replace(frames, names=names)
        found = self._found({p: s for p, s in stems.items() if p in contents}, frames.names, issues)
        told = [(frames.names[t], _told(contents[path])) for t, path in sorted(found.items())]
        ties = tie(told, self.name, "group_id")
        shapes = [
            (
                t,
                [
                    Shape(
                        key,
                        partial(_pixels, contents[path], n, hw, path),
                        partial(_sure, contents[path].shapes[n], hw),
                    )
                    for n, key in enumerate(keys)
                ],
            )
            for (t, path), keys in zip(sorted(found.items()), ties.keys, strict=True)
        ]
        return Outline(
            frames.folder,
            frames.names,
            hw,
            ties.objects,
            shapes,
            stride_of(sorted(found)),
            last_on_top=True,
            says_empty=False,
            issues=[*issues, *ties.issues],
        )

    def _found(
        self, stems: Mapping[Path, str], frames: Sequence[str], issues: list[Issue]
    ) -> dict[int, Path]:
        """Return the files by the index of their frame; issues : take those that have none."""
        matched = match_frames([*stems.values()], frames)
        if matched.how:
            issues.append(note(matched.how, clip=self.name))
        found: dict[int, Path] = {}
        for path, stem in stems.items():
            t = matched.places.get(stem)
            if t is None:
                where = {"clip": self.name, "frame": stem, "file": str(path)}
                issues.append(warning("There is no such frame; the file was left out.", **where))
            else:
                found[t] = path
        return found

    def _is_named_like_a_frame(self, path: Path) -> bool:
        """Return whether an image is called like a file, or it is numbered as all others are."""
        images = {image.stem for image in list_images(self.folder)}
        return path.stem in images or is_numbered_like(path, self.paths)

    def _images(self, contents: Mapping[Path, LabelmeFile]) -> list[Path]:
        """Return the images of the folder, or of where its files say that they are."""
        said = (as_path(content.image_path) for content in islice(contents.values(), 1))
        elsewhere = [self.folder / path.parent for path in said if not path.is_absolute()]
        beside = [
            self.folder.parent / inner / name
            for inner in ("images", FRAMES)
            for name in ("", self.folder.name)
        ]
        named = role_folder(self.folder.parent, FRAME_FOLDERS)
        beside += [] if named is None else [named, named / self.folder.name]
        wanted = {path.stem for path in contents} | {one.stem for one in contents.values()}
        for folder in (self.folder, *elsewhere, *beside):
            images = list_images(folder)
            if any(image.stem in wanted for image in images):
                return images
        return list_images(self.folder)

    def _stems(
        self, contents: Mapping[Path, LabelmeFile], images: Mapping[str, Path]
    ) -> dict[Path, str]:
        """Return the frame that each file is about: of its own name, or else the one it names.

        Raises DatasetError where two are about one.
        """
        own = {path: path.stem for path in contents}
        said = {path: content.stem or path.stem for path, content in contents.items()}
        if not images:
            return said if len({*said.values()}) == len(said) else own
        stems: dict[Path, str] = {}
        files: dict[str, Path] = {}
        for path in contents:
            is_said = own[path] not in images and said[path] in images
            stem = stems[path] = said[path] if is_said else own[path]
            if files.setdefault(stem, path) != path:
                raise DatasetError(
                    f"{files[stem]} and {path} are both about the frame {stem}: what one says "
                    "would take the place of the other. Take one of them out.",
                    file=str(path),
                )
        return stems

    def _hw(
        self,
        contents: dict[Path, LabelmeFile],
        images: Mapping[Path, Path | None],
        broken: BrokenFrames,
    ) -> tuple[int, int]:
        """Return the size of the frames; leave out what has another, where broken frames are."""
        sizes: dict[Path, tuple[int, int]] = {}
        for path, one in list(contents.items()):
            with broken.at(path.stem, path):
                sizes[path] = one.hw(path, images[path])
        if not sizes:
            raise DatasetError(f"There are no files of labelme in {self.folder}.")
        hw = broken.common_size([(one.stem, one, hw) for one, hw in sizes.items()], self.name)
        for path in [path for path in contents if sizes.get(path) != hw]:
            del contents[path]
        return hw


def _told(content: LabelmeFile) -> list[Told]:
    return [
        Told(
            one.label,
            _group(one.group_id),
            identity_in(one.attributes),
            one.shape_type not in _NO_AREA,
        )
        for one in content.shapes
    ]


def _group(said: int | str | None) -> int | str | None:
    number = whole(said)
    return (said or None) if number is None else number


def _pixels(content: LabelmeFile, n: int, hw: tuple[int, int], path: Path) -> Pixels:
    shape = content.shapes[n]
    try:
        return _drawn(shape, hw)
    except (ShapeError, ValueError) as problem:
        raise ShapeError(
            f"a shape {shape.label!r} cannot be drawn: {problem}",
            file=str(path),
            line=line_of(path, ("shapes", n)),
            has_no_area=isinstance(problem, ShapeError) and problem.has_no_area,
        ) from problem


def _sure(shape: LabelmeShape, hw: tuple[int, int]) -> Box | None:
    is_polygon = not shape.shape_type or shape.shape_type in _POLYGONS
    try:
        return sure_box(shape.corners(), hw) if is_polygon else None
    except ValueError:
        return None  # it is said where it is drawn


def _drawn(shape: LabelmeShape, hw: tuple[int, int]) -> Pixels:
    kind = shape.shape_type or "polygon"
    if kind in _NO_AREA:
        raise ShapeError(f"a {kind} has no area", has_no_area=True)
    points = shape.corners()
    if kind == "mask":
        if not shape.mask or not points:
            raise ShapeError("its mask or its corners are missing")
        return pasted(shape.mask, points[0], hw)
    if kind == "rectangle":
        return box(points, hw)
    if kind == "circle":
        if len(points) != 2:
            raise ShapeError(
                f"a circle of {counted(len(points), 'point')}", has_no_area=len(points) < 2
            )
        return circle(points[0], points[1], hw)
    if kind in _POLYGONS:
        return bordered_polygon(points, hw)
    raise ShapeError(f"{kind} is not known")


def is_labelme(path: Path) -> bool:
    """Return whether a path is a file of labelme, or a folder of some, or of such folders."""
    if path.is_file():
        return path.suffix.lower() == ".json" and is_labelme_file(path)
    return any(True for _ in labelme_folders(path))


def list_labelme(path: Path) -> Dataset:
    """Return the clips, one per folder, or that of a file; DatasetError where there is none."""
    if path.is_file():
        return Dataset((LabelmeClip(path.stem, path.parent, (path,)),))
    found = list(labelme_folders(path))
    if not found:
        raise DatasetError(f"There are no files of labelme in {path}.")
    groups: list[tuple[tuple[str, ...], LabelmeClip]] = []
    issues: list[Issue] = []
    for inner, folder in found:
        files = labelme_files(folder)
        told = _told_apart(files)
        issues += said_of_flat(told, str(folder))
        for prefix in dict.fromkeys(told):
            own = (file for file, other in zip(files, told, strict=True) if other == prefix)
            clip = LabelmeClip("", folder, tuple(own), prefix)
            parts = (*inner, prefix) if prefix else inner
            groups += _by_size(parts or (path.resolve().name,), clip, issues)
    names = distinct_names([inner for inner, _ in groups], path.resolve().name)
    pairs = zip(names, groups, strict=True)
    return Dataset(tuple(replace(one, name=name) for name, (_, one) in pairs), tuple(issues))


def _by_size(
    parts: tuple[str, ...], clip: LabelmeClip, issues: list[Issue]
) -> list[tuple[tuple[str, ...], LabelmeClip]]:
    """Return the clips of files whose images may differ in size, with the names that lead there.

    Files of other kinds go with the first clip, which names them.
    """
    said = {path: size_in(path) for path in clip.paths}
    tied = len({*said.values()} - {None}) > 1 and any(map(_has_identity, clip.paths))
    own = [path for path, size in said.items() if size or is_labelme_file(path)]
    stems, sizes = [path.stem for path in own], [said[path] for path in own]
    groups = told_by_size(own, stems, sizes, parts, clip.folder, issues, are_tied=tied)
    if len(groups) == 1:
        return [(parts, clip)]
    others = tuple(path for path in clip.paths if path not in own)
    return [
        (one.path, replace(clip, paths=(*one.images, *(others if n == 0 else ())), is_apart=True))
        for n, one in enumerate(groups)
    ]


def _has_identity(file: Path) -> bool:
    """Return whether a file says of a shape who it is; a broken one says nothing."""
    try:
        content = read_labelme(file)
    except DatasetError:
        return False
    return content is not None and any(identity_in(one.attributes) for one in content.shapes)


def _told_apart(files: Sequence[Path]) -> list[str]:
    """Return the clip of each file of a folder by its name, "" where all are of one.

    Files of other kinds go with the first clip, which names them.
    """
    if len({flat_clip([file.stem]) for file in files}) < 2:
        return [""] * len(files)
    true = [file for file in files if is_labelme_file(file)]
    told = dict(zip(true, clips_of_flat([file.stem for file in true]), strict=True))
    first = next(iter(told.values()), "")
    return [told.get(file, first) for file in files]
