"""How much memory a run takes, by the length of its clip: side by side, each in a process.

    python -m tests.benchmarks.run_memory
    python -m tests.benchmarks.run_memory --frames 300 3000 --in command

It prints the peak of each process (VmHWM, as Linux tells it) and how much it is beside the first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.media.palette import write_mask
from vosgui.media.video_writer import write_mp4

HW = (240, 432)
PATIENCE_MS = 3_600_000


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, nargs="+", default=[300, 10_000])
    parser.add_argument("--objects", type=int, default=5)
    parser.add_argument("--model", default="flow")
    parser.add_argument("--in", dest="places", nargs="+", default=["command", "project", "window"])
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        place, folder, model = asked.one
        PLACES[place](Path(folder), model)
        print(f"peak {peak_bytes()}")
        return 0
    print(f"{asked.model}, {asked.objects} objects, {HW[1]}x{HW[0]}")
    first: dict[str, int] = {}
    for n_frames in asked.frames:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_clip(folder, n_frames, asked.objects)
            for place in asked.places:
                peak = measured(place, folder, asked.model)
                first.setdefault(place, peak)
                times = peak / first[place]
                print(f"{place:8} {n_frames:6} frames {peak / 1e6:6.0f} MB  x {times:.2f}")
                sys.stdout.flush()
    return 0


def measured(place: str, folder: Path, model: str) -> int:
    """Return the peak of a process that does the run, in bytes."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        **{f"XDG_{one}_HOME": str(folder / "home") for one in ("DATA", "CONFIG", "CACHE")},
    }
    command = [sys.executable, "-m", __spec__.name, "--one", place, str(folder), model]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.split()[-1])


def peak_bytes() -> int:
    """Return the most that this process has held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise OSError("The system does not tell a process's peak.")


def make_clip(folder: Path, n_frames: int, n_objects: int) -> None:
    """Write clip.mp4, and first.png with the masks of its first frame."""
    at = positions(0, n_objects)
    mask = np.zeros(HW, np.uint8)
    for i, (x, y) in enumerate(at, 1):
        cv2.circle(mask, (x, y), 18, i, -1)
    write_mask(folder / "first.png", mask)
    write_mp4(folder / "clip.mp4", pictures(n_frames, n_objects), 25)


def pictures(n_frames: int, n_objects: int) -> Iterator[npt.NDArray[np.uint8]]:
    """Yield frames, uint8 (H, W, 3): balls that go to and fro over a still meadow."""
    rng = np.random.default_rng(0)
    rough = rng.integers(60, 180, (HW[0] // 4, HW[1] // 4, 3), np.uint8)
    meadow = cv2.resize(rough, HW[::-1], interpolation=cv2.INTER_CUBIC)
    for t in range(n_frames):
        picture = meadow.copy()
        for i, at in enumerate(positions(t, n_objects)):
            colour = (250 - 40 * i, 40 * i, 120)
            cv2.circle(picture, at, 18, colour, -1)
            cv2.circle(picture, at, 9, colour[::-1], -1)
        yield picture


def positions(t: int, n_objects: int) -> list[tuple[int, int]]:
    """Return (x, y) of each ball in frame t."""
    x = round(HW[1] / 2 + 150 * np.sin(t / 60))
    return [(x, round((i + 0.5) * HW[0] / n_objects)) for i in range(n_objects)]


# -- in the process that is measured -----------------------------------------------------------


def run_command(folder: Path, model: str, *more: str) -> None:
    """Do the run as the command line does."""
    from vosgui.cli.main import main as vosgui

    words = ["propagate", str(folder / "clip.mp4"), "--masks", str(folder / "first.png")]
    out = folder / f"masks{len(more)}"
    assert vosgui([*words, "--out", str(out), "--model", model, "--quiet", *more]) == 0


def run_project(folder: Path, model: str) -> None:
    """Do it with a project, which keeps each frame as it comes."""
    run_command(folder, model, "--project", str(folder / "one.vosgui"))


def run_window(folder: Path, model: str) -> None:
    """Do it in the window."""
    from PySide6.QtWidgets import QApplication

    from docs.scripts.stage import wait_for
    from vosgui.core import edits
    from vosgui.media.palette import read_mask
    from vosgui.ui.main_window import MainWindow
    from vosgui.ui.session.settings import Settings

    application = QApplication([])
    settings = Settings()
    settings.run.model = model
    window = MainWindow(settings)
    window.show()
    session = window.session
    wait_for(session.frame_loaded, lambda: window.opener.open_path(folder / "clip.mp4"))
    mask = read_mask(folder / "first.png")
    ids = sorted(set(mask.flat) - {0})
    for object_id in ids:
        part = edits.set_object(session.annotation, edits.new_object(int(object_id)))
        session.apply("Add", part)
    session.apply("Give", edits.give_mask(session.annotation, 0, mask, map(int, ids)))
    wait_for(window.runs.ended, lambda: window.runs.start("forward"), patience_ms=PATIENCE_MS)
    assert session.annotation.ids(session.info.n_frames - 1), "the run was cut short"
    window.close()
    application.processEvents()


PLACES = {"command": run_command, "project": run_project, "window": run_window}

if __name__ == "__main__":
    sys.exit(main())
