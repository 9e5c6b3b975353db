"""A child process of test_project_crash: paints steps and says each number once it has returned."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from tests.formats.projects import Painter
from vosgui.formats.project import Project


def main(path: Path, seed: int, first: int) -> None:
    """Paint from step `first` on, until killed."""
    with Project.open(path) as project:
        painter = Painter(project.history(project.clips[0].id), seed)
        print("ready", flush=True)
        for n in itertools.count(first):
            painter.step(n)
            print(n, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
