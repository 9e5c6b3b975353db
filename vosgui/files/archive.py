"""Zip archives: written the same every time, and unpacked without trust in what they hold."""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from vosgui.core.issues import Issue, error
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.errors import DatasetError, TargetError, VosguiError
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import open_file

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say; the same files, the same bytes
_MAX_BYTES = 200 << 30
_MAX_RATIO = 400  # unpacked to packed, of a whole archive; masks of one colour reach about 200
_MAX_FILES = 2_000_000
_CLUTTER = ("__macosx", "thumbs.db", "desktop.ini")
_TEXTS = (".txt", ".md", ".pdf", ".html")
_DEPTH = 4  # folders of which each holds nothing but the next
_PIECE = 1 << 20  # bytes that are packed before another look at whether to stop


def add_file(
    archive: zipfile.ZipFile, path: Path, name: str, progress: Progress = NO_PROGRESS
) -> None:
    """Add a file under a name, without its time; `progress` hears how many bytes are done."""
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = (
        zipfile.ZIP_STORED if path.suffix in (".png", ".jpg") else zipfile.ZIP_DEFLATED
    )
    entry.file_size = path.stat().st_size
    with open_file(path) as source, archive.open(entry, "w") as target:
        while piece := source.read(_PIECE):
            target.write(piece)
            progress.report(source.tell(), entry.file_size)


def write_archive(
    path: Path, folder: Path, top: str = "", progress: Progress = NO_PROGRESS
) -> None:
    """Write all files of a folder into a zip, sorted; whole or not at all.

    top : folder within the zip that they go into; "" puts them at its root.
    """
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    with atomic_file(path) as target, zipfile.ZipFile(target, "w") as archive:
        for file in files:
            name = PurePosixPath(top, file.relative_to(folder).as_posix())
            add_file(archive, file, str(name), progress)


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Yield a temporary folder with the content of a zip; a path that is none is yielded itself.

    The folder is called like the zip; what systems add (`is_clutter`) is not unpacked. Names with
    backslashes, as some packers of Windows write them, are of folders and files in them.
    Raises DatasetError for a broken archive, one that unpacks to an absurd size, and one with a
    name that climbs out of its folder or a link. Errors of what is done with the content name the
    archive in place of the folder.
    """
    if not is_archive(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="vosgui-") as place:
        folder = str(Path(place) / (path.stem or "archive"))
        try:
            with zipfile.ZipFile(path) as archive:
                _check(path, archive)
                archive.extractall(folder, _wanted(archive))
            Path(folder).mkdir(exist_ok=True)  # it held nothing
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError) as error:
            raise DatasetError(f"The archive {path} cannot be unpacked: {error}.") from error
        except OSError as error:
            raise TargetError(
                f"Cannot unpack {path} into {folder}: {error.strerror or error}."
            ) from error
        try:
            yield Path(folder)
        except VosguiError as error:
            error.args = tuple(str(one).replace(folder, str(path)) for one in error.args)
            raise


def is_archive(path: Path) -> bool:
    """Return whether a path is a zip."""
    return path.is_file() and zipfile.is_zipfile(path)


def is_clutter(name: str) -> bool:
    """Return whether a file or folder is one that systems add, and no part of a dataset."""
    return name.startswith(".") or name.casefold() in _CLUTTER


def sole_folders(path: Path) -> Iterator[Path]:
    """Yield a folder, then the one folder that it holds alone, and so on; any other path itself.

    Text beside it, such as a read-me, does not count.
    """
    for _ in range(_DEPTH):
        yield path
        if not path.is_dir():
            return
        try:
            there = [one for one in path.iterdir() if not is_clutter(one.name)]
        except OSError:
            return  # who reads it says what is wrong
        rest = [one for one in there if one.suffix.lower() not in _TEXTS or one.is_dir()]
        if len(rest) != 1 or not rest[0].is_dir():
            return
        path = rest[0]


def as_packed(issues: Iterable[Issue], folder: Path, path: Path) -> list[Issue]:
    """Return issues about an unpacked archive that name the archive in place of the folder."""
    old, new = str(folder), str(path)
    return [
        replace(one, file=one.file.replace(old, new), text=one.text.replace(old, new))
        for one in issues
    ]


def zip_issues(path: Path) -> tuple[Issue, ...]:
    """Return what servers would not take about the layout of a zip.

    YouTube-VOS wants the top folder Annotations; DAVIS clips' folders, more than one; YouTube-VIS
    results.json alone.
    """
    if not is_archive(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        names = [PurePosixPath(name) for name in archive.namelist() if not name.endswith("/")]
    tops = {name.parts[0] for name in names if name.parts}
    masks = [name for name in names if name.suffix == ".png"]
    is_submission = masks and not any(name.suffix == ".jpg" for name in names)
    strange = [name for name in names if any(map(is_clutter, name.parts))]
    found = []
    if any(name.name == "results.json" for name in names) and len(names) > 1:
        text = "A zip for YouTube-VIS holds results.json alone."
        found.append((text, "Take the other files out."))
    elif names and names[0].name == "results.json" and len(names[0].parts) > 1:
        text = "results.json lies in a folder; YouTube-VIS wants it at the root."
        found.append((text, "Zip the file, not its folder."))
    if is_submission and tops != {"Annotations"} and len(tops) == 1:
        text = f"Its one folder at the root is {next(iter(tops))}: no server takes that."
        found.append((text, "YouTube-VOS wants Annotations/, DAVIS the clips' folders."))
    elif is_submission and "Annotations" not in tops and any(len(one.parts) > 2 for one in masks):
        text = "There are folders in its clips' folders, which no server takes at the root."
        found.append((text, "Refer-YouTube-VOS wants Annotations/CLIP/EXPRESSION/FRAME.png."))
    if strange:
        text = f"It holds {strange[0]} and the like, which are no part of a dataset."
        found.append((text, "Zip without them."))
    return tuple(error(text, file=str(path), fix=fix) for text, fix in found)


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries to unpack, their folders told apart by slashes."""
    entries = archive.infolist()
    for entry in entries:
        entry.filename = entry.filename.replace("\\", "/")
    return [one for one in entries if not any(map(is_clutter, PurePosixPath(one.filename).parts))]


def _check(path: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if size > _MAX_BYTES or len(entries) > _MAX_FILES or size > (packed + 100_000) * _MAX_RATIO:
        raise DatasetError(
            f"The archive {path} would unpack {len(entries)} files of {size} bytes from "
            f"{packed}. Unpack it yourself if you trust it, and give the folder."
        )
    for entry in entries:
        name = entry.filename.replace("\\", "/")
        climbs = name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]
        if climbs or stat.S_ISLNK(entry.external_attr >> 16):
            raise DatasetError(
                f"The archive {path} holds {entry.filename!r}, which leads out of its folder. "
                "It was not unpacked; do not trust it."
            )
