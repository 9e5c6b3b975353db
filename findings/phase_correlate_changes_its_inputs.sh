#!/bin/sh
# opencv-python 5.0.0.93: cv2.phaseCorrelate with a window multiplies its two input arrays by that
# window in place, where their size is one that its Fourier transform likes (128x72), and leaves them
# alone where it is not (127x71). Who keeps a frame to compare the next one with compares against a
# picture with dark corners: every difference between frames is wrong, and no error is raised.
# What to do: hand it copies.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/env"
"$work/env/bin/pip" install --quiet numpy==2.4.6 opencv-python-headless==5.0.0.93
"$work/env/bin/python" - <<'PY'
import cv2
import numpy as np


def changed(width: int, height: int, window: bool) -> bool:
    before = np.random.default_rng(0).random((height, width), dtype=np.float32)
    now = np.roll(before, 2, axis=1)
    kept = before.copy()
    hanning = cv2.createHanningWindow((width, height), cv2.CV_32F) if window else None
    cv2.phaseCorrelate(before, now, hanning)
    return not np.array_equal(before, kept)


print("OpenCV", cv2.__version__)
seen = {}
for size in ((128, 72), (127, 71)):
    for window in (True, False):
        seen[size, window] = changed(*size, window)
        print(f"{size[0]}x{size[1]}, window {window}: input changed {seen[size, window]}")
assert seen == {
    ((128, 72), True): True,
    ((128, 72), False): False,
    ((127, 71), True): False,
    ((127, 71), False): False,
}
PY
