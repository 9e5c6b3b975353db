"""Score reports as values for JSON, and as a CSV with one line per object and frame."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vosgui.core.metrics.region_contour import statistics
from vosgui.core.metrics.report import ScoreReport, Series, Summary
from vosgui.files.atomic import atomic_file


def report_as_dict(report: ScoreReport) -> dict[str, Any]:
    """Return all of a report but its single frames; every score lies in [0, 1]."""
    challenge = report.challenge
    return {
        "settings": report.settings,
        "overall": _numbers(report.overall),
        "youtube_vos": None if challenge is None else asdict(challenge),
        "benchmark": report.benchmark,
        "benchmark_numbers": report.own_numbers,
        "kinds": {name: _numbers(summary) for name, summary in report.kinds.items()},
        "categories": {name: _numbers(summary) for name, summary in report.categories.items()},
        "clips": {name: _numbers(summary) for name, summary in report.clips.items()},
        "objects": [_object(one) for one in report.series],
        "notes": report.notes,
    }


def write_csv(path: Path, report: ScoreReport) -> None:
    """Write J and F of every object in every frame that counts."""
    with atomic_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["clip", "object", "category", "frame", "J", "F"])
        for one in report.series:
            for name, J, F in zip(one.frame_names, one.J, one.F, strict=True):
                rows.writerow([one.clip, one.object_id, one.category, name, f"{J:.6f}", f"{F:.6f}"])
        text.flush()
        text.detach()


def _numbers(summary: Summary | None) -> dict[str, Any] | None:
    return None if summary is None else {**asdict(summary), "JF": summary.JF}


def _object(one: Series) -> dict[str, Any]:
    return {
        "clip": one.clip,
        "object": one.object_id,
        "category": one.category,
        "expression": one.expression,
        "seen": one.seen,
        "n_scores": len(one.J),
        "J": asdict(statistics(one.J)),
        "F": asdict(statistics(one.F)),
    }
