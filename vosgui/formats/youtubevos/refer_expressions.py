"""The expressions of Refer-YouTube-VOS, as `meta_expressions.json` lists them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from vosgui.core.annotation import Expression
from vosgui.core.issues import Issue, note, warning
from vosgui.files.json_file import read_json
from vosgui.files.loose_json import key_of, whole
from vosgui.formats.tree.layout import folders_about

FILE = "meta_expressions.json"


_Ids = int | str | list[int | str] | None


class ListedExpression(msgspec.Struct, frozen=True):
    """A sentence and the objects it means; None where the file does not say (valid and test).

    annotation_ids : of MeViS, the masks of these objects.
    first_frame_only : written from the first frame alone; a mark of our own, others lack it.
    """

    text: str = msgspec.field(name="exp", default="")
    obj_id: _Ids = None
    anno_id: _Ids = None
    first_frame_only: bool = msgspec.field(name="first_frame", default=False)

    @property
    def object_ids(self) -> tuple[int, ...] | None:
        """Return the numbers of the objects that are meant, None where that is not said."""
        return _numbers(self.obj_id)

    @property
    def annotation_ids(self) -> tuple[int | str, ...]:
        """Return the keys of the masks that are meant."""
        said = self.anno_id if isinstance(self.anno_id, list) else [self.anno_id]
        keys = (key_of(one) for one in said)
        return tuple(key for key in keys if key is not None)


class ExpressionClip(msgspec.Struct, frozen=True):
    """The expressions of one clip by their ids, and the frames in which they are asked for."""

    expressions: dict[str, ListedExpression]
    frames: list[str] = []


class _Meta(msgspec.Struct):
    videos: dict[str, ExpressionClip]


def read_expressions(path: Path) -> dict[str, ExpressionClip]:
    """Read the clips of a `meta_expressions.json` by their names, which are sorted.

    Raises DatasetError where the file is missing, broken or not of that form.
    """
    what = "the meta_expressions.json of Refer-YouTube-VOS"
    return dict(sorted(read_json(path, _Meta, what).videos.items()))


def _numbers(said: _Ids) -> tuple[int, ...] | None:
    """Return numbers of objects, however they are written; None where none is one."""
    found = (whole(one) for one in (said if isinstance(said, list) else [said]))
    numbers = tuple(dict.fromkeys(one for one in found if one is not None))
    return numbers or None


class Said:
    """Gathers the expressions of one clip for each of the objects that they speak of."""

    def __init__(self, clip: str, file: Path) -> None:
        self._where: dict[str, Any] = {"clip": clip, "file": str(file)}
        self._n_unknown = 0
        self.of: dict[int, tuple[Expression, ...]] = {}
        self._issues: list[Issue] = []

    def add(self, one: ListedExpression, ids: Sequence[int] | None) -> None:
        """Take an expression about some objects; None where the file does not say about which."""
        if not ids:
            self._n_unknown += 1
            return
        expression = Expression(one.text, one.first_frame_only, len(ids) > 1)
        if all(expression in self.of.get(i, ()) for i in ids):
            text = f"{one.text!r} is there twice; kept once."
            self._issues.append(warning(text, **self._where, object_id=ids[0]))
            return
        for i in ids:
            if expression not in self.of.get(i, ()):
                self.of[i] = (*self.of.get(i, ()), expression)

    def issues(self) -> list[Issue]:
        """Return what is to be said of them."""
        if not self._n_unknown:
            return self._issues
        text = "An expression does not say which object it means; it was left out."
        return [*self._issues, note(text, **self._where, count=self._n_unknown)]


def find_expressions(truth: Path) -> Path | None:
    """Return the file of expressions that belongs to a split, given it or a folder in it.

    It is ROOT/meta_expressions/SPLIT/meta_expressions.json for masks in ROOT/SPLIT/Annotations.
    """
    folders = (folder.resolve() for folder in folders_about(truth))
    files = (one.parent / "meta_expressions" / one.name / FILE for one in folders)
    return next((file for file in files if file.is_file()), None)
