"""`validate` on formats of one file: each fault with the line of the entry that it is in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_validate import check
from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main

Content = dict[str, Any]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a tree of masks of two clips."""
    root = tmp_path_factory.mktemp("made") / "tree"
    for n, name in enumerate(("one", "two")):
        put_frames(root / "JPEGImages" / name, ("00000", "00001"))
        for stem in ("00000", "00001"):
            put_palette(root / f"Annotations/{name}/{stem}.png", boxes({1: (n, 1, 5, 5)}))
    return root


def written(tree: Path, to: str, out: Path) -> Path:
    words = ["convert", str(tree), "--to", to, "--out", str(out), "--workers", "1", "--quiet"]
    assert main(words) == 0
    return out


def line_with(file: Path, text: str, n: int = 0) -> int:
    """Return the line of the n-th place at which a text stands."""
    lines = file.read_text().splitlines()
    return [number for number, line in enumerate(lines, start=1) if text in line][n]


COCO: tuple[tuple[Callable[[Content], object], str, str, str], ...] = (
    (
        lambda c: c["annotations"][2].update(image_id=77),
        "is of no image",
        '"image_id": 77',
        "error",
    ),
    (lambda c: c["annotations"][1].update(category_id=9), "is of no category", ": 9,", "error"),
    (lambda c: c["annotations"][3].update(area=1), "Its area is 1", '"area": 1,', "warning"),
    (lambda c: c["annotations"][3].update(bbox=[0, 0, 1]), "Its box is", '"id": 4,', "warning"),
    (lambda c: c["annotations"][0].update(id=4), "Another one has its id", '"id": 4,', "error"),
    (lambda c: c["annotations"][1].update(image_id=1), "twice in one image", '"id": 2,', "error"),
    (lambda c: c["images"][2].update(height="12"), "Its height", '"height": "12"', "error"),
    (lambda c: c["images"][0].update(file_name="../a.jpg"), "Its file_name", "../a.jpg", "error"),
    (
        lambda c: c["annotations"][2]["segmentation"].update(counts="0000"),
        "Its mask is broken: its run lengths do not fill",
        '"counts": "0000"',
        "error",
    ),
    (
        lambda c: c["annotations"][2].update(segmentation=[[1.0, 2.0, 3.0]]),
        "Its mask is broken",
        '"id": 3,',
        "error",
    ),
)


@pytest.mark.parametrize(("change", "text", "at", "severity"), COCO)
def test_coco_instances(
    tree: Path,
    tmp_path: Path,
    change: Callable[[Content], object],
    text: str,
    at: str,
    severity: str,
) -> None:
    file = written(tree, "coco", tmp_path / "coco") / "annotations/instances_default.json"
    content = json.loads(file.read_text())
    assert check(tmp_path / "coco")[0] == 0
    change(content)
    # One entry per line, so that an entry's line is where any part of it stands.
    rows = {
        key: "[\n" + ",\n".join(json.dumps(one) for one in value) + "\n]"
        if isinstance(value, list) and value
        else json.dumps(value)
        for key, value in content.items()
    }
    file.write_text("{" + ",\n".join(f"{json.dumps(k)}: {v}" for k, v in rows.items()) + "}")
    status, issues = check(tmp_path / "coco")
    (found,) = [one for one in issues if text in one["text"]]
    assert (found["file"], found["severity"]) == (str(file), severity)
    lines = file.read_text().splitlines()
    assert at in lines[found["line"] - 1]
    assert status == (1 if severity == "error" else 0)


def test_coco_that_is_none(tree: Path, tmp_path: Path) -> None:
    file = tmp_path / "coco" / "a.json"
    put_text(file, '{"images": [\n1],\n"annotations": [], "categories": []}')
    ((issue),) = check(tmp_path / "coco")[1]
    assert "a whole number in place of a table" in issue["text"]
    assert (issue["line"], issue["file"]) == (2, str(file))
    put_text(file, '{"images": [],\n"annotations": 3, "categories": []}')
    ((issue),) = check(tmp_path / "coco")[1]
    assert "not a file of COCO instances" in issue["text"]
    assert (issue["line"], issue["file"]) == (2, str(file))
    put_text(file, '{"images": [],\n"annotations": [], "categories": [}')
    ((issue),) = check(tmp_path / "coco")[1]
    assert (issue["line"], issue["file"]) == (2, str(file))


