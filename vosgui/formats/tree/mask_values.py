"""What the values of a clip's masks stand for: told by all masks of the clip together.

Ids as they are; 0 and 255 alone, which are one object; numbers of 16 bits or in three channels; or
colours. The same value is the same object in every mask of the clip.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from vosgui.core.mask import VOID, Mask, ids_in
from vosgui.core.words import some_of
from vosgui.errors import MaskError
from vosgui.formats.broken_frames import BrokenFrames
from vosgui.formats.tree.frame_palettes import FramePalettes
from vosgui.media.colour_masks import ColourTable, colour_table
from vosgui.media.mask_files import StoredMask, Values, read_stored
from vosgui.media.soft_edges import SQUARE, Colours
from vosgui.media.wide_ids import changed_in_words, fitting_ids

_WHITE = {np.dtype(np.uint8): 255, np.dtype(np.uint16): 65535}
Remark = tuple[str, int]  # what was changed in a mask, and in how many of its pixels


def _silent() -> None: ...


class MaskValues:
    """The values of the masks of one clip, or of two whose objects are the same.

    notes : what is worth knowing of all masks.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        tick: Callable[[], object] = _silent,
        broken: BrokenFrames | None = None,
    ) -> None:
        """Look at as many masks as tell how to read them.

        tick : is called before each file is read. broken : takes those that cannot be read.
        Raises MaskError for such a one where it takes none.
        """
        self._paths, self._tick = paths, tick
        self._broken = BrokenFrames() if broken is None else broken
        self._palettes = FramePalettes(paths)
        self._rule = _Rule()
        self._looked_at_all = False
        self._last: tuple[Path, StoredMask] | None = None  # as it was read to look at it
        survey = _Survey()
        for values in self._each():
            survey.look_at(values)
            if survey.is_plain:
                return
        self._decide(survey)

    def _each(self) -> Iterator[Values]:
        """Yield the values of all masks that can be read."""
        for path in self._paths:
            self._tick()
            values = None
            with self._broken.at(path.stem, path):
                stored = read_stored(path)
                values, self._last = self._values(stored), (path, stored)
            if values is not None:
                yield values

    def _values(self, stored: StoredMask) -> Values:
        """Return the values of a mask as `FramePalettes` has them."""
        return self._palettes.ids(stored) if stored.palette else stored.values

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what is worth knowing of all masks, as far as they were looked at."""
        return self._rule.notes

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what a person is to check, as far as the masks were looked at."""
        said = (self._palettes.note,) if self._palettes.note else ()
        return (*said, *self._rule.doubts)

    @property
    def is_guessed(self) -> bool:
        """Return whether ids are in the order in which colours appear: elsewhere they differ."""
        table = self._rule.table
        return table is not None and not table.has_own_ids

    def ids(self, path: Path) -> tuple[Mask, list[Remark]]:
        """Read a mask as ids, uint8 (H, W), where 255 is void, and what was changed in it.

        Raises MaskError for a broken one.
        """
        is_at_hand = self._last is not None and self._last[0] == path
        stored = self._last[1] if is_at_hand and self._last else read_stored(path)
        self._last = None
        values = self._values(stored)
        if not self._looked_at_all and (values.ndim == 3 or values.dtype != np.uint8):
            self._look_at_all()  # the first masks were plain, this one is not
        return self._rule.ids(values)

    def _look_at_all(self) -> None:
        survey = _Survey()
        for values in self._each():
            survey.look_at(values)
        self._decide(survey)

    def _decide(self, survey: _Survey) -> None:
        self._looked_at_all = True
        if survey.has_colours:
            self._rule = _of_colours(self._colour_table(), survey)
        else:
            self._rule = survey.rule()

    def _colour_table(self) -> ColourTable:
        try:
            return colour_table(self._images)
        except MaskError as problem:
            paths = self._paths
            where = f"The mask {paths[0]}" if len(paths) == 1 else f"The masks in {paths[0].parent}"
            raise MaskError(f"{where} cannot be read as ids. {problem}") from problem

    def _images(self) -> Iterator[Colours]:
        for values in self._each():
            if values.ndim == 3:
                yield np.asarray(values, np.uint8)


