"""What a row of the table of formats says of one: how it is recognised, read, checked, written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vosgui.errors import DatasetError, InputError
from vosgui.formats.checks import Checks
from vosgui.formats.dataset import Dataset, ListClips
from vosgui.formats.plan import FrameChoice
from vosgui.formats.tree.tree_checks import tree_checks
from vosgui.formats.writer import WriteOptions, Writer


@dataclass(frozen=True)
class Format:
    """A format that can be read, written, or both.

    title : in words. written_title : of the one form that is written, where others are read too.
    recognises : whether a path holds it, by names alone. reader : returns the clips of a path,
        unread yet; None where it is written only.
    make_writer : None where it is read only. options : those of WriteOptions that it heeds.
    checks : returns what there is to check at a path, whose clips its second argument lists; by
        default, whether each clip can be read.
    fixed_as : the format as which a fixed copy is written; "" where it cannot be fixed.
    split : folder of the split that an export fills, to which clips can be added; "" where it makes
        a new folder. valid_as : the format that is its style of a valid set.
    is_tree : whether its clips are folders of masks of ids.
    is_of_one_clip : whether it is masks of one clip as a rule. is_film : whether it shows frames
        without a mask too where all are asked for.
    no_category : what it says of an object of which none is known; "" for nothing, None where it
        has no place for categories.
    wants_ten_digits : whether a converter that the field uses cuts clips' names after ten letters.
    """

    name: str
    title: str
    recognises: Callable[[Path], bool] | None = None
    reader: ListClips | None = None
    make_writer: Callable[[WriteOptions], Writer] | None = None
    written_title: str = ""
    options: tuple[str, ...] = ()
    checks: Callable[[Path, ListClips], Checks] = tree_checks
    fixed_as: str = ""
    split: str = ""
    valid_as: str = ""
    is_tree: bool = False
    is_of_one_clip: bool = False
    is_film: bool = False
    no_category: str | None = ""
    wants_ten_digits: bool = False

    def holds(self, path: Path) -> bool:
        """Return whether a path is of the format."""
        try:
            return self.recognises is not None and self.recognises(path)
        except OSError:  # such as a folder that is called like a file: it is none of the format's
            return False

    def list_clips(self, path: Path) -> Dataset:
        """Return the clips that a path holds; raise DatasetError where there are none."""
        if self.reader is None:
            raise DatasetError(f"A dataset of the format {self.name} cannot be read.")
        return self.reader(path)

    def writer(self, options: WriteOptions) -> Writer:
        """Return the format's writer; raise InputError where it has none."""
        if self.make_writer is None:
            raise InputError(f"The format {self.name} cannot be written.")
        return self.make_writer(options)

    def exported_frames(self, choice: FrameChoice) -> FrameChoice:
        """Return which frames an export writes: none without a mask, but for a film."""
        return "annotated" if choice == "all" and not self.is_film else choice
