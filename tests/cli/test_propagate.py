"""vosgui propagate, as it is called: good input gives masks and a report, bad input one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.engine.scenes import moving_squares, overlap
from tests.engine.test_network_propagator import TINY
from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.engine.adapt import ADAPTED, Adapted, digest_of_given
from vosgui.engine.checkpoint import ModelConfig, save_model
from vosgui.engine.network_propagator import load_network_propagator
from vosgui.formats.palette import read_mask, write_mask
from vosgui.formats.project import Project
from vosgui.network.lite import LiteNetwork

N = 6


@pytest.fixture(scope="module")
def scene() -> tuple[list[np.ndarray], list[Mask]]:
    clip, truth = moving_squares(N)
    return [clip[t] for t in range(N)], truth


@pytest.fixture
def clip(tmp_path: Path, scene: tuple[list[np.ndarray], list[Mask]]) -> Path:
    return write_frames(tmp_path / "clip", scene[0])


@pytest.fixture
def mask(tmp_path: Path, scene: tuple[list[np.ndarray], list[Mask]]) -> Path:
    path = tmp_path / "first.png"
    write_mask(path, scene[1][0])
    return path


def write_frames(folder: Path, frames: list[np.ndarray], first: int = 0) -> Path:
    folder.mkdir(parents=True)
    for t, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{first + t:05d}.png")
    return folder


def run(*words: object) -> int:
    return main(["propagate", *(str(word) for word in words), "--model", "flow"])


def masks_in(folder: Path) -> dict[str, Mask]:
    return {path.stem: read_mask(path) for path in sorted(folder.glob("*.png"))}


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Return the one line by which a call is refused."""
    capsys.readouterr()
    assert run(*words) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("vosgui: "), lines
    return lines[0]


