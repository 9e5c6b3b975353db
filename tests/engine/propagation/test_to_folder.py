"""One clip from given masks to files: whole masks only, and a report only at the end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.scenes import BrokenClip, moving_squares
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.core.progress import Progress
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.to_folder import ClipRun, PropagationRequest, give_masks, new_history
from vosgui.errors import ClipError, NothingToDoError
from vosgui.media.palette import read_mask


def test_a_frame_that_breaks_leaves_the_masks_before_it_whole(tmp_path: Path) -> None:
    clip, truth = moving_squares(6)
    broken = BrokenClip([clip[t] for t in range(6)])
    history = History(Annotation(broken.info.hw, broken.info.n_frames))
    give_masks(history, GivenMasks({0: truth[0]}))
    (tmp_path / "out").mkdir()
    run = ClipRun(broken, history, PropagationRequest(), FlowPropagator())
    with pytest.raises(ClipError, match="Frame 3"):
        run.carry_out(tmp_path / "out")
    files = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert files == ["00001.png", "00002.png"], "neither a report nor half a file"
    for name in files:
        assert read_mask(tmp_path / "out" / name, clip.info.hw).any()
    assert history.undo_label == "Propagate", "what was done is one edit"


class StopAtOnce(Progress):
    """Is told of a first frame, and wants no more."""

    def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
        assert (n_done, n_total) == (1, 5)
        raise KeyboardInterrupt


def test_stopping_a_run_keeps_what_is_done_and_ends_its_edit(tmp_path: Path) -> None:
    clip, truth = moving_squares(6)
    history = History(Annotation(clip.info.hw, clip.info.n_frames))
    give_masks(history, GivenMasks({0: truth[0]}))
    run = ClipRun(clip, history, PropagationRequest(), FlowPropagator())
    with pytest.raises(KeyboardInterrupt):
        run.carry_out(tmp_path, progress=StopAtOnce())
    assert [path.name for path in tmp_path.iterdir()] == ["00001.png"]
    assert history.can_undo


def test_masks_are_given_to_new_and_known_objects(tmp_path: Path) -> None:
    clip, truth = moving_squares(3)
    history = new_history(clip.info)
    give_masks(history, GivenMasks({0: truth[0]}))
    give_masks(history, GivenMasks({1: np.where(truth[1] == 2, truth[1], np.uint8(0))}))
    assert [entry.id for entry in history.annotation.objects] == [1, 2]
    assert history.annotation.given(0) == {1, 2}
    assert history.annotation.given(1) == {2}


def test_without_a_given_mask_there_is_nothing_to_do() -> None:
    clip, _ = moving_squares(3)
    with pytest.raises(NothingToDoError, match="no given mask"):
        ClipRun(clip, new_history(clip.info), PropagationRequest(), FlowPropagator())


def test_without_a_project_no_edit_is_kept(tmp_path: Path) -> None:
    clip, truth = moving_squares(6)
    history = new_history(clip.info)
    give_masks(history, GivenMasks({0: truth[0]}))
    ClipRun(clip, history, PropagationRequest(), FlowPropagator()).carry_out(tmp_path)
    assert not history.can_undo
    assert len(history.annotation.frames_with_mask()) == 6
    assert history.annotation.unpacked.n_bytes <= truth[0].nbytes


def test_a_run_keeps_no_masks_unpacked_whatever_its_history(tmp_path: Path) -> None:
    clip, truth = moving_squares(6)
    history = History(Annotation(clip.info.hw, clip.info.n_frames))
    give_masks(history, GivenMasks({0: truth[0]}))
    ClipRun(clip, history, PropagationRequest(), FlowPropagator()).carry_out(tmp_path)
    assert history.undo_label == "Propagate"
    assert history.annotation.unpacked.n_bytes <= truth[0].nbytes


@pytest.mark.parametrize(
    ("given", "request_"),
    [
        ([0], PropagationRequest(4, 7)),
        ([9], PropagationRequest(4, 7, direction="backward")),
        ([2], PropagationRequest(4, 7, direction="both")),
        ([1, 5, 9], PropagationRequest(4, 8, direction="bidirectional")),
    ],
)
def test_a_run_is_as_long_as_it_says_and_tells_of_frames_on_its_way(
    tmp_path: Path, given: list[int], request_: PropagationRequest
) -> None:
    clip, truth = moving_squares(10)
    history = new_history(clip.info)
    give_masks(history, GivenMasks({t: truth[t] for t in given}))
    run = ClipRun(clip, history, request_, FlowPropagator())
    n_results = len(run)
    assert 0 < n_results == len([result for result in run if result.t in run.range])

    class Heard(Progress):
        def __init__(self) -> None:
            self.said: list[tuple[float, float | None]] = []

        def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
            self.said.append((n_done, n_total))

    again, heard = ClipRun(clip, history, request_, FlowPropagator()), Heard()
    again.carry_out(tmp_path, progress=heard)
    n = len(heard.said)
    assert heard.said == [(k, n) for k in range(1, n + 1)] and n > n_results


@pytest.mark.parametrize(
    ("given", "request_", "words"),
    [
        (8, PropagationRequest(2, 5), r"frame 8.*after the range 2:5.*backward"),
        (1, PropagationRequest(2, 5, direction="backward"), r"frame 1.*before.*2:5.*forward"),
    ],
)
def test_a_run_that_goes_away_from_its_range_says_so(
    given: int, request_: PropagationRequest, words: str
) -> None:
    clip, truth = moving_squares(10)
    history = new_history(clip.info)
    give_masks(history, GivenMasks({given: truth[given]}))
    with pytest.raises(NothingToDoError, match=words):
        ClipRun(clip, history, request_, FlowPropagator())
