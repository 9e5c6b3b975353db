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


def unlocked_here(session: Session) -> ObjectInfo | None:
    """Return the current object, likewise, unless it is locked in the frame shown."""
    entry = unlocked_object(session)
    if entry is not None and entry.is_locked_in(session.t):
        session.said.emit(f"{entry.name} is locked in this frame: Object > Unlock masks in range.")
        return None
    return entry


def wholly_unlocked(session: Session) -> ObjectInfo | None:
    """Return the current object, likewise, unless it is locked in any frame."""
    entry = unlocked_object(session)
    if entry is not None and entry.locked_frames:
        names = session.info.frame_names
        first, stop = entry.locked_frames[0]
        where = f"frames {names[first]} to {names[stop - 1]}"
        session.said.emit(f"{entry.name} is locked in {where}: unlock its masks there first.")
        return None
    return entry
