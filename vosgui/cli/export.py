"""`export`: the clips of a project as a dataset in a published format."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vosgui.errors import InputError
from vosgui.formats.formats_table import WRITE_FORMATS

if TYPE_CHECKING:
    from vosgui.core.review import Finding
    from vosgui.engine.export import ExportItem, ExportOptions, ExportReport
    from vosgui.formats.labelled_clip import Dataset
    from vosgui.formats.project import Project
    from vosgui.formats.writer import FrameChoice


@click.command()
@click.argument("project", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice([row.name for row in WRITE_FORMATS]),
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
@click.option("--clips", metavar="NAME,...", help="Only these clips of the project.")
@click.option("--merge", is_flag=True, help="Add the clips to the tree that is there.")
@click.option("--overwrite", is_flag=True, help="As --merge; clips of the same names are replaced.")
@click.option("--object", "objects", type=int, multiple=True, help="Pictures: only this object.")
@click.option(
    "--reference",
    type=click.Path(path_type=Path),
    help="youtube-vis-results: the benchmark's own file, for its numbers.",
)
@click.option(
    "--vis-year",
    type=click.Choice(["2019", "2021"]),
    help="youtube-vis: whose category ids; by default of the list that fits.",
)
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes, of other formats; one per core."
)
@click.option(
    "--json", type=click.Path(path_type=Path), help="Other formats: write the report as JSON."
)
@click.option("--check", is_flag=True, help="Say what is missing or does not fit; write nothing.")
@click.option("--quiet", is_flag=True, help="Print errors only.")
def command(
    project: Path,
    form: str,
    out: Path | None,
    clips: str | None,
    check: bool,
    quiet: bool,
    **how: Any,
) -> None:
    """Write the clips of PROJECT as a dataset that the field's own loaders read.

    What is missing or does not fit is said first, on stderr. The tree appears when it is whole.
    """
    from vosgui.engine.export_formats import dataset_of
    from vosgui.formats.project import Project

    if out is None and not check:
        raise click.UsageError("Give --out DIR, or --check to write nothing.")
    others = {key: how.pop(key) for key in ("objects", "reference", "vis_year", "workers", "json")}
    options = _options(out or Path(), **how)
    with Project.open(project) as opened:
        items = _items(opened, clips)
        if check:
            _check(items, options)
            return
        if form != "youtube-vos":
            _refuse_tree_options(form, **how)
            dataset = dataset_of(items)
        else:
            report = _write(items, options, quiet)
    if form != "youtube-vos":
        assert out is not None
        _write_other(dataset, form, out, quiet, frames=how["frames"], **others)
        return
    if not quiet:
        _print_report(report)


def _options(out: Path, frames: Any, style: Any, *, merge: bool, overwrite: bool) -> ExportOptions:
    from vosgui.engine.export import ExportOptions
    from vosgui.formats.dataset_tree import Existing

    existing = Existing.MERGE if merge else Existing.REFUSE
    return ExportOptions(out, frames, style, Existing.OVERWRITE if overwrite else existing)


def _items(project: Project, clips: str | None) -> list[ExportItem]:
    from vosgui.engine.export import ExportItem
    from vosgui.formats.media import open_clip

    records = {record.name: record for record in project.clips}
    names = [name.strip() for name in clips.split(",")] if clips else list(records)
    unknown = [name for name in names if name not in records]
    if unknown:
        raise InputError(
            f"{project.path} has no clip {', '.join(unknown)}. It has: {', '.join(records)}."
        )
    items = []
    for name in dict.fromkeys(names):
        path = project.locate_clip(records[name])
        with open_clip(path) as clip:
            project.check_clip(records[name], clip.info)
            annotation = project.history(records[name].id).annotation
            items.append(ExportItem(name, annotation, clip.info, partial(open_clip, path)))
    return items


def _check(items: Sequence[ExportItem], options: ExportOptions) -> None:
    from vosgui.core.review import Severity
    from vosgui.engine.export import check_export

    failed = []
    for name, findings in check_export(items, options):
        for finding in findings:
            print(_line(name, finding))
        if any(finding.severity == Severity.ERROR for finding in findings):
            failed.append(name)
    if failed:
        raise InputError(f"These clips cannot be exported: {', '.join(failed)}.")


def _write(items: Sequence[ExportItem], options: ExportOptions, quiet: bool) -> ExportReport:
    from tqdm import tqdm

    from vosgui.engine.export import ExportProgress, check_export, export_youtube_vos

    if not quiet:
        for name, findings in check_export(items, options):
            for finding in findings:
                print(_line(name, finding), file=sys.stderr)
    with (
        tqdm(unit="frame", disable=quiet or None, leave=False) as bar,
        closing(export_youtube_vos(items, options)) as steps,
    ):
        for step in steps:
            if isinstance(step, ExportProgress):
                bar.total = step.n_total
                bar.update(step.n_done - bar.n)
            else:
                return step
    raise AssertionError("an export ends with its report")


def _refuse_tree_options(form: str, *, merge: bool, overwrite: bool, style: str, **_: Any) -> None:
    if merge or overwrite or style != "train":
        raise click.UsageError(
            f"--merge, --overwrite and --style are for youtube-vos; {form} makes a new folder."
        )


def _write_other(
    dataset: Dataset,
    form: str,
    out: Path,
    quiet: bool,
    *,
    frames: FrameChoice,
    objects: Sequence[int],
    reference: Path | None,
    vis_year: str | None,
    workers: int | None,
    json: Path | None,
) -> None:
    from vosgui.cli.convert import print_report, run_convert, write_report
    from vosgui.cli.dataset_options import chosen_writer
    from vosgui.engine.export_formats import writer_frames

    chosen = writer_frames(form, frames)
    writer = chosen_writer(form, chosen, objects, reference, vis_year)
    report = run_convert(dataset, writer, out, workers, quiet)
    write_report(report, "a project", json)
    if not quiet:
        print_report(report, quiet)


def _line(clip: str, finding: Finding) -> str:
    return f"{finding.severity.name.lower()}: {clip}: {finding.text}"


def _print_report(report: ExportReport) -> None:
    for clip, note in report.notes:
        print(f"{clip}: {note}")
    for skipped in report.skipped:
        print(f"left out: {skipped}")
    print(
        f"{report.n_clips} clips, {report.n_frames} frames, {report.n_objects} objects "
        f"in {report.target}"
    )
