"""`export`: the clips of a project as a dataset in a published format."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from vosgui.cli.convert import print_report, run_convert, write_report
from vosgui.cli.dataset_options import choice_options
from vosgui.cli.options import comma_names
from vosgui.core.issues import Issue, Severity
from vosgui.datasets.export import (
    ExportItem,
    ExportOrder,
    check_export,
    export_format,
    project_items,
)
from vosgui.datasets.target_tree import Existing
from vosgui.datasets.workers import n_cores
from vosgui.errors import InputError
from vosgui.formats.registry import writable, write_format
from vosgui.project.project import Project


@click.command()
@click.argument("project", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([row.name for row in writable()]),
    default="youtube-vos",
    show_default=True,
    help="The published format to write.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write DIR/train or DIR/valid; other formats than youtube-vos make DIR itself.",
)
@click.option(
    "--frames",
    type=click.Choice(["grid", "all"]),
    default="grid",
    show_default=True,
    help="The frames that a person annotates, or all.",
)
@click.option(
    "--style",
    type=click.Choice(["train", "valid"]),
    default="train",
    show_default=True,
    help="train: a mask for every frame. valid: only where an object appears first.",
)
@click.option(
    "--clips", callback=comma_names, metavar="NAME,...", help="Only these clips of the project."
)
@click.option("--merge", is_flag=True, help="Add the clips to the tree that is there.")
@click.option("--overwrite", is_flag=True, help="As --merge; clips of the same names are replaced.")
@choice_options
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core.")
@click.option("--json", type=click.Path(path_type=Path), help="Write the report as JSON.")
@click.option("--check", is_flag=True, help="Say what is missing or does not fit; write nothing.")
@click.option("--quiet", is_flag=True, help="Print errors only.")
def command(
    project: Path,
    form: str,
    out: Path | None,
    clips: Sequence[str] | None,
    json: Path | None,
    check: bool,
    quiet: bool,
    **how: Any,
) -> None:
    """Write the clips of PROJECT as a dataset that the field's own loaders read.

    What is missing or does not fit is said first, on stderr. Clips are spread over all cores. A run
    that was stopped goes on where it was; the folder appears when it is whole. The same project
    gives the same bytes.
    """

    if out is None and not check:
        raise click.UsageError("Give --out DIR, or --check to write nothing.")
    order = _order(form, out or Path(), **how)
    with Project.open_to_read(project) as opened:
        items = project_items(opened, clips)
    if check:
        _check(items, order)
        return
    found = _found(items, order)
    for one in () if quiet else found:
        print(one, file=sys.stderr)
    with closing(export_format(items, order)) as steps:
        report = run_convert(steps, order.target, quiet)
    write_report(replace(report, issues=(*found, *report.issues)), str(project), json)
    if not quiet:
        print_report(report, quiet)


def _order(
    form: str,
    out: Path,
    *,
    frames: Any,
    style: str,
    merge: bool,
    overwrite: bool,
    objects: Sequence[int],
    reference: Path | None,
    vis_year: str | None,
    workers: int | None,
) -> ExportOrder:

    row = write_format(form)
    if not row.split and (merge or overwrite or style != "train"):
        joining = " and ".join(one.name for one in writable() if one.split)
        raise click.UsageError(
            f"--merge, --overwrite and --style are for {joining}; {form} makes a new folder."
        )
    form = row.valid_as or form if style == "valid" else form
    existing = Existing.MERGE if merge else Existing.REFUSE
    existing = Existing.OVERWRITE if overwrite else existing
    year: Any = vis_year and int(vis_year)
    chosen = (frozenset(objects), reference, year, workers or n_cores())
    return ExportOrder(form, out, frames, existing, *chosen)


def _check(items: Sequence[ExportItem], order: ExportOrder) -> None:

    found = _found(items, order)
    for one in found:
        print(one)
    failed = dict.fromkeys(one.clip for one in found if one.severity == Severity.ERROR)
    if failed:
        raise InputError(f"These clips cannot be exported: {', '.join(failed)}.")


def _found(items: Sequence[ExportItem], order: ExportOrder) -> list[Issue]:
    """Return what a person should know before these clips are exported."""

    return [
        replace(issue, clip=name)
        for name, issues in check_export(items, order.frames, order.form)
        for issue in issues
    ]
