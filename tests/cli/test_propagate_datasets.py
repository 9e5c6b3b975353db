"""`propagate` over a whole dataset: every clip from its first masks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.propagating import N, masks_in, refused, run, write_frames
from tests.engine.scenes import overlap
from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.files.archive import write_archive
from vosgui.media.palette import write_mask


@pytest.fixture
def dataset(tmp_path: Path, scene: tuple[list[np.ndarray], list[Mask]]) -> Path:
    root = tmp_path / "tree"
    frames, truth = scene
    for name in ("a", "b"):
        write_frames(root / "JPEGImages" / name, frames, first=3)
        (root / "Annotations" / name).mkdir(parents=True)
        for t, one in enumerate(truth):
            shown = np.where(one == 2, 0, one) if t < 2 else one  # object 2 comes at frame 2
            write_mask(root / "Annotations" / name / f"{t + 3:05d}.png", shown.astype(np.uint8))
    return root


def test_a_dataset_gives_first_masks_only(
    tmp_path: Path, dataset: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    wrong = np.zeros_like(scene[1][0])
    wrong[:30, 150:] = 1  # a later mask is truth to be scored against, not given
    write_mask(dataset / "Annotations" / "a" / "00006.png", wrong)
    out = tmp_path / "out"
    assert run("--dataset", dataset, "--out", out) == 0
    for name in ("a", "b"):
        found = masks_in(out / name)
        assert list(found) == [f"{t:05d}" for t in range(3, 3 + N)]
        assert 2 not in found["00004"]
        assert np.array_equal(found["00005"] == 2, scene[1][2] == 2)
        assert overlap(found["00006"] == 1, scene[1][3] == 1) > 0.85
    report = json.loads((out / "run.json").read_bytes())
    assert report["clips"].keys() == {"a", "b"} and report["failed"] == {}


def test_a_clip_that_cannot_be_used_stops_no_other(
    tmp_path: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_mask(dataset / "Annotations" / "a" / "00003.png", np.ones((10, 10), np.uint8))
    out = tmp_path / "out"
    assert run("--dataset", dataset, "--out", out, "--quiet") == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 2
    assert "vosgui: a: " in lines[0] and "10x10" in lines[0] and "192x144" in lines[0]
    assert "1 of 2 clips" in lines[1] and ": a." in lines[1]
    assert len(masks_in(out / "b")) == N
    assert list(json.loads((out / "run.json").read_bytes())["failed"]) == ["a"]


def test_a_folder_that_is_no_dataset(
    tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, "--dataset", clip, "--out", tmp_path / "out")
    assert "no folder JPEGImages" in line
    assert not (tmp_path / "out").exists()


def test_masks_that_are_named_like_no_frame_are_told_what_frames_are_called(
    tmp_path: Path, dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (dataset / "Annotations" / "a").iterdir():
        path.rename(path.with_stem(f"mask_{chr(97 + int(path.stem))}"))
    assert run("--dataset", dataset, "--out", tmp_path / "out", "--quiet") == 2
    line = capsys.readouterr().err.splitlines()[0]
    assert "mask_d.png" in line and f"00003 to {N + 2:05d}" in line


def test_a_file_is_no_dataset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "tree.zip").write_bytes(b"")
    line = refused(capsys, "--dataset", tmp_path / "tree.zip", "--out", tmp_path / "out")
    assert "tree.zip is of no known format" in line


def test_where_nothing_is_to_be_carried_the_given_masks_are_written(
    tmp_path: Path, dataset: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    for name, n in (("one", 1), ("last", 3)):  # its mask is the last frame's
        write_frames(dataset / "JPEGImages" / name, scene[0][:n], first=0)
        (dataset / "Annotations" / name).mkdir()
        write_mask(dataset / "Annotations" / name / f"{n - 1:05d}.png", scene[1][0])
    out = tmp_path / "out"
    assert run("--dataset", dataset, "--out", out, "--quiet") == 0
    assert list(masks_in(out / "one")) == ["00000"]
    np.testing.assert_array_equal(masks_in(out / "one")["00000"], scene[1][0])
    np.testing.assert_array_equal(masks_in(out / "last")["00002"], scene[1][0])
    assert not masks_in(out / "last")["00000"].any()


def test_a_dataset_of_another_format_has_its_masks_carried(
    tmp_path: Path, dataset: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    """Images that lie in images/ are no masks, PNG or not."""
    assert main([str(one) for one in ("convert", dataset, "--to", "cvat", "--out",
                                      tmp_path / "cvat", "--quiet")]) == 0  # fmt: skip
    out = tmp_path / "out"
    assert run("--dataset", tmp_path / "cvat", "--out", out, "--quiet") == 0
    np.testing.assert_array_equal(masks_in(out / "a")["00003"] == 1, scene[1][0] == 1)


def test_a_zip_with_a_folder_on_top_is_a_dataset(
    tmp_path: Path, dataset: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    write_archive(tmp_path / "a.zip", dataset, "my data")
    out = tmp_path / "out"
    assert run("--dataset", tmp_path / "a.zip", "--out", out, "--quiet") == 0
    assert len(masks_in(out / "a")) == N
