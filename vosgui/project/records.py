"""What each column of a project file may hold: values are checked where they are read.

SQLite stores any value in any column, whatever the schema says; a damaged file, or one that others
wrote, holds some. Every question names the records that it expects (`ProjectFile.rows`), so that
nothing else is ever met further in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

import msgspec

from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.project.encoding import Damaged

_MOST = 1 << 30  # frames, bytes of an edit, and numbers of edits stay far below

RowId = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
Place = Annotated[int, msgspec.Meta(ge=-_MOST, le=_MOST)]
FrameIndex = Annotated[int, msgspec.Meta(ge=0, lt=_MOST)]
ObjectId = Annotated[int, msgspec.Meta(ge=1, le=MAX_OBJECT_ID)]
Side = Annotated[int, msgspec.Meta(ge=1, le=1 << 17)]  # of a frame, in pixels
Rate = Annotated[float, msgspec.Meta(gt=0, lt=1e9)]
Flag = Annotated[int, msgspec.Meta(ge=0, le=1)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Row = TypeVar("Row")


class Frames(msgspec.Struct):
    """The frames of a clip, as its column `frames` holds them in JSON."""

    names: tuple[Text, ...]
    times_s: tuple[float, ...]


class ClipRow(msgspec.Struct, array_like=True):
    """A row of `clips`, in the order of `COLUMNS`."""

    id: RowId
    name: Text
    path: Text
    absolute_path: Text
    n_bytes: Count | None
    clip_name: str
    height: Side
    width: Side
    rate: Rate
    fingerprint: str
    frames: str
    n_frames: FrameIndex
    assignee: str
    is_removed: Flag


COLUMNS = ", ".join(ClipRow.__struct_fields__)


def as_records(rows: Iterable[tuple[Any, ...]], kind: type[Row]) -> list[Row]:
    """Return rows as records of a kind: a tuple type, or a struct; raise Damaged where one is none.

    kind : its fields tell the types and the bounds of the columns.
    """
    try:
        return msgspec.convert(rows, list[kind])  # type: ignore[valid-type]
    except (msgspec.ValidationError, OverflowError) as error:
        raise Damaged from error
