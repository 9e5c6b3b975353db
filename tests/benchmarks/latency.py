"""From the mouse to the pixel, with a run in the background and without.

    python -m tests.benchmarks.latency                  all of it, some five minutes
    python -m tests.benchmarks.latency --sizes 4K --tools brush --rounds 6

The real window on a video, offscreen, with the model that ships. Each movement or click is due at a
time; what is measured is from then until its pixels are painted, so that whatever holds the window
up counts. Stretches with a run and without take turns. Beside it: undo of a run of 1,000 frames, a
project of 3,000 clips, and the processor's time of a window at rest. Ratios are to be compared, on
a machine where nothing else is at work.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import av
import numpy as np
from PySide6.QtWidgets import QApplication

from docs.scripts.stage import wait_for
from tests.benchmarks.hands import HANDS, Hand, rest
from tests.benchmarks.large_project import open_many_clips, undo_long_run
from tests.media.video_factory import numbered_frame
from vosgui.core import edits
from vosgui.core.raster import segment
from vosgui.ui.heap import share_heap
from vosgui.ui.main_window import MainWindow
from vosgui.ui.priority import put_window_first
from vosgui.ui.session.settings import Settings

SIZES = {"1080p": (1080, 1920), "4K": (2160, 3840)}
N_FRAMES, N_OBJECTS, IDLE_S = 120, 3, 10.0
PATIENCE_MS = 120_000


@dataclass
class Times:
    """Seconds from the mouse to the pixel, without a run and with one."""

    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Return p50, p95 and the most of both in milliseconds, and the ratio of p95."""
        words, p95 = [], []
        for times in (self.alone, self.beside):
            ms = 1000 * np.array(times)
            p95.append(float(np.percentile(ms, 95)))
            words.append(f"{np.median(ms):6.1f} {p95[-1]:6.1f} {ms.max():6.1f}")
        return f"{'  | '.join(words)}  | {p95[1] / p95[0]:5.2f}  {len(self.beside):5}"


def write_clip(path: Path, hw: tuple[int, int]) -> Path:
    """Write a video of textured frames that move."""
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "30"}
        stream: Any = container.add_stream("libx264", rate=25, options=options)
        stream.height, stream.width, stream.pix_fmt = *hw, "yuv420p"
        for t in range(N_FRAMES):
            frame = av.VideoFrame.from_ndarray(numbered_frame(t, hw), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class Desk:
    """The window on a clip: objects that a run carries, and one that is painted meanwhile."""

    def __init__(self, clip: Path, model: str) -> None:
        settings = Settings()
        settings.run.model, settings.run.device = model, "cpu"
        settings.first_tool = "brush"
        self.window = MainWindow(settings)
        self.window.resize(1920, 1080)
        self.window.show()
        session = self.window.session
        wait_for(session.frame_loaded, lambda: self.window.opener.open_path(clip))
        height, width = session.annotation.hw
        for n in range(1, N_OBJECTS + 2):
            entry = edits.new_object(n)
            session.apply("Add", edits.set_object(session.annotation, entry))
            at = width * n / (N_OBJECTS + 2), height / 2
            box, disc = segment(at, at, height / 5, (height, width))
            after = np.where(disc, n, session.annotation.mask(0)[box.slices]).astype(np.uint8)
            session.apply("Brush", edits.paint(session.annotation, 0, n, box, after))
        session.select_object(N_OBJECTS + 1)
        self.window.actions_["tick_object"].trigger()  # the last one is left out of the runs
        wait_for(session.frame_loaded, lambda: session.go_to(N_FRAMES - 1))

    def begin_run(self) -> None:
        """See to it that a run is at work, and has been for some frames."""
        runs = self.window.runs
        if runs.is_running:
            return
        at = self.window.session.t
        self.window.session.go_to(0)
        self.window.actions_["run_forward"].trigger()
        assert runs.is_running
        wait_for(self.window.session.frame_loaded, lambda: self.window.session.go_to(at))
        seen: list[object] = []
        runs.yielded.connect(seen.append)
        while len(seen) < 3:
            rest(0.05)
        runs.yielded.disconnect(seen.append)

    def end_run(self) -> None:
        """Stop the run, and let the window come to rest."""
        if self.window.runs.is_running:
            wait_for(self.window.runs.ended, self.window.runs.stop)
        rest(0.3)


def measure(desk: Desk, hand: Hand, rounds: int) -> Times:
    """Let a hand work, a stretch without a run and one with it in turns; the first warms up."""
    times = Times()
    desk.window.tools.select(hand.tool)
    for n in range(rounds + 1):
        for is_beside in (False, True):
            if is_beside:
                desk.begin_run()
            else:
                desk.end_run()
            hand.settle(desk.window)
            found = list(stretch(desk, hand, is_beside))
            if n:
                (times.beside if is_beside else times.alone).extend(found)
    desk.end_run()
    return times


def stretch(desk: Desk, hand: Hand, is_beside: bool) -> Iterator[float]:
    """Yield the seconds of each step of a stretch."""
    hand.begin(desk.window)
    for n in range(hand.n_steps):
        due = rest(hand.period_s)
        hand.step(desk.window, n)
        took = time.perf_counter() - due
        if not is_beside or desk.window.runs.is_running:  # a run may have come to its end
            yield took
    hand.end(desk.window)


def idle_share(desk: Desk) -> float:
    """Return the processor's time of a window at rest, in seconds per second."""
    desk.end_run()
    desk.window.tools.select("brush")
    rest(2.0)
    before = time.process_time(), time.perf_counter()
    rest(IDLE_S)
    return (time.process_time() - before[0]) / (time.perf_counter() - before[1])


def main(words: Sequence[str]) -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=list(SIZES))
    parser.add_argument("--tools", nargs="*", choices=HANDS, default=list(HANDS))
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--model", default="", help="flow, or a model; the default's otherwise")
    parser.add_argument("--clips", type=int, default=3000, help="of the project that is opened")
    parser.add_argument("--frames", type=int, default=1000, help="of the run that is undone")
    chosen = parser.parse_args(words)
    share_heap()
    put_window_first()
    gc.freeze()
    _application = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for one in ("DATA", "CONFIG", "CACHE"):
            os.environ[f"XDG_{one}_HOME"] = str(folder / "home" / one.lower())
        print("milliseconds        alone: p50    p95    max  | with a run            | p95's ratio")
        for size in chosen.sizes:
            desk = Desk(write_clip(folder / f"{size}.mp4", SIZES[size]), chosen.model)
            for tool in chosen.tools:
                print(f"{size:6} {tool:14}", measure(desk, HANDS[tool](), chosen.rounds).row())
                sys.stdout.flush()
            print(f"{size:6} at rest: {100 * idle_share(desk):.2f} % of a core")
            desk.window.close()
        if chosen.frames:
            undo, redo = undo_long_run(folder, chosen.frames)
            print(f"a run of {chosen.frames} frames: undone in {undo:.3f} s, again in {redo:.3f} s")
        if chosen.clips:
            print(f"{chosen.clips} clips: opened in {open_many_clips(folder, chosen.clips):.3f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
