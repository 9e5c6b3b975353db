"""How long import, convert and validate take of many small clips, beside another commit's.

    python -m tests.benchmarks.commands_beside --commit HEAD~20
    python -m tests.benchmarks.commands_beside --commit v0.1.0 --clips 500 --rounds 5

Clips are those of make_clips.py. Each command runs with two workers. What is printed is processor
time, of all processes together; the least of some rounds in which both take turns.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.benchmarks.beside import ROOT, called, least_of_each, vosgui
from tests.benchmarks.make_clips import N_CLIPS, make_clips

_WORKERS = ("--workers", "2", "--quiet")


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--commit", required=True, help="what git calls the other one")
    parser.add_argument("--clips", type=int, default=N_CLIPS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, worktree(asked.commit, Path(name)) as other:
        clips = make_clips(Path(name) / "clips", asked.clips)
        trees = {asked.commit: other, "here": ROOT}
        for command in asked.commands:
            run, out = COMMANDS[command], Path(name) / "out"
            runs = {one: partial(_into_new, run, tree, clips, out) for one, tree in trees.items()}
            found = least_of_each(runs, asked.rounds)
            was, now = found[asked.commit], found["here"]
            print(f"{command:8} {asked.clips} clips: {was:.2f} s, {now:.2f} s  x {now / was:.2f}")
    return 0


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """Yield the source of a commit in a folder of its own, and remove it."""
    tree = folder / "tree"
    called(["git", "worktree", "add", "--detach", str(tree), commit], ROOT)
    try:
        yield tree
    finally:
        called(["git", "worktree", "remove", "--force", str(tree)], ROOT)


def _into_new(run: Callable[[Path, Path, Path], None], tree: Path, clips: Path, out: Path) -> None:
    out.mkdir()
    run(tree, clips, out)
    shutil.rmtree(out)


def _import(tree: Path, clips: Path, out: Path) -> None:
    vosgui(tree, "import", clips, "--project", out / "a.vosgui", *_WORKERS)


def _convert(tree: Path, clips: Path, out: Path) -> None:
    vosgui(tree, "convert", clips, "--to", "youtube-vis", "--out", out / "vis", *_WORKERS)
    vosgui(tree, "convert", out / "vis", "--to", "coco", "--out", out / "coco", *_WORKERS)


def _validate(tree: Path, clips: Path, out: Path) -> None:
    vosgui(tree, "validate", clips, *_WORKERS)


COMMANDS = {"import": _import, "convert": _convert, "validate": _validate}

if __name__ == "__main__":
    sys.exit(main())
