"""`import`: the clips of a dataset into a project."""

from __future__ import annotations

from pathlib import Path
from zipfile import is_zipfile

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import Output, read_format_option, report_options
from vosgui.cli.options import FILE, PATH
from vosgui.core.words import counted
from vosgui.datasets.import_ import ImportOptions, import_dataset, preview_import
from vosgui.errors import InputError
from vosgui.files.archive import as_packed, unpacked
from vosgui.formats.locate import locate


@click.command()
@click.argument("src", metavar="SRC", type=PATH)
@click.option("--project", type=FILE, required=True, help="The project; made where there is none.")
@read_format_option
@click.option(
    "--frames-from", "--frames", type=PATH, help="Where the clips' frames are, if not in SRC."
)
@click.option("--overwrite", is_flag=True, help="Replace annotations that the project has.")
@click.option(
    "--skip-broken",
    is_flag=True,
    help="Leave out clips and frames that cannot be read, and name them.",
)
@click.option("--check", is_flag=True, help="Read everything and report; change nothing.")
@report_options
def command(
    src: Path,
    project: Path,
    format_name: str,
    frames_from: Path | None,
    overwrite: bool,
    skip_broken: bool,
    check: bool,
    output: Output,
) -> None:
    """Add the clips of a dataset, SRC, to a project.

    Everything is read before the project changes: what cannot be read leaves it as it was.
    Frames stay where they are; the project refers to them.

    vosgui import DAVIS --project work.vosgui
    vosgui import masks --project work.vosgui --frames-from videos
    """
    options = ImportOptions(frames_from, overwrite, skip_broken, output.workers)
    if frames_from is None and src.is_file() and is_zipfile(src):
        raise InputError(
            f"{src} is packed, and a project refers to frames where they lie. Unpack it first, or "
            "say where the frames are (--frames-from)."
        )
    with unpacked(src) as folder:
        row, root = locate(folder, format_name)
        dataset = row.list_clips(root)
        with bar("clip", quiet=output.quiet) as progress:
            if check:
                report = preview_import(dataset, options, progress)
            else:
                report = import_dataset(dataset, project, options, progress)
        issues = as_packed(report.issues, folder, src)
    output.write({"source": str(src), "format": row.title, "clips": report.n_clips}, issues)
    done = "Could import" if check else "Imported"
    n = {"clip": report.n_clips, "object": report.n_objects, "annotated frame": report.n_frames}
    what = ", ".join(counted(n[word], word) for word in n)
    print(f"{done} {what} from {row.title} into {project}.")
