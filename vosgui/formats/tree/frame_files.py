"""The frames of a clip as files of a dataset: their names, and JPEGs copied where untouched."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from vosgui.core.clip import Clip, Frame
from vosgui.core.issues import Issue, note, warning
from vosgui.errors import ClipError, DatasetError
from vosgui.files.atomic import atomic_file
from vosgui.formats.dataset import LabelledClip, placed_on
from vosgui.formats.writer import FrameChoice, chosen_frames
from vosgui.media.image_files import write_jpeg
from vosgui.media.images import is_jpeg
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import BROKEN_IMAGE

MAX_STEM = 99_999
_ORIENTATION = 0x0112  # EXIF: how a viewer should turn the stored image


def five_digit_stems(
    own: Sequence[str], frames: Sequence[int], clip_name: str
) -> tuple[tuple[str, ...], str]:
    """Return stems of five digits in the order of time, and a line that says what was renamed.

    own : the frames' names, kept where they are such stems. frames : indices, ascending.
    Raises DatasetError where there are more than five digits number.
    """
    ordered = all(a < b for a, b in itertools.pairwise(own))
    if not own:
        return (), ""
    if ordered and all(re.fullmatch(r"[0-9]{5}", stem) for stem in own):
        return tuple(own), ""
    numbers: Sequence[int] = frames if frames[-1] <= MAX_STEM else range(len(frames))
    if numbers[-1] > MAX_STEM:
        raise DatasetError(
            f"{clip_name} has {len(frames)} frames to export, and five digits number 100,000. "
            "Export the grid, or a larger stride."
        )
    new = tuple(f"{number:05d}" for number in numbers)
    text = f"frames renamed to five digits: {own[0]} is {new[0]}, {own[-1]} is {new[-1]}"
    return new, text


def stems_of(clip: LabelledClip, frames: Sequence[int]) -> tuple[tuple[str, ...], list[Issue]]:
    """Return the stems under which a clip's frames are written, and what was renamed."""
    own = [clip.frame_names[t] for t in frames]
    stems, text = five_digit_stems(own, frames, clip.name)
    return stems, [note(f"{text[:1].upper()}{text[1:]}.", clip=clip.name)] if text else []


OpenedFrames = AbstractContextManager[tuple[LabelledClip, Clip | None]]


def opened_frames(clip: LabelledClip) -> Generator[int, None, OpenedFrames]:
    """Return the clip laid onto its opened frames, or as it is and None where it has none.

    Yields 0, the number of frames that are written, on the way.
    """
    if clip.frames is None:
        return nullcontext((clip, None))
    yield 0
    return _placed(clip, open_clip(clip.frames))


@contextmanager
def _placed(clip: LabelledClip, frames: Clip) -> Iterator[tuple[LabelledClip, Clip]]:
    with frames:
        yield placed_on(clip, frames.info), frames


@dataclass(frozen=True)
class ChosenFrames:
    """The frames of a clip that a dataset gets, under stems of five digits.

    clip : laid onto its frames. issues : what was renamed, and that there are no images.
    """

    clip: LabelledClip
    opened: Clip | None
    frames: tuple[int, ...]
    stems: tuple[str, ...]
    issues: tuple[Issue, ...]

    def written(self, folder: Path) -> Iterator[tuple[int, str]]:
        """Yield each frame and its stem once it is written as FOLDER/STEM.jpg."""
        return write_frames(self.opened, folder, zip(self.frames, self.stems, strict=True))


def opened_choice(
    clip: LabelledClip, choice: FrameChoice
) -> Generator[int, None, AbstractContextManager[ChosenFrames]]:
    """Return the chosen frames of a clip, opened for as long as the block lasts.

    Yields as `opened_frames`.
    """
    return _chosen(clip, choice, (yield from opened_frames(clip)))


@contextmanager
def _chosen(
    clip: LabelledClip, choice: FrameChoice, frames_of: OpenedFrames
) -> Iterator[ChosenFrames]:
    with frames_of as (placed, opened):
        frames = chosen_frames(placed, choice)
        stems, renamed = stems_of(placed, frames)
        yield ChosenFrames(placed, opened, frames, stems, (*renamed, *no_images(clip, opened)))


def no_images(clip: LabelledClip, opened: Clip | None) -> tuple[Issue, ...]:
    """Return what is to be said of a clip whose frames are not at hand."""
    if opened is not None:
        return ()
    text = "The clip has no frames here: its masks were written without images."
    fix = "Readers need the images; say where they are."
    return (warning(text, clip=clip.name, fix=fix, option="--frames-from"),)


def write_frames(
    opened: Clip | None, folder: Path, named: Iterable[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Write frames as FOLDER/STEM.jpg, yielding each; without a clip only yield them.

    Own JPEGs are copied byte for byte, others encoded at quality 95.
    """
    if opened is not None:
        folder.mkdir(parents=True, exist_ok=True)
    for t, stem in named:
        if opened is not None:
            write_picture(folder / f"{stem}.jpg", jpeg_of(opened, t) or opened[t])
        yield t, stem


def write_picture(path: Path, picture: Frame | bytes) -> None:
    """Write the bytes of a JPEG as they are, a frame encoded at quality 95."""
    if isinstance(picture, bytes):
        with atomic_file(path) as file:
            file.write(picture)
    else:
        write_jpeg(path, picture)


def jpeg_of(clip: Clip, t: int) -> bytes | None:
    """Return the bytes of a frame's own JPEG if readers will see in it what was annotated."""
    source = clip.source_file(t)
    if source is None or not is_jpeg(source):
        return None
    try:
        data = source.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            height, width = clip.info.hw
            upright = image.getexif().get(_ORIENTATION, 1) == 1
            plain = image.format == "JPEG" and image.mode in ("RGB", "L")
            return data if plain and upright and image.size == (width, height) else None
    except BROKEN_IMAGE as error:
        raise ClipError(
            f"The frame {source} cannot be read: {error}. Put it back, or take it out of the clip."
        ) from error
