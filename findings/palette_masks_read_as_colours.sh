#!/bin/sh
# imageio 2.37 (v3) and opencv-python 5.0.0.93 read a palette PNG as colours: the object ids of a mask
# of DAVIS or YouTube-VOS are lost, also with IMREAD_UNCHANGED, where "unchanged" is not the stored
# value. Only Pillow, or imageio with mode="P", returns the ids.
# What to do: read masks with Pillow, and check that the mode is P, L or 1.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet pillow==13.0.0 numpy==2.4.6 imageio==2.37.0 \
    opencv-python-headless==5.0.0.93
"$work/env/bin/python" - "$work" <<'PY'
import sys
from pathlib import Path

import cv2
import imageio.v3 as iio
import numpy as np
from PIL import Image

path = Path(sys.argv[1], "mask.png")
mask = Image.fromarray(np.array([[0, 1, 2, 254]], np.uint8))
colours = np.arange(768) % 251
mask.putpalette(colours.astype(int).tolist())
mask.save(path)
ways = {
    "Pillow": np.array(Image.open(path)),
    "imageio.v3.imread": iio.imread(path),
    'imageio.v3.imread(mode="P")': iio.imread(path, mode="P"),
    "cv2.imread(IMREAD_UNCHANGED)": cv2.imread(str(path), cv2.IMREAD_UNCHANGED),
    "cv2.imread(IMREAD_GRAYSCALE)": cv2.imread(str(path), cv2.IMREAD_GRAYSCALE),
}
for way, image in ways.items():
    print(f"{way}: shape {image.shape}, first row {image[0].tolist()}")
ids = [0, 1, 2, 254]
assert ways["Pillow"][0].tolist() == ways['imageio.v3.imread(mode="P")'][0].tolist() == ids
assert ways["imageio.v3.imread"].shape == ways["cv2.imread(IMREAD_UNCHANGED)"].shape == (1, 4, 3)
assert ways["cv2.imread(IMREAD_GRAYSCALE)"][0].tolist() != ids
PY
