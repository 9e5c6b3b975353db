"""Masks copied, cut and pasted between frames and clips."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from PySide6.QtCore import QObject

from vosgui.core import edits
from vosgui.core.annotation import HeaderPatch, ObjectInfo
from vosgui.core.mask import Pixels
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import unlocked_here


@dataclass(frozen=True)
class CopiedMask:
    """The mask of an object in one frame, bool (H, W), and what is known of the object."""

    pixels: Pixels
    entry: ObjectInfo


class MaskClipboard(QObject):
    """Keeps one mask, also while another clip is opened."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._copied: CopiedMask | None = None

    def copy(self) -> bool:
        """Keep the current object's mask in this frame; return whether there is one."""
        session, entry = self._session, self._session.current_object
        assert entry is not None
        pixels = session.annotation.mask(session.t) == entry.id
        if not pixels.any():
            session.said.emit(f"{entry.name} has no mask in this frame to copy.")
            return False
        self._copied = CopiedMask(pixels, entry)
        session.said.emit(f"The mask of {entry.name} is copied: Ctrl+V pastes it in any frame.")
        return True

    def cut(self) -> None:
        """Keep the current object's mask in this frame, and delete it there."""
        session, entry = self._session, unlocked_here(self._session)
        if entry is not None and self.copy():
            part = edits.clear_object(session.annotation, entry.id, [session.t])
            session.apply(f"Cut {entry.name}", part)

    def paste(self) -> None:
        """Give the mask to the current object in this frame, over background only.

        A clip without an object gets one like that which the mask was of. A mask of a frame of
        another size is scaled.
        """
        session, copied = self._session, self._copied
        annotation = session.annotation
        if copied is None:
            session.said.emit("No mask was copied yet: Ctrl+C copies the object's.")
            return
        entry, is_new = session.current_object, False
        if entry is None:
            if annotation.objects:
                session.said.emit("Choose an object first.")
                return
            entry, is_new = _like(copied.entry), True
        if not is_new and unlocked_here(session) is None:
            return
        part = edits.put_mask(annotation, session.t, entry.id, _scaled(copied, annotation.hw))
        if part and is_new:
            header = annotation.header
            part = replace(part, header=HeaderPatch(header, header.with_object(entry)))
        if not session.apply(f"Paste {entry.name}", part):
            session.said.emit(
                "Nothing is changed: other objects have these pixels, or it has them."
            )
        elif is_new:
            session.select_object(entry.id)


def _like(entry: ObjectInfo) -> ObjectInfo:
    return edits.new_object(1, "" if entry.name == f"object {entry.id}" else entry.name,
                            entry.category)  # fmt: skip


def _scaled(copied: CopiedMask, hw: tuple[int, int]) -> Pixels:
    if copied.pixels.shape == hw:
        return copied.pixels
    size = hw[1], hw[0]
    scaled = cv2.resize(copied.pixels.view(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    return np.asarray(scaled, bool)
