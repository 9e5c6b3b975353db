"""What commands cost beside each other: processor time, in turns, so that load hits all alike."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

Run = Callable[[], None]

ROOT = Path(__file__).resolve().parents[2]


def cpu_seconds(run: Run) -> float:
    """Return the user and system time of all processes that a call starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def least_of_each(runs: Mapping[str, Run], n_rounds: int) -> dict[str, float]:
    """Return the least processor time of each in some rounds of all: the one least disturbed."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(n_rounds):
        for name, run in runs.items():
            seconds[name].append(cpu_seconds(run))
            print(f"{name}: {seconds[name][-1]:.2f} s", file=sys.stderr, flush=True)
    return {name: min(found) for name, found in seconds.items()}


def vosgui(tree: Path, *words: object) -> None:
    """Run a command of the program as it is in a tree of its source."""
    start = f"import sys; sys.path.insert(0, {str(tree)!r}); from vosgui.cli.main import main; "
    called([sys.executable, "-c", f"{start}sys.exit(main(sys.argv[1:]))", *map(str, words)], tree)


def called(words: Sequence[str], folder: Path) -> None:
    """Run a program in a folder, and show what it says only where it fails."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
