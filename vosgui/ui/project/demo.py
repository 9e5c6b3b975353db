"""The demo clip, opened with the masks of its first frame."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from vosgui import paths
from vosgui.core import edits
from vosgui.core.annotation import HeaderPatch, Part
from vosgui.core.mask import ids_in
from vosgui.media.palette import read_mask
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session

NAMES = {1: ("koi", "fish"), 2: ("beach ball", "ball")}


class Demo(QObject):
    """Opens the demo clip; what was done to it before is still there."""

    def __init__(self, session: Session, opener: ClipOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._opener = session, opener
        self._folder = paths.resources() / "demo"
        opener.opened.connect(self._on_opened)

    def open(self) -> None:
        """Open the clip."""
        self._opener.open_clip(self._folder / "JPEGImages" / "demo")

    def _on_opened(self) -> None:
        session = self._session
        if not session.is_open or session.annotation.objects:
            return
        if session.info.path == self._folder / "JPEGImages" / "demo":
            session.apply("First masks of the demo", self._first_masks())
            session.select_object(session.annotation.objects[0].id)

    def _first_masks(self) -> Part:
        annotation = self._session.annotation
        path = self._folder / "Annotations" / "demo" / "00000.png"
        mask = read_mask(path, annotation.hw)
        ids = ids_in(mask)
        entries = tuple(edits.new_object(i, *NAMES.get(i, ())) for i in ids)
        header = replace(annotation.header, objects=entries)
        part = edits.give_mask(annotation, 0, mask, ids)
        return replace(part, header=HeaderPatch(annotation.header, header))
