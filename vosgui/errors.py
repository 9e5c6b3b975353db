"""The errors a user can meet. Each says what failed, which file or frame, and what to do.

VosguiError
├── InputError          what was given cannot be used: the command line exits with 2
│   ├── ClipError       a video file or image folder
│   ├── MaskError       a mask image
│   ├── ProjectError    a project file
│   ├── DatasetError    a tree in a published format
│   │   └── ShapeError      one shape of many, which is left out alone
│   ├── ModelError      a model folder, its weights, a device
│   ├── TargetError     a place to write to: exists, read-only, full
│   │   ├── ReadOnlyError  a project that was opened to be read alone
│   │   └── GoneError      a project that was moved or removed while it is open
│   └── NothingToDoError  a run or an export that would yield nothing, and why
└── InternalError       our own fault: the command line exits with 1
"""

from __future__ import annotations

import re
from collections.abc import Collection


class VosguiError(Exception):
    """Base of all errors that carry a message for the user.

    The message is for the window and the command line alike.
    option : of the command line, what to give for it to do what the message advises.
    """

    def __init__(self, message: str = "", *, option: str = "") -> None:
        super().__init__(message)
        self.option = option

    @property
    def command_line(self) -> str:
        """Return the message with the option."""
        return with_option(str(self), self.option)


class InputError(VosguiError):
    """What was given cannot be used."""


class ClipError(InputError):
    """A video file or an image folder cannot be opened or decoded."""


class MaskError(InputError):
    """A mask image cannot be read as object ids of its frame."""


class ProjectError(InputError):
    """A project file cannot be opened or written."""


class DatasetError(InputError):
    """A tree in a published format is missing something or breaks its format.

    file, line : where, as far as it is known; lines count from 1.
    """

    def __init__(
        self, message: str = "", *, option: str = "", file: str = "", line: int | None = None
    ) -> None:
        super().__init__(message, option=option)
        self.file, self.line = file, line


class ShapeError(DatasetError):
    """One shape in a file cannot be drawn; it is left out, and what is beside it is read.

    has_no_area : it is as it should be, such as a line, but covers no pixel.
    """

    def __init__(
        self,
        message: str = "",
        *,
        option: str = "",
        file: str = "",
        line: int | None = None,
        has_no_area: bool = False,
    ) -> None:
        super().__init__(message, option=option, file=file, line=line)
        self.has_no_area = has_no_area


class ModelError(InputError):
    """A model folder, its weights or a device cannot be used."""


class TargetError(InputError):
    """A place to write to cannot be written."""


class ReadOnlyError(TargetError):
    """A project that was opened to be read alone cannot be changed."""


class GoneError(TargetError):
    """A project file was moved, removed or replaced while it is open: nothing is kept there."""


class NothingToDoError(InputError):
    """A run or an export would yield nothing; the message says why."""


class InternalError(VosguiError):
    """A fault of the program itself."""


def with_option(text: str, option: str, known: Collection[str] | None = None) -> str:
    """Return a text that ends with advice and the option of the command line that follows it.

    known : the options that the command has; None for any. Advice that names others is left.
    """
    named = re.findall(r"--[a-z][\w-]*", option)
    is_known = known is None or all(word in known for word in named)
    return f"{text.removesuffix('.')} ({option})." if option and is_known else text
