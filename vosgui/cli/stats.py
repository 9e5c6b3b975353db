"""`stats`: the counts of a dataset or a project, as the paper's table 1 has them."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import Output, read_format_option, report_options
from vosgui.cli.options import PATH, Above0
from vosgui.cli.split_options import split_options
from vosgui.core.issues import Issue
from vosgui.datasets.composition.counts import NOMINAL_RATE, ClipCounts
from vosgui.datasets.composition.split import PARTS, SplitRules, share_out
from vosgui.datasets.composition.stats import (
    Composition,
    as_dict,
    compose,
    count_dataset,
    count_file,
    histograms,
    table,
)
from vosgui.files.archive import as_packed, unpacked
from vosgui.formats.locate import locate
from vosgui.project.schema import SUFFIX


@click.command()
@click.argument("dataset", metavar="PROJECT|DATASET", type=PATH)
@read_format_option
@click.option(
    "--rate",
    type=Above0(),
    default=NOMINAL_RATE,
    help="Frames per second of the videos, where frames are files named by their numbers.",
)
@click.option("--shares", is_flag=True, help="Count the parts that split would make, too.")
@split_options
@report_options
def command(
    dataset: Path,
    format_name: str,
    rate: float,
    shares: bool,
    rules: SplitRules,
    output: Output,
) -> None:
    """Count videos, categories, objects, annotations and minutes of a project or a dataset.

    These are the counts of table 1 of the YouTube-VOS paper: an annotation is the mask of one
    object in one frame, the duration that of the videos. Histograms tell how large the masks are,
    and how long the videos. Where the dataset has splits, each is a column; --shares adds the parts
    that `vosgui split` would make of it.

    vosgui stats my-dataset --json counts.json
    vosgui stats my-dataset --shares --unseen ant,snail
    """
    clips, title, issues = _counted(dataset, format_name, rate, output)
    columns = _columns(clips)
    lists: dict[str, list[str]] = {}
    if shares:
        shared = share_out({one.name: one.categories for one in clips}, rules)
        by_name = {one.name: one for one in clips}
        for part in PARTS:
            names = shared.parts()[part]
            columns[f"{part}*" if part in columns else part] = compose(by_name[n] for n in names)
            lists[part] = list(names)
        issues += shared.issues
    about = {
        "dataset": str(dataset),
        "format": title,
        "counts": {name: as_dict(one) for name, one in columns.items()},
    }
    print(f"{dataset}, {title}\n\n{table(columns)}\n")
    if not output.quiet:
        print(f"{histograms(columns['all'])}\n")
    output.write({**about, "shares": lists} if shares else about, issues)


def _counted(
    path: Path, format_name: str, rate: float, output: Output
) -> tuple[list[ClipCounts], str, list[Issue]]:
    if path.suffix == SUFFIX:
        with bar("clip", quiet=output.quiet) as progress:
            return count_file(path, progress), "a project", []
    with unpacked(path) as folder:
        row, root = locate(folder, format_name)
        with bar("clip", quiet=output.quiet) as progress:
            dataset = row.list_clips(root)
            clips, issues = count_dataset(dataset, root, rate, output.workers, progress)
        return clips, row.title, list(as_packed(issues, folder, path))


def _columns(clips: list[ClipCounts]) -> dict[str, Composition]:
    """Return the counts of all clips, and of each published split where there are several."""
    splits = dict.fromkeys(one.split for one in clips if one.split)
    own = {name: compose(one for one in clips if one.split == name) for name in splits}
    return {"all": compose(clips), **own}
