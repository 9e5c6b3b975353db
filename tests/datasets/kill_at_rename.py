"""A child process of test_killed: exports, again and again, killed at its 1st, 2nd, ... rename."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vosgui.core.progress import Progress
from vosgui.datasets.convert import convert
from vosgui.datasets.workers import each_job
from vosgui.formats.registry import read_format, write_format
from vosgui.formats.writer import WriteOptions
from vosgui.formats.youtubevos.writer import YoutubeVosWriter

FOLDERS = ("JPEGImages", "Annotations")


def write(tree: Path, target: Path, to: str) -> None:
    """Convert a tree of masks and frames; "join" makes its clips join the one at the target."""
    is_said = (tree / "meta_expressions").is_dir()
    dataset = read_format("refer-youtube-vos" if is_said else "mose").list_clips(tree)
    if to == "join":
        writer = YoutubeVosWriter(WriteOptions(in_split=False))
        joining = {"joins": FOLDERS, "existing": "overwrite"}
        convert(dataset, writer, target, 1, **joining)
    else:
        convert(dataset, write_format(to).writer(WriteOptions()), target, 1)


def killed_at(n: int, work: Callable[[], None]) -> bool:
    """Run the work in a process that kills itself at its n-th rename; False where it lives."""
    child = os.fork()
    if not child:
        renames = iter(range(1, n))

        def count(event: str, _: object) -> None:
            if event == "os.rename" and next(renames, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), status
    return os.WIFSIGNALED(status)


def kill_everywhere(tree: Path, out: Path, to: str, before: Path) -> int:
    """Write to OUT/N/dataset, killed at rename N; return the N at which it lived to the end."""
    n = 1
    while True:
        target = out / str(n) / "dataset"
        target.parent.mkdir(parents=True)
        if before.is_dir():
            shutil.copytree(before, target)
        if not killed_at(n, lambda at=target: write(tree, at, to)):  # type: ignore[misc]
            return n
        n += 1


@dataclass(frozen=True)
class Orphan:
    """A job of a worker that kills the process that began it, and then waits for ever."""

    number: int


def outlive(_: Orphan, _progress: Progress) -> None:
    """Kill the parent and go on."""
    os.kill(os.getppid(), signal.SIGKILL)
    signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "orphans":
        for _ in each_job(outlive, [Orphan(1), Orphan(2)], 2):
            pass
    words = json.loads(sys.argv[1])
    print(kill_everywhere(*(Path(word) for word in words[:2]), words[2], Path(words[3])))
