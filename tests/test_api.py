"""The front door for Python: a clip, its masks, a run, a project and a dataset in a few lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import vosgui
from tests.engine.scenes import moving_squares
from tests.trees import put_image
from vosgui.core.track import Source
from vosgui.errors import (
    InputError,
    MaskError,
    ModelError,
    NothingToDoError,
    ProjectError,
    TargetError,
)
from vosgui.media.palette import read_mask, write_mask
from vosgui.project.project import Project

ROOT = Path(__file__).resolve().parents[1]


def test_the_lines_of_the_readme_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert lines.count("\n") <= 12
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resources").symlink_to(ROOT / "resources")
    exec(compile(lines, "README.md", "exec"), {"__name__": "__main__"})
    assert "00047" in capsys.readouterr().out
    meta = json.loads((tmp_path / "dataset" / "train" / "meta.json").read_bytes())
    assert sorted(meta["videos"]["demo"]["objects"]) == ["1", "2"]
    with Project.open(tmp_path / "pond.vosgui") as project:
        track = project.history(project.clips[0].id).annotation.track(1)
    assert track["source"].tolist() == [Source.PAINTED] + 47 * [Source.PROPAGATED]


def test_results_come_frame_by_frame_and_all_of_them_at_once() -> None:
    clip, truth = moving_squares(6)
    run = vosgui.propagate(clip, {0: truth[0]}, model="flow")
    assert (len(run), run.model) == (5, "flow")
    first = next(iter(run))
    assert first.t == 1
    assert (first.mask.dtype, first.mask.shape) == (np.uint8, clip.info.hw)
    assert set(first.confidence) == {1, 2}
    assert not run.annotation.packed(2), "it has gone no further than it was asked to"
    masks = run.masks()
    assert masks.shape == (6, *clip.info.hw)
    np.testing.assert_array_equal(masks[0], truth[0])
    np.testing.assert_array_equal(masks[1], first.mask)
    assert list(run) == [], "a run is carried out once"


def test_masks_are_arrays_files_or_a_folder(tmp_path: Path) -> None:
    clip, truth = moving_squares(4)
    png = tmp_path / "masks" / "00000.png"
    png.parent.mkdir()
    write_mask(png, truth[0])
    wanted = vosgui.propagate(clip, {0: truth[0]}, model="flow").masks()
    for given in ({0: png}, {0: str(png)}, png, png.parent, {0: truth[0].astype(int)}):
        np.testing.assert_array_equal(vosgui.propagate(clip, given, model="flow").masks(), wanted)
    one = vosgui.propagate(clip, {0: truth[0] == 2}, model="flow").masks()
    assert set(np.unique(one)) == {0, 1}


def test_a_run_is_bounded_as_asked(tmp_path: Path) -> None:
    clip, truth = moving_squares(6)
    run = vosgui.propagate(
        clip, {5: truth[5]}, model="flow", direction="backward", first=2, objects=[2]
    )
    assert [result.t for result in run] == [4, 3, 2]
    run.save(tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["00002.png", "00003.png", "00004.png", "00005.png"]
    assert set(np.unique(read_mask(tmp_path / "out" / "00003.png"))) == {0, 2}
    with pytest.raises(TargetError, match="not empty"):
        run.save(tmp_path / "out")


def test_a_project_keeps_the_run_and_is_exported(tmp_path: Path) -> None:
    folder = tmp_path / "clip"
    folder.mkdir()
    source, truth = moving_squares(6)
    for t in range(6):
        Image.fromarray(source[t]).save(folder / f"{t:05d}.png")
    with vosgui.open_clip(str(folder)) as clip, vosgui.Project.create(tmp_path / "p") as project:
        vosgui.propagate(clip, {0: truth[0]}, model="flow", project=project).masks()
        history = project.history(project.clips[0].id)
        assert history.undo_label == "Propagate"
        report = vosgui.export(project, tmp_path / "davis", format="davis", frames="all")
        assert (report.n_clips, report.n_frames, report.n_objects) == (1, 6, 2)
        assert report.target == tmp_path / "davis"
        with pytest.raises(InputError, match="no clip other"):
            vosgui.export(project, tmp_path / "none", clips=["other"])
        with pytest.raises(InputError, match="refuse, merge, overwrite"):
            vosgui.export(project, tmp_path / "none", existing="keep")  # type: ignore[arg-type]
        with pytest.raises(InputError, match="youtube-vos, "):
            vosgui.export(project, tmp_path / "none", format="dvais")
        assert not (tmp_path / "none").exists()


def test_a_run_that_cannot_begin_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    source, truth = moving_squares(4)
    for t in range(4):
        put_image(tmp_path / f"clip/{t:05d}.png", source[t])
    with (
        vosgui.open_clip(tmp_path / "clip") as clip,
        vosgui.Project.create(tmp_path / "p.vosgui") as project,
    ):
        with pytest.raises(InputError):
            vosgui.propagate(clip, {0: truth[0]}, model="flow", first=9, project=project)
        assert len(project.clips) == 0
        vosgui.propagate(clip, {0: truth[0]}, model="flow", project=project).masks()
        history = project.history(project.clips[0].id)
        before = history.undo_label, history.annotation.mask(2).tolist()
        with pytest.raises(MaskError):
            vosgui.propagate(clip, {2: truth[2]}, model="flow", objects=[9], project=project)
        assert (history.undo_label, history.annotation.mask(2).tolist()) == before
    with pytest.raises(ProjectError, match="closed"):
        vosgui.export(project, tmp_path / "out")


def test_what_cannot_be_used_is_refused_at_once() -> None:
    clip, truth = moving_squares(4)
    hw = clip.info.hw
    for mask, words in (
        (np.zeros((3, 4), np.uint8), "shape"),
        (np.zeros(hw, np.float32), "float32"),
        (np.full(hw, 256, np.uint16), "254"),
        (np.full(hw, -1), "-1"),
    ):
        with pytest.raises(MaskError, match=words):
            vosgui.propagate(clip, {0: mask}, model="flow")
    with pytest.raises(MaskError, match="no frame 4"):
        vosgui.propagate(clip, {4: truth[0]}, model="flow")
    for key in ("0", 0.5, -1):
        with pytest.raises(MaskError, match=f"no frame {key}"):
            vosgui.propagate(clip, {key: truth[0]}, model="flow")  # type: ignore[dict-item]
    for given in (truth[0], None, [truth[0]]):
        with pytest.raises(MaskError, match=r"by frame, \{0: mask\}"):
            vosgui.propagate(clip, given, model="flow")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"such as \[1\]"):
        vosgui.propagate(clip, {0: truth[0]}, model="flow", objects=1)  # type: ignore[arg-type]
    with pytest.raises(NothingToDoError):
        vosgui.propagate(clip, {0: np.zeros(hw, np.uint8)}, model="flow")
    with pytest.raises(MaskError, match=r"object 9.* 1, 2"):
        vosgui.propagate(clip, {0: truth[0]}, model="flow", objects=[1, 9])
    for bounds in ({"first": -3}, {"stop": -1}, {"first": 2, "stop": -1}):
        with pytest.raises(NothingToDoError, match=r"below 0.* 0 to 3"):
            vosgui.propagate(clip, {0: truth[0]}, model="flow", **bounds)  # type: ignore[arg-type]
    with pytest.raises(ModelError):
        vosgui.propagate(clip, {0: truth[0]}, model="no-such-model")
    with pytest.raises(InputError, match="forward, backward, both, bidirectional"):
        vosgui.propagate(clip, {0: truth[0]}, direction="sideways")  # type: ignore[arg-type]


def test_what_is_changed_in_a_mask_is_warned_of(tmp_path: Path) -> None:
    clip, truth = moving_squares(4)
    void = np.where(truth[0] == 2, np.uint8(255), truth[0])
    write_mask(tmp_path / "void.png", void)
    for given in (tmp_path / "void.png", void):
        with pytest.warns(UserWarning, match="void"):
            run = vosgui.propagate(clip, {0: given}, model="flow")
        assert set(np.unique(run.masks())) == {0, 1}


def test_the_package_lists_its_doors_and_no_others() -> None:
    assert {"Project", "export", "open_clip", "propagate"} <= set(dir(vosgui))
    with pytest.raises(AttributeError, match="no_such"):
        vosgui.no_such  # type: ignore[attr-defined]
