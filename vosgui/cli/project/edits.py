"""`edits`: who did what in a project, and when."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.options import PATH, report_file
from vosgui.datasets.composition.edit_log import as_csv, edits_of
from vosgui.files.atomic import atomic_file
from vosgui.project.project import Project


@click.command()
@click.argument("project", metavar="PROJECT", type=PATH)
@click.option("--person", metavar="NAME", help="List what this person did alone.")
@report_file("--csv", "Write the list as a table.", "csv_path")
def command(project: Path, person: str | None, csv_path: Path | None) -> None:
    """List the edits of PROJECT, a .vosgui file: who did what in which clip, and when.

    Edits that its history has forgotten, as it is bounded, are not among them.

    vosgui edits work.vosgui --person Ada --csv edits.csv
    """
    with Project.open_to_read(project) as opened:
        found = [one for one in edits_of(opened) if person is None or one.person == person]
    for one in found:
        frames = f", {one.frames or one.n_frames}" if one.n_frames else ""
        state = f" ({one.state})" if one.state else ""
        print(f"{one.when or '-'}  {one.person or '-'}  {one.clip}: {one.what}{frames}{state}")
    if csv_path is not None:
        with atomic_file(csv_path) as file:
            file.write(as_csv(found).encode())
        print(f"Written to {csv_path}.")
