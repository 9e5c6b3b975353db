"""`demo`: the main job on the demo clip, then the window on the result."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

import click
import numpy as np

from vosgui.cli import demo_job
from vosgui.cli.bar import bar
from vosgui.cli.display import has_display
from vosgui.cli.main import main
from vosgui.cli.options import PATH, device_option, model_option
from vosgui.cli.score_report import percent
from vosgui.core.words import counted, free_name
from vosgui.datasets.export import ExportOrder, export_format, project_items
from vosgui.errors import InputError, TargetError
from vosgui.files.atomic import make_folder
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

OUT, PROJECT, TREE = Path("vosgui-demo"), "demo.vosgui", "youtube-vos"
_AS_MADE = "demo"  # a setting of the project: its state when the demo was done


@click.command()
@click.option("--no-window", is_flag=True, help="Do not open the window on the result.")
@click.option(
    "--out",
    type=PATH,
    help=f"A new or empty folder to write to. By default {OUT}, in place of an earlier demo there "
    f"that nobody has worked in since, or else {OUT}-2 and so on.",
)
@model_option
@device_option
def command(no_window: bool, out: Path | None, model: str, device: str) -> int:
    """Do the main job on the demo clip, then open the window on the result.

    The job: first masks of three objects, propagation, a correction with re-initialisation, J and F
    against the clip's exact masks, and a YouTube-VOS tree.
    """
    out = out or own_folder()
    is_new = not out.exists()
    make_folder(out)
    if any(out.iterdir()):
        raise TargetError(f"The folder {out} is not empty. Choose another one.", option="--out")
    try:
        with Project.create(out / PROJECT) as project:
            _main_job(project, model, device)
            order = ExportOrder("youtube-vos", out / TREE)
            report = export_format(project_items(project), order)
            project.set_setting(None, _AS_MADE, _state(project, out / TREE))
    except BaseException:
        if is_new:
            shutil.rmtree(out)
        raise
    print(f"Exported {counted(report.n_frames, 'frame')} as YouTube-VOS to {report.target}.")
    print(f"The result opens with: {_this_program()} {shlex.quote(str(out / PROJECT))}")
    if no_window or not has_display():
        return 0
    return main([str(out / PROJECT)])


def _main_job(project: Project, model: str, device: str) -> None:
    from vosgui.engine.propagation.load import load_propagator

    with open_clip(demo_job.FRAMES) as clip:
        height, width = clip.info.hw
        print(f"Clip: {counted(len(clip), 'frame')}, {width}x{height}.")
        truth = demo_job.demo_truth(clip)
        history = project.history(project.clips.add(clip.info).id)
        demo_job.give_first_masks(history, truth)
        objects = history.annotation.objects
        print(f"Objects: {', '.join(f'{o.id} {o.name}' for o in objects)}; a first mask of each.")
        propagator = load_propagator(model, device)
        print(f"Model: {propagator.name} on {propagator.device}.")

        def carry(start: int, objects: frozenset[int]) -> None:
            begun = time.perf_counter()
            with bar("frame", quiet=False) as progress:
                n = demo_job.carry(clip, history, propagator, start, objects, progress)
            seconds = time.perf_counter() - begun
            rate = f"{n / seconds:.1f} per second"
            print(f"Propagated {counted(n, 'frame')} in {seconds:.1f} s: {rate}.")

        carry(0, frozenset(entry.id for entry in objects))
        before = demo_job.score(history.annotation, truth)
        t, object_id = demo_job.correct_drift(history, truth)
        name = history.annotation.header.object(object_id).name
        print(f"Correction: {name} in frame {clip.info.frame_names[t]}, re-initialised there.")
        carry(t, frozenset({object_id}))
        _print_scores(before, demo_job.score(history.annotation, truth))


def _print_scores(
    before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]
) -> None:
    print("Frames that nobody drew, against the exact truth, in percent:")
    print(f"{'':12}{'first mask only':>20}{'with the correction':>24}")
    print(f"{'':12}{'J':>12}{'F':>8}{'J':>16}{'F':>8}")
    rows = {name: (*before[name], *after[name]) for name in before}
    rows["mean"] = tuple(np.mean(list(rows.values()), axis=0))
    for name, (J, F, J_then, F_then) in rows.items():
        print(f"{name:12}{percent(J):>12}{percent(F):>8}{percent(J_then):>16}{percent(F_then):>8}")


def own_folder() -> Path:
    """Return the demo's own folder, cleared where nobody worked in it; else the next free one."""
    if _is_as_made(OUT):
        shutil.rmtree(OUT)
    return OUT.with_name(free_name(OUT.name, lambda name: OUT.with_name(name).exists()))


def _is_as_made(out: Path) -> bool:
    """Return whether a folder holds a demo as it was made: all in it can be made again."""
    if {path.name for path in out.glob("*")} != {PROJECT, TREE}:
        return False
    try:
        with Project.open(out / PROJECT) as project:
            return bool(project.setting(None, _AS_MADE) == _state(project, out / TREE))
    except InputError:  # it is open in a window, say
        return False


def _state(project: Project, tree: Path) -> list[int]:
    """Return numbers that differ as soon as a person has changed the project or the tree."""
    marks = [project.history(record.id).mark for record in project.clips]
    times = [path.stat().st_mtime_ns for path in tree.rglob("*")]
    return [*marks, len(times), max(times, default=0)]


def _this_program() -> str:
    """Return what to type for this program, as it was started."""
    started = sys.argv[0]
    if started.endswith(".py"):
        python = min(sys.executable, os.path.relpath(sys.executable), key=len)
        return shlex.join([python, started])
    return "vosgui" if shutil.which("vosgui") else shlex.quote(started)
