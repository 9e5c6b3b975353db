"""Folders to write to."""

from __future__ import annotations

from pathlib import Path

from vosgui.errors import TargetError


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; TargetError where that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TargetError(f"Cannot make {folder}: {reason}. Choose another folder.") from error
