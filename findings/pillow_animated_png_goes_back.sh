#!/bin/sh
# Pillow 13.0.0 (and 11.3 to 12.1): in an animated PNG, seek() to an earlier picture raises SyntaxError
# "APNG contains frame sequence errors" once a picture in the middle was loaded, as if the file were
# damaged. It is not: read in order, or gone back in from the last picture, every picture is there.
# Whoever goes over such a file in both ways, or draws frames at random, takes good files for broken.
# What to do: open the file anew before going back.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet pillow==13.0.0
"$work/env/bin/python" - "$work" <<'PY'
import sys
from pathlib import Path

from PIL import Image

path = Path(sys.argv[1], "five.png")
pictures = [Image.new("RGB", (60, 40), (50 * t, 0, 0)) for t in range(5)]
pictures[0].save(path, save_all=True, append_images=pictures[1:])


def read(order: tuple[int, ...]) -> str:
    with Image.open(path) as image:
        for t in order:
            try:
                image.seek(t)
                red, *_ = image.convert("RGB").getpixel((0, 0))
            except SyntaxError as error:
                return f"at {t} SyntaxError: {error}"
            assert red == 50 * t
    return "as written"


seen = {}
for order in ((0, 1, 2, 3, 4), (4, 2), (4, 0, 1), (3, 1), (1, 0, 1)):
    seen[order] = read(order)
    print(f"pictures {order}: {seen[order]}")
fails = {order for order, how in seen.items() if how != "as written"}
assert fails == {(3, 1), (1, 0, 1)}
PY
