"""A folder that holds two datasets: which was read is said, and how the other one is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.trees import boxes, put_frames, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.locate import locate
from vosgui.formats.registry import writable, write_format
from vosgui.formats.writer import WriteOptions


def put(form: str, out: Path, frames: Path) -> None:
    """Write a clip of three frames."""
    builder = AnnotationBuilder((12, 16), 3, 1)
    for t in range(3):
        builder.add(t, boxes({1: (2, t, 4, 5)}))
    one = replace(new_object(1, category="dog"), expressions=(Expression("a dog"),))
    names = tuple(f"{t:05d}" for t in range(3))
    put_frames(frames, names)
    writer = write_format(form).writer(WriteOptions())
    clip = LabelledClip("pond", frames, names, builder.build([one]))
    out.mkdir(exist_ok=True)
    writer.finish([written_by(writer, clip, out)], out)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("coco", "youtube-vos"),
        ("cvat", "davis"),
        ("youtube-vis", "youtube-vos"),
        ("coco", "cvat"),
        ("burst", "mose"),
    ],
)
def test_the_other_one_is_named(tmp_path: Path, first: str, second: str) -> None:
    put(first, tmp_path / "out", tmp_path / "frames")
    put(second, tmp_path / "out", tmp_path / "frames")
    row, place = locate(tmp_path / "out", "auto")
    said = [str(one) for one in row.list_clips(place).issues]
    (other,) = {first, second} - {row.name}
    (line,) = [one for one in said if "--format" in one]
    assert other in line
    assert str(place) in line
    row, place = locate(tmp_path / "out", other)
    assert not [one for one in row.list_clips(place).issues if one.option]


@pytest.mark.parametrize("form", [row.name for row in writable() if row.reader])
def test_one_alone_is_no_other(tmp_path: Path, form: str) -> None:
    put(form, tmp_path / "out", tmp_path / "frames")
    row, place = locate(tmp_path / "out", "auto")
    assert not [one for one in row.list_clips(place).issues if one.option]
