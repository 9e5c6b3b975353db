"""What panels are built from."""

from __future__ import annotations

from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QAction

from vosgui.ui.style.panels import action_button


def test_a_button_follows_its_action_and_listens_to_it_once(qapp: object) -> None:
    action = QAction("Verify")
    button = action_button(action)
    heard: list[object] = []
    button.triggered.connect(heard.append)
    n_listeners = action.receivers(SIGNAL("changed()"))
    for n in range(50):
        action.setEnabled(n % 2 == 1)
        assert button.isEnabled() == action.isEnabled()
        action.setText(f"Verify {n}")
        assert button.text() == f"Verify {n}"
    assert action.receivers(SIGNAL("changed()")) == n_listeners
    button.click()
    assert heard == [action]
