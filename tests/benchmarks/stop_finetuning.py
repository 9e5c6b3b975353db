"""How long fine-tuning goes on after it was asked to stop, in the middle of its steps.

python -m tests.benchmarks.stop_finetuning
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time

import numpy as np

from vosgui import paths
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Snapshot
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.progress import Progress
from vosgui.engine.models.device import use_threads
from vosgui.engine.online.finetune import finetune
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.media.open_clip import open_clip


class Stop(Exception):  # noqa: N818 - not an error
    """What the person has asked for."""


class Ear(Progress):
    """Hears of the first step, and raises once it is to stop."""

    def __init__(self) -> None:
        self.is_at_work, self.is_to_stop = threading.Event(), threading.Event()

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        if text.startswith("Step"):
            self.is_at_work.set()
        if self.is_to_stop.is_set():
            raise Stop


def main() -> int:
    """Stop it at random moments, and print how long it went on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=6)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    use_threads(asked.threads)
    rng = random.Random(1)
    propagator = load_propagator("s2s-lite", "cpu")
    assert isinstance(propagator, NetworkPropagator)
    (folder,) = (paths.resources() / "demo/JPEGImages").iterdir()
    clip = open_clip(folder)
    history = History(Annotation(clip.info.hw, len(clip)))
    mask = np.zeros(clip.info.hw, np.uint8)
    mask[100:200, 100:220] = 1
    history.do("Add", edits.set_object(history.annotation, edits.new_object(1)))
    history.do("Give", edits.give_mask(history.annotation, 0, mask, [1]))
    snapshot = history.annotation.snapshot()
    went_on = sorted(
        _stopped(propagator, clip, snapshot, rng.uniform(0.5, 3)) for _ in range(asked.times)
    )
    print(f"mean {np.mean(went_on):.2f} s, most {went_on[-1]:.2f} s of {asked.times}")
    return 0


def _stopped(
    propagator: NetworkPropagator, clip: Clip, snapshot: Snapshot, after_s: float
) -> float:
    """Return how many seconds it went on when it was stopped so long after its first step."""
    ear = Ear()

    def learn() -> None:
        try:
            finetune(propagator, clip, snapshot, frozenset({1}), seconds=60, progress=ear)
        except Stop:
            return

    thread = threading.Thread(target=learn)
    thread.start()
    ear.is_at_work.wait()
    time.sleep(after_s)
    asked = time.perf_counter()
    ear.is_to_stop.set()
    thread.join()
    return time.perf_counter() - asked


if __name__ == "__main__":
    sys.exit(main())
