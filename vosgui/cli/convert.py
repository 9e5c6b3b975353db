"""`convert`: a dataset in one format written in another, without a project."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.dataset_options import (
    Output,
    check_heeded,
    read_format_option,
    report_options,
    shown_writing,
    write_options,
)
from vosgui.cli.options import PATH, one_of
from vosgui.datasets.clip_keys import Unpacked
from vosgui.datasets.convert import convert
from vosgui.files.archive import as_packed, unpacked
from vosgui.formats.locate import locate
from vosgui.formats.registry import writable, write_format
from vosgui.formats.tree.find_frames import with_frames_in
from vosgui.formats.writer import WriteOptions


@click.command()
@click.argument("src", metavar="SRC", type=PATH)
@click.option(
    "--to",
    metavar="FORMAT",
    required=True,
    help=f"The format to write: {', '.join(row.name for row in writable())}.",
)
@click.option("--out", type=PATH, required=True, help="A new or empty folder.")
@read_format_option
@click.option("--frames-from", type=PATH, help="Where the clips' frames are, if not in SRC.")
@click.option(
    "--skip-broken",
    is_flag=True,
    help="Leave out clips and frames that cannot be read, and name them.",
)
@one_of(
    "--frames",
    ["annotated", "grid", "all"],
    "Which frames: those with an annotation, those of them on the grid, or all.",
)
@write_options
@report_options
def command(
    src: Path,
    to: str,
    out: Path,
    format_name: str,
    frames_from: Path | None,
    skip_broken: bool,
    options: WriteOptions,
    output: Output,
) -> None:
    """Write the dataset SRC (a folder, a file or a zip) in another format.

    Clips are spread over all cores. A run that was stopped goes on where it was; the folder
    appears when it is whole. The same input gives the same bytes.

    vosgui convert DAVIS --to youtube-vos --out davis-as-youtube-vos
    """
    written = write_format(to)
    check_heeded(written, options)
    writer = written.writer(options)
    with unpacked(src) as folder:
        row, root = locate(folder, format_name)
        dataset = with_frames_in(row.list_clips(root), frames_from)
        packed = Unpacked(folder, src) if folder != src else None
        with shown_writing(out, "clip", quiet=output.quiet) as progress:
            report = convert(
                dataset,
                writer,
                out,
                output.workers,
                progress,
                skip_broken=skip_broken,
                unpacked=packed,
            )
        issues = as_packed(report.issues, folder, src)
    about = {"source": f"{src} ({row.title})", "target": str(out), "clips": report.n_clips}
    output.write(about, issues)
    print(report)
