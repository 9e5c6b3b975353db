#!/bin/sh
# OpenCV 4 and 5 keep some 900 bytes of each thread that has called what works in parallel (resize,
# cvtColor, remap), also when the thread has ended: opencv/opencv issues 9745 and 19727.
# What to do: begin few threads, or cv2.setNumThreads(1); OPENCV_FOR_THREADS_NUM=1 does not help.
set -eu
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "opencv-python-headless==4.13.0.92" "numpy==2.4.6"
"$work/venv/bin/python" - <<'PY'
import ctypes
import threading

import cv2
import numpy as np

N = 1000
image = np.zeros((240, 432, 3), np.uint8)


class Heap(ctypes.Structure):
    """What glibc's mallinfo2 returns."""

    _fields_ = [(f"field{n}", ctypes.c_size_t) for n in range(10)]


library = ctypes.CDLL(None)
library.mallinfo2.restype = Heap
library.mallopt(-8, 1)  # M_ARENA_MAX: one heap, so that all of it is counted


def kept() -> float:
    """Return how many bytes each of so many threads leaves."""
    before = library.mallinfo2().field7
    for _ in range(N):
        thread = threading.Thread(target=lambda: cv2.resize(image, (100, 50)))
        thread.start()
        thread.join()
    return (library.mallinfo2().field7 - before) / N


kept()  # what is made once
in_parallel = kept()
cv2.setNumThreads(1)
alone = kept()
print(f"OpenCV {cv2.__version__}: {in_parallel:.0f} bytes of each thread, {alone:.0f} of each alone")
assert in_parallel > 500 > 50 > alone, "this has changed"
PY
