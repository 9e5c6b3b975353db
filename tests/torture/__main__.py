"""Try each kind for its share of the time, and print a table."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")  # its pool would be one thread more, by chance

from tests.torture.trial import Trial

# kind: its module, its share of the time, and what its count counts
KINDS = {
    "kills": ("kills", 6, "processes killed at a random moment"),
    "mutants": ("mutants", 6, "files with bytes or values changed"),
    "walks": ("walks", 5, "actions, strokes and dialogs in the window"),
    "disks": ("disks", 2, "edits, copies and exports on full and vanishing disks"),
    "long": ("long_runs", 2, "frames of one run without an end"),
    "instances": ("instances", 1, "attempts to open a project that is open"),
    "power": ("power", 2, "moments at which the power goes"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Do what the arguments say; 1 where there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds, with commas between them")
    asked = parser.parse_args(words)
    kinds = [name for name in KINDS if name in asked.only.split(",")]
    shares = sum(KINDS[name][1] for name in kinds)
    rows = []
    for name in kinds:
        module, share, what = KINDS[name]
        seconds = 60 * asked.minutes * share / shares
        print(f"{name}: {seconds:.0f} s", flush=True)
        with tempfile.TemporaryDirectory(prefix="torture-", ignore_cleanup_errors=True) as folder:
            _own_home(Path(folder))
            rows.append((name, what, _tried(module, asked.seed, Path(folder), seconds)))
    print(f"\n{time.strftime('%Y-%m-%d')}, {_machine()}, seed {asked.seed}\n")
    print("| kind | tried | what | faults | counted beside |\n| --- | --- | --- | --- | --- |")
    for name, what, trial in rows:
        beside = ", ".join(f"{key} {value}" for key, value in trial.said.items())
        print(f"| {name} | {trial.n:,} | {what} | {len(trial.faults)} | {beside} |")
    for name, _, trial in rows:
        for fault in trial.faults[:20]:
            print(f"\n{name}: {fault}")
    return int(any(trial.faults for _, _, trial in rows))


def _tried(module: str, seed: int, folder: Path, seconds: float) -> Trial:
    trial = Trial(seed, folder, time.monotonic() + seconds)
    try:
        importlib.import_module(f"tests.torture.{module}").run(trial)
    except Exception:  # noqa: BLE001 - a kind that fails stops no other
        trial.faults.append(traceback.format_exc())
    return trial


def _own_home(folder: Path) -> None:
    for one in ("DATA", "CONFIG", "CACHE"):
        os.environ[f"XDG_{one}_HOME"] = str(folder / "home" / one.lower())


def _machine() -> str:
    pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.platform()}, {cores} cores, {pages * page / 2**30:.0f} GB"


if __name__ == "__main__":
    raise SystemExit(main())
