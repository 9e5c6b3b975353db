"""Disks that are full, and targets whose parts or whole vanish: told, and nothing is lost."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from tests.datasets.kill_at_rename import write
from tests.datasets.remove_at_event import DONE, RAISED, outcome, remove_a_part, remove_all
from tests.datasets.test_convert import bytes_of
from tests.datasets.test_killed import put_clip
from tests.project.projects import brush, clip_info, history_in, paint, state_of
from tests.torture.trial import Trial
from vosgui.errors import InputError, TargetError
from vosgui.project.project import Project

_FORMATS = ("youtube-vos", "davis", "coco", "cvat", "youtube-vis", "masks", "overlay")
_EVENTS = 260  # an export of two clips opens, makes and renames about so often


def run(trial: Trial) -> None:
    """Try vanishing targets, full disks and projects that go, in turn."""
    tree = trial.folder / "tree"
    for number, name in enumerate(("a", "b")):
        put_clip(tree, name, number, ("00000", "00005"))
    whole = {}
    for to in _FORMATS:
        write(tree, trial.folder / "whole" / to, to)
        whole[to] = bytes_of(trial.folder / "whole" / to)
    while trial.goes_on:
        _vanish(trial, tree, whole)
        _fill(trial)
        _take_away(trial)


def _vanish(trial: Trial, tree: Path, whole: dict[str, dict[str, str]]) -> None:
    """Remove a part of an export, or all of it, at a random moment."""
    trial.n += 1
    to, seed = trial.random.choice(_FORMATS), trial.random.randrange(1 << 30)
    at = trial.random.randrange(1, _EVENTS)
    kind = remove_all if trial.random.random() < 0.3 else remove_a_part
    target = trial.place(f"vanish{trial.n}") / "dataset"
    work, remove = partial(write, tree, target, to), partial(kind, target, random.Random(seed))
    status, _ = outcome(at, work, remove)
    trial.count("exports")
    about = f"{kind.__name__} of {to} at event {at}, seed {seed}"
    if status == RAISED:
        trial.faults.append(f"{about}: a traceback")
    elif status == DONE and kind is remove_a_part and bytes_of(target) != whole[to]:
        trial.faults.append(f"{about}: called done, and not whole")
    elif status != DONE and kind is remove_a_part and target.exists():
        trial.faults.append(f"{about}: refused, and there")
    shutil.rmtree(target.parent, ignore_errors=True)


def _fill(trial: Trial) -> None:
    """Paint until the disk is full: what was refused changed nothing, and room lets it go on."""
    folder = trial.place(f"full{trial.n}")
    with _small_disk(folder) as has_disk:
        if not has_disk:
            return
        with Project.create(folder / "one.vosgui") as project:
            project.clips.add(clip_info(trial.folder))
            (folder / "ballast").write_bytes(bytes(100_000))
            history = paint(project, 5)
            for n in range(10_000):
                before = state_of(history.annotation)
                try:
                    history.do("Brush", brush(history.annotation, n, n % 20))
                except TargetError as error:
                    if "full" not in str(error) or state_of(history.annotation) != before:
                        trial.faults.append(f"full{trial.n}: {error}")
                    break
                trial.count("strokes until full")
            with suppress(TargetError):
                project.save_as(folder / "copy.vosgui").close()
            (folder / "ballast").unlink()
            history.do("Brush", brush(history.annotation, 77_777, 3))
            state = state_of(history.annotation)
        with Project.open(folder / "one.vosgui") as again:
            if state_of(history_in(again).annotation) != state:
                trial.faults.append(f"full{trial.n}: something kept is gone")
        trial.n += 1
        trial.count("full disks")


def _take_away(trial: Trial) -> None:
    """Move or remove a project at a random step: what was kept before is where it now is."""
    folder = trial.place(f"away{trial.n}")
    path, moved = folder / "one.vosgui", folder / "moved.vosgui"
    with Project.create(path) as project:
        project.clips.add(clip_info(folder))
        history = paint(project, trial.random.randrange(1, 30))
        state = state_of(history.annotation)
        is_moved = trial.random.random() < 0.5
        path.rename(moved) if is_moved else path.unlink()
        try:
            history.do("Brush", brush(history.annotation, 3))
            trial.faults.append(f"away{trial.n}: an edit was kept in no file")
        except InputError:
            if state_of(history.annotation) != state:
                trial.faults.append(f"away{trial.n}: a refused edit stays")
        if trial.random.random() < 0.5:
            project.file.put_back()
    for where in [one for one in (path, moved) if one.exists()]:
        with Project.open(where) as again:
            if state_of(history_in(again).annotation) != state:
                trial.faults.append(f"away{trial.n}: something kept is not in {where.name}")
    trial.n += 1
    trial.count("projects taken away")
    shutil.rmtree(folder)


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    """Yield whether a disk of 1 MB could be mounted at a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)
