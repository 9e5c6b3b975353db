"""Which tool is in hand for an object that has no mask yet."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject

from vosgui.core.track import Source
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.tools.toolbox import ToolBox


class FirstTool(QObject):
    """Takes the tool for first masks in hand whenever an object without a mask becomes current.

    That is the one for clicks, until a person takes another one for such an object: then it is
    that one, also after a restart.
    """

    def __init__(
        self, session: Session, tools: ToolBox, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._tools, self._settings = session, tools, settings
        self._is_choosing = False
        session.clip_changed.connect(self._choose)
        session.object_changed.connect(self._choose)
        tools.changed.connect(self._learn)

    def _choose(self) -> None:
        first = self._settings.first_tool
        if self._session.is_open and self._is_without_mask() and first in self._tools.tools:
            self._is_choosing = True
            self._tools.select(first)
            self._is_choosing = False

    def _learn(self) -> None:
        tool = self._tools.current
        is_chosen = tool.makes_masks and not self._is_choosing
        if is_chosen and self._session.is_open and self._is_without_mask():
            self._settings.first_tool = tool.name

    def _is_without_mask(self) -> bool:
        """Return whether the current object, or the first one to come, has no mask in any frame."""
        entry, annotation = self._session.current_object, self._session.annotation
        if entry is None:
            return not annotation.objects
        sources = annotation.track(entry.id)["source"]
        return bool(np.isin(sources, (Source.NONE, Source.ABSENT)).all())
