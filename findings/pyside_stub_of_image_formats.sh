#!/bin/sh
# PySide6 6.11.3: the stubs say that QImage.save and QImage.load take the format as bytes, and so does
# the message of the error; when it runs, bytes are refused with a ValueError and only text is taken.
# Code that a type checker passes fails, and code that works is called wrong.
# What to do: give text, and let the type checker pass over that line; or leave the format to the
# file's name.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet PySide6-Essentials==6.11.3
QT_QPA_PLATFORM=offscreen "$work/env/bin/python" - "$work" <<'PY'
import ast
import sys
from pathlib import Path

import PySide6
from PySide6.QtGui import QImage

stub = ast.parse((Path(PySide6.__file__).parent / "QtGui.pyi").read_text("utf-8"))
(image,) = (one for one in stub.body if isinstance(one, ast.ClassDef) and one.name == "QImage")
saves = (one for one in image.body if isinstance(one, ast.FunctionDef) and one.name == "save")
said = {ast.unparse(one.args.args[-2].annotation) for one in saves}
print("the stub's format:", said)
path = str(Path(sys.argv[1], "image.png"))
picture = QImage(4, 4, QImage.Format.Format_RGB32)
picture.fill(0)
seen = {}
for kind in ("PNG", b"PNG"):
    try:
        seen[kind] = str(picture.save(path, kind))
    except ValueError as error:
        seen[kind] = f"ValueError: {error}"
    print(f"save(path, {kind!r}): {seen[kind]}")
assert said == {"bytes | bytearray | memoryview | None"}
assert seen["PNG"] == "True"
assert seen[b"PNG"].startswith("ValueError") and "format: bytes" in seen[b"PNG"]
PY
