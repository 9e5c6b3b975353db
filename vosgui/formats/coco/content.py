"""What a file of COCO instances holds, read as its writers write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from vosgui.core.issues import Issue, error
from vosgui.errors import DatasetError
from vosgui.files.json_file import json_text, read_json
from vosgui.files.loose_json import Loose, in_words, key_of
from vosgui.formats.coco.rle import NO_MASK, MaskText
from vosgui.formats.tree.names import identity_in

_T = TypeVar("_T")
_Id = int | str
_WHAT = "a file of COCO instances"


class Image(msgspec.Struct):
    """A frame. width, height : 0 where the file leaves them to the image."""

    id: _Id
    file_name: str
    width: int = 0
    height: int = 0
    video_id: _Id | None = None
    frame_id: int | None = None
    frame_index: int | None = None


class Annotation(msgspec.Struct):
    """One object in one frame, and whose it is, under the keys that tools use."""

    image_id: _Id
    category_id: _Id | None = None
    id: _Id | None = None
    segmentation: MaskText = NO_MASK
    iscrowd: bool | int = 0
    track_id: _Id | None = None
    trackid: _Id | None = msgspec.field(name="trackId", default=None)
    tracking_id: _Id | None = None
    instance_id: _Id | None = None
    object_id: _Id | None = None
    obj_id: _Id | None = None
    attributes: Any = None
    extra: Any = None

    @property
    def track(self) -> int | str | None:
        """Return what ties an object's annotations together, None for nothing; -1 is nothing."""
        for said in (self.track_id, self.trackid, self.tracking_id):
            if said is not None:
                return _known(said)
        said = identity_in(self.attributes) if self.attributes else None
        if said is None and self.extra:
            said = identity_in(self.extra)
        for one in (said, self.instance_id, self.object_id, self.obj_id):
            if one is not None:
                return _known(one)
        return None

    @property
    def number(self) -> int | None:
        """Return the object's own number in its clip, None where it has none."""
        own = _known(self.object_id) if self.object_id is not None else self.track
        return own if isinstance(own, int) else None


class Category(msgspec.Struct):
    """A category or a video: its id and its name."""

    id: _Id
    name: str = ""


class Info(msgspec.Struct):
    """What a file says of itself."""

    description: str = ""


class Content(msgspec.Struct):
    """A whole file."""

    images: list[Image]
    annotations: list[Annotation]
    categories: list[Category] = []
    videos: list[Category] = []
    info: Info | None = None


class _Parts(msgspec.Struct):
    images: list[msgspec.Raw]
    annotations: list[msgspec.Raw] | None = None
    categories: list[msgspec.Raw] | None = None
    videos: list[msgspec.Raw] | None = None
    info: Any = None


def _known(said: int | str) -> int | str | None:
    """Return an id that says who something is; below 0 it says that nobody knows."""
    key = key_of(said)
    return None if isinstance(key, int) and key < 0 else key


class _Table(Generic[_T]):
    """Decodes the entries of one list, each for itself."""

    def __init__(self, file: Path, key: str, form: type[_T]) -> None:
        self._file, self._key, self._loose = file, key, Loose(form)
        self.issues: list[Issue] = []

    def all(self, texts: Sequence[msgspec.Raw] | None) -> list[_T]:
        """Return every entry; raise DatasetError for one that is broken."""
        return list(self._each(texts or (), skip=False))

    def usable(self, texts: Sequence[msgspec.Raw] | None) -> list[_T]:
        """Return the entries that can be read; the others are among the issues."""
        return list(self._each(texts or (), skip=True))

    def _each(self, texts: Sequence[msgspec.Raw], *, skip: bool) -> Iterator[_T]:
        for n, text in enumerate(texts):
            try:
                yield self._loose.decode(text)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
                said = f"{self._key}[{n}] is not as COCO has it: {in_words(problem)}"
                if not skip:
                    raise DatasetError(f"{self._file}: {said}.", file=str(self._file)) from problem
                self.issues.append(error(f"{said}; it was left out.", file=str(self._file)))


def read_content(file: Path) -> tuple[Content, list[Issue]]:
    """Read a file; an annotation that is broken is left out, and named among the issues.

    Raises DatasetError where the file, an image, a category or a video is broken.
    """
    try:
        return msgspec.json.decode(json_text(file), type=Content), []
    except (OSError, UnicodeDecodeError, msgspec.DecodeError, RecursionError):
        pass  # in pieces, then, which is slower and says what is wrong
    parts = read_json(file, _Parts, _WHAT)
    annotations = _Table(file, "annotations", Annotation)
    content = Content(
        _Table(file, "images", Image).all(parts.images),
        annotations.usable(parts.annotations),
        _Table(file, "categories", Category).all(parts.categories),
        _Table(file, "videos", Category).all(parts.videos),
        Info(str(parts.info.get("description"))) if isinstance(parts.info, dict) else None,
    )
    return content, annotations.issues
