"""What is announced before an export is what lies there after it, in every format."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.annotated import annotated, image_folder
from tests.datasets.exporting import go_on_to
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Expression
from vosgui.core.history import History
from vosgui.datasets.convert import ConvertProgress, ConvertReport
from vosgui.datasets.export import ExportItem, ExportOrder, export_format
from vosgui.datasets.export_plan import preview
from vosgui.formats.registry import writable
from vosgui.media.open_clip import open_clip

FORMATS = [row.name for row in writable()]


def said(annotation: Annotation) -> Annotation:
    """Give the first object two expressions and the last one another."""
    history = History(annotation)
    first, *_, last = annotation.objects
    for entry, texts in ((first, ("a thing", "the thing")), (last, ("another one",))):
        expressions = tuple(Expression(text) for text in texts)
        changed = edits.set_object(history.annotation, replace(entry, expressions=expressions))
        history.do("Say", changed)
    return annotation


@pytest.fixture
def items(tmp_path: Path) -> list[ExportItem]:
    """Return two clips, the second of another name with a blank in it."""
    result = []
    for name in ("one", "number two"):
        path = image_folder(tmp_path / "clips" / name)
        with open_clip(path) as clip:
            info = clip.info
        result.append(ExportItem(name, said(annotated()), info, path))
    return result


def written(root: Path) -> dict[str, int]:
    files = [path.relative_to(root).parent.as_posix() for path in root.rglob("*") if path.is_file()]
    return dict(Counter("" if folder == "." else folder for folder in files))


@pytest.mark.parametrize("frames", ["grid", "all"])
@pytest.mark.parametrize("form", FORMATS)
def test_the_announced_files_are_those_written(
    items: list[ExportItem], tmp_path: Path, form: str, frames: str
) -> None:
    order = ExportOrder(form, tmp_path / "out", frames)  # type: ignore[arg-type]
    announced = preview(items, order)
    *_, report = export_format(items, order)
    assert isinstance(report, ConvertReport)
    assert report.target == announced.target
    assert written(announced.target) == announced.folders
    assert sum(announced.folders.values()) == announced.n_files > 0
    assert {one.clip for one in announced.objects} == {"one", "number_two"}


@pytest.mark.parametrize("form", FORMATS)
def test_any_format_is_stopped_within_a_clip(
    items: list[ExportItem], tmp_path: Path, form: str
) -> None:
    wanted = ExportOrder(form, tmp_path / "out", "all")
    frames = [
        step.n_frames
        for step in export_format(items[:1], wanted)
        if isinstance(step, ConvertProgress)
    ]
    assert len(set(frames)) > 20
    stopped = ExportOrder(form, tmp_path / "new" / "stopped", "all")
    steps = export_format(items[:1], stopped)
    go_on_to(steps, 15)
    steps.close()
    assert not (tmp_path / "new").exists()


def test_ids_are_announced_as_davis_has_them(items: list[ExportItem], tmp_path: Path) -> None:
    order = ExportOrder("davis", tmp_path / "out", "all")
    announced = preview(items[:1], order)
    list(export_format(items[:1], order))
    ids = set()
    for path in (order.out / "Annotations/480p/one").glob("*.png"):
        with Image.open(path) as image:
            ids |= set(np.unique(np.asarray(image)).tolist()) - {0}
    assert {int(one.written) for one in announced.objects} == ids
    semantics = json.loads((order.out / "davis_semantics.json").read_text())["one"]
    assert {one.written: one.category for one in announced.objects} == semantics


def test_category_numbers_are_announced_as_youtube_vis_has_them(
    items: list[ExportItem], tmp_path: Path
) -> None:
    order = ExportOrder("youtube-vis", tmp_path / "out", "all", vis_year=2021)
    announced = preview(items, order)
    list(export_format(items, order))
    content = json.loads((order.out / "train/instances.json").read_text())
    tracks = [f"track {a['id']}, category {a['category_id']}" for a in content["annotations"]]
    assert [one.written for one in announced.objects] == tracks


def test_a_clip_without_objects_is_said_to_be_left_out(
    items: list[ExportItem], tmp_path: Path
) -> None:
    empty = Annotation(items[0].info.hw, items[0].info.n_frames)
    both = [items[0], replace(items[1], annotation=empty)]
    assert preview(both, ExportOrder("davis", tmp_path / "out")).left_out == ("number two",)
