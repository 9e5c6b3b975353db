"""A folder of clips is prepared in one window at a time: the last to decide would win otherwise."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from vosgui.errors import TargetError

_NAME = ".prepare.lock"


class FolderLock:
    """Keeps other windows and processes out of a folder; of a process that died nothing is left."""

    def __init__(self) -> None:
        self._held: tuple[Path, QLockFile] | None = None

    def take(self, folder: Path) -> None:
        """Take a folder instead of the one before; one that is not there yet can be taken later.

        Raises TargetError where another window has it.
        """
        if (self._held is not None and self._held[0] == folder) or not folder.is_dir():
            return
        lock = QLockFile(str(folder / _NAME))
        lock.setStaleLockTime(0)  # however long it is open
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            process, machine, _ = lock.getLockInfo()
            raise TargetError(
                f"The clips of {folder} are being prepared in another window (process {process} on "
                f"{machine}). Close it there first, or choose another folder. Where no such window "
                f"is, remove {folder / _NAME}."
            )
        self.release()
        self._held = folder, lock  # of a folder that is read-only nothing is held, nor written

    def release(self) -> None:
        """Let others have the folder."""
        if self._held is not None:
            self._held[1].unlock()
            self._held = None
