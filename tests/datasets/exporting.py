"""What the tests of exports share: clips to export, and what a tree holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.annotated import annotated
from tests.hearing import Heard, Stopped
from vosgui.core.annotation import Annotation
from vosgui.core.progress import Progress
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import ExportItem, ExportOrder, export_format
from vosgui.formats.youtubevos.writer import Style
from vosgui.media.open_clip import open_clip


def item(path: Path, name: str = "", annotation: Annotation | None = None) -> ExportItem:
    with open_clip(path) as clip:
        info = clip.info
    return ExportItem(name or info.name, annotation or annotated(), info, path)


def order(out: Path, style: Style = "train", **options: object) -> ExportOrder:
    form = "youtube-vos" if style == "train" else "youtube-vos-valid"
    return ExportOrder(form, out, **options)  # type: ignore[arg-type]


def export(out: Path, *items: ExportItem, **options: object) -> ConvertReport:
    heard = Heard()
    report = export_format(items, order(out, **options), heard)  # type: ignore[arg-type]
    n_done, n_total, _ = heard.said[-1]
    assert n_done == n_total == report.n_frames
    told = [n_done for n_done, _, _ in heard.said]
    assert told == sorted(told)
    assert set(told) >= set(range(1, report.n_frames + 1))  # 0 while clips are opened
    return report


def stop_at(n_frames: int) -> Heard:
    """Return a progress that stops the work when so many frames are done; at once for 0."""
    return Heard(lambda heard: heard.said[-1][0] >= n_frames)


def stopped(work: Callable[[Progress], object], progress: Heard) -> list[tuple[float, str]]:
    """Do work that is stopped, and return what it reported: how much is done, in words too."""
    with pytest.raises(Stopped):
        work(progress)
    return [(n_done, text) for n_done, _, text in progress.said]


def files(root: Path) -> dict[str, str]:
    """Return every file of a tree with the hash of its bytes."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
