"""The files of labelme, and of X-AnyLabeling, which writes the same with more in it."""

from __future__ import annotations

import base64
import binascii
import io
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from vosgui.errors import DatasetError
from vosgui.files.json_file import json_text, read_json
from vosgui.files.loose_json import Loose, in_words
from vosgui.files.ordinary import open_file
from vosgui.formats.shapes import checked_hw
from vosgui.formats.tree.by_size import size_said
from vosgui.formats.tree.layout import find_splits
from vosgui.formats.tree.names import image_stem
from vosgui.media.image_files import image_size
from vosgui.media.images import natural_key
from vosgui.media.palette import BROKEN_IMAGE

_WHAT = "a file of labelme"
_DEEP = 3  # folders within folders that are looked into
_MANY = 500  # folders without such a file, after which none is looked for
_END = 512  # bytes of a file in which labelme writes its image's size
_CORNERS = Loose(list[list[float]])
_FEW = 64  # files that are looked at to recognise a folder; it may hold thousands of others


class LabelmeShape(msgspec.Struct):
    """A shape of a file. points : pairs of x and y, as text: values take ten times as much."""

    label: str
    points: msgspec.Raw
    shape_type: str | None = "polygon"
    group_id: int | str | None = None
    mask: str | None = None
    attributes: Any = None

    def corners(self) -> list[list[float]]:
        """Return its points as values; raise ValueError where they are no lists of numbers."""
        try:
            return _CORNERS.decode(self.points)
        except msgspec.DecodeError as problem:
            raise ValueError(in_words(problem, "points")) from problem


class LabelmeFile(msgspec.Struct, rename="camel"):
    """All that is said of an image. image_data : the image itself, in base64, or null."""

    shapes: list[LabelmeShape]
    image_height: int | None = None
    image_width: int | None = None
    image_path: str = ""
    image_data: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def stem(self) -> str:
        """Return the name of the frame that it says it is of; "" where it does not say."""
        return image_stem(self.image_path)

    def hw(self, path: Path, image: Path | None) -> tuple[int, int]:
        """Return the height and width: as it says, or those of the image where it does not.

        path : of the file. image : that it is of, where it is there; else the one within is taken.
        Raises DatasetError where no frame has this size, or nothing tells it.
        """
        if (self.image_height or 0) > 0 and (self.image_width or 0) > 0:
            return checked_hw(self.image_height or 0, self.image_width or 0, str(path))
        if image is not None:
            return image_size(image)
        try:
            data = base64.b64decode(msgspec.json.decode(self.image_data, type=str))
            with Image.open(io.BytesIO(data)) as within:
                return within.height, within.width
        except (msgspec.ValidationError, binascii.Error, *BROKEN_IMAGE) as error:
            raise DatasetError(
                f"{path} does not say the size of its image (imageHeight, imageWidth), and there "
                f"is no image {self.image_path} beside it. Put it there.",
                file=str(path),
            ) from error


def read_labelme(path: Path) -> LabelmeFile | None:
    """Read a file; None where it is another JSON. Raises DatasetError for a broken one."""
    try:
        return read_json(path, LabelmeFile, _WHAT)
    except DatasetError:
        if is_labelme_file(path):
            raise
        return None


def size_in(path: Path) -> tuple[int, int] | None:
    """Return the height and width at the end of a file, or anywhere in it; None for none."""
    try:
        with open_file(path) as file:
            file.seek(max(0, path.stat().st_size - _END))
            if (found := size_said(file.read(), b"imageHeight", b"imageWidth")) is None:
                file.seek(0)
                found = size_said(file.read(), b"imageHeight", b"imageWidth")
    except OSError:
        return None
    return found


def labelme_files(folder: Path) -> list[Path]:
    """Return the JSON files of a folder in natural order, those of other kinds among them."""
    return _entries(folder)[0]


def _entries(folder: Path) -> tuple[list[Path], list[str]]:
    """Return the JSON files and the folders in a folder; none where it cannot be read."""
    files, folders = [], []
    try:
        with os.scandir(folder) as entries:
            for one in entries:
                if one.name.startswith("."):
                    continue
                if one.name.endswith((".json", ".JSON")):
                    files.append(one.name)
                elif one.is_dir():
                    folders.append(one.name)
    except OSError as error:
        raise DatasetError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return [folder / name for name in sorted(files, key=natural_key)], sorted(folders)


def is_labelme_file(path: Path) -> bool:
    """Return whether a JSON file speaks of an image and its shapes, broken or whole."""
    try:
        text = json_text(path)
    except (OSError, UnicodeDecodeError):
        return False
    return b'"shapes"' in text and any(key in text for key in (b'"imagePath"', b'"imageHeight"'))


def labelme_folders(root: Path) -> Iterator[tuple[tuple[str, ...], Path]]:
    """Yield the folders below a root that hold such files, each with the names that lead to it."""
    most = 1 if find_splits(root) else _DEEP  # trees of masks have folders by the thousand
    waiting: deque[tuple[tuple[str, ...], Path]] = deque([((), root)] if root.is_dir() else [])
    n_without = 0
    while waiting and n_without < _MANY:
        names, folder = waiting.popleft()
        files, folders = _entries(folder)
        if any(is_labelme_file(path) for path in files[:_FEW]):
            yield names, folder
            n_without = 0
        n_without += 1
        if len(names) < most:
            waiting += [((*names, name), folder / name) for name in folders]
