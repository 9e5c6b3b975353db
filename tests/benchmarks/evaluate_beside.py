"""How long `evaluate` takes beside vos-benchmark, and beside Pillow reading the masks alone.

    make interop   # the environment that has vos-benchmark
    python -m tests.benchmarks.evaluate_beside
    python -m tests.benchmarks.evaluate_beside --clips 5 --python .venv-interop/bin/python

Twenty clips of 60 masks of 854x480, with three blobs each, as truth and as predictions. Each runs
in one process; what is printed is processor time, the least of some rounds in which all take turns.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from tests.benchmarks.beside import ROOT, called, least_of_each, vosgui
from tests.benchmarks.test_metrics_speed import N_FRAMES, blob_frame
from vosgui.media.palette import write_mask

_PEER = (
    "import sys; from vos_benchmark.benchmark import benchmark; "
    "benchmark([sys.argv[1]], [sys.argv[2]], strict=False, num_processes=1, verbose=False, "
    "skip_first_and_last=False)"
)
_DECODE = (
    "import sys; from pathlib import Path; import numpy as np; from PIL import Image; "
    "[np.array(Image.open(f)) for d in sys.argv[1:] for f in sorted(Path(d).glob('*/*.png'))]"
)


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=".venv-interop/bin/python", help="has vos-benchmark")
    asked = parser.parse_args()
    peer = str(ROOT / asked.python)
    with tempfile.TemporaryDirectory() as name:
        truth, pred = _masks(Path(name), asked.clips)
        sides = [str(truth), str(pred)]
        options = ("--protocol", "all", "--workers", "1", "--quiet")
        runs = {
            "vosgui evaluate": partial(vosgui, ROOT, "evaluate", *sides, *options),
            "vos-benchmark": partial(called, [peer, "-c", _PEER, *sides], ROOT),
            "Pillow alone": partial(called, [sys.executable, "-c", _DECODE, *sides], ROOT),
        }
        found = least_of_each(runs, asked.rounds)
    ours = found["vosgui evaluate"]
    for what, seconds in found.items():
        print(f"{what:16} {seconds:7.2f} s  x {seconds / ours:.2f}")
    return 0


def _masks(root: Path, n_clips: int) -> tuple[Path, Path]:
    """Write truth and predictions of the same clips, and return their folders."""
    rng = np.random.default_rng(0)
    for name, wobble in (("truth", 0.0), ("pred", 1.5)):
        for clip in range(n_clips):
            folder = root / name / f"clip{clip:02d}"
            folder.mkdir(parents=True)
            for t in range(N_FRAMES):
                write_mask(folder / f"{t:05d}.png", blob_frame(rng, t + 3 * clip, wobble))
    return root / "truth", root / "pred"


if __name__ == "__main__":
    sys.exit(main())
