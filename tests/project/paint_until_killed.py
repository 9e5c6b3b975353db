"""A child process of test_project_crash: paints steps and says each number once it has returned."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from threading import Thread

from tests.project.projects import Painter
from vosgui.project.project import Project


def main(path: Path, seed: int, first: int, target: Path | None = None) -> None:
    """Paint from step `first` on, until killed; meanwhile go over to a copy at `target`."""
    with Project.open(path) as project:
        painter = Painter(project.history(project.clips[0].id), seed)
        print("ready", flush=True)
        if target is not None:
            Thread(target=project.move_to, args=(target,), daemon=True).start()
        for n in itertools.count(first):
            painter.step(n)
            print(n, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), *map(Path, sys.argv[4:]))
