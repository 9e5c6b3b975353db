#!/bin/sh
# Pillow 13.0.0 chooses the bit depth of a palette PNG from the length of the palette, not from the
# pixels. An id mask of mode P with a palette of 16 colours is written with 4 bits: ids above 15 come
# back as other ids that are in use, and nothing is raised or warned. `bits=8` does not help.
# Evaluation scripts of video object segmentation give palettes of 13 or 16 colours.
# What to do: always give all 256 colours (768 values).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6
"$work/env/bin/python" -W error - "$work" <<'PY'
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ids = np.array([[0, 1, 3, 9, 13, 17, 20]], np.uint8)
grey = [level for level in range(256) for _ in range(3)]
seen = {}
for n_colours in (4, 13, 16, 17, 256):
    mask = Image.fromarray(ids)
    mask.putpalette(grey[: 3 * n_colours])
    path = Path(sys.argv[1], f"{n_colours}.png")
    mask.save(path, bits=8)
    seen[n_colours] = np.array(Image.open(path))[0].tolist()
    print(f"{n_colours:3} colours: {ids[0].tolist()} come back as {seen[n_colours]}")
assert seen[17] == seen[256] == ids[0].tolist()
assert seen[13] == seen[16] == [0, 1, 3, 9, 13, 1, 4], "ids above 15 lose their upper bits"
assert seen[4] == [0, 1, 3, 1, 1, 1, 0], "ids above 3 lose their upper bits"
PY
