"""Where the frames of a clip lie, and which of them is meant by a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from vosgui.core.issues import Issue, warning
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import some_of
from vosgui.errors import DatasetError
from vosgui.formats.dataset import ClipSource, Dataset, LabelledClip
from vosgui.formats.tree.folders import FRAME_FOLDERS, role_folder
from vosgui.formats.tree.layout import FRAMES_IN, is_plain_name
from vosgui.formats.tree.names import as_path, flat_prefix, image_stem
from vosgui.media.image_files import image_size
from vosgui.media.images import list_images
from vosgui.media.open_clip import VIDEO_SUFFIXES, open_clip


@dataclass(frozen=True)
class ClipFrames:
    """The frames of a clip: its images, or where there are none what its masks are named after.

    folder : of the images.
    """

    folder: Path | None
    names: tuple[str, ...]
    first_image: Path | None

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the index of each frame by its name."""
        return {name: t for t, name in enumerate(self.names)}


def clip_frames(folder: Path | None, otherwise: Iterable[str], prefix: str = "") -> ClipFrames:
    """Return the frames in a folder of images, or frames of other names where it has none.

    prefix : of its images only those that begin so, before their number, are the clip's.
    """
    images = list_images(folder) if folder is not None else []
    if prefix:
        images = [path for path in images if flat_prefix(path.name) == prefix]
    if not images:
        return ClipFrames(None, tuple(dict.fromkeys(otherwise)), None)
    return ClipFrames(folder, tuple(path.stem for path in images), images[0])


def apart_frames(folder: Path | None, names: Sequence[Collection[str]]) -> ClipFrames:
    """Return the frames of a clip that is some images of a folder, as others have another size.

    names : of each frame, those under which its image may lie. One image may be opened by itself;
    several can not, so the folder is not theirs.
    """
    stems = tuple(next(iter(one)) for one in names)
    if folder is not None and len(names) == 1:
        image = next((one for one in list_images(folder) if one.stem in names[0]), None)
        if image is not None:
            return ClipFrames(image, (image.stem,), image)
    return ClipFrames(None, stems, None)


@dataclass(frozen=True)
class FramesElsewhere:
    """A source whose frames lie in a folder that a person named.

    only_clip : the dataset has no other clip, so the folder, or a video, itself may be it.
    """

    name: str
    source: ClipSource
    root: Path
    only_clip: bool

    def read(self, progress: Progress = NO_PROGRESS, *, skip_broken: bool = False) -> LabelledClip:
        """Read the clip; raise InputError where it is broken or has no frames there."""
        labelled, root = self.source.read(progress, skip_broken=skip_broken), self.root
        is_own = self.only_clip and (root.is_file() or list_images(root))
        frames = frames_named(root, self.name) or (root if is_own else None)
        if frames is None:
            raise DatasetError(
                f"There are no frames of the clip {self.name} in {root}. Expected a folder "
                f"{self.name} of images or a video {self.name}.mp4 there."
            )
        return replace(labelled, frames=frames)


def with_frames_in(dataset: Dataset, root: Path | None) -> Dataset:
    """Return a dataset whose clips have their frames in a folder; with None as it is."""
    if root is None:
        return dataset
    clips, only = dataset.clips, len(dataset.clips) == 1
    return replace(dataset, clips=tuple(FramesElsewhere(c.name, c, root, only) for c in clips))


def frames_named(root: Path, name: str) -> Path | None:
    """Return the folder of images or the video of a clip of this name, None where there is none."""
    for inner in FRAMES_IN:
        folder = root / inner / name
        if list_images(folder):
            return folder
        own = role_folder(folder, FRAME_FOLDERS)  # CLIP/images and the like
        if own is not None and list_images(own):
            return own
        for suffix in VIDEO_SUFFIXES:
            if (root / inner / f"{name}{suffix}").is_file():
                return root / inner / f"{name}{suffix}"
    return None


def clip_hw(frames: Path) -> tuple[int, int]:
    """Return the height and width of a folder of images or a video; raise ClipError for none."""
    images = list_images(frames) if frames.is_dir() else []
    if images:
        return image_size(images[0])
    with open_clip(frames) as clip:
        return clip.info.hw


def names_of_files(files: Iterable[str], clip: str) -> tuple[str, ...]:
    """Return the names of frames from those of their files; 00000, 00001, ... where two are one.

    clip : what names it, for the message. Raises DatasetError where a file is listed twice: of two
    masks of one image none is the right one.
    """
    files = tuple(files)
    twice = next((path for path, n in Counter(map(as_path, files)).items() if n > 1), None)
    if twice is not None:
        raise DatasetError(
            f"{clip} lists the image {twice} twice. A frame is one image: join what is said of "
            "both, or take one out."
        )
    stems = tuple(image_stem(file) for file in files)
    return stems if len(set(stems)) == len(stems) else tuple(f"{t:05d}" for t in range(len(stems)))


def frames_of_files(
    files: Sequence[str], frames: Path | None, file: Path, clip: str, at: str = ""
) -> tuple[tuple[str, ...], Path | None, list[Issue]]:
    """Return the names of a clip's frames, the folder of its images, and what is to be said.

    frames : the folder of the first. at : the clip's place in its file, for messages. Images of
    several folders are no clip's folder: none is taken.
    Raises DatasetError where an image is listed twice.
    """
    names = names_of_files(files, f"{file}: {at or f'the clip {clip}'}")
    folders = list(dict.fromkeys(str(as_path(one).parent) for one in files))
    is_anew = names != tuple(map(image_stem, files))
    if len(folders) < 2 and not is_anew:
        return names, frames, []
    text = f"Its images lie in {len(folders)} folders ({some_of(folders)})"
    text = text if len(folders) > 1 else "Two of its images have one name"
    text += f": they were called {names[0]} to {names[-1]}" if is_anew else ""
    if frames is not None:
        text += ", and no image was taken" if is_anew else ": no image was taken"
    fix = "Put them into one folder, each under a name of its own."
    return names, None, [warning(f"{text}.", clip=clip, file=str(file), fix=fix)]


def first_plain(*names: str) -> str:
    """Return the first of some names that can be a clip's, "clip" where none can."""
    return next((name for name in names if is_plain_name(name)), "clip")
