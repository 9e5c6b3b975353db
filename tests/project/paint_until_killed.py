"""A child process of test_project_crash: paints steps and says each number once it has returned."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from tests.project.projects import Painter
from vosgui.project.project import Project

_CONTEXT = multiprocessing.get_context("forkserver")
# Children are forked from a server that has loaded what they need: a fresh Python each would take
# ten times as long, and nothing is open in the server that a child could share with another.
_CONTEXT.set_forkserver_preload([__name__])


@dataclass
class Child:
    """A process that paints; kill it, then read on what it had said."""

    process: multiprocessing.process.BaseProcess
    _lines: Iterator[str]

    def says(self) -> str:
        """Return its next line; "" where it is dead and has said no more, or cut a line short."""
        line = next(self._lines, "")
        return line.removesuffix("\n") if line.endswith("\n") else ""

    def says_at_last(self) -> list[str]:
        """Return the whole lines that are left of one that is dead."""
        return [line.removesuffix("\n") for line in self._lines if line.endswith("\n")]


@contextmanager
def painting(
    path: Path, seed: int, first: int, target: Path | None = None, last: int | None = None
) -> Iterator[Child]:
    """Let a child paint in a project, from step `first` on; it is dead when the block ends.

    target : of a copy that it is to go over to meanwhile. last : the step after which it stands
    still.
    """
    reads, writes = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_paint, args=(writes, path, seed, first, target, last))
    process.start()
    writes.close()
    with os.fdopen(os.dup(reads.fileno())) as lines:
        reads.close()
        try:
            yield Child(process, iter(lines))
        finally:
            process.kill()
            process.join()


def _paint(
    pipe: multiprocessing.connection.Connection,
    path: Path,
    seed: int,
    first: int,
    target: Path | None,
    last: int | None,
) -> None:
    with Project.open(path) as project, os.fdopen(os.dup(pipe.fileno()), "w", 1) as says:
        painter = Painter(project.history(project.clips[0].id), seed)
        says.write("ready\n")
        if target is not None:
            Thread(target=project.move_to, args=(target,), daemon=True).start()
        for n in itertools.count(first):
            painter.step(n)
            says.write(f"{n}\n")
            if n == last:
                Event().wait()
