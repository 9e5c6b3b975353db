"""What the commands that read datasets have in common: options, and the report of what was met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vosgui.formats.labelled_clip import Dataset
    from vosgui.formats.remarks import Remark

SOURCE = click.Path(path_type=Path, exists=False)
_SHOWN = 40  # lines of a report on the screen; the JSON file has all


def read_format_option(function: Any) -> Any:
    """Add `--format`, one of the table's names or auto."""
    from vosgui.formats.formats_table import READ_FORMATS

    names = ["auto", *(row.name for row in READ_FORMATS)]
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
    from vosgui.formats.formats_table import detect, read_format

    row = detect(src) if format_name == "auto" else read_format(format_name)
    return row.title, row.list_clips(src)


def print_remarks(remarks: Sequence[Remark]) -> None:
    """Print the gravest remarks, and how many there are of each kind."""
    from vosgui.formats.remarks import Severity, counts

    graver = sorted(remarks, key=lambda one: -one.severity)
    for one in graver[:_SHOWN]:
        print(one)
    if len(graver) > _SHOWN:
        print(f"... and {len(graver) - _SHOWN} more; --json writes all.")
    n = counts(remarks)
    if remarks:
        kinds = (
            (Severity.ERROR, "errors"),
            (Severity.WARNING, "warnings"),
            (Severity.NOTE, "notes"),
        )
        print(", ".join(f"{n[severity]} {words}" for severity, words in kinds))


def remarks_as_dicts(remarks: Iterable[Remark]) -> list[dict[str, Any]]:
    """Return a report for a JSON file."""
    return [one.as_dict() for one in remarks]
