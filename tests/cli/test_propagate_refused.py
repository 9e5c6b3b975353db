"""`propagate` with bad input: one line says what is wrong, and nothing is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.propagating import N, masks_in, refused, run
from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import write_mask
from vosgui.project.project import Project


def break_mask(path: Path, how: str, mask: Mask) -> None:
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:120])
    elif how == "size":
        write_mask(path, mask[:-1])
    elif how == "photograph":
        noise = np.random.default_rng(0).integers(0, 256, (*mask.shape, 3), dtype=np.uint8)
        Image.fromarray(noise).save(path)
    elif how == "background":
        write_mask(path, np.zeros_like(mask))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("missing", "no mask file"),
        ("empty", "cannot be read"),
        ("truncated", "cannot be read"),
        ("size", "192x143"),
        ("photograph", "colours"),
        ("background", "background"),
    ],
)
def test_a_mask_that_cannot_be_used_is_refused_before_anything_is_made(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    scene: tuple[list[np.ndarray], list[Mask]],
    capsys: pytest.CaptureFixture[str],
    how: str,
    reason: str,
) -> None:
    break_mask(mask, how, scene[1][0])
    line = refused(capsys, clip, "--masks", mask, "--out", tmp_path / "out")
    assert reason in line and str(mask) in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("what", ["missing", "empty folder", "empty file", "truncated"])
def test_a_clip_that_cannot_be_used(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    bad = tmp_path / "bad.mp4"
    if what == "empty folder":
        bad.mkdir()
    elif what == "empty file":
        bad.touch()
    elif what == "truncated":
        bad.write_bytes((clip / "00000.png").read_bytes()[:500])
    line = refused(capsys, bad, "--masks", mask, "--out", tmp_path / "out")
    assert str(bad) in line
    assert not (tmp_path / "out").exists()


def test_the_target_is_not_written_over_unless_said(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    assert "is not empty" in refused(capsys, clip, "--masks", mask, "--out", out)
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert run(clip, "--masks", mask, "--out", out, "--overwrite", "--quiet") == 0
    assert (out / "mine.txt").read_text() == "mine" and len(masks_in(out)) == N


def test_a_target_that_cannot_be_written(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "out", Path("/proc/out")):
        assert str(out) in refused(capsys, clip, "--masks", mask, "--out", out)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--range", "4"), "not A:B"),
        (("--range", "a:b"), "not A:B"),
        (("--objects", "one"), "'one'"),
        (("--device", "tpu"), "tpu"),
        (("--backward", "--bidirectional"), "--backward, --both and --bidirectional"),
        (("--dataset", "x"), "CLIP or --dataset"),
    ],
)
def test_words_that_make_no_sense(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    reason: str,
) -> None:
    assert run(clip, "--masks", mask, "--out", tmp_path / "out", *words) == 2
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--range", "6:"), "frames 0 to 5"),
        (("--range", "3:3"), "range 3:3"),
        (("--objects", "1,9"), "object 9; they hold 1, 2"),
        (("--frame", "17"), "no frame 17"),
        (("--range", "0:1"), "Frame 0 is the last"),
        (("--backward",), "Frame 0 is the first"),
    ],
)
def test_nothing_to_do_says_why(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    reason: str,
) -> None:
    assert reason in refused(capsys, clip, "--masks", mask, "--out", tmp_path / "out", *words)


def test_a_model_that_is_not_there(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["propagate", str(clip), "--masks", str(mask), "--out", str(tmp_path / "out")]
    assert main([*words, "--model", "nothing"]) == 2
    assert "'nothing'" in capsys.readouterr().err


def test_help_needs_neither_torch_nor_a_decoder() -> None:
    code = (
        "import sys; from vosgui.cli.main import main; status = main(['propagate', '--help']);"
        "print([m for m in ('torch', 'av', 'PySide6') if m in sys.modules], status)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[] 0"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--model", "nonesuch"), "nonesuch"),
        (("--device", "nonesuch"), "nonesuch"),
        (("--range", "90:"), "90"),
        (("--objects", "9"), "9"),
        (("--finetune", "1"), "cannot learn"),
    ],
)
@pytest.mark.parametrize("there", ["nothing", "a project", "the clip"])
def test_a_run_that_cannot_begin_leaves_no_trace_in_a_project(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    capsys: pytest.CaptureFixture[str],
    there: str,
    words: tuple[str, ...],
    reason: str,
) -> None:
    file = tmp_path / "p.vosgui"
    if there != "nothing":
        with Project.create(file) as project, open_clip(clip) as opened:
            if there == "the clip":
                project.clips.add(opened.info)
    capsys.readouterr()
    call = ["propagate", clip, "--masks", mask, "--out", tmp_path / "out", "--project", file]
    assert main([*map(str, call), "--model", "flow", *words]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert reason in line
    assert not (tmp_path / "out").exists()
    assert file.exists() == (there != "nothing")
    if there != "nothing":
        with Project.open(file) as project:
            assert len(project.clips) == (there == "the clip")
            for record in project.clips:
                assert not project.history(record.id).annotation.objects
    assert main([*map(str, call), "--model", "flow", "--quiet"]) == 0, "put right, it is done"


def test_objects_that_a_project_lacks_are_named(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "p.vosgui"
    assert run(clip, "--masks", mask, "--out", tmp_path / "out", "--project", file, "--quiet") == 0
    again = (clip, "--out", tmp_path / "again", "--project", file)
    assert "no object 9" in refused(capsys, *again, "--objects", "1,9")


def test_masks_never_take_the_place_of_what_they_are_made_of(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = tmp_path / "tree"
    for kind, name in (("JPEGImages", clip.name), ("Annotations", clip.name)):
        (tree / kind / name).mkdir(parents=True)
    for path in clip.iterdir():
        (tree / "JPEGImages" / clip.name / path.name).write_bytes(path.read_bytes())
    (tree / "Annotations" / clip.name / "00000.png").write_bytes(mask.read_bytes())
    frames, masks = tree / "JPEGImages" / clip.name, tree / "Annotations" / clip.name
    (tmp_path / "link").symlink_to(frames)
    before = {path: path.read_bytes() for path in tree.rglob("*.png")}
    for out in (frames, tmp_path / "link", masks):
        line = refused(capsys, frames, "--masks", masks, "--out", out, "--overwrite")
        assert str(out) in line
    for out in (masks.parent, frames.parent):
        line = refused(capsys, "--dataset", tree, "--out", out, "--overwrite")
        assert str(out / clip.name) in line
    assert {path: path.read_bytes() for path in tree.rglob("*") if path.is_file()} == before
