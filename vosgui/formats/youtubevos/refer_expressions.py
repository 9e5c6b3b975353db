"""The expressions of Refer-YouTube-VOS, as `meta_expressions.json` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from vosgui.files.json_file import read_json
from vosgui.formats.tree.layout import folders_about

FILE = "meta_expressions.json"


class _Expression(msgspec.Struct):
    exp: str = ""
    obj_id: Annotated[str, msgspec.Meta(pattern="^-?[0-9]+$")] | int | None = None
    first_frame: bool = False


class _Video(msgspec.Struct):
    expressions: dict[str, _Expression]
    frames: list[str]


class _Meta(msgspec.Struct):
    videos: dict[str, _Video]


@dataclass(frozen=True)
class ListedExpression:
    """A sentence and the object it means; None where the file does not say (valid and test).

    first_frame_only : written from the first frame alone; a mark of our own, others lack it.
    """

    id: str
    text: str
    object_id: int | None
    first_frame_only: bool = False


@dataclass(frozen=True)
class ExpressionClip:
    """The expressions of one clip and the frames in which they are asked for."""

    name: str
    frame_names: tuple[str, ...]
    expressions: tuple[ListedExpression, ...]


def read_expressions(path: Path) -> list[ExpressionClip]:
    """Read the clips of a `meta_expressions.json`, sorted by name.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    meta = read_json(path, _Meta, "the meta_expressions.json of Refer-YouTube-VOS")
    return [_clip(name, video) for name, video in sorted(meta.videos.items())]


def _clip(name: str, video: _Video) -> ExpressionClip:
    expressions = []
    for key, one in video.expressions.items():
        meant = None if one.obj_id is None else int(one.obj_id)
        expressions.append(ListedExpression(key, one.exp, meant, one.first_frame))
    return ExpressionClip(name, tuple(sorted(video.frames)), tuple(expressions))


def find_expressions(truth: Path) -> Path | None:
    """Return the file of expressions that belongs to a split, given it or a folder in it.

    It is ROOT/meta_expressions/SPLIT/meta_expressions.json for masks in ROOT/SPLIT/Annotations.
    """
    folders = (folder.resolve() for folder in folders_about(truth))
    files = (one.parent / "meta_expressions" / one.name / FILE for one in folders)
    return next((file for file in files if file.is_file()), None)
