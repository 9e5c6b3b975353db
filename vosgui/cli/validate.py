"""`validate`: every violation of what the readers of a dataset rely on."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import (
    Output,
    read_format_option,
    report_options,
    shown_writing,
)
from vosgui.cli.options import PATH
from vosgui.core.issues import Severity
from vosgui.core.words import counted
from vosgui.datasets.convert import convert
from vosgui.datasets.validate import validate
from vosgui.errors import DatasetError, InputError
from vosgui.files.archive import as_packed, unpacked, zip_issues
from vosgui.formats.locate import locate
from vosgui.formats.registry import write_format
from vosgui.formats.tree.layout import find_splits
from vosgui.formats.writer import WriteOptions


@click.command()
@click.argument("dataset", metavar="DATASET", type=PATH)
@read_format_option
@click.option("--fix", type=PATH, metavar="DIR", help="Write a fixed copy; DIR is new or empty.")
@report_options
@click.pass_context
def command(
    ctx: click.Context, dataset: Path, format_name: str, fix: Path | None, output: Output
) -> None:
    """Check DATASET (a folder, a file or a zip) against what its readers rely on.

    Each violation is printed with its file and line, how grave it is, and how to fix it. The exit
    status is 1 where there are errors. --fix writes a copy in which all is fixed that needs no
    guessing: palettes, sizes of names, ids, lists of frames; clips that cannot be read are left
    out.

    vosgui validate my-dataset --json found.json
    vosgui validate submission.zip
    """
    issues = list(zip_issues(dataset))
    with unpacked(dataset) as folder:
        try:
            with bar("clip", quiet=output.quiet) as progress:
                report = validate(folder, format_name, output.workers, progress)
            title, found = report.title, report.issues
        except DatasetError:
            if not issues:
                raise
            title, found = "no known format", ()  # which the layout of the zip explains
        issues += as_packed(found, folder, dataset)
        n = Counter(one.severity for one in issues)
        numbers = {severity.name.lower(): n[severity] for severity in Severity}
        output.write({"dataset": str(dataset), "format": title, **numbers}, issues)
        verdict = counted(n[Severity.ERROR], "error") if n[Severity.ERROR] else "no errors"
        print(f"{dataset}, {title}: {verdict}.")
        if fix is not None:
            _fix(folder, format_name, fix, output)
    if n[Severity.ERROR]:
        ctx.exit(1)


def _fix(path: Path, format_name: str, fix: Path, output: Output) -> None:
    row, path = locate(path, format_name)
    if not row.fixed_as:
        raise InputError(f"A dataset of the format {row.name} cannot be fixed, only converted.")
    splits = [split.name for split in find_splits(path)]
    if len(splits) > 1:
        raise InputError(
            f"{path} has the splits {', '.join(splits)}; fix one at a time ({path / splits[0]})."
        )
    is_valid = row.valid_as and splits in (["valid"], ["test"])
    writer = write_format(row.valid_as if is_valid else row.fixed_as).writer(WriteOptions())
    dataset = row.list_clips(path)
    with shown_writing(fix, "clip", quiet=output.quiet) as progress:
        report = convert(dataset, writer, fix, output.workers, progress, skip_broken=True)
    for one in () if output.quiet else report.issues:
        print(f"fixed: {one}")
    print(f"{counted(report.n_clips, 'clip')} written to {fix}.")
