"""Online fine-tuning of a tiny network: bounded, checked, repeatable, and kept as bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import annotated, moving_squares
from tests.hearing import Heard, Stopped
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.progress import Progress
from vosgui.engine.online import finetune as online
from vosgui.engine.online.finetune import finetune
from vosgui.engine.online.finetuned import (
    FineTuned,
    given_digest,
    keep_finetuned,
    read_finetuned,
)
from vosgui.engine.online.synthetic_sequences import draw_sequence, given_frame
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError, NothingToDoError
from vosgui.network.lite import LiteNetwork
from vosgui.project.project import Project

ONE = frozenset({1})


@pytest.fixture
def tiny() -> NetworkPropagator:
    torch.manual_seed(0)
    return NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)


@pytest.fixture(autouse=True)
def all_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the check drop nothing: networks that were never trained carry no mask anywhere."""
    monkeypatch.setattr(online, "_LEAST_GAIN", -1.0)
    monkeypatch.setattr(online, "_HEIGHT", 32)
    monkeypatch.setattr(online, "_LR", 1e-2)


@pytest.fixture(scope="module")
def scene() -> tuple[ArrayClip, Annotation]:
    clip, truth = moving_squares(4, (48, 64), 20)
    return clip, annotated(clip, {0: truth[0], 3: truth[3]})


def learn(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation], steps: int = 6
) -> tuple[FineTuned | None, str]:
    return finetune(tiny, scene[0], scene[1].snapshot(), ONE, seconds=1e6, steps=steps)