def test_coco_that_breaks_off(tree: Path, tmp_path: Path) -> None:
    file = written(tree, "coco", tmp_path / "out") / "annotations/instances_default.json"
    text = file.read_text()
    for end in (len(text) // 4, len(text) - 2):
        file.write_text(text[:end])
        status, (issue,) = check(tmp_path / "out")
        assert (status, issue["file"]) == (1, str(file))
        assert "truncated" in issue["text"] and issue["line"]


def labelme(root: Path, shapes: list[Content]) -> Path:
    content = {"shapes": shapes, "imageHeight": 12, "imageWidth": 16, "imagePath": "0.jpg"}
    return put_text(root / "0.json", json.dumps(content, indent=2))


SQUARE = {"label": "a", "points": [[1, 1], [5, 1], [5, 5]], "shape_type": "polygon"}


@pytest.mark.parametrize(
    ("shape", "text", "at"),
    [
        ({"label": "b", "points": [[1, 1]], "shape_type": "mask"}, "'b' cannot be drawn", None),
        ({"label": "b", "points": "none", "shape_type": "polygon"}, "points is text", None),
        (
            {"label": [7], "points": [[1, 1]], "shape_type": "polygon"},
            "label is a list",
            'label": [',
        ),
    ],
)
def test_labelme(tmp_path: Path, shape: Content, text: str, at: str | None) -> None:
    file = labelme(tmp_path / "labelme", [SQUARE, shape])
    status, issues = check(tmp_path / "labelme")
    (found,) = [one for one in issues if one["severity"] == "error"]
    assert status == 1
    assert text in found["text"]
    assert found["file"] == str(file)
    # A shape as a whole is on the line of its brace.
    assert found["line"] == (line_with(file, at) if at else line_with(file, "    {", 1))


def test_masks_of_sa_v(tmp_path: Path) -> None:
    whole = {"size": [2, 3], "counts": [6]}
    frames = [[whole, whole], [whole, {"size": [2, 3], "counts": [5]}]]
    content = {"masklet": frames, "video_height": 2, "video_width": 3, "video_frame_count": 5}
    file = put_text(tmp_path / "sav/a_manual.json", json.dumps(content, indent=1))
    status, issues = check(tmp_path / "sav")
    (found,) = [one for one in issues if one["severity"] == "error"]
    assert (status, found["file"]) == (1, str(file))
    assert "object 1 cannot be drawn: its run lengths" in found["text"]
    assert (found["clip"], found["frame"]) == ("a", "00004")
    assert found["line"] == line_with(file, "{", 4)


def test_cvat(tree: Path, tmp_path: Path) -> None:
    file = written(tree, "cvat", tmp_path / "cvat") / "annotations.xml"
    assert check(tmp_path / "cvat")[0] == 0
    text = file.read_text().replace("><image", ">\n<image").replace("><mask", ">\n<mask")
    for old, new, at in (
        ('rle="0, 25"', 'rle="0, 24"', "0, 24"),
        ('width="16"', 'width="a"', 'width="a"'),
        ("</image>", "</imag>", "</imag>"),
    ):
        before, found, after = text.rpartition(old)
        assert found
        file.write_text(before + new + after)
        status, issues = check(tmp_path / "cvat")
        (issue,) = [one for one in issues if one["severity"] == "error"]
        assert (status, issue["file"]) == (1, str(file))
        assert issue["line"] == line_with(file, at)


def test_not_the_first_broken_part_alone_is_told(tree: Path, tmp_path: Path) -> None:
    for n in (2, 1, 0):
        labelme(tmp_path / "labelme", [SQUARE]).rename(tmp_path / f"labelme/{n}.json")
    for n in (0, 2):
        path = tmp_path / f"labelme/{n}.json"
        path.write_text(path.read_text().replace('"polygon"', '"mask"'))
    masks = [{"size": [2, 3], "counts": [n]} for n in (5, 6, 7)]
    content = {"masklet": [masks], "video_height": 2, "video_width": 3, "video_frame_count": 1}
    put_text(tmp_path / "sav/a_manual.json", json.dumps(content, indent=1))
    file = written(tree, "cvat", tmp_path / "cvat") / "annotations.xml"
    file.write_text(re.sub(r'rle="(\d+), ', r'rle="99\1, ', file.read_text(), count=2))
    for n in (1, 2):
        put_text(tmp_path / f"folders/c/{n}/00000.png", "no image")
    for folder in ("labelme", "sav", "cvat", "folders"):
        status, issues = check(tmp_path / folder)
        errors = [one for one in issues if one["severity"] == "error"]
        assert (status, len(errors)) == (1, 2), folder
        places = [(one.get("file"), one.get("line"), one["text"]) for one in errors]
        assert len(set(places)) == 2


def test_a_tree_of_masks_alone_is_called_so(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(tree), "--workers", "1"]) == 0
    assert "a tree of masks (MOSE and the like)" in capsys.readouterr().out
