"""How frames and masks are shown is kept over restarts, but for their light."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import ViewSettings

_OF_VIEW = ("onion", "beside", "magnifier", "magnification")
_OF_SKIN = ("before", "after", "fills", "strength")


class KeptView(QObject):
    """Gives a session the view that the settings hold, and lets them follow it."""

    def __init__(self, session: Session, settings: ViewSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._settings = session, settings
        skin = {name: getattr(settings, name) for name in _OF_SKIN}
        view = {name: getattr(settings, name) for name in _OF_VIEW}
        session.set_view(**view, onion_skin=replace(session.view.onion_skin, **skin))
        session.view_changed.connect(self._keep)

    def _keep(self) -> None:
        view = self._session.view
        for names, one in ((_OF_VIEW, view), (_OF_SKIN, view.onion_skin)):
            for name in names:
                setattr(self._settings, name, getattr(one, name))
