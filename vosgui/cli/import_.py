"""`import`: the clips of a dataset into a project."""

from __future__ import annotations

from pathlib import Path
from zipfile import is_zipfile

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import (
    SOURCE,
    issues_as_dicts,
    list_dataset,
    print_issues,
    read_format_option,
)
from vosgui.cli.options import FILE
from vosgui.core.words import counted
from vosgui.datasets.import_ import ImportOptions, ImportReport, import_dataset, preview_import
from vosgui.datasets.workers import n_cores
from vosgui.errors import InputError
from vosgui.files.archive import as_packed, unpacked
from vosgui.files.json_file import write_json


@click.command()
@click.argument("src", metavar="SRC", type=SOURCE)
@click.option("--project", type=FILE, required=True, help="The project; made where there is none.")
@read_format_option
@click.option("--frames", type=SOURCE, help="Where the clips' frames are, if not in SRC.")
@click.option("--overwrite", is_flag=True, help="Replace annotations that the project has.")
@click.option("--skip-broken", is_flag=True, help="Leave out clips that cannot be read.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core.")
@click.option("--check", is_flag=True, help="Read everything and report; change nothing.")
@click.option("--json", type=FILE, help="Write all that was changed or dropped as JSON.")
@click.option("--quiet", is_flag=True, help="Print one line only.")
def command(
    src: Path,
    project: Path,
    format_name: str,
    frames: Path | None,
    overwrite: bool,
    skip_broken: bool,
    check: bool,
    json: Path | None,
    quiet: bool,
    workers: int | None,
) -> None:
    """Add the clips of a dataset, SRC, to a project.

    Everything is read before the project changes: what cannot be read leaves it as it was.
    Frames stay where they are; the project refers to them.
    """

    options = ImportOptions(frames, overwrite, skip_broken, workers or n_cores())
    if frames is None and src.is_file() and is_zipfile(src):
        raise InputError(
            f"{src} is packed, and a project refers to frames where they lie. Unpack it first, or "
            "say where the frames are (--frames)."
        )
    with unpacked(src) as folder:
        title, report = _run(folder, format_name, None if check else project, options, quiet)
        issues = as_packed(report.issues, folder, src)
    if json is not None:
        content = {"source": str(src), "format": title, "clips": report.n_clips}
        write_json(json, {**content, "issues": issues_as_dicts(issues)}, indent=2)
    if not quiet:
        print_issues(issues)
    done = "Could import" if check else "Imported"
    n = (
        counted(report.n_clips, "clip"),
        counted(report.n_objects, "object"),
        counted(report.n_frames, "annotated frame"),
    )
    print(f"{done} {', '.join(n)} from {title} into {project}.")


def _run(
    src: Path, format_name: str, project: Path | None, options: ImportOptions, quiet: bool
) -> tuple[str, ImportReport]:
    title, dataset = list_dataset(src, format_name)
    with bar("clip", quiet=quiet) as progress:
        if project is None:
            return title, preview_import(dataset, options, progress)
        return title, import_dataset(dataset, project, options, progress)
