"""`stats` as one calls it: tables for people, JSON for programs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.trees import boxes, put_frames, put_palette, put_text
from vosgui.cli.main import main
from vosgui.files.archive import write_archive


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """Return YouTube-VOS's train and valid, with eight clips of two categories each."""
    root = tmp_path / "YouTube-VOS"
    for split in ("train", "valid"):
        videos = {}
        for n in range(8):
            name = f"{split}{n}"
            put_frames(root / split / "JPEGImages" / name, ["00000", "00005"])
            put_palette(root / split / f"Annotations/{name}/00000.png", boxes({1: (0, 0, 6, 8)}))
            entry = {"category": ("ant", "bee")[n % 2], "frames": ["00000", "00005"]}
            videos[name] = {"objects": {"1": entry}}
        put_text(root / split / "meta.json", json.dumps({"videos": videos}))
    return root


def stats(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["stats", *map(str, (*words, "--workers", 1))]) == 0
    return capsys.readouterr().out


def test_published_splits_are_columns(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = stats(capsys, published, "--json", tmp_path / "counts.json")
    lines = {line.split("  ")[0]: line.split() for line in said.splitlines() if line}
    assert lines["videos"][1:] == ["16", "8", "8"]
    assert lines["categories"][1:] == ["2", "2", "2"]
    assert lines["annotations"][1:] == ["16", "8", "8"]
    assert "10 to 30 %  ######################################## 16" in said
    counts = json.loads((tmp_path / "counts.json").read_text())["counts"]
    assert list(counts) == ["all", "train", "valid"]
    assert counts["all"]["by_category"]["ant"] == {"videos": 8, "objects": 8, "annotations": 8}
    assert sum(one["annotations"] for one in counts["all"]["areas"]) == 16
    assert sum(one["videos"] for one in counts["valid"]["lengths"]) == 8


def test_the_parts_of_a_split_are_counted_before_it_is_made(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, file = published / "train", tmp_path / "counts.json"
    said = stats(
        capsys, tree, "--shares", "--unseen", "bee", "--valid", 1, "--test", 2, "--json", file
    )
    assert said.splitlines()[2].split() == ["all", "train", "valid", "test-seen", "test-unseen"]
    content = json.loads(file.read_text())
    assert [len(names) for names in content["shares"].values()] == [1, 1, 2, 4]
    assert content["counts"]["test-unseen"]["categories"] == 1
    out = tmp_path / "out"
    words = [
        "split",
        str(tree),
        "--unseen",
        "bee",
        "--valid",
        "1",
        "--test",
        "2",
        "--out",
        str(out),
    ]
    assert main([*words, "--workers", "1", "--quiet"]) == 0
    assert json.loads((out / "split.json").read_text())["videos"] == content["shares"]


def test_a_zip_and_a_file_of_another_format_are_counted(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "train.zip"
    write_archive(packed, published / "train", "train")
    assert re.search(r"^annotations +8$", stats(capsys, packed, "--quiet"), re.M)
    words = [str(published / "train"), "--to", "youtube-vis", "--out", str(tmp_path / "vis")]
    assert main(["convert", *words, "--workers", "1", "--quiet"]) == 0
    assert re.search(r"^objects +8$", stats(capsys, tmp_path / "vis", "--quiet"), re.M)


def test_nothing_to_count_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(tmp_path), "--workers", "1"]) == 2
    assert str(tmp_path) in capsys.readouterr().err
