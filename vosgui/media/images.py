"""A folder of images as a clip: one image file per frame, in natural order."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from vosgui.core.array_cache import ArrayCache
from vosgui.core.clip import ClipInfo, Frame
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.errors import ClipError
from vosgui.files.archive import is_clutter
from vosgui.media.cached_clip import CachedClip
from vosgui.media.fingerprint import folder_fingerprint
from vosgui.media.image_files import SUFFIXES, image_layout, read_image, unused_bits
from vosgui.media.provenance import times_of

_ENDS = tuple(sorted(SUFFIXES))
_MASK_ENDS = tuple(sorted(SUFFIXES - {".jpg", ".jpeg"}))
_MOST = 0.6  # of the steps from number to number are the usual one
_DARK_BITS = 2
NOMINAL_RATE = 30.0  # frames per second; only images that `prepare` wrote tell theirs


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """Return a sort key that puts `frame10` after `frame9`, whatever the case of its letters."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    key = [(0, int(p), "") if p[0] in "0123456789" else (1, 0, p.casefold()) for p in parts]
    return key, name


def list_images(folder: Path) -> list[Path]:
    """Return the image files of a folder in natural order, hidden ones and all others left out.

    None where there is no folder. Raises ClipError where it cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            found = [
                entry.name
                for entry in entries
                if entry.name.lower().endswith(_ENDS)
                and not entry.name.startswith(".")
                and entry.is_file()
            ]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise ClipError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return [folder / name for name in sorted(found, key=natural_key)]


@dataclass(frozen=True)
class FolderContent:
    """What lies in a folder. has_masks : whether there are images that can be masks."""

    folders: tuple[str, ...]
    has_masks: bool


def folder_content(folder: Path) -> FolderContent:
    """Return the folders in a folder, sorted, without hidden ones, and whether masks are there.

    None where there is no folder. Raises ClipError where it cannot be read.
    """
    folders, has_masks = [], False
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                is_folder = entry.is_dir()  # whatever it is called
                if is_folder and not is_clutter(entry.name):
                    folders.append(entry.name)
                elif not is_folder and not has_masks and entry.name.lower().endswith(_MASK_ENDS):
                    has_masks = not is_clutter(entry.name) and entry.is_file()
    except (FileNotFoundError, NotADirectoryError):
        return FolderContent((), False)
    except OSError as error:
        raise ClipError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return FolderContent(tuple(sorted(folders)), has_masks)


def is_jpeg(path: Path) -> bool:
    """Return whether a file is a JPEG by its name: a frame, then, and never a mask."""
    return path.suffix.lower() in (".jpg", ".jpeg")


def open_images(
    path: Path, cache_bytes: int, progress: Progress, *, once: bool = False
) -> ImageClip:
    """Open a folder of images, or one image as a clip of one frame; see `open_clip`.

    Raises ClipError for a folder without images, for two images of one name, for an image that
    cannot be read, and for images of different sizes.
    """
    files = list_images(path) if path.is_dir() else [path]
    if not files:
        raise ClipError(
            f"The folder {path} holds no images. Choose the folder that holds the frames "
            f"themselves ({', '.join(sorted(SUFFIXES))})."
        )
    _check_names(path, files)
    hw, turned = _read_layout(files, progress)
    warnings = list(missing_images(files))
    if turned:
        warnings.append(
            f"{len(turned)} of {len(files)} images ({files[min(turned)].name} first) are turned by "
            "their EXIF orientation; they are shown, and exported, upright."
        )
    n_unused = 0 if is_jpeg(files[0]) else unused_bits(files[0])
    if n_unused >= _DARK_BITS:
        warnings.append(
            f"Only {16 - n_unused} of the 16 bits of {files[0].name} are used, so that it looks "
            "dark: of 16 bits the upper 8 are shown. Write the images with values up to 65535."
        )
    times = times_of(path, files) if path.is_dir() else None
    info = ClipInfo(
        path=path,
        name=path.name if path.is_dir() else path.stem,
        hw=hw,
        frame_names=tuple(file.stem for file in files),
        times_s=times or tuple(t / NOMINAL_RATE for t in range(len(files))),
        rate=_rate_of(times) if times else NOMINAL_RATE,
        fingerprint=folder_fingerprint(files),
        warnings=tuple(warnings),
    )
    return ImageClip(info, files, turned, cache_bytes, once=once)


def _rate_of(times: Sequence[float]) -> float:
    """Return frames per second by the times of all frames; the nominal rate of a single one."""
    return round((len(times) - 1) / times[-1], 6) if len(times) > 1 else NOMINAL_RATE


def missing_images(files: Sequence[Path]) -> Iterator[str]:
    """Yield what there is to say where numbers are left out of the files' names.

    The numbers may begin anywhere and go by any step; a hole is where most go by another one.
    """
    found = [re.fullmatch(r"(.*?)([0-9]+)([^0-9]*)", file.stem) for file in files]
    parts = [one.groups() for one in found if one is not None]
    if len(parts) < len(files) or len({(head, tail) for head, _, tail in parts}) != 1:
        return
    numbers = [int(number) for _, number, _ in parts]
    steps = [b - a for a, b in pairwise(numbers)]
    usual, n_usual = Counter(steps).most_common(1)[0] if steps else (0, 0)
    if usual <= 0 or n_usual <= _MOST * len(steps) or any(one % usual for one in steps):
        return
    n_missing = sum(one // usual - 1 for one in steps)
    if n_missing:
        at = next(t for t, one in enumerate(steps) if one != usual)
        yield (
            f"{counted(n_missing, 'image')} missing in the numbers of {files[0].parent}, first "
            f"between {files[at].name} and {files[at + 1].name}: the clip goes on without."
        )


def _check_names(folder: Path, files: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        other = seen.setdefault(file.stem.casefold(), file)
        if other is not file:
            raise ClipError(
                f"The folder {folder} holds {other.name} and {file.name}: two images for one "
                "frame name. Move one of them, or the masks, to a folder of their own."
            )


def _read_layout(
    files: Sequence[Path], progress: Progress
) -> tuple[tuple[int, int], frozenset[int]]:
    """Return the one size of all images as shown, and which of them EXIF turns."""
    sizes, turned = [], set()
    for t, file in enumerate(files):
        size, is_turned = image_layout(file)
        sizes.append(size)
        if is_turned:
            turned.add(t)
        if size != sizes[0]:
            (h0, w0), (h, w) = sizes[0], size
            raise ClipError(
                f"The images of {file.parent} differ in size: {files[0].name} is {w0}x{h0}, "
                f"{file.name} is {w}x{h}. Bring them to one size, or into two folders."
            )
        progress.report(t + 1, len(files))
    return sizes[0], frozenset(turned)


class ImageClip(CachedClip):
    """A reader of a folder of images. turned : which of them EXIF turns."""

    def __init__(
        self,
        info: ClipInfo,
        files: Sequence[Path],
        turned: frozenset[int],
        cache_bytes: int,
        *,
        once: bool = False,
    ) -> None:
        self.info = info
        self._files, self._turned, self._once = files, turned, once
        self._cache = ArrayCache(cache_bytes)

    def __getitem__(self, t: int) -> Frame:
        self.check_index(t)
        frame = self._cache.get(t)
        if frame is None:
            file = self._files[t]
            frame = read_image(file)
            if frame.shape[:2] != self.info.hw:
                raise ClipError(
                    f"The image {file} has changed since the clip was opened: it is now "
                    f"{frame.shape[1]}x{frame.shape[0]}. Open the clip again."
                )
            if self._once:
                frame.flags.writeable = False
            else:
                self._cache.put(t, frame)
        return frame

    def source_file(self, t: int) -> Path | None:
        """Return the frame's image file, None where it is shown turned."""
        self.check_index(t)
        return None if t in self._turned else self._files[t]

    def reopen(self, *, once: bool = False) -> ImageClip:
        """Return another reader of the same clip."""
        kept = self._cache.max_bytes
        return ImageClip(self.info, self._files, self._turned, kept, once=once)

    def close(self) -> None:
        """Let go of the frames that are kept."""
        self._closed = True
        self._cache.clear()
