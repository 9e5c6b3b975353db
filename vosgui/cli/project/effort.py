"""`effort`: how much time and work a project has taken."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.options import PATH, report_file
from vosgui.core.words import counted
from vosgui.datasets.composition.effort import (
    as_csv,
    efforts_of,
    frames_as_csv,
    with_total,
)
from vosgui.files.atomic import atomic_file
from vosgui.project.project import Project


@click.command()
@click.argument("project", metavar="PROJECT", type=PATH)
@report_file("--csv", "Write a table of all there is.", "csv_path")
@report_file(
    "--frames", "Write a table of each object in each frame that was edited.", "frames_path"
)
def command(project: Path, csv_path: Path | None, frames_path: Path | None) -> None:
    """Tell how much work each clip of PROJECT, a .vosgui file, has taken, and each of its objects.

    Time is that between edits of one person, without pauses of more than two minutes. It is not
    known of edits made while times were not kept.

    vosgui effort work.vosgui --csv effort.csv
    """
    with Project.open_to_read(project) as opened:
        efforts, by_frame = efforts_of(opened)
    found = with_total(efforts)
    for one in found:
        who = one.clip or "All clips"
        who = who if one.object_id is None else f"  {one.object_id} {one.name}"
        print(
            f"{who}: {one.seconds / 60:.1f} min, {counted(one.edits, 'edit')}, "
            f"{counted(one.clicks, 'click')}, {counted(one.strokes, 'stroke')}, "
            f"{one.painted} painted, {one.corrected} corrected, {one.untouched} of "
            f"{one.propagated} propagated accepted untouched, "
            f"{counted(round(one.per_hour), 'mask')} an hour"
        )
    for path, table in ((csv_path, as_csv(found)), (frames_path, frames_as_csv(by_frame))):
        if path is not None:
            with atomic_file(path) as file:
                file.write(table.encode())
            print(f"Written to {path}.")
