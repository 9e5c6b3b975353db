"""What is announced before an export is what lies there after it, in every format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.annotated import annotated, image_folder
from tests.datasets.exporting import stop_at, stopped
from tests.hearing import Heard
from vosgui.core import edits
from vosgui.core.annotation import Annotation, Expression
from vosgui.core.history import History
from vosgui.datasets.export import ExportItem, ExportOrder, Preview, export_format, preview
from vosgui.formats.registry import writable
from vosgui.formats.writer import WriteOptions
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


def ids_in_files(form: str, root: Path, files: list[str], clip: str) -> set[str]:
    """Return what a clip's objects are called in the files, in the words of the preview."""
    if form.startswith("youtube-vis") or form == "coco":
        return set(map(str, _numbers(form, root, files, clip)))
    if form == "cvat":
        images = re.findall(rf'<image [^>]*name="{clip}/.*?</image>', _text(root, files), re.S)
        return set(re.findall(r'group_id="(\d+)"', "".join(images)))
    own = [file for file in files if f"{clip}/" in file and file.endswith(".png")]
    if form in ("refer-youtube-vos-submission", "cutouts", "sa-v-masks"):
        return {file.split("/")[-2] for file in own}
    return {str(i) for file in own for i in np.unique(_pixels(root / file)) if i}


def _numbers(form: str, root: Path, files: list[str], clip: str) -> Iterator[Any]:
    content = json.loads(_text(root, files))
    if form == "youtube-vis-results":
        yield from range(1, sum(one["video_id"] == 1 + (clip != "one") for one in content) + 1)
        return
    videos = {one["id"] for one in content["videos"] if clip in json.dumps(one)}
    for one in content["annotations"]:
        if one["video_id"] in videos:
            yield one["object_id"] if form == "coco" else one["id"] - 3 * (clip != "one")


def _text(root: Path, files: list[str]) -> str:
    (file,) = (file for file in files if file.endswith((".json", ".xml")))
    return (root / file).read_text()


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image)


def planned_ids(form: str, order: ExportOrder, item: ExportItem, clip: str) -> set[str]:
    """Return what a clip's objects will be called, as the writer's plan has it."""
    plan = order.writer.plan(item.labelled(clip))
    if form in ("refer-youtube-vos-submission", "cutouts", "sa-v-masks"):
        (words,) = order.writer.in_words([plan])
        return {number for text in words.values() for number in re.findall(r"\d+", text)}
    return {str(i) for i in plan.ids.values()}


@pytest.mark.parametrize("frames", ["grid", "all"])
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_announced_is_what_is_written(
    items: list[ExportItem], tmp_path: Path, form: str, frames: str
) -> None:
    order = ExportOrder(form, tmp_path / "out", frames)  # type: ignore[arg-type]
    announced: Preview = preview(items, order)
    report = export_format(items, order)
    root = announced.target
    assert report.target == root
    written = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    assert sorted(written) == sorted(announced.files)
    assert sum(announced.folders.values()) == len(announced.files) > 0
    assert {one.clip for one in announced.objects} == {"one", "number_two"}
    for item, clip in zip(items, ("one", "number_two"), strict=True):
        plan = order.writer.plan(item.labelled(clip))
        assert set(plan.files()) <= set(announced.files)
        # A picture of all objects, and numbers of classes or of a JSON file, are not their ids.
        if form not in ("mevis", "ovis", "burst") and not (plan.others or plan.later):
            expected = planned_ids(form, order, item, clip)
            assert ids_in_files(form, root, written, clip) == expected
    assert sum(len(order.writer.plan(one.labelled("c")).frames) for one in items) == report.n_frames


@pytest.mark.parametrize("form", FORMATS)
def test_any_format_is_stopped_within_a_clip(
    items: list[ExportItem], tmp_path: Path, form: str
) -> None:
    heard = Heard()
    export_format(items[:1], ExportOrder(form, tmp_path / "out", "all"), heard)
    assert len({n_done for n_done, _, _ in heard.said}) > 20
    order = ExportOrder(form, tmp_path / "new" / "stopped", "all")
    stopped(lambda progress: export_format(items[:1], order, progress), stop_at(15))
    assert not (tmp_path / "new").exists()


def test_ids_are_announced_as_davis_has_them(items: list[ExportItem], tmp_path: Path) -> None:
    order = ExportOrder("davis", tmp_path / "out", "all")
    announced = preview(items[:1], order)
    export_format(items[:1], order)
    semantics = json.loads((order.out / "davis_semantics.json").read_text())["one"]
    assert {one.written: one.category for one in announced.objects} == semantics


@pytest.mark.parametrize("form", ["youtube-vis", "coco"])
def test_numbers_of_tracks_and_categories_are_announced(
    items: list[ExportItem], tmp_path: Path, form: str
) -> None:
    order = ExportOrder(form, tmp_path / "out", "all", options=WriteOptions(vis_year=2021))
    announced = preview(items, order)
    export_format(items, order)
    (file,) = order.out.rglob("instances*.json")
    tracks = dict.fromkeys(
        f"track {one['id' if form == 'youtube-vis' else 'track_id']}, category {one['category_id']}"
        for one in json.loads(file.read_text())["annotations"]
    )
    assert sorted(one.written for one in announced.objects) == sorted(tracks)


def test_a_clip_without_objects_is_said_to_be_left_out(
    items: list[ExportItem], tmp_path: Path
) -> None:
    empty = Annotation(items[0].info.hw, items[0].info.n_frames)
    both = [items[0], replace(items[1], annotation=empty)]
    assert preview(both, ExportOrder("davis", tmp_path / "out")).left_out == ("number two",)
