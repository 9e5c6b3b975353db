"""How masks are shown and painted, as a person changes it with one key."""

from __future__ import annotations

from vosgui.ui.session.session import Session

OPACITY_STEP = 0.1


class ViewCommands:
    """Changes the session's view."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def change_opacity(self, steps: int) -> None:
        """Make the masks' fill more opaque, or less where steps is negative."""
        opacity = self._session.view.opacity + OPACITY_STEP * steps
        self._session.set_view(opacity=round(min(max(opacity, 0.0), 1.0), 2))

    def toggle(self, name: str) -> None:
        """Turn a switch of `View` over, by its name."""
        self._session.set_view(**{name: not getattr(self._session.view, name)})
