"""Score reports as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vosgui.core.metrics.region_contour import statistics
from vosgui.core.metrics.report import ScoreReport, Series, Summary, challenge_score
from vosgui.core.words import counted

_NOTES_SHOWN = 20
_NAME_WIDTH = 60


def overall_lines(report: ScoreReport) -> list[str]:
    """Return the one or two lines that matter most."""
    summary = report.overall
    if summary is None:
        return ["Nothing was scored."]
    what = "expression" if all(one.expression for one in report.series) else "object"
    lines = [
        f"J&F {_percent(summary.JF)}   J {_percent(summary.J.mean)}   F {_percent(summary.F.mean)}"
        f"   ({counted(summary.n_objects, what)}, {counted(summary.n_scores, 'score')})"
    ]
    challenge = challenge_score(report.series)
    if challenge is None:
        return lines
    if challenge.overall is None:
        missing = "unseen" if challenge.J_unseen is None else "seen"
        lines.append(f"YouTube-VOS overall: none, for there is no object of an {missing} category")
    else:
        lines.append(
            f"YouTube-VOS overall {_percent(challenge.overall)}"
            f"   J seen {_percent(challenge.J_seen)}   F seen {_percent(challenge.F_seen)}"
            f"   J unseen {_percent(challenge.J_unseen)}   F unseen {_percent(challenge.F_unseen)}"
        )
    return lines


def table(report: ScoreReport) -> str:
    """Return the settings, a table by kind, category, clip and object, and the notes."""
    width = max((len(name) for name in report.settings), default=0)
    lines = [f"{name:<{width}}  {value}" for name, value in report.settings.items()]
    rows: list[tuple[str, Summary]] = [*_indented(report.kinds), *_indented(report.categories)]
    clips = report.clips
    objects: dict[str, list[Series]] = {name: [] for name in clips}
    for one in report.series:
        objects[one.clip].append(one)
    for name, summary in clips.items():
        rows.append((name, summary))
        rows += [(_object_name(one), _summary_of(one)) for one in objects[name]]
    if report.overall is not None:
        rows.append(("all", report.overall))
    lines += ["", *_rows(rows), "", *notes_lines(report.notes), *overall_lines(report)]
    return "\n".join(lines)


def notes_lines(notes: Sequence[str]) -> list[str]:
    """Return the first notes and how many more there are, with an empty line after them."""
    if not notes:
        return []
    lines = [f"note: {note}" for note in notes[:_NOTES_SHOWN]]
    if len(notes) > _NOTES_SHOWN:
        lines.append(f"note: {len(notes) - _NOTES_SHOWN} more; --json writes all of them")
    return [*lines, ""]


def _indented(groups: dict[str, Summary]) -> Iterable[tuple[str, Summary]]:
    return [(f"[{name}]", summary) for name, summary in groups.items()]


def _object_name(one: Series) -> str:
    return f"  {one.object_id} {one.expression or one.category}".rstrip()[:_NAME_WIDTH]


def _summary_of(one: Series) -> Summary:
    return Summary(1, len(one.J), statistics(one.J), statistics(one.F))


def _rows(rows: Sequence[tuple[str, Summary]]) -> list[str]:
    width = max((len(name) for name, _ in rows), default=0)
    titles = ("J&F", "J mean", "J recall", "J decay", "F mean", "F recall", "F decay", "scores")
    lines = [" " * width + "".join(f"{title:>10}" for title in titles)]
    for name, row in rows:
        numbers = [row.JF]
        for part in (row.J, row.F):
            numbers += [part.mean, part.recall, part.decay]
        cells = "".join(f"{_percent(number):>10}" for number in numbers)
        lines.append(f"{name:<{width}}{cells}{row.n_scores:>10}")
    return lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}"
