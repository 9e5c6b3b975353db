"""What the commands that read datasets have in common: options, and the report of what was met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from vosgui.cli.options import FILE
from vosgui.core.issues import Issue, Severity, counts
from vosgui.core.words import counted
from vosgui.formats.dataset import Dataset
from vosgui.formats.registry import detect, read_format, readable, writable, write_format
from vosgui.formats.writer import WriteOptions, Writer

SOURCE = click.Path(path_type=Path, exists=False)
_SHOWN = 40  # lines of a report on the screen; the JSON file has all


def read_format_option(function: Any) -> Any:
    """Add `--format`, one of the table's names or auto."""

    names = ["auto", *(row.name for row in readable())]
    return click.option(
        "--format",
        "format_name",
        type=click.Choice(names),
        default="auto",
        show_default=True,
        help="The format of SRC.",
    )(function)


def list_dataset(src: Path, format_name: str) -> tuple[str, Dataset]:
    """Return the title of the format and the clips of a dataset."""

    row = detect(src) if format_name == "auto" else read_format(format_name)
    return row.title, row.list_clips(src)


def print_issues(issues: Sequence[Issue]) -> None:
    """Print the gravest issues, and how many there are of each kind."""

    graver = sorted(issues, key=lambda one: -one.severity)
    for one in graver[:_SHOWN]:
        print(one)
    if len(graver) > _SHOWN:
        print(f"... and {len(graver) - _SHOWN} more; --json writes all.")
    n = counts(issues)
    if issues:
        kinds = (
            (Severity.ERROR, "error"),
            (Severity.WARNING, "warning"),
            (Severity.NOTE, "note"),
        )
        print(", ".join(counted(n[severity], word) for severity, word in kinds))


def issues_as_dicts(issues: Iterable[Issue]) -> list[dict[str, Any]]:
    """Return a report for a JSON file."""
    return [one.as_dict() for one in issues]


def write_options(function: Any) -> Any:
    """Add the options of every command that writes a dataset."""
    for option in (
        click.option("--quiet", is_flag=True, help="Print one line only."),
        click.option("--json", type=FILE, help="Write all that was changed or dropped as JSON."),
        click.option("--workers", type=click.IntRange(min=1), help="Processes; one per core."),
        click.option(
            "--frames",
            type=click.Choice(["annotated", "grid", "all"]),
            default="annotated",
            show_default=True,
            help="Which frames: with an annotation, those of them on the grid, or all.",
        ),
    ):
        function = option(function)
    return choice_options(function)


def choice_options(function: Any) -> Any:
    """Add the options that some formats alone heed, as the table says."""
    for flag, name, kind, what in (
        ("--reference", "reference", FILE, "the benchmark's own file, for its numbers."),
        ("--vis-year", "vis_year", click.Choice(["2019", "2021"]), "whose category ids."),
        ("--object", "objects", click.IntRange(1, 254), "only this object."),
    ):
        heed = ", ".join(row.name for row in writable() if name in row.options)
        about: dict[str, Any] = {"type": kind, "multiple": name == "objects"}
        function = click.option(flag, name, help=f"{heed}: {what}", **about)(function)
    return function


def chosen_writer(
    name: str,
    frames: Any,
    objects: Sequence[int],
    reference: Path | None,
    vis_year: str | None = None,
) -> Writer:
    """Return the writer of a format; InputError where there is no such format."""

    year: Any = vis_year and int(vis_year)
    return write_format(name).writer(WriteOptions(frames, frozenset(objects), reference, year))
