"""What the commands about datasets share: options, and the report of what was met."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from vosgui.cli.bar import bar
from vosgui.cli.options import FILE, as_one, report_file, workers_option
from vosgui.core.issues import Issue, Severity
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.datasets.resuming.partial_tree import n_kept, partial_folder
from vosgui.datasets.workers import Workers
from vosgui.errors import InputError, with_option
from vosgui.files.json_file import write_json
from vosgui.formats.format import Format
from vosgui.formats.registry import readable, writable
from vosgui.formats.writer import WriteOptions

_SHOWN = 40  # lines of a report on the screen; the JSON file has all


@dataclass(frozen=True)
class Output:
    """Where what was met goes: to a file, and to the screen; and who does the work."""

    json: Path | None
    workers: Workers
    quiet: bool

    def write(
        self, about: Mapping[str, Any], issues: Sequence[Issue], printed: Sequence[Issue] = ()
    ) -> None:
        """Write the file that was asked for, and print the issues.

        about : what the file holds beside the issues. printed : issues that were printed before.
        """
        if self.json is not None:
            content = {**about, "issues": [one.as_dict() for one in (*printed, *issues)]}
            write_json(self.json, content, indent=2)
        if not self.quiet:
            print_issues(issues)


report_options = as_one(
    "output",
    Output,
    workers_option,
    report_file("--json", "Write all that was found, changed or dropped as JSON."),
    click.option("--quiet", is_flag=True, help="Show no progress, print no report."),
)

read_format_option = click.option(
    "--format",
    "format_name",
    type=click.Choice(["auto", *(row.name for row in readable())]),
    metavar="FORMAT",
    default="auto",
    help="The format to read; auto finds out. "
    f"There are {', '.join(row.name for row in readable())}.",
)


@contextmanager
def shown_writing(target: Path, unit: str, *, quiet: bool) -> Iterator[Progress]:
    """Show a bar while a dataset is written, and say what is kept where that is cut short.

    unit : what is counted.
    """
    try:
        with bar(unit, quiet=quiet) as progress:
            yield progress
    except (InputError, KeyboardInterrupt) as end:
        if n_whole := n_kept(target):
            kept = f"{counted(n_whole, 'clip')} done and kept in {partial_folder(target)}"
            when = "" if isinstance(end, KeyboardInterrupt) else " once what follows is put right"
            print(f"{kept}; the same command goes on from there{when}.", file=sys.stderr)
        raise


def print_issues(issues: Sequence[Issue]) -> None:
    """Print the gravest issues, and how many there are of each kind."""
    context = click.get_current_context(silent=True)
    params = context.command.params if context is not None else []
    known = [name for param in params for name in param.opts] if params else None
    for one in sorted(issues, key=lambda one: -one.severity)[:_SHOWN]:
        print(with_option(f"{one.severity.name.lower()}: {one.words}", one.option, known))
    if len(issues) > _SHOWN:
        print(f"... and {len(issues) - _SHOWN} more; --json writes all.")
    if issues:
        n = Counter(one.severity for one in issues)
        print(
            ", ".join(counted(n[one], one.name.lower()) for one in sorted(Severity, reverse=True))
        )


def _of_some(flag: str, name: str, what: str, **about: Any) -> Callable[..., Any]:
    """Return an option that some formats alone heed: its help names them, as the table does."""
    heed = ", ".join(row.name for row in writable() if name in row.options)
    return click.option(flag, name, help=f"{heed}: {what}", **about)


def check_heeded(row: Format, options: WriteOptions) -> None:
    """Raise UsageError for an option that a format does not heed: what is written would differ."""
    flags = {"--object": "objects", "--vis-year": "vis_year", "--reference": "reference"}
    for flag, name in flags.items():
        if getattr(options, name) and name not in row.options:
            heed = ", ".join(one.name for one in writable() if name in one.options)
            raise click.UsageError(f"{flag} is for {heed}, not for {row.name}.")


write_options = as_one(
    "options",
    WriteOptions,
    _of_some(
        "--object",
        "objects",
        "only this object.",
        type=click.IntRange(1, 254),
        multiple=True,
        callback=lambda _, __, ids: frozenset(ids),
    ),
    _of_some(
        "--vis-year",
        "vis_year",
        "whose category ids.",
        type=click.Choice(["2019", "2021"]),
        callback=lambda _, __, year: year and int(year),
    ),
    _of_some("--reference", "reference", "the benchmark's own file, for its numbers.", type=FILE),
)