@dataclass(frozen=True)
class _Rule:
    """How values become ids.

    is_binary : the brightest value is object 1, all else background. wide : number to id, where
        some do not fit. table : of colours. doubts : what a person is to check.
    """

    is_binary: bool = False
    wide: dict[int, int] = field(default_factory=dict)
    table: ColourTable | None = None
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def ids(self, values: Values) -> tuple[Mask, list[Remark]]:
        if values.ndim == 3 and self.table is not None:
            mask, n_snapped = self.table.mask(np.asarray(values, np.uint8))
            text = "Blended edge pixels were snapped to the colours around."
            return mask, [(text, n_snapped)] if n_snapped else []
        values = _one_channel(values)
        if self.is_binary:
            white = _WHITE[values.dtype]
            n_blended = int(np.count_nonzero((values > 0) & (values < white)))
            text = "Blended edge pixels were snapped to object or not."
            mask = (values > white // 2).view(np.uint8)
            return mask, [(text, n_blended)] if n_blended else []
        if self.wide:
            table = np.zeros(max(self.wide) + 1, np.uint8)
            table[[*self.wide]] = [*self.wide.values()]
            return table[values], []
        return np.asarray(values, np.uint8), []


class _Survey:
    """What was seen in masks so far."""

    def __init__(self) -> None:
        self.has_colours = self.is_plain = False
        self.n_grey = self.n_ids = 0  # masks of three channels that are the same, and of one
        self._numbers: set[int] = set()
        self._flat: set[int] = set()  # values of pixels among their own, unlike blends along edges
        self._is_wide = False

    def look_at(self, values: Values) -> None:
        """Take up one mask. Ids that fit, of one channel and 8 bits, need no look at the others."""
        if values.ndim == 3 and not (values == values[..., :1]).all():
            self.has_colours = True
            return
        self.n_grey += values.ndim == 3
        self.n_ids += values.ndim == 2
        values = _one_channel(values)
        if values.dtype == np.uint8:
            mask = np.asarray(values, np.uint8)
            self._numbers.update(ids_in(mask))
            inside = cv2.erode(mask, SQUARE) == cv2.dilate(mask, SQUARE)
            self._flat.update(ids_in(mask * inside))
            is_alone = not (self.n_grey or self.has_colours or self._is_wide)
            self.is_plain = is_alone and bool(self._flat - {VOID})
        else:
            self._is_wide = True
            self._numbers.update(int(one) for one in np.unique(values) if one)

    def rule(self) -> _Rule:
        """Return how to read masks of which all have one channel, or three that are the same."""
        notes = ["The masks have three channels that are the same: one was read."]
        notes = notes if self.n_grey else []
        white = 0
        if self._is_wide:
            white = 65535 if self._numbers == {65535} else 0
        elif not self._flat - {VOID} and (VOID in self._flat or self._numbers == {VOID}):
            white = VOID
        if white:
            text = f"Every mask is 0 or {white}: {white} was read as object 1, not as void."
            return _Rule(is_binary=True, notes=(*notes, text))
        if not self._is_wide:
            return _Rule(notes=tuple(notes))
        wide = fitting_ids(self._numbers)
        return _Rule(wide={0: 0, **wide}, notes=(*notes, *_wide_notes(wide)))


def _of_colours(table: ColourTable, survey: _Survey) -> _Rule:
    if table.numbers:
        text = "The masks hold ids in three channels, R + 256 G + 65536 B."
        return _Rule(table=table, notes=(text, *_wide_notes(table.numbers)))
    pairs = ", ".join(f"({r}, {g}, {b}) is {i}" for i, (r, g, b) in table.objects.items())
    pairs = pairs or "background only"
    notes = [f"The masks hold colours, not ids; they were matched: {pairs}."]
    if survey.n_ids and not table.has_own_ids:
        text = "Some masks hold ids, others colours: which belong together was guessed by order."
        notes.append(text)
    return _Rule(table=table, notes=tuple(notes), doubts=tuple(_doubts(table)))


def _doubts(table: ColourTable) -> Iterator[str]:
    """Yield what soft edges leave open."""
    thin = [
        str(i)
        for code, i in sorted(table.ids.items(), key=lambda pair: pair[1])
        if code in table.found.thin and i
    ]
    if table.found.is_soft and thin:
        yield (
            f"Edges are soft, and of object {some_of(thin)} only thin parts are there: its colour "
            "may be a blend of others. Check it."
        )
    if table.found.is_soft and table.found.may_be_ids:
        yield (
            "Shades of red were taken for soft edges; numbers, R + 256 G + 65536 B, would look the "
            "same. Check them."
        )


def _wide_notes(ids: dict[int, int]) -> list[str]:
    changed = changed_in_words(ids)
    text = f"The masks hold numbers beyond 254, which got ids that are free: {changed}."
    return [text] if changed else []


def _one_channel(values: Values) -> Values:
    return values[..., 0] if values.ndim == 3 else values


def with_own_ids(values: MaskValues, folder: Path) -> MaskValues:
    """Return the values; raise MaskError where colours say nothing of ids, for another's masks."""
    if values.is_guessed:
        raise MaskError(
            f"The masks in {folder} hold colours that no published palette has, so that nothing "
            "says which id each stands for. Save them as palette PNG whose pixels are ids."
        )
    return values
