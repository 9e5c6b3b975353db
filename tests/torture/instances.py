"""Two programs and one project: never both, and what the first one kept is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.project.paint_until_killed import painting
from tests.project.projects import N_FRAMES, Painter, clip_info, state_of
from tests.torture.trial import Trial
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.errors import ProjectError
from vosgui.project.project import Project

_ROOT = Path(__file__).resolve().parents[2]
_OPEN = "import sys; from vosgui.project.project import Project; Project.open(sys.argv[1])"


def run(trial: Trial) -> None:
    """Open a project that another process paints in, from here and from a third, time and again."""
    while trial.goes_on:
        folder = trial.place(f"shared{trial.n}")
        path = folder / "work.vosgui"
        with Project.create(path) as project:
            project.clips.add(clip_info(folder))
        seed = trial.random.randrange(1 << 20)
        twin = Painter(History(Annotation((48, 64), N_FRAMES)), seed)
        with painting(path, seed, 0, last=30) as child:
            assert child.says() == "ready"
            for n in range(31):
                assert child.says() == str(n)
                twin.step(n)
                if n % 3 == 0:
                    _try(trial, path)
            _try_outside(trial, path)
        with Project.open(path) as project:
            found = state_of(project.history(project.clips[0].id).annotation)
            if found != state_of(twin.history.annotation):
                trial.faults.append(f"seed {seed}: not what the first program kept")


def _try(trial: Trial, path: Path) -> None:
    trial.n += 1
    for attempt in (Project.open, Project.open_to_read):
        try:
            attempt(path).close()
            trial.faults.append(f"{attempt.__name__} shares a project at try {trial.n}")
        except ProjectError:
            trial.count("refused")


def _try_outside(trial: Trial, path: Path) -> None:
    trial.n += 1
    done = subprocess.run(
        [sys.executable, "-c", _OPEN, str(path)], cwd=_ROOT, capture_output=True, check=False
    )
    if b"ProjectError" in done.stderr:
        trial.count("refused to another process")
    else:
        trial.faults.append(f"another process shares a project at try {trial.n}")
