"""Scoring folders of masks: which objects and frames count, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from vosgui.core.metrics.protocol import PROTOCOLS
from vosgui.core.metrics.report import Series
from vosgui.core.track import copy_track, empty_track
from vosgui.datasets.evaluate import ClipScores, Rules, plan, score_clip
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.mask_sources import MasksInMemory
from vosgui.datasets.workers import each_job
from vosgui.errors import DatasetError, MaskError
from vosgui.formats.tree.meta import ListedObject, ObjectTable
from vosgui.media.palette import write_mask

Mask = npt.NDArray[np.uint8]
HW = (40, 60)


def mask(*squares: tuple[int, int, int], size: int = 10) -> Mask:
    """Return a mask of squares, each (id, y, x)."""
    result = np.zeros(HW, dtype=np.uint8)
    for value, y, x in squares:
        result[y : y + size, x : x + size] = value
    return result


def write_clip(folder: Path, masks: list[Mask] | Mapping[str, Mask]) -> None:
    folder.mkdir(parents=True)
    named = masks if isinstance(masks, Mapping) else {f"{t:05d}": m for t, m in enumerate(masks)}
    for name, one in named.items():
        write_mask(folder / f"{name}.png", one)


def score(
    root: Path,
    protocol: str = "all",
    table: ObjectTable | None = None,
    n_workers: int = 1,
    **choices: object,
) -> list[ClipScores]:
    rules = Rules(PROTOCOLS[protocol], **choices)  # type: ignore[arg-type]
    jobs = plan(find_masks(root / "truth"), find_masks(root / "pred"), rules, table)
    return list(each_job(score_clip, jobs, n_workers))


def only(root: Path, protocol: str = "all", **choices: object) -> dict[str, Series]:
    (result,) = score(root, protocol, **choices)  # type: ignore[arg-type]
    return {one.object_id: one for one in result.series}


def test_ids_with_a_gap_make_no_phantom_object(tmp_path: Path) -> None:
    truth = [mask((1, 0, 0), (3, 20, 20))] * 4
    write_clip(tmp_path / "truth/a", truth)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0))] * 4)
    found = only(tmp_path, "davis")
    assert list(found) == ["1", "3"]
    assert found["1"].J == (1.0, 1.0)
    assert found["3"].J == found["3"].F == (0.0, 0.0)


@pytest.mark.parametrize(
    ("protocol", "early", "late"),
    [
        ("davis", [1, 2, 3, 4], [2, 3, 4]),
        ("youtube-vos", [1, 2, 3, 4, 5], [3, 4, 5]),
        ("all", [0, 1, 2, 3, 4, 5], [2, 3, 4, 5]),
    ],
)
def test_late_objects_count_from_their_first_frame(
    tmp_path: Path, protocol: str, early: list[int], late: list[int]
) -> None:
    truth = [mask((1, 0, 0))] * 2 + [mask((1, 0, 0), (2, 20, 20))] * 2 + [mask((1, 0, 0))] * 2
    write_clip(tmp_path / "truth/a", truth)
    write_clip(tmp_path / "pred/a", truth)
    found = only(tmp_path, protocol)
    assert list(found["1"].t) == early
    assert list(found["2"].t) == late
    assert set(found["2"].J) == {1.0}  # gone again and not predicted: right
    assert found["2"].frame_names[0] == f"{late[0]:05d}"


def test_frames_listed_for_an_object_are_those_that_count(tmp_path: Path) -> None:
    truth = {f"{5 * t:05d}": mask((1, 0, 0), (2, 20, 20)) for t in range(5)}
    write_clip(tmp_path / "truth/a", truth)
    write_clip(tmp_path / "pred/a", {name: truth[name] for name in ("00005", "00010", "00015")})
    table = {
        "a": {
            1: ListedObject("cat", frozenset({"00000", "00005", "00010"})),
            2: ListedObject("cup", frozenset({"00005", "00015"})),
            7: ListedObject("dog", frozenset({"00005"})),
        }
    }
    (result,) = score(tmp_path, "youtube-vos", table, listed_frames=True)
    assert [one.frame_names for one in result.series] == [("00005", "00010"), ("00005", "00015")]
    assert any("object 7 is listed but has no pixel" in note for note in result.notes)


def test_void_of_the_truth_is_left_out_or_background(tmp_path: Path) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0), (255, 0, 10))] * 3)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0), (1, 0, 10))] * 3)
    found = only(tmp_path)
    assert list(found) == ["1"]
    assert found["1"].J == (1.0, 1.0, 1.0)
    assert only(tmp_path, void="background")["1"].J == (0.5, 0.5, 0.5)
    (result,) = score(tmp_path)
    assert any("hold 255" in note for note in result.notes)


def test_binary_masks_are_one_object(tmp_path: Path) -> None:
    write_clip(tmp_path / "truth/a", [mask((255, 0, 0))] * 3)
    write_clip(tmp_path / "pred/a", [mask((7, 0, 0))] * 3)
    assert only(tmp_path, binary=True)["1"].J == (1.0, 1.0, 1.0)
    (result,) = score(tmp_path)
    assert result.series == ()
    assert any("0 and 255 alone" in note for note in result.notes)


def test_predictions_of_other_ids_and_further_frames(tmp_path: Path) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0))] * 3)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0), (9, 20, 20))] * 5)
    (result,) = score(tmp_path)
    assert [one.J for one in result.series] == [(1.0, 1.0, 1.0)]
    assert any("up to 9" in note for note in result.notes)


def test_many_ids_at_once(tmp_path: Path) -> None:
    squares = [(i + 1, 10 * (i // 6), 10 * (i % 6)) for i in range(20)]
    squares = [(value * 12, y, x) for value, y, x in squares]
    write_clip(tmp_path / "truth/a", [mask(*squares)] * 2)
    write_clip(tmp_path / "pred/a", [mask(*squares)] * 2)
    found = only(tmp_path)
    assert [int(i) for i in found] == [value for value, _, _ in squares]
    assert {one.J for one in found.values()} == {(1.0, 1.0)}


def test_missing_predictions_are_named_together(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_clip(tmp_path / "truth" / name, [mask((1, 0, 0))] * 9)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0))] * 9)
    write_clip(tmp_path / "pred/b", [mask((1, 0, 0))] * 7)
    with pytest.raises(DatasetError, match=r"2 of 3 clips: b \(00007\), c \(every frame\)"):
        score(tmp_path, "davis")
    with pytest.raises(DatasetError, match=r"b \(00007, 00008\)"):
        score(tmp_path, "all")


def test_predictions_of_another_size_are_refused(tmp_path: Path) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0))] * 3)
    write_clip(tmp_path / "pred/a", [np.zeros((40, 59), np.uint8)] * 3)
    with pytest.raises(MaskError, match=r"pred/a/00000\.png is 59x40.* 60x40"):
        score(tmp_path)


@pytest.mark.parametrize("n_frames", [1, 2])
def test_clips_too_short_for_a_protocol_are_noted(tmp_path: Path, n_frames: int) -> None:
    write_clip(tmp_path / "truth/a", [mask((1, 0, 0))] * n_frames)
    write_clip(tmp_path / "pred/a", [mask((1, 0, 0))] * n_frames)
    (result,) = score(tmp_path, "davis")
    assert [one.J for one in result.series] == [()]
    assert any("no frame that counts" in note for note in result.notes)


def test_processes_give_the_same_scores_in_the_same_order(tmp_path: Path) -> None:
    for i, name in enumerate("dacb"):
        write_clip(tmp_path / "truth" / name, [mask((1, 0, 0))] * 3)
        write_clip(tmp_path / "pred" / name, [mask((1, 0, i))] * 3)
    alone = score(tmp_path)
    assert [one.series[0].clip for one in alone] == ["a", "b", "c", "d"]
    assert score(tmp_path, n_workers=2) == alone


def test_errors_in_a_process_reach_the_caller(tmp_path: Path) -> None:
    for name in "ab":
        write_clip(tmp_path / "truth" / name, [mask((1, 0, 0))] * 3)
        write_clip(tmp_path / "pred" / name, [mask((1, 0, 0))] * 3)
    (tmp_path / "pred/b/00001.png").write_bytes(b"no image")
    with pytest.raises(MaskError, match=r"pred/b/00001\.png"):
        score(tmp_path, n_workers=2)


def test_scoring_never_loads_torch() -> None:
    code = "import sys, vosgui.datasets.evaluate; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.data
def test_real_masks_score_as_published(development_data: Path) -> None:
    from tests.core.metrics import published_metrics
    from vosgui.core.metrics.region_contour import score_frame
    from vosgui.media.palette import read_mask

    clip = find_masks(development_data / "clips")["schoolgirls"]
    for a, b in zip(clip.frame_names[:60:10], clip.frame_names[2:62:10], strict=True):
        truth, pred = read_mask(clip.path(a)), read_mask(clip.path(b))
        ids = [int(i) for i in np.unique(truth) if i]
        assert len(ids) == 7
        J, F = score_frame(pred, truth, ids)
        for i, value in enumerate(ids):
            p, g = pred == value, truth == value
            assert J[i] == pytest.approx(published_metrics.region_similarity(p, g), abs=1e-9)
            assert F[i] == pytest.approx(published_metrics.contour_accuracy(p, g), abs=1e-9)


def test_frames_in_which_a_project_predicts_nothing_are_noted(tmp_path: Path) -> None:
    from tests.datasets.test_mask_sources import painted_project

    project = painted_project(tmp_path / "b.vosgui", tmp_path / "clips")
    truth = np.zeros((48, 64), np.uint8)
    truth[5:15, 5:15], truth[30:, :] = 1, 2
    write_clip(tmp_path / "truth/tennis", dict.fromkeys(("00000", "00005"), truth))
    rules = Rules(PROTOCOLS["all"])
    jobs = plan(find_masks(tmp_path / "truth"), find_masks(project), rules)
    (known,) = map(score_clip, jobs)
    assert not any("nothing is predicted" in note for note in known.notes)
    (job,) = jobs
    assert isinstance(job.pred, MasksInMemory)
    track = copy_track(job.pred.snapshot.tracks[1])
    track[0] = empty_track(1)[0]
    masks = replace(job.pred, snapshot=replace(job.pred.snapshot, tracks={1: track}))
    result = score_clip(replace(job, pred=masks))
    note = "tennis: nothing is predicted of object 1 in frame 00000; scored as empty there."
    assert note in result.notes
