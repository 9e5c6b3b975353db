"""`evaluate` and `compare` on datasets of every format, on either side."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.trees import boxes, put_frames, put_palette, put_text, written_by
from vosgui.cli.main import main
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import writable, write_format
from vosgui.formats.writer import WriteOptions

STEMS = ("00000", "00001", "00002", "00003")
HW = (24, 32)
A, B = (2, 2, 8, 9), (12, 14, 7, 9)
# Tracks as published are without a number: where no categories tell, nothing does.
NAMELESS = ("youtube-vis", "ovis")
# Those that come back whole: of first masks alone and of one object little is left.
PARTS = ("davis-2016", "youtube-vos-valid", "youtube-vos-submission")
WHOLE = [row.name for row in writable() if row.reader and row.name not in PARTS] + ["ovis"]


def truth(root: Path) -> Path:
    for t, stem in enumerate(STEMS):
        put_palette(root / f"dog/{stem}.png", mask(t))
    return root


def mask(t: int) -> np.ndarray:
    return boxes({1: (A[0] + t, *A[1:]), 2: B}, HW)


def written(root: Path, form: str, shift: int = 0) -> Path:
    """Write the clip as a format has it. shift : of all masks in time."""
    builder = AnnotationBuilder(HW, 4, 1)
    for t in range(4):
        builder.add(t, mask(t + shift))
    put_frames(root / "frames/dog", STEMS, HW)
    about: list[Any] = [
        replace(new_object(i, category=name), expressions=(Expression(f"a {name}"),))
        for i, name in ((1, "dog"), (2, "cat"))
    ]
    clip = LabelledClip("dog", root / "frames/dog", STEMS, builder.build(about))
    writer, out = write_format(form).writer(WriteOptions()), root / "out"
    out.mkdir(parents=True)
    writer.finish([written_by(writer, clip, out)], out)
    return out


def overall(a: Path, b: Path, report: Path) -> tuple[float, int]:
    """Return J of all objects, and how many there are."""
    assert main(["evaluate", str(a), str(b), "--protocol", "all", "--json", str(report)]) == 0
    content = json.loads(report.read_text())
    return content["overall"]["J"]["mean"], len(content["objects"])


@pytest.mark.parametrize("form", WHOLE)
def test_a_dataset_is_the_truth_or_the_result(tmp_path: Path, form: str) -> None:
    tree, other = truth(tmp_path / "tree"), written(tmp_path, form)
    assert overall(tree, other, tmp_path / "a.json") == (1, 2)
    assert overall(other, tree, tmp_path / "b.json") == (1, 2)
    assert main(["compare", str(tree), str(other)]) == 0


@pytest.mark.parametrize("form", [*WHOLE, "zip of coco"])
def test_a_dataset_in_one_folder_on_top_is_the_same(tmp_path: Path, form: str) -> None:
    """As tools pack it, with what systems add: it was no dataset, or MOTS a tree of masks."""
    other = written(tmp_path / "a/b", form.rpartition(" ")[2])
    put_text(tmp_path / "a/README.md", "See b.")
    put_text(tmp_path / "a/__MACOSX/b/._out", "junk")
    shutil.rmtree(tmp_path / "a/b/frames")
    place = tmp_path / "a"
    if form.startswith("zip"):
        place = Path(shutil.make_archive(str(tmp_path / "a"), "zip", tmp_path / "a"))
    tree = truth(tmp_path / "tree")
    assert other.is_dir()
    assert overall(tree, place, tmp_path / "a.json") == (1, 2)
    assert main(["compare", str(place), str(tree)]) == 0


@pytest.mark.parametrize("form", NAMELESS)
def test_tracks_without_numbers_are_matched_by_category_or_refused(
    tmp_path: Path, form: str
) -> None:
    other = written(tmp_path, form)
    for file in other.rglob("*.json"):  # as published
        content = json.loads(file.read_text())
        for one in content["annotations"]:
            del one["track_id"]
        file.write_text(json.dumps(content))
    assert main(["evaluate", str(truth(tmp_path / "tree")), str(other)]) == 2
    tree = written(tmp_path / "more", "youtube-vos") / "train"
    assert overall(tree, other, tmp_path / "a.json") == (1, 2)


def test_another_result_scores_less(tmp_path: Path) -> None:
    tree, other = truth(tmp_path / "tree"), written(tmp_path, "coco", shift=2)
    J, n = overall(tree, other, tmp_path / "a.json")
    assert n == 2 and 0.5 < J < 0.95


def put_labelme(root: Path, order: Sequence[str], groups: Mapping[str, int] | None = None) -> Path:
    """Write labelme files of a dog and a cat, who are told by their labels alone."""
    corners = {
        "dog": lambda t: [[A[1], A[0] + t], [A[1] + A[3] - 1, A[0] + t + A[2] - 1]],
        "cat": lambda t: [[B[1], B[0]], [B[1] + B[3] - 1, B[0] + B[2] - 1]],
    }
    for t, stem in enumerate(STEMS):
        shapes = []
        for label in order:
            (x, y), (x2, y2) = corners[label](t)
            points = [[x, y], [x2, y], [x2, y2], [x, y2]]
            group = groups[label] if groups else None
            shape = {"label": label, "points": points, "shape_type": "polygon", "group_id": group}
            shapes.append(shape)
        content = {"shapes": shapes, "imagePath": f"{stem}.jpg", "imageHeight": HW[0]}
        root.mkdir(parents=True, exist_ok=True)
        (root / f"{stem}.json").write_text(json.dumps(content | {"imageWidth": HW[1]}))
    return root


def test_objects_that_are_told_by_label_are_matched_by_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = put_labelme(tmp_path / "a", ["dog", "cat"])
    b = put_labelme(tmp_path / "b", ["cat", "dog"])
    assert overall(a, b, tmp_path / "scores.json") == (1, 2)
    assert main(["compare", str(a), str(b)]) == 0
    assert "dog is 1" in capsys.readouterr().out


def test_numbers_of_the_file_are_its_ids_or_what_it_calls_them(tmp_path: Path) -> None:
    groups = {"dog": 700, "cat": 3}
    a = put_labelme(tmp_path / "a", ["dog", "cat"], groups)
    b = put_labelme(tmp_path / "b", ["cat", "dog"], groups)
    assert overall(a, b, tmp_path / "scores.json") == (1, 2)
    ids = put_labelme(tmp_path / "c", ["cat", "dog"], {"dog": 1, "cat": 2})
    assert overall(truth(tmp_path / "tree"), ids, tmp_path / "more.json") == (1, 2)


def test_categories_of_a_tree_tell_who_a_label_is(tmp_path: Path) -> None:
    tree = written(tmp_path, "youtube-vos") / "train"
    labels = put_labelme(tmp_path / "a/dog", ["cat", "dog"]).parent
    assert overall(tree, labels, tmp_path / "scores.json") == (1, 2)


def test_objects_that_nothing_ties_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = put_labelme(tmp_path / "a", ["cat", "dog"])
    assert main(["evaluate", str(truth(tmp_path / "tree")), str(labels)]) == 2
    said = capsys.readouterr().err
    assert "1, 2" in said and "cat, dog" in said
    assert main(["compare", str(tmp_path / "tree"), str(labels)]) == 2


def test_a_file_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("none")
    tree = truth(tmp_path / "tree")
    assert main(["evaluate", str(tree), str(tmp_path / "notes.txt")]) == 2
    assert "notes.txt is of no known format" in capsys.readouterr().err


def test_a_broken_dataset_names_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = put_labelme(tmp_path / "a", ["cat", "dog"])
    (labels / "00002.json").write_text((labels / "00002.json").read_text()[:-9])
    assert main(["compare", str(truth(tmp_path / "tree")), str(labels)]) == 2
    assert "00002.json" in capsys.readouterr().err
