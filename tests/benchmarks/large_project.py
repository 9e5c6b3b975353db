"""A run of a thousand frames that is undone in the window, and a project of thousands of clips."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from docs.scripts.stage import wait_for
from tests.benchmarks.hands import rest
from tests.benchmarks.test_canvas_speed import repaint_now
from tests.benchmarks.test_project_speed import blobs
from tests.clips import NumberedClip
from vosgui.core import edits
from vosgui.core.edits import FrameResult
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings

HW = (1080, 1920)
ROUNDS = 3


def undo_long_run(folder: Path, n_frames: int) -> tuple[float, float]:
    """Return the seconds that undo and redo of a run take, seen; the least of some rounds."""
    clip = NumberedClip(n_frames + 1, HW)
    with Project.create(folder / "run.vosgui") as project:
        history = project.history(project.clips.add(clip.info).id)
        history.do("Add object", edits.add_object(history.annotation))
        run = history.open("Propagate", t=0)
        mask = blobs(HW, 1, 1)
        for t in range(1, n_frames + 1):
            result = FrameResult(t, mask, {1: 0.9}, {})
            run.extend(edits.predict(history.annotation, result, frozenset({1})))
        run.close()
        window = MainWindow(Settings())
        window.resize(1920, 1080)
        window.show()
        wait_for(window.session.frame_loaded, lambda: window.session.open(clip, history))
        took: dict[str, list[float]] = {"undo": [], "redo": []}
        for _ in range(ROUNDS):
            for act, times in took.items():
                rest(0.5)
                before = time.perf_counter()
                getattr(window.session, act)()
                repaint_now()
                times.append(time.perf_counter() - before)
        window.close()
    return min(took["undo"]), min(took["redo"])


def open_many_clips(folder: Path, n_clips: int) -> float:
    """Return the seconds until a project of many clips is open and painted."""
    info, path = NumberedClip(90, HW).info, folder / "many.vosgui"
    with Project.create(path) as project:
        for n in range(n_clips):
            name = f"clip{n:05d}"
            project.clips.add(replace(info, path=folder / name, name=name, fingerprint=str(n)))
    took = []
    for _ in range(ROUNDS):
        window = MainWindow(Settings())
        window.resize(1920, 1080)
        window.show()
        rest(0.5)
        before = time.perf_counter()
        window.opener.open_path(path)  # its first clip is not there, which is asked about
        repaint_now()
        rest(0.001)
        took.append(time.perf_counter() - before)
        window.opener.give_up()
        window.close()
    return min(took)
