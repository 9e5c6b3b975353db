"""What a frame of a whole run costs, beside another commit's: processor time, in turns.

    python -m tests.benchmarks.runs_beside --commit c56f0ac --data DATA
    python -m tests.benchmarks.runs_beside --commit HEAD --dtype int8 --only tennis

Reading, network, confidence, object presence, aggregation and writing of PNGs, of clips of 854x480
unless they are smaller: one disk and seven of them, and with --data (davis-480p and clips/ of the
development clips) tennis, one object, and schoolgirls, seven. Each program runs in a process of its
own, which stays. What is printed is the least of some rounds, milliseconds a frame, of all threads
together, and before it what the first run took: convolutions are compiled for each size they meet.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks.beside import ROOT
from tests.benchmarks.commands_beside import worktree
from tests.benchmarks.test_propagation_speed import discs
from tests.media.video_factory import write_video
from vosgui.media.palette import write_mask

HW, N_FRAMES = (480, 854), 48
OWN, ELSEWHERE = ("one disk", "seven disks"), ("tennis", "schoolgirls")
# Runs in either program, so it takes what both have. For each line it hears it answers one.
_PLAYER = """
import shutil, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.to_folder import ClipRun, PropagationRequest, give_masks, new_history
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import read_mask
propagator = load_propagator("auto", "cpu")
print(propagator.device, flush=True)
out = Path(sys.argv[2])
for line in sys.stdin:
    path, first, n = line.rstrip("\\n").split("\\t")
    out.mkdir()
    with open_clip(Path(path)) as clip:
        history = new_history(clip.info)
        give_masks(history, GivenMasks({0: read_mask(Path(first))}))
        run = ClipRun(clip, history, PropagationRequest(stop=int(n)), propagator)
        begun = time.process_time()
        run.carry_out(out)
        print((time.process_time() - begun) / (int(n) - 1), flush=True)
    shutil.rmtree(out)
"""


class Player:
    """A program, as it is in a tree of its source, in a process of its own; closed by `with`."""

    def __init__(self, tree: Path, out: Path, dtype: str | None) -> None:
        told = {} if dtype is None else {"VOSGUI_DTYPE": dtype}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PLAYER, str(tree), str(out)],
            cwd=tree,
            env={**os.environ, **told},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.device = self._line()

    def seconds(self, clip: Path, first: Path, n: int) -> float:
        """Return what a frame costs of a run through the first n frames of a clip."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{clip}\t{first}\t{n}\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("The run ended early; see above.")
        return line.rstrip("\n")

    def __enter__(self) -> Player:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commit", required=True, help="what git calls the other one")
    parser.add_argument("--data", type=Path, help="folder of the development clips")
    parser.add_argument("--dtype", help="number type of the program here")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=N_FRAMES)
    parser.add_argument("--only", nargs="+", choices=[*OWN, *ELSEWHERE])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        place = Path(name)
        clips = _clips(place, asked.data, asked.only, asked.frames)
        trees = {asked.commit: stack.enter_context(worktree(asked.commit, place)), "here": ROOT}
        players = {
            one: stack.enter_context(
                Player(tree, place / f"out of {one}", asked.dtype if one == "here" else None)
            )
            for one, tree in trees.items()
        }
        print(*(f"{one}: {player.device}" for one, player in players.items()), sep="\n")
        for title, (clip, first, n) in clips.items():
            found: dict[str, list[float]] = {one: [] for one in players}
            for _ in range(1 + asked.rounds):
                for one, player in players.items():
                    found[one].append(player.seconds(clip, first, n))
            firsts = (1000 * seconds[0] for seconds in found.values())
            best = (1000 * min(seconds[1:]) for seconds in found.values())
            told = (
                f"{was:6.1f} ms, {now:6.1f} ms  x {now / was:.2f}" for was, now in (firsts, best)
            )
            print(f"{title:12}", *told, sep="  ", flush=True)
    return 0


def _clips(
    place: Path, data: Path | None, only: Sequence[str] | None, n: int
) -> dict[str, tuple[Path, Path, int]]:
    """Return clips, their first masks, and through how many of their frames to go, by name."""
    video = write_video(place / "clip.mp4", "h264-mp4", n, hw=HW)
    found = {}
    for title, n_discs in zip(OWN, (1, 7), strict=True):
        write_mask(place / f"{n_discs}.png", discs(n_discs, HW))
        found[title] = video, place / f"{n_discs}.png", n
    for title, tree in zip(ELSEWHERE, ("davis-480p", "clips"), strict=True):
        if data is not None:
            frames = data.resolve() / tree / "JPEGImages" / title
            first = data.resolve() / tree / "Annotations" / title / "00000.png"
            found[title] = frames, first, min(n, len(list(frames.iterdir())))
    return {title: one for title, one in found.items() if only is None or title in only}


if __name__ == "__main__":
    sys.exit(main())
