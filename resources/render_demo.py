"""Render the demo clip: 48 frames of a pond with the exact masks of a koi, a ball and a turtle.

    python resources/render_demo.py [--out DIR]

Everything is drawn by the code in resources/pond from one seed; nothing is read from outside.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import cv2

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # started as a script, this folder is on the path, not the checkout
    sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from resources.pond.scene import Scene

CLIP = "demo"
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 85, cv2.IMWRITE_JPEG_OPTIMIZE, 1]


@lru_cache(maxsize=1)
def scene() -> Scene:
    """Return this process's scene; its textures take about two seconds."""
    from resources.pond.scene import Scene

    cv2.setNumThreads(1)  # the processes share the cores
    return Scene()


def render(out: Path, t: int) -> None:
    """Write the frame and the mask of time `t`."""
    from resources.pond.scene import mask
    from vosgui.files.atomic import atomic_file
    from vosgui.media.palette import write_mask

    bgr = cv2.cvtColor(scene().frame(t), cv2.COLOR_RGB2BGR)
    done, jpeg = cv2.imencode(".jpg", bgr, JPEG)
    assert done, t
    with atomic_file(out / "JPEGImages" / CLIP / f"{t:05d}.jpg") as file:
        file.write(jpeg.tobytes())
    write_mask(out / "Annotations" / CLIP / f"{t:05d}.png", mask(t))


def main() -> None:
    """Render all frames, on all cores."""
    from resources.pond.view import N_FRAMES

    parser = argparse.ArgumentParser(description="Render the demo clip and its exact masks.")
    parser.add_argument("--out", type=Path, default=ROOT / "resources" / "demo", metavar="DIR")
    out = parser.parse_args().out
    for kind in ("JPEGImages", "Annotations"):
        (out / kind / CLIP).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(render, out, t) for t in range(N_FRAMES)]
        for k, job in enumerate(jobs):
            job.result()
            print(f"\r{k + 1} / {N_FRAMES}", end="", flush=True)
    print(f"\n{out}")


if __name__ == "__main__":
    main()