def test_one_mask_becomes_a_mask_of_every_frame(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    scene: tuple[list[np.ndarray], list[Mask]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "new" / "out"
    assert run(clip, "--masks", mask, "--out", out) == 0
    found = masks_in(out)
    assert list(found) == [f"{t:05d}" for t in range(N)]
    assert np.array_equal(found["00000"], scene[1][0])
    for t, one in enumerate(found.values()):
        assert all(overlap(one == i, scene[1][t] == i) > 0.85 for i in (1, 2))
    with Image.open(out / "00003.png") as image:
        assert image.mode == "P" and len(image.getpalette() or []) == 768
    report = json.loads((out / "run.json").read_bytes())
    assert report["model"] == "flow" and report["device"].startswith("CPU")
    assert report["frames_per_second"] > 0
    confidence = report["clips"]["clip"]["confidence"]
    assert confidence.keys() == {"1", "2"}
    assert list(confidence["1"]) == [f"{t:05d}" for t in range(1, N)]
    assert all(0 <= value <= 1 for value in confidence["1"].values())
    said = capsys.readouterr()
    assert "6 masks in" in said.out and "5/5" in said.err
    assert {path.suffix for path in out.iterdir()} == {".png", ".json"}


def test_quiet_says_nothing(
    tmp_path: Path, clip: Path, mask: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(clip, "--masks", mask, "--out", tmp_path / "out", "--quiet") == 0
    assert tuple(capfd.readouterr()) == ("", "")


def test_a_range_objects_and_another_first_frame(
    tmp_path: Path, clip: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    write_mask(tmp_path / "third.png", scene[1][2])
    out = tmp_path / "out"
    words = ("--masks", tmp_path / "third.png", "--frame", 2, "--objects", "2", "--range", "1:5")
    assert run(clip, *words, "--both", "--out", out) == 0
    found = masks_in(out)
    assert list(found) == ["00001", "00002", "00003", "00004"]
    assert all(set(np.unique(one)) == {0, 2} for one in found.values())


def test_a_range_that_begins_after_the_mask_is_reached_through_what_lies_between(
    tmp_path: Path, clip: Path, mask: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    assert run(clip, "--masks", mask, "--out", tmp_path / "out", "--range", "3:") == 0
    found = masks_in(tmp_path / "out")
    assert list(found) == ["00003", "00004", "00005"]
    assert overlap(found["00004"] == 1, scene[1][4] == 1) > 0.85


def test_backward_starts_from_the_last_mask(
    tmp_path: Path, clip: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    write_mask(tmp_path / "last.png", scene[1][5])
    words = ("--masks", tmp_path / "last.png", "--frame", 5, "--backward")
    assert run(clip, *words, "--out", tmp_path / "out") == 0
    assert overlap(masks_in(tmp_path / "out")["00000"] == 1, scene[1][0] == 1) > 0.8


def test_a_fill_comes_from_both_sides_also_from_beyond_the_range(
    tmp_path: Path, clip: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    (tmp_path / "given").mkdir()
    for t in (0, 5):
        write_mask(tmp_path / "given" / f"{t:05d}.png", scene[1][t])
    words = ("--masks", tmp_path / "given", "--fill", "--range", "2:4", "--project")
    assert run(clip, *words, tmp_path / "p.vosgui", "--out", tmp_path / "out") == 0
    found = masks_in(tmp_path / "out")
    assert list(found) == ["00002", "00003"]
    for t, one in zip((2, 3), found.values(), strict=True):
        assert all(overlap(one == i, scene[1][t] == i) > 0.85 for i in (1, 2))
    with Project.open(tmp_path / "p.vosgui") as project:
        annotation = project.history(project.clips[0].id).annotation
        assert annotation.lane(1)["origin"][2].tolist() == [0, 5]
        assert annotation.frames_with_mask() == (0, 2, 3, 5)


def test_what_is_learned_is_kept_in_the_project_and_used_again(tmp_path: Path) -> None:
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s-lite", title="Tiny")
    save_model(tmp_path / "tiny", LiteNetwork(TINY), about, "")
    frames, truth = moving_squares(3, (32, 48), 14)
    clip = write_frames(tmp_path / "clip", [frames[t] for t in range(3)])
    write_mask(tmp_path / "mask.png", truth[0])
    project = tmp_path / "p.vosgui"
    words = [clip, "--masks", tmp_path / "mask.png", "--project", project, "--device", "cpu"]
    words += ["--model", tmp_path / "tiny", "--adapt", "--adapt-seconds", 0.1, "--quiet", "--out"]

    def note(out: str) -> str:
        assert main(["propagate", *(str(word) for word in (*words, tmp_path / out))]) == 0
        assert len(masks_in(tmp_path / out)) == 3
        report = json.loads((tmp_path / out / "run.json").read_bytes())
        return str(report["clips"]["clip"]["notes"][-1])

    assert "check" in note("learns")
    with Project.open(project) as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        propagator = load_network_propagator(str(tmp_path / "tiny"), "cpu")
        given = digest_of_given(annotation.snapshot(), frozenset({1, 2}))
        tensors = {"tau": torch.tensor(9.0)}
        kept = Adapted(propagator.digest(), given, tensors, "Kept.")
        opened.set_blob(opened.clips[0].id, ADAPTED, kept.to_bytes())
    assert note("uses") == "Kept."


def test_flow_learns_nothing(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, clip, "--masks", mask, "--out", tmp_path / "out", "--adapt")
    assert "'flow' cannot learn" in line


def test_every_mask_of_a_folder_is_given(
    tmp_path: Path, clip: Path, scene: tuple[list[np.ndarray], list[Mask]]
) -> None:
    given = tmp_path / "given"
    given.mkdir()
    moved = np.zeros_like(scene[1][3])
    moved[70:130, 10:70] = 1
    write_mask(given / "00001.png", scene[1][1])
    write_mask(given / "00003.png", moved)
    assert run(clip, "--masks", given, "--out", tmp_path / "out") == 0
    found = masks_in(tmp_path / "out")
    assert not found["00000"].any()
    assert np.array_equal(found["00003"] == 1, moved == 1)
    assert 2 in found["00003"], "nothing was said of object 2 there: it is carried on"
    assert overlap(found["00004"] == 1, moved == 1) > 0.7


def test_a_project_keeps_the_masks_and_the_run(tmp_path: Path, clip: Path, mask: Path) -> None:
    file, out = tmp_path / "work.vosgui", tmp_path / "out"
    assert run(clip, "--masks", mask, "--out", out, "--project", file) == 0
    with Project.open(file) as project:
        (record,) = project.clips
        history = project.history(record.id)
        for t, one in enumerate(masks_in(out).values()):
            assert np.array_equal(history.annotation.mask(t), one)
        assert history.undo_label == "Propagate"
        history.undo()
        assert history.annotation.frames_with_mask() == (0,), "one step takes the run back"
    # Again, from what is given in the project.
    assert run(clip, "--out", tmp_path / "again", "--project", file) == 0
    assert all(
        np.array_equal(one, other)
        for one, other in zip(
            masks_in(out).values(), masks_in(tmp_path / "again").values(), strict=True
        )
    )


# -- datasets --------------------------------------------------------------------------------


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
    assert "a: The mask" in lines[0] and "10x10, its frame 192x144" in lines[0]
    assert "1 of 2 clips could not be done: a." in lines[1]
    assert len(masks_in(out / "b")) == N
    assert list(json.loads((out / "run.json").read_bytes())["failed"]) == ["a"]


def test_a_folder_that_is_no_dataset(
    tmp_path: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refused(capsys, "--dataset", clip, "--out", tmp_path / "out")
    assert "no folder JPEGImages" in line
    assert not (tmp_path / "out").exists()


# -- bad input -------------------------------------------------------------------------------


def break_mask(path: Path, how: str, mask: Mask) -> None:
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "truncated":
        path.write_bytes(path.read_bytes()[:120])
    elif how == "size":
        write_mask(path, mask[:-1])
    elif how == "RGB":
        Image.fromarray(np.stack([mask] * 3, -1)).save(path)
    elif how == "16-bit":
        Image.fromarray(mask.astype(np.uint16)).save(path)
    elif how == "background":
        write_mask(path, np.zeros_like(mask))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("missing", "There is no mask file"),
        ("empty", "cannot be read"),
        ("truncated", "cannot be read"),
        ("size", "is 192x143, its frame is 192x144"),
        ("RGB", "holds colours, not object ids"),
        ("16-bit", "holds 16-bit values"),
        ("background", "all pixels are background"),
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
        (("--objects", "one"), "not a list of object ids"),
        (("--device", "tpu"), "tpu"),
        (("--backward", "--fill"), "one of --backward, --both and --fill"),
        (("--dataset", "x"), "either CLIP or --dataset"),
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
        (("--range", "6:"), "The range 6: holds no frame: the clip has frames 0 to 5"),
        (("--range", "3:3"), "The range 3:3 holds no frame"),
        (("--objects", "1,9"), "No mask holds object 9; they hold 1, 2"),
        (("--frame", "17"), "no frame 17"),
        (("--range", "0:1"), "Frame 0 is the last one"),
        (("--backward",), "Frame 0 is the first one"),
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
    assert "no model 'nothing'" in capsys.readouterr().err


def test_help_needs_neither_torch_nor_a_decoder() -> None:
    code = (
        "import sys; from vosgui.cli.main import main; status = main(['propagate', '--help']);"
        "print([m for m in ('torch', 'av', 'cv2', 'PySide6') if m in sys.modules], status)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[] 0"


def test_the_default_model_carries_a_mask(tmp_path: Path, clip: Path, mask: Path) -> None:
    out = tmp_path / "out"
    words = ["propagate", str(clip), "--masks", str(mask), "--out", str(out), "--range", "0:3"]
    assert main([*words, "--device", "cpu", "--quiet"]) == 0
    report = json.loads((out / "run.json").read_bytes())
    assert report["model"] == "s2s-lite"
    assert len(masks_in(out)) == 3
