"""The expressions of Refer-YouTube-VOS, as `meta_expressions.json` lists them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vosgui.files.json_file import read_json
from vosgui.formats.tree.layout import folders_about

FILE = "meta_expressions.json"


class ListedExpression(msgspec.Struct, frozen=True):
    """A sentence and the object it means; None where the file does not say (valid and test).

    first_frame_only : written from the first frame alone; a mark of our own, others lack it.
    """

    text: str = msgspec.field(name="exp", default="")
    object_id: int | None = msgspec.field(name="obj_id", default=None)
    first_frame_only: bool = msgspec.field(name="first_frame", default=False)


class ExpressionClip(msgspec.Struct, frozen=True):
    """The expressions of one clip by their ids, and the frames in which they are asked for."""

    expressions: dict[str, ListedExpression]
    frames: list[str]


class _Meta(msgspec.Struct):
    videos: dict[str, ExpressionClip]


def read_expressions(path: Path) -> dict[str, ExpressionClip]:
    """Read the clips of a `meta_expressions.json` by their names, which are sorted.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    what = "the meta_expressions.json of Refer-YouTube-VOS"
    return dict(sorted(read_json(path, _Meta, what).videos.items()))


def find_expressions(truth: Path) -> Path | None:
    """Return the file of expressions that belongs to a split, given it or a folder in it.

    It is ROOT/meta_expressions/SPLIT/meta_expressions.json for masks in ROOT/SPLIT/Annotations.
    """
    folders = (folder.resolve() for folder in folders_about(truth))
    files = (one.parent / "meta_expressions" / one.name / FILE for one in folders)
    return next((file for file in files if file.is_file()), None)
