"""`demo`: the main job on the demo clip, then the window on the result."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from tqdm import tqdm

from vosgui.cli import demo_job as demo
from vosgui.cli.demo_job import Moved, Scored
from vosgui.cli.display import has_display
from vosgui.cli.main import main
from vosgui.core.clip import Clip
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import ExportItem, ExportOrder, export_format
from vosgui.errors import TargetError
from vosgui.files.folders import make_folder
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

PROJECT, TREE = "demo.vosgui", "youtube-vos"


@click.command()
@click.option("--no-window", is_flag=True, help="Do not open the window on the result.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder to write to; vosgui-demo, or the next free vosgui-demo-N, by default.",
)
@click.option("--model", default="auto", help="A model's name, or flow.", show_default=True)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
)
def command(no_window: bool, out: Path | None, model: str, device: str) -> int:
    """Run the main job on the demo clip, then open the window on the result.

    First masks in, propagation of three objects, a correction with re-initialisation, a
    YouTube-VOS tree out, J and F against the clip's exact truth.
    """
    out = out or _free_folder()
    if (out / PROJECT).exists():
        raise TargetError(f"{out / PROJECT} exists. Give another folder with --out.")
    make_folder(out)
    with Project.create(out / PROJECT) as project:
        _main_job(project, out, model, device)
    if no_window:
        return 0
    if not has_display():
        print(f"There is no display, so no window. Later: vosgui {out / PROJECT}")
        return 0
    return main([str(out / PROJECT)])


def _main_job(project: Project, out: Path, model: str, device: str) -> None:
    from vosgui.engine.propagation.load import load_propagator

    with open_clip(demo.demo_clip()) as clip:
        height, width = clip.info.hw
        print(f"Clip: {len(clip)} frames, {width}x{height}.")
        truth = demo.demo_truth(clip)
        history = project.history(project.clips.add(clip.info).id)
        demo.give_first_masks(history, truth)
        objects = history.annotation.objects
        print(f"Objects: {', '.join(f'{o.id} {o.name}' for o in objects)}; a first mask of each.")
        propagator = load_propagator(model, device)
        print(f"Model: {propagator.name} on {propagator.device}.")
        everything = frozenset(o.id for o in objects)
        _carry(demo.carry(clip, history, propagator, 0, everything))
        before = demo.score(history.annotation, truth)
        t, object_id = demo.correct_drift(history, truth)
        name = history.annotation.header.object(object_id).name
        print(f"Correction: {name} in frame {clip.info.frame_names[t]}, re-initialised there.")
        _carry(demo.carry(clip, history, propagator, t, frozenset({object_id})))
        _print_scores(before, demo.score(history.annotation, truth))
        _export(project, clip, out / TREE)


def _carry(moves: Iterable[object]) -> None:

    begun = time.perf_counter()
    n_done = 0
    with tqdm(desc="Propagate", unit="frame", file=sys.stdout, leave=False, disable=None) as bar:
        for move in moves:
            assert isinstance(move, Moved)
            bar.total, n_done = move.n_total, move.n_done
            bar.update(move.n_done - bar.n)
    seconds = time.perf_counter() - begun
    print(f"Propagated {n_done} frames in {seconds:.1f} s: {n_done / seconds:.1f} per second.")


def _print_scores(before: Sequence[Scored], after: Sequence[Scored]) -> None:
    print("Frames that nobody drew, against the exact truth, in percent:")
    print(f"{'':12}{'first mask only':>20}{'with the correction':>24}")
    print(f"{'':12}{'J':>12}{'F':>8}{'J':>16}{'F':>8}")
    for first, then in zip(before, after, strict=True):
        print(_row(f"{first.object_id} {first.name}", first.J, first.F, then.J, then.F))
    columns = [[getattr(s, m) for s in scores] for scores in (before, after) for m in "JF"]
    print(_row("mean", *(sum(column) / len(column) for column in columns)))


def _row(name: str, *values: float) -> str:
    a, b, c, d = (f"{100 * value:.1f}" for value in values)
    return f"{name:12}{a:>12}{b:>8}{c:>16}{d:>8}"


def _export(project: Project, clip: Clip, target: Path) -> None:

    record = project.clips[0]
    annotation = project.history(record.id).annotation
    item = ExportItem(record.name, annotation, clip.info, clip.info.path)
    for step in export_format([item], ExportOrder("youtube-vos", target)):
        if isinstance(step, ConvertReport):
            print(
                f"Exported {step.n_frames} frames and {step.n_objects} objects as YouTube-VOS "
                f"to {step.target}."
            )


def _free_folder() -> Path:
    base = Path("vosgui-demo")
    if not base.exists():
        return base
    n = 2
    while base.with_name(f"{base.name}-{n}").exists():
        n += 1
    return base.with_name(f"{base.name}-{n}")
