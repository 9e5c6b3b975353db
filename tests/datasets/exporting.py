"""What the tests of exports share: clips to export, and what a tree holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from tests.annotated import (
    annotated,
)
from vosgui.core.annotation import Annotation
from vosgui.datasets.convert import ConvertProgress, ConvertReport
from vosgui.datasets.export import ExportItem, ExportOrder, export_format
from vosgui.formats.youtubevos.plan import Style
from vosgui.media.open_clip import open_clip


def item(path: Path, name: str = "", annotation: Annotation | None = None) -> ExportItem:
    with open_clip(path) as clip:
        info = clip.info
    return ExportItem(name or info.name, annotation or annotated(), info, path)


def order(out: Path, style: Style = "train", **options: object) -> ExportOrder:
    form = "youtube-vos" if style == "train" else "youtube-vos-valid"
    return ExportOrder(form, out, **options)  # type: ignore[arg-type]


def export(out: Path, *items: ExportItem, **options: object) -> ConvertReport:
    *progress, report = export_format(items, order(out, **options))  # type: ignore[arg-type]
    assert isinstance(report, ConvertReport)
    last = progress[-1]
    assert isinstance(last, ConvertProgress)
    assert last.n_frames == last.n_frames_total == report.n_frames
    told = [step.n_frames for step in progress if isinstance(step, ConvertProgress)]
    assert told == sorted(told)
    assert set(told) >= set(range(1, report.n_frames + 1))  # 0 while clips are opened
    return report


def go_on_to(steps: Iterator[ConvertProgress | ConvertReport], n_frames: int) -> None:
    """Go through the steps of an export until so many frames are told; not at all for 0."""
    told = 0
    while told < n_frames:
        step = next(steps)
        assert isinstance(step, ConvertProgress)
        told = step.n_frames


def files(root: Path) -> dict[str, str]:
    """Return every file of a tree with the hash of its bytes."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
