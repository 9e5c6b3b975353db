"""`propagate`, as it is called: good input gives masks and a report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.cli.propagating import N, masks_in, refused, run, write_frames
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import moving_squares, overlap
from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.engine.models.config import ModelConfig
from vosgui.engine.models.save import save_model
from vosgui.engine.online.finetuned import FineTuned, given_digest, keep_finetuned
from vosgui.engine.propagation.load import load_network_propagator
from vosgui.media.palette import write_mask
from vosgui.network.lite import LiteNetwork
from vosgui.project.project import Project


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
    words = ("--masks", tmp_path / "given", "--bidirectional", "--range", "2:4", "--project")
    assert run(clip, *words, tmp_path / "p.vosgui", "--out", tmp_path / "out") == 0
    found = masks_in(tmp_path / "out")
    assert list(found) == ["00002", "00003"]
    for t, one in zip((2, 3), found.values(), strict=True):
        assert all(overlap(one == i, scene[1][t] == i) > 0.85 for i in (1, 2))
    with Project.open(tmp_path / "p.vosgui") as project:
        annotation = project.history(project.clips[0].id).annotation
        assert annotation.track(1)["origin"][2].tolist() == [0, 5]
        assert annotation.frames_with_mask() == (0, 2, 3, 5)


@pytest.mark.parametrize("option", [("--finetune", 0.1), ("--adapt", "--adapt-seconds", 0.1)])
def test_what_is_learned_is_kept_in_the_project_and_used_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[object, ...]
) -> None:
    torch.manual_seed(0)
    about = ModelConfig(architecture="s2s-lite", title="Tiny")
    save_model(tmp_path / "tiny", LiteNetwork(TINY), about, "")
    frames, truth = moving_squares(3, (32, 48), 14)
    clip = write_frames(tmp_path / "clip", [frames[t] for t in range(3)])
    write_mask(tmp_path / "mask.png", truth[0])
    project = tmp_path / "p.vosgui"
    words = [clip, "--masks", tmp_path / "mask.png", "--project", project, "--device", "cpu"]
    words += ["--model", tmp_path / "tiny", *option, "--quiet", "--out"]

    def note(out: str) -> str:
        assert main(["propagate", *(str(word) for word in (*words, tmp_path / out))]) == 0
        assert len(masks_in(tmp_path / out)) == 3
        report = json.loads((tmp_path / out / "run.json").read_bytes())
        return str(report["clips"]["clip"]["notes"][-1])

    assert "there and back" in note("learns")
    with Project.open(project) as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        propagator = load_network_propagator(str(tmp_path / "tiny"), "cpu")
        given = given_digest(annotation.snapshot(), frozenset({1, 2}))
        tensors = {"tau": torch.tensor(9.0)}
        kept = FineTuned(propagator.digest(), given, tensors, "Kept")
        keep_finetuned(opened, opened.clips[0].id, kept)
    assert note("uses") == "Fine-tuned before, from the same masks: Kept."
    report = json.loads((tmp_path / "uses" / "run.json").read_bytes())
    assert (report["model"], report["clips"]["clip"]["model"]) == ("tiny", "tiny (fine-tuned)")
    words.remove("--quiet")
    note("tells")
    assert "before, from the same masks: Kept." in capsys.readouterr().err


def test_flipped_frames_are_looked_at_too(tmp_path: Path, clip: Path, mask: Path) -> None:
    for out, words in (("once", ()), ("twice", ("--flip",))):
        assert run(clip, "--masks", mask, "--out", tmp_path / out, *words) == 0
    once, twice = (masks_in(tmp_path / out) for out in ("once", "twice"))
    assert list(once) == list(twice)
    assert all(overlap(twice[t] == i, once[t] == i) > 0.8 for t in once for i in (1, 2))
    assert any((twice[t] != once[t]).any() for t in once)
    report = json.loads((tmp_path / "twice" / "run.json").read_bytes())
    assert report["model"] == "flow (with flip)"


def test_flow_learns_nothing(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--masks", mask, "--out", tmp_path / "out", "--finetune", 1)
    line = refused(capsys, clip, *words)
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


def test_the_default_model_carries_a_mask(tmp_path: Path, clip: Path, mask: Path) -> None:
    out = tmp_path / "out"
    words = ["propagate", str(clip), "--masks", str(mask), "--out", str(out), "--range", "0:3"]
    assert main([*words, "--device", "cpu", "--quiet"]) == 0
    report = json.loads((out / "run.json").read_bytes())
    assert report["model"] == "s2s-lite"
    assert len(masks_in(out)) == 3


def test_a_mask_named_like_another_frame_is_said_to_be_taken_for_the_first(
    tmp_path: Path, clip: Path, mask: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = mask.rename(tmp_path / "00003.png")
    words = (clip, "--masks", named, "--model", "flow", "--quiet")
    assert run(*words, "--out", tmp_path / "a") == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert str(named) in line and "frame 0" in line and "frame 3" in line
    assert run(*words, "--frame", 3, "--both", "--out", tmp_path / "b") == 0
    assert not capsys.readouterr().err


def test_what_is_given_in_the_project_is_not_replaced_unasked(
    tmp_path: Path,
    clip: Path,
    mask: Path,
    scene: tuple[list[np.ndarray], list[Mask]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = tmp_path / "p.vosgui"
    words = (clip, "--model", "flow", "--project", project)
    assert run(*words, "--masks", mask, "--out", tmp_path / "a") == 0
    assert run(*words, "--masks", mask, "--out", tmp_path / "b") == 0, "the same is no change"
    other = np.where(scene[1][0] == 1, np.uint8(3), scene[1][0])  # of another object, over object 1
    for name, changed in (("moved", np.roll(scene[1][0], 5, 1)), ("over", other)):
        write_mask(tmp_path / f"{name}.png", changed)
        line = refused(capsys, *words, "--masks", tmp_path / f"{name}.png", "--out", tmp_path / "c")
        assert "object 1" in line and "--overwrite" in line
    assert not (tmp_path / "c").exists()
    with Project.open(project) as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        np.testing.assert_array_equal(annotation.mask(0), scene[1][0])
    moved = tmp_path / "moved.png"
    assert run(*words, "--masks", moved, "--out", tmp_path / "c", "--overwrite") == 0
    with Project.open(project) as opened:
        annotation = opened.history(opened.clips[0].id).annotation
        np.testing.assert_array_equal(annotation.mask(0), np.roll(scene[1][0], 5, 1))
