"""What the commands that score share: options, work by the clip, files, and the printed report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import click

from vosgui.cli.bar import bar
from vosgui.cli.options import as_one, one_of, report_file, workers_option
from vosgui.core.metrics.report import (
    ScoreReport,
    Summary,
    over_length,
    summarise,
)
from vosgui.core.progress import Progress
from vosgui.core.words import counted
from vosgui.datasets.evaluate import ONLY_WHITE
from vosgui.datasets.score_files import report_as_dict, write_csv
from vosgui.datasets.score_plot import write_plot
from vosgui.datasets.workers import Workers, each_outcome, none_failed
from vosgui.errors import NothingToDoError
from vosgui.files.json_file import write_json

_NOTES_SHOWN = 20
_NAME_WIDTH = 60

Job = TypeVar("Job")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Output:
    """Where scores go: to files, and to the screen; and who works them out.

    packed : what was named on the command line, by the folder that it was unpacked into.
    """

    json: Path | None
    csv: Path | None
    plot: Path | None
    workers: Workers
    quiet: bool
    packed: Mapping[str, str] = field(default_factory=dict)

    def scored(
        self, score: Callable[[Job, Progress], Result], jobs: Sequence[Job], names: Sequence[str]
    ) -> list[Result]:
        """Return the result of each job, with a bar of progress on the way.

        names : of their clips. Raises InputError that names each clip that failed.
        """
        with bar("clip", quiet=self.quiet) as progress:
            return none_failed(list(each_outcome(score, jobs, self.workers, progress)), names)

    def write(self, report: ScoreReport, **more: Any) -> None:
        """Write the files that were asked for and print the report.

        more : what else the JSON file holds.
        """
        settings = {name: self._as_given(text) for name, text in report.settings.items()}
        report = replace(report, settings=settings)
        if not report.series:
            text = " ".join(["Nothing was scored.", *_notes(report)]).strip()
            if any(ONLY_WHITE in note for note in report.notes):
                advice = f"{text} Have any value but 0 taken as the one object."
                raise NothingToDoError(advice, option="--binary")
            raise NothingToDoError(text)
        if self.json is not None:
            write_json(self.json, report_as_dict(report) | more, indent=2)
        if self.csv is not None:
            write_csv(self.csv, report)
        if self.plot is not None:
            write_plot(self.plot, over_length(report.series), _plot_title(report))
        print("\n".join(_overall(report) if self.quiet else _table(report)))

    def _as_given(self, text: str) -> str:
        for folder, name in self.packed.items():
            text = text.replace(folder, name)
        return text


report_options = as_one(
    "output",
    Output,
    report_file("--json", "Write the report as JSON."),
    report_file("--csv", "Write J and F of every object in every frame as CSV."),
    report_file("--plot", "Draw J and F over the clips' length as PNG."),
    workers_option,
    click.option("--quiet", is_flag=True, help="Print the overall score only."),
)

void_option = one_of(
    "--void",
    ["ignore", "background"],
    "Leave pixels of 255 out of the scores, or take them as background, as "
    "davis2017-evaluation (semi-supervised) does.",
)


def void_in_words(void: str, where: str) -> str:
    """Return the line of a report that says what became of 255."""
    return f"255 of {where}: {'left out' if void == 'ignore' else void}"


def settings_lines(settings: Mapping[str, str]) -> list[str]:
    """Return what was compared and how, one line each."""
    width = max(map(len, settings), default=0)
    return [f"{name:<{width}}  {value}" for name, value in settings.items()]


def percent(share: float | None) -> str:
    """Return a score in percent, "-" where there is none."""
    return "-" if share is None else f"{100 * share:.1f}"


def _overall(report: ScoreReport) -> list[str]:
    """Return the one or two lines that matter most."""
    summary, challenge = report.overall, report.challenge
    assert summary is not None
    what = "expression" if all(one.expression for one in report.series) else "object"
    lines = [
        f"J&F {percent(summary.JF)}   J {percent(summary.J.mean)}   F {percent(summary.F.mean)}"
        f"   ({counted(summary.n_objects, what)}, {counted(summary.n_scores, 'score')})"
    ]
    if (numbers := report.own_numbers) is not None:
        said = [f"{name} {percent(value)}" for name, value in numbers.items()]
        lines = [f"{report.benchmark}: {'   '.join(said)}   ({lines[0].partition('(')[2]}"]
    elif challenge is not None and challenge.overall is None:
        missing = "unseen" if challenge.J_unseen is None else "seen"
        lines.append(f"YouTube-VOS overall: none, for there is no object of an {missing} category")
    elif challenge is not None:
        lines.append(
            f"YouTube-VOS overall {percent(challenge.overall)}"
            f"   J seen {percent(challenge.J_seen)}   F seen {percent(challenge.F_seen)}"
            f"   J unseen {percent(challenge.J_unseen)}   F unseen {percent(challenge.F_unseen)}"
        )
    return lines


def _table(report: ScoreReport) -> list[str]:
    """Return the settings, a table by kind, category, clip and object, and the notes."""
    groups = {**report.kinds, **report.categories}
    rows = [(f"[{name}]", summary) for name, summary in groups.items()]
    for name, summary in report.clips.items():
        rows.append((name, summary))
        for one in report.series:
            own = summarise([one]) if one.clip == name else None
            if own is not None:
                title = f"  {one.object_id} {one.expression or one.category}"
                rows.append((title.rstrip()[:_NAME_WIDTH], own))
    if report.overall is not None:
        rows.append(("all", report.overall))
    return [
        *settings_lines(report.settings),
        "",
        *_rows(rows),
        "",
        *_notes(report),
        *_overall(report),
    ]


def _rows(rows: Sequence[tuple[str, Summary]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    titles = ("J&F", "J mean", "J recall", "J decay", "F mean", "F recall", "F decay", "scores")
    lines = [" " * width + "".join(f"{title:>10}" for title in titles)]
    for name, row in rows:
        numbers = [row.JF]
        for part in (row.J, row.F):
            numbers += [part.mean, part.recall, part.decay]
        cells = "".join(f"{percent(number):>10}" for number in numbers)
        lines.append(f"{name:<{width}}{cells}{row.n_scores:>10}")
    return lines


def _notes(report: ScoreReport) -> list[str]:
    """Return the first notes and how many more there are, with an empty line after them."""
    if not report.notes:
        return []
    lines = [f"note: {note}" for note in report.notes[:_NOTES_SHOWN]]
    if len(report.notes) > _NOTES_SHOWN:
        lines.append(f"note: {len(report.notes) - _NOTES_SHOWN} more; --json writes all of them")
    return [*lines, ""]


def _plot_title(report: ScoreReport) -> str:
    n_clips = len(report.clips)
    what = counted(n_clips, "clip") if n_clips > 1 else next(iter(report.clips))
    return f"Mean J and F in percent: {what}, {counted(len(report.series), 'object')}"
