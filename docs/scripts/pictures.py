"""Take the pictures of the guide, of the real window at the main job.

python -m docs.scripts.pictures [FOLDER]
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QPixmap

from docs.scripts.prepare_pictures import prepare_view
from docs.scripts.stage import CORRECTED, START, Stage, as_image, open_stage, settle, wait_for

PICTURES = Path(__file__).resolve().parents[1] / "pictures"
N_COLOURS = 256
HIDDEN = 31  # where the turtle is wholly under the pad


def main_job(stage: Stage) -> Iterator[str]:
    """Do the main job; yield the name of each picture when the window shows it."""
    window = stage.window
    stage.go_to(START)
    stage.draw_all()
    yield "first-masks"
    stage.run("Ctrl+F")
    stage.go_to(24)
    yield "propagated"
    wait_for(window.session.frame_loaded, lambda: stage.press("N"))
    settle()
    yield "needs-review"
    stage.go_to(HIDDEN)
    stage.press("A")
    stage.go_to(CORRECTED)
    stage.draw(window.session.object_id)
    stage.press("I")
    settle()
    yield "corrected"
    wait_for(window.runs.ended, lambda: stage.click(window.message.button))
    stage.press("Ctrl+E")
    settle()
    yield "export"


def many_clips(stage: Stage) -> Iterator[str]:
    """Work in a project of three clips."""
    stage.go_to(START)
    stage.draw_all()
    stage.run("F")
    stage.go_to(25)
    yield "many-clips"


def save(shown: QPixmap, path: Path) -> None:
    """Write a picture as PNG of few colours: a quarter of the size, and text stays sharp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = as_image(shown).quantize(N_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    print(f"{path}: {path.stat().st_size >> 10} kB")


def main(folder: Path = PICTURES) -> None:
    """Take all pictures."""
    with open_stage("light") as stage:
        for name in main_job(stage):
            save(stage.picture(), folder / f"{name}.png")
    with open_stage("dark", clips=("pond", "pond-at-noon", "pond-in-rain")) as stage:
        for name in many_clips(stage):
            save(stage.picture(), folder / f"{name}.png")
    prepare_pictures(folder)


def prepare_pictures(folder: Path = PICTURES) -> None:
    """Take those of the Prepare view, in a home of its own: paths are shown from there."""
    with open_stage("dark") as stage, tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        (videos := Path(home) / "videos").mkdir()
        for name, shown in prepare_view(stage, videos):
            save(shown, folder / f"{name}.png")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