def test_it_learns_and_the_propagator_stays_as_it_was(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    before = tiny.digest()
    kept, note = learn(tiny, scene)
    assert kept is not None and "6 steps" in note and "to another given mask" in note
    assert tiny.digest() == before
    tuned = kept.applied_to(tiny)
    assert tuned.name == "tiny (fine-tuned)" and tuned.digest() != before
    run = Run(0, 0, 4, ONE)
    results = list(propagate(scene[0], scene[1].snapshot(), run, tuned))
    assert [result.t for result in results] == [1, 2]


def test_all_but_the_convlstm_learns(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    kept, _ = learn(tiny, scene)
    assert kept is not None
    names = {name.split(".")[0] for name, _ in tiny.network.named_parameters()}
    assert {name.split(".")[0] for name in kept.tensors} == names - {"lstm"}
    own = tiny.network.state_dict()
    assert any((one.float() - own[name]).abs().max() > 1e-3 for name, one in kept.tensors.items())


def test_an_object_of_one_pixel_is_no_error(tiny: NetworkPropagator) -> None:
    clip, _ = moving_squares(4, (96, 128), 20)
    mask = np.zeros((96, 128), np.uint8)
    mask[50, 60] = 1
    assert learn(tiny, (clip, annotated(clip, {0: mask})))


def test_by_steps_alone_it_is_the_same_each_time(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    one, other = (learn(tiny, scene)[0] for _ in range(2))
    assert one is not None and other is not None
    for name, tensor in one.tensors.items():
        assert torch.equal(tensor, other.tensors[name])


def test_what_is_not_clearly_better_is_dropped_and_says_so(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "_LEAST_GAIN", 0.01)
    monkeypatch.setattr(online, "_LR", 1e-9)
    kept, note = learn(tiny, scene, 1)
    assert kept is None
    assert note.startswith("Dropped: not clearly better (1 step")


@pytest.mark.parametrize("t", [0, 11])
def test_one_given_mask_is_carried_there_and_back(tiny: NetworkPropagator, t: int) -> None:
    clip, truth = moving_squares(12, (48, 64), 20)
    assert "there and back" in learn(tiny, (clip, annotated(clip, {t: truth[t]})))[1]


def test_time_ends_it_and_progress_tells_of_each_step(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    told: list[tuple[float, str]] = []

    class Told(Progress):
        def report(self, n_done: float, n_total: float | None = None, text: str = "") -> None:
            assert n_total == 1
            told.append((n_done, text))

    snapshot = scene[1].snapshot()
    _, text = finetune(tiny, scene[0], snapshot, ONE, seconds=1e-3, progress=Told())
    assert told[-1] == (1, text)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert [text for _, text in told if text.startswith("Step")] == ["Step 1, about 0 s left"]


def test_where_there_is_nothing_to_learn_from_it_says_so(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    with pytest.raises(NothingToDoError, match="no given mask"):
        finetune(tiny, scene[0], scene[1].snapshot(), frozenset({7}))
    clip, truth = moving_squares(1, (48, 64), 20)
    with pytest.raises(NothingToDoError, match="no other frame"):
        learn(tiny, (clip, annotated(clip, {0: truth[0]})))


def test_it_is_kept_with_the_clip_and_tells_weights_and_masks_apart(
    tiny: NetworkPropagator, tmp_path: Path
) -> None:
    clip, truth = moving_squares(4, (48, 64), 20)
    annotation = annotated(clip, {0: truth[0], 3: truth[3]})
    kept, _ = learn(tiny, (clip, annotation))
    with Project.create(tmp_path / "p.vosgui") as project:
        clip_id = project.clips.add(clip.info).id
        assert read_finetuned(project, clip_id) is None
        keep_finetuned(project, clip_id, kept)
        again = read_finetuned(project, clip_id)
    assert again is not None and kept is not None
    assert (again.model, again.given, again.note) == (kept.model, kept.given, kept.note)
    assert all(torch.equal(again.tensors[n], tensor) for n, tensor in kept.tensors.items())
    assert again.model == tiny.digest() and again.given == given_digest(annotation.snapshot(), ONE)
    torch.manual_seed(1)
    other = NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)
    assert again.model != other.digest()
    annotation.apply(edits.give_mask(annotation, 2, truth[2], {1}))
    assert again.given != given_digest(annotation.snapshot(), ONE)


@pytest.mark.parametrize("data", [b"", b"no", bytes(100), b"\x02" + bytes(7) + b"{}"])
def test_bytes_of_something_else_are_refused(data: bytes, tmp_path: Path) -> None:
    clip, _ = moving_squares(2, (48, 64), 20)
    with Project.create(tmp_path / "p.vosgui") as project:
        clip_id = project.clips.add(clip.info).id
        project.set_blob(clip_id, "finetuned", data)
        with pytest.raises(ModelError, match="Fine-tune again"):
            read_finetuned(project, clip_id)


def test_what_the_first_version_kept_is_left_out(tmp_path: Path) -> None:
    clip, _ = moving_squares(2, (48, 64), 20)
    with Project.create(tmp_path / "p.vosgui") as project:
        clip_id = project.clips.add(clip.info).id
        project.set_blob(clip_id, "adapted", b"weights to run beside the network, not alone")
        assert read_finetuned(project, clip_id) is None


# -- synthetic sequences ---------------------------------------------------------------------


def test_a_sequence_begins_as_given_and_its_object_moves() -> None:
    clip, truth = moving_squares(1, (96, 128), 40)
    given = given_frame(clip[0], truth[0] == 1, (48, 64))
    assert given.frame.shape == (48, 64, 3) and np.count_nonzero(given.alpha) == 400
    inside = (given.alpha > 0) & ~np.roll(given.alpha > 0, 1, 0)
    assert not np.array_equal(given.behind[inside], given.frame[inside]), "painted over"
    one, other = (draw_sequence(np.random.default_rng(5), given, 3) for _ in range(2))
    assert np.array_equal(one.frames, other.frames) and np.array_equal(one.masks, other.masks)
    assert one.frames.shape == (3, 48, 64, 3) and one.known.all()
    swaps = set()
    for seed in range(8):
        sample = draw_sequence(np.random.default_rng(seed), given, 3)
        shown = given.alpha > 0
        swaps.add(np.mean(sample.masks[0] != shown) > 0.05)
        nearer = min(np.mean(sample.masks[0] != one) for one in (shown, shown[:, ::-1]))
        assert nearer < 0.02
        assert not np.array_equal(sample.masks[1], sample.masks[0])
        assert not np.array_equal(sample.masks[2], sample.masks[1])
    assert swaps == {False, True}


def test_a_tiny_object_keeps_a_pixel() -> None:
    clip, _ = moving_squares(1, (96, 128), 40)
    mask = np.zeros((96, 128), bool)
    mask[50, 60] = True
    assert np.count_nonzero(given_frame(clip[0], mask, (32, 48)).alpha) == 1


def test_a_stop_is_heard_at_each_frame_of_a_check(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    def run(heard: Heard) -> Heard:
        snapshot = scene[1].snapshot()
        finetune(tiny, scene[0], snapshot, ONE, seconds=1e6, steps=1, progress=heard)
        return heard

    checks = [n_done for n_done, _, text in run(Heard()).said if "Checking" in text]
    n_frames = len(scene[0])
    assert sum(n < 0.1 for n in checks) > n_frames
    assert sum(n >= 0.8 for n in checks) > n_frames
    for n in range(1, len(checks) + 2):
        with pytest.raises(Stopped):
            run(Heard(lambda heard, n=n: len(heard.said) == n))  # type: ignore[misc]
