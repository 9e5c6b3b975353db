#!/bin/sh
# PySide6 6.12.0 on Python 3.11 and before: each call into Qt that returns nothing takes a reference of
# None that it does not own, so its count sinks by one a call, for the whole process. Python 3.12 and
# later, whose None never dies, do not show it; 6.11 does not have it.
# What to do: use PySide6 before 6.12 with Python 3.10 and 3.11.
set -eu
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info >= (3, 12))' || {
    echo "Needs Python 3.11 or older; name one in PYTHON." >&2
    exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for version in 6.11.0 6.12.0; do
    "$python" -m venv "$work/$version"
    "$work/$version/bin/pip" install --quiet "PySide6-Essentials==$version"
    "$work/$version/bin/python" - "$version" <<'PY'
import sys

from PySide6.QtCore import QObject

CALLS = 100
thing = QObject()
before = sys.getrefcount(None)
for _ in range(CALLS):
    thing.setObjectName("thing")
lost = before - sys.getrefcount(None)
print(f"PySide6 {sys.argv[1]}: {lost} references of None lost in {CALLS} calls")
assert (lost > CALLS / 2) == (sys.argv[1] == "6.12.0"), "this has changed"
PY
done
