"""`export`: the clips of a project as a dataset in a published format."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from vosgui.cli.dataset_options import (
    Output,
    check_heeded,
    report_options,
    shown_writing,
    write_options,
)
from vosgui.cli.options import PATH, comma_names, one_of
from vosgui.core.issues import Severity
from vosgui.datasets.export import (
    ExportOrder,
    check_export,
    export_format,
    identity_of,
    project_items,
)
from vosgui.errors import InputError
from vosgui.formats.registry import writable, write_format
from vosgui.formats.writer import WriteOptions
from vosgui.project.chosen_clips import Saying, names_that_are
from vosgui.project.project import Project


@click.command()
@click.argument("project", type=PATH)
@click.option(
    "--format",
    "form",
    type=click.Choice([row.name for row in writable()]),
    metavar="FORMAT",
    default="youtube-vos",
    help=f"The format to write: {', '.join(row.name for row in writable())}.",
)
@click.option(
    "--out",
    type=PATH,
    metavar="DIR",
    help="Write DIR/train or DIR/valid; other formats than youtube-vos make DIR itself.",
)
@one_of("--frames", ["grid", "all"], "Which frames: those that a person annotates, or all.")
@one_of(
    "--style",
    ["train", "valid"],
    "train: a mask for every frame. valid: only where an object appears first.",
)
@click.option(
    "--clips", callback=comma_names, metavar="NAME,...", help="Only these clips of the project."
)
@click.option(
    "--only",
    type=click.Choice(get_args(Saying)),
    help="Only the clips that are ticked in the window, or accepted and not edited since.",
)
@click.option("--merge", is_flag=True, help="Add the clips to the tree that is there.")
@click.option("--overwrite", is_flag=True, help="As --merge; clips of the same names are replaced.")
@click.option("--check", is_flag=True, help="Say what is missing or does not fit; write nothing.")
@write_options
@report_options
def command(
    project: Path,
    form: str,
    out: Path | None,
    style: str,
    clips: Sequence[str] | None,
    only: Saying | None,
    merge: bool,
    overwrite: bool,
    check: bool,
    options: WriteOptions,
    output: Output,
) -> None:
    """Write the clips of PROJECT as a dataset that the field's own loaders read.

    What is missing or does not fit is said first, on stderr. Clips are spread over all cores. A run
    that was stopped goes on where it was; the folder appears when it is whole. The same project
    gives the same bytes. Where the folder holds an earlier export of the project, what has changed
    takes the place of what was there.

    vosgui export work.vosgui --out my-dataset
    vosgui export work.vosgui --format coco --out my-coco --frames all
    """
    if out is None and not check:
        raise click.UsageError("Give --out DIR, or --check to write nothing.")
    row = write_format(form)
    if not row.split and (merge or overwrite or style != "train"):
        joining = " and ".join(one.name for one in writable() if one.split)
        raise click.UsageError(
            f"--merge, --overwrite and --style are for {joining}; {form} makes a new folder."
        )
    check_heeded(row, options)
    frames: Any = options.frames
    order = ExportOrder(
        (row.valid_as if style == "valid" else "") or form,
        out or Path(),
        frames,
        "overwrite" if overwrite else "merge" if merge else "refuse",
        options,
        output.workers,
    )
    if only and clips is not None:
        raise click.UsageError("Give one of --clips and --only.")
    with Project.open_to_read(project) as opened:
        clips = names_that_are(opened, only) if only else clips
        items = project_items(opened, clips)
        order = replace(order, of=identity_of(opened, is_all=clips is None))
    checked = check_export(items, order)
    found = [replace(issue, clip=name) for name, issues in checked for issue in issues]
    for one in () if output.quiet and not check else found:
        print(one, file=sys.stdout if check else sys.stderr)
    if check:
        output.write({"source": str(project)}, [], printed=found)
        failed = dict.fromkeys(one.clip for one in found if one.severity == Severity.ERROR)
        if failed:
            raise InputError(f"These clips cannot be exported: {', '.join(failed)}.")
        return
    with shown_writing(order.target, "frame", quiet=output.quiet) as progress:
        report = export_format(items, order, progress)
    about = {"source": str(project), "target": str(report.target), "clips": report.n_clips}
    output.write(about, report.issues, printed=found)
    if not output.quiet:
        print(report)
