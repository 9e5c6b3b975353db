#!/bin/sh
# Qt 6.11: a QToolButton with a default action connects to its `changed` signal once more after each
# change of the action, and keeps all connections: 144 bytes and a call each, for as long as both live.
# What to do: in actionEvent, disconnect the button from `changed` before QToolButton hears of it.
set -eu
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "PySide6-Essentials==6.11.0"
QT_QPA_PLATFORM=offscreen "$work/venv/bin/python" - <<'PY'
from PySide6.QtCore import SIGNAL
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton

CHANGES = 1000
application = QApplication([])
action, button = QAction("action"), QToolButton()
button.setDefaultAction(action)
for n in range(CHANGES):
    action.setEnabled(n % 2 == 1)
n_listeners = action.receivers(SIGNAL("changed()"))
print(f"{n_listeners} connections to an action that changed {CHANGES} times")
assert n_listeners > CHANGES / 2, "this has changed"
PY
