"""`validate`: each rule of the checklist broken on purpose is found, with its file and line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.trees import boxes, put_frames, put_image, put_palette, put_text
from vosgui.cli.main import main

A = {1: (1, 1, 5, 5)}
B = {2: (6, 8, 4, 5)}
NAME = "a1b2c3d4e5"
STEMS = ("00000", "00005", "00010")


def good(root: Path) -> Path:
    """Make a YouTube-VOS tree without a fault."""
    put_frames(root / f"train/JPEGImages/{NAME}", STEMS)
    for stem, objects in zip(STEMS, (A, A, {**A, **B}), strict=True):
        put_palette(root / f"train/Annotations/{NAME}/{stem}.png", boxes(objects))
    objects = {
        "1": {"category": "person", "frames": list(STEMS)},
        "2": {"category": "dog", "frames": ["00010"]},
    }
    put_meta(root, objects)
    return root


def put_meta(root: Path, objects: dict[str, Any]) -> None:
    text = json.dumps({"videos": {NAME: {"objects": objects}}}, indent=4)
    put_text(root / "train/meta.json", text)


def check(root: Path, *more: str) -> tuple[int, list[dict[str, Any]]]:
    report = root.parent / "report.json"
    words = ["validate", str(root), "--json", str(report), "--workers", "1", "--quiet", *more]
    status = main(words)
    return status, json.loads(report.read_text())["issues"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return good(tmp_path / "tree")


def masks(root: Path) -> Path:
    return root / f"train/Annotations/{NAME}"


def frames(root: Path) -> Path:
    return root / f"train/JPEGImages/{NAME}"


def test_a_good_tree_has_no_issues(tree: Path) -> None:
    assert check(tree) == (0, [])


def short_palette(root: Path) -> None:
    image = Image.fromarray(boxes(A))
    image.putpalette([0, 0, 0, 9, 9, 9])
    image.save(masks(root) / "00005.png")


def colours(root: Path) -> None:
    put_image(masks(root) / "00005.png", np.dstack([boxes(A)] * 3))


def rename_frame(root: Path) -> None:
    (frames(root) / "00010.jpg").rename(frames(root) / "00010.JPG")


def drop_mask(root: Path) -> None:
    (masks(root) / "00005.png").unlink()


def drop_frame(root: Path) -> None:
    (frames(root) / "00005.jpg").unlink()


BREAKS: dict[str, tuple[Callable[[Path], object], str, str, str]] = {
    # what is done: severity, file, text
    "palette": (short_palette, "warning", "00005.png", "palette has 2 colours"),
    "bits": (short_palette, "warning", "00005.png", "1 bits a pixel"),
    "colours": (colours, "error", "00005.png", "holds colours"),
    "size": (
        lambda root: put_palette(masks(root) / "00005.png", boxes(A, (12, 15))),
        "error",
        "00005.png",
        "15x12, its frame 16x12",
    ),
    "void": (
        lambda root: put_palette(masks(root) / "00005.png", boxes({**A, 255: (8, 8, 2, 2)})),
        "error",
        "00005.png",
        "value 255",
    ),
    "254": (
        lambda root: put_palette(masks(root) / "00005.png", boxes({**A, 254: (8, 8, 2, 2)})),
        "warning",
        "00005.png",
        "has the id 254",
    ),
    "extension": (rename_frame, "error", "00010.JPG", "no frame or mask"),
    "no mask": (drop_mask, "error", "00005.jpg", "no mask to this frame"),
    "no frame": (drop_frame, "error", "00005.png", "no frame to this mask"),
    "broken": (
        lambda root: put_text(masks(root) / "00005.png", "no image"),
        "error",
        "00005.png",
        "no PNG",
    ),
    "stranger": (
        lambda root: put_text(root / "train/Annotations/.DS_Store", ""),
        "error",
        ".DS_Store",
        "no clip's folder",
    ),
    "sidecar": (
        lambda root: put_text(masks(root) / "notes.txt", ""),
        "error",
        "notes.txt",
        "no frame or mask",
    ),
    "digits": (
        lambda root: put_palette(masks(root) / "7.png", boxes(A)),
        "error",
        "7.png",
        "1 digits",
    ),
}


@pytest.mark.parametrize("fault", BREAKS)
def test_issues_of_files_are_found(tree: Path, fault: str) -> None:
    break_it, severity, file, text = BREAKS[fault]
    break_it(tree)
    status, issues = check(tree)
    found = [one for one in issues if text in one["text"]]
    assert [(one["severity"], Path(one["file"]).name) for one in found] == [(severity, file)]
    errors = any(one["severity"] == "error" for one in issues)
    assert status == (1 if errors else 0)


@pytest.mark.parametrize(
    ("objects", "text", "line"),
    [
        ({"1": {"category": "person", "frames": ["00005", "00010"]}}, "listed from 00005 on", 5),
        ({"1": {"category": "gaint_panda", "frames": list(STEMS)}}, "misspelt", 5),
        ({"1": {"category": "person", "frames": list(STEMS)}}, "not listed", 4),
        ({"9": {"category": "person", "frames": list(STEMS)}}, "no mask has a pixel", 5),
        ({"1": {"category": "person", "frames": ["00005", "00000"]}}, "not sorted", 5),
        ({"1": {"category": "blob", "frames": list(STEMS)}}, "in no published list", 5),
        ({"300": {"category": "cat", "frames": list(STEMS)}}, "not in 1-254", 5),
    ],
)
def test_issues_of_meta_have_their_line(
    tree: Path, objects: dict[str, Any], text: str, line: int
) -> None:
    put_meta(tree, objects)
    _, issues = check(tree)
    found = [one for one in issues if text in one["text"]]
    assert found, issues
    assert Path(found[0]["file"]).name == "meta.json"
    if "not listed" not in text:
        assert found[0]["line"] == line


def test_a_broken_meta_is_found_with_its_line(tree: Path) -> None:
    put_text(tree / "train/meta.json", '{"videos": {\n"a": {"objects": {,}}}}')
    status, (issue,) = check(tree)
    assert status == 1
    assert (issue["line"], Path(issue["file"]).name) == (2, "meta.json")


def test_ids_with_gaps_are_errors_to_davis(tmp_path: Path) -> None:
    root = tmp_path / "tree"
    for stem in ("00000", "00001", "00002"):
        put_frames(root / "JPEGImages/480p/bear", ["00000", "00001", "00002"])
        mask = boxes({**A, 3: (6, 8, 4, 5), 255: (0, 0, 1, 16)})
        put_palette(root / f"Annotations/480p/bear/{stem}.png", mask)
    status, (issue,) = check(root)
    assert status == 1
    assert "1, 3: not 1 to 2" in issue["text"]
    status = main(["validate", str(root), "--fix", str(tmp_path / "fixed"), "--workers", "1"])
    assert status == 1
    assert check(tmp_path / "fixed") == (0, [])


def test_a_mask_that_davis_lacks_is_missed(tmp_path: Path) -> None:
    root = tmp_path / "DAVIS"
    stems = ("00000", "00001", "00002", "00003")
    put_frames(root / "JPEGImages/480p/c", stems)
    for stem in stems:
        put_palette(root / f"Annotations/480p/c/{stem}.png", boxes(A))
    assert check(root) == (0, [])
    (root / "Annotations/480p/c/00002.png").unlink()
    status, (issue,) = check(root)
    assert (status, issue["frame"]) == (1, "00002")
    assert "no mask to this frame" in issue["text"]
    for stem in ("00001", "00003"):  # as the test sets are
        (root / f"Annotations/480p/c/{stem}.png").unlink()
    assert check(root) == (0, [])


@pytest.mark.parametrize(("split", "status"), [("", 0), ("valid", 1)])
def test_few_masks_are_first_ones_in_a_valid_set_alone(
    tmp_path: Path, split: str, status: int
) -> None:
    root = tmp_path / "tree"
    put_frames(root / split / "JPEGImages/c", STEMS)
    for stem in STEMS[::2]:
        put_palette(root / split / f"Annotations/c/{stem}.png", boxes(A))
    found, issues = check(root)
    assert found == status
    assert any("objects that began before" in one["text"] for one in issues) == bool(status)


def test_what_is_fixed_is_valid(tree: Path, tmp_path: Path) -> None:
    colours(tree)
    put_meta(tree, {"1": {"category": "gaint_panda", "frames": ["00005"]}})
    put_palette(masks(tree) / "00010.png", boxes({**A, 255: (8, 8, 2, 2)}))
    status, issues = check(tree, "--fix", str(tmp_path / "fixed"))
    assert status == 1
    assert len(issues) > 3
    assert check(tmp_path / "fixed")[0] == 0
    meta = json.loads((tmp_path / "fixed/train/meta.json").read_text())
    assert meta["videos"][NAME]["objects"]["1"] == {
        "category": "giant_panda",
        "frames": list(STEMS),
    }


def test_what_was_found_is_told_where_it_cannot_be_fixed(
    tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (masks(tree) / "00005.png").write_bytes(b"no image")
    (tmp_path / "taken").mkdir()
    put_text(tmp_path / "taken/file", "")
    words = ["validate", str(tree), "--workers", "1", "--fix", str(tmp_path / "taken")]
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert "00005.png" in out
    assert "not empty" in err


def vis(tmp_path: Path, **changes: Any) -> Path:
    annotation = {
        "id": 1,
        "video_id": 1,
        "category_id": 1,
        "segmentations": [{"size": [3, 4], "counts": "327"}, None],
        "areas": [2, None],
        "bboxes": [[1.0, 0.0, 1.0, 2.0], None],
    }
    video = {"id": 1, "width": 4, "height": 3, "length": 2, "file_names": ["c/0.jpg", "c/1.jpg"]}
    content = {
        "videos": [video],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{**annotation, **changes}],
    }
    put_text(tmp_path / "tree/instances.json", json.dumps(content, indent=1))
    return tmp_path / "tree"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"areas": [20, None]}, "area is 20; the mask has 2"),
        ({"bboxes": [[1.0, 0.0, 0.0, 1.0], None]}, "the mask's is [1.0, 0.0, 1.0, 2.0]"),
        ({"segmentations": [None]}, "1 segmentations for 2 frames"),
        ({"areas": [None, 2]}, "null in different frames"),
        ({"segmentations": [{"size": [3, 4], "counts": "3279"}, None]}, "do not fill"),
        ({"video_id": 5}, "of no clip"),
        ({"category_id": 0}, "of no category"),
    ],
)
def test_issues_of_youtube_vis_have_their_line(
    tmp_path: Path, changes: dict[str, Any], text: str
) -> None:
    assert check(vis(tmp_path)) == (0, [])
    _, issues = check(vis(tmp_path, **changes))
    (issue,) = [one for one in issues if text in one["text"]]
    line = (tmp_path / "tree/instances.json").read_text().splitlines()[issue["line"] - 1]
    assert line.strip() == "{"


def test_results_take_compressed_masks_alone(tmp_path: Path) -> None:
    result = {"video_id": 1, "category_id": 1, "score": 0.5}
    fine, plain = {"size": [3, 4], "counts": "327"}, {"size": [3, 4], "counts": [3, 2, 7]}
    path = put_text(
        tmp_path / "results.json", json.dumps([{**result, "segmentations": [fine, None]}])
    )
    assert check(path) == (0, [])
    put_text(path, json.dumps([{**result, "segmentations": [plain]}]))
    status, (issue,) = check(path)
    assert status == 1
    assert "compressed" in issue["text"]


def test_results_are_known_in_their_folder_and_zip(tmp_path: Path) -> None:
    rle = {"size": [4, 5], "counts": [20]}
    entry = {"video_id": 1, "category_id": 1, "score": 0.5, "segmentations": [rle]}
    file = put_text(tmp_path / "out/results.json", json.dumps([entry]))
    for name in ("results.json", "nested/results.json"):
        with zipfile.ZipFile(tmp_path / "results.zip", "w") as archive:
            archive.write(file, name)
        status, issues = check(tmp_path / "results.zip")
        (found,) = issues
        assert status == 1
        assert ("compressed" if name == "results.json" else "at the root") in found["text"]
    status, (found,) = check(tmp_path / "out")
    assert (status, found["file"]) == (1, str(file))


def test_expressions_must_name_objects_that_are_there(tree: Path) -> None:
    said = {
        "0": {"exp": "a dog", "obj_id": "2"},
        "1": {"exp": "a dog", "obj_id": "1"},
        "2": {"exp": "who", "obj_id": "7"},
        "3": {"exp": "", "obj_id": 1},
    }
    content = {"videos": {NAME: {"expressions": said, "frames": list(STEMS)}}}
    put_text(tree / "meta_expressions/train/meta_expressions.json", json.dumps(content))
    status, issues = check(tree)
    said_of = " ".join(one["text"] for one in issues)
    assert status == 1
    for text in ("means two objects", "object 7: not there", "3 is empty", "3 is no text"):
        assert text in said_of


def test_the_layout_of_a_zip(tree: Path, tmp_path: Path) -> None:
    path = tmp_path / "submission.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for stem in STEMS:
            archive.write(masks(tree) / f"{stem}.png", f"results/{NAME}/{stem}.png")
    status, issues = check(path)
    assert status == 1
    assert "results" in issues[0]["text"]
