"""Text files that others wrote: UTF-8, with or without a byte order mark."""

from __future__ import annotations

import io
from pathlib import Path

from vosgui.core.words import reason
from vosgui.errors import DatasetError
from vosgui.files.ordinary import open_file


def read_text(path: Path) -> str:
    """Return the text of a file; raise DatasetError where it cannot be read or is not UTF-8."""
    try:
        with io.TextIOWrapper(open_file(path), encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path} is not UTF-8. Save it in that encoding.", file=str(path)
        ) from error
    except OSError as error:
        raise DatasetError(f"Cannot read {path}: {reason(error)}.", file=str(path)) from error
