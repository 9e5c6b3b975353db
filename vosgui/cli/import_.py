"""`import`: the clips of a dataset into a project."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.dataset_options import (
    SOURCE,
    list_dataset,
    print_remarks,
    read_format_option,
    remarks_as_dicts,
)
from vosgui.cli.report_options import FILE


@click.command()
@click.argument("src", metavar="SRC", type=SOURCE)
@click.option("--project", type=FILE, required=True, help="The project; made where there is none.")
@read_format_option
@click.option("--frames", type=SOURCE, help="Where the clips' frames are, if not in SRC.")
@click.option("--overwrite", is_flag=True, help="Replace annotations that the project has.")
@click.option("--skip-broken", is_flag=True, help="Leave out clips that cannot be read.")
@click.option("--json", type=FILE, help="Write all that was changed or dropped as JSON.")
@click.option("--quiet", is_flag=True, help="Print one line only.")
def command(
    src: Path,
    project: Path,
    format_name: str,
    frames: Path | None,
    overwrite: bool,
    skip_broken: bool,
    json: Path | None,
    quiet: bool,
) -> None:
    """Add the clips of a dataset, SRC, to a project.

    Everything is read before the project changes: what cannot be read leaves it as it was.
    Frames stay where they are; the project refers to them.
    """
    from tqdm import tqdm

    from vosgui.engine.import_dataset import ImportOptions, ImportReport, import_dataset

    title, dataset = list_dataset(src, format_name)
    options = ImportOptions(frames, overwrite, skip_broken)
    report = None
    with tqdm(total=len(dataset.clips), unit="clip", disable=quiet or None, leave=False) as bar:
        for step in import_dataset(dataset, project, options):
            if isinstance(step, ImportReport):
                report = step
            else:
                bar.update(step.n_done - bar.n)
    assert report is not None
    if json is not None:
        from vosgui.formats.json_file import write_json

        content = {"source": str(src), "format": title, "clips": report.n_clips}
        write_json(json, {**content, "remarks": remarks_as_dicts(report.remarks)}, indent=2)
    if not quiet:
        print_remarks(report.remarks)
    print(
        f"Imported {report.n_clips} clips, {report.n_objects} objects, {report.n_frames} annotated "
        f"frames from {title} into {project}."
    )
