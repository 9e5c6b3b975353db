"""The object that an edit may change."""

from __future__ import annotations

from vosgui.core.annotation import ObjectInfo
from vosgui.ui.session.session import Session


def unlocked_object(session: Session) -> ObjectInfo | None:
    """Return the current object; None where there is none, or it is locked, which is said."""
    entry = session.current_object
    if entry is not None and entry.locked:
        session.said.emit(f"{entry.name} is locked. Unlock it with Shift+L.")
        return None
    return entry
