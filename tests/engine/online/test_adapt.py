"""Online learning on a tiny network: bounded, checked, repeatable, and kept as bytes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from tests.clips import ArrayClip
from tests.engine.propagation.test_recurrent import TINY
from tests.engine.scenes import annotated, moving_squares
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.generators import result_of
from vosgui.engine.online import candidates as trial
from vosgui.engine.online.adapt import AdaptProgress, adapt
from vosgui.engine.online.adapted_weights import Adapted
from vosgui.engine.online.cycle_paths import find_trails
from vosgui.engine.online.finetune import AdaptBounds, Check, Lesson
from vosgui.engine.online.synthetic_sequences import draw_snippets, given_frame
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.errors import ModelError, NothingToDoError
from vosgui.network.lite import LiteNetwork

ONE = frozenset({1})
QUICK = AdaptBounds(seconds=None, steps=20, lr=1e-2, batch=1, T=2, keep=0.5, reach=1.0, height=32)


@pytest.fixture
def tiny() -> NetworkPropagator:
    torch.manual_seed(0)
    return NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)


@pytest.fixture(autouse=True)
def any_run_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let trials drop nothing: networks that were never trained are sure of nothing."""
    monkeypatch.setattr(trial, "_LEAST_RISE", -1.0)


@pytest.fixture(scope="module")
def scene() -> tuple[ArrayClip, Annotation]:
    clip, truth = moving_squares(4, (48, 64), 20)
    return clip, annotated(clip, {0: truth[0], 3: truth[3]})


def learn(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation], bounds: AdaptBounds = QUICK
) -> list[AdaptProgress]:
    clip, annotation = scene
    found = list(adapt(tiny, clip, annotation.snapshot(), ONE, bounds))
    assert [one.ended for one in found] == [False] * (len(found) - 1) + [True]
    assert [one.share for one in found] == sorted(one.share for one in found)
    return found


def test_it_learns_and_the_propagator_stays_as_it_was(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    before = tiny.digest()
    last = learn(tiny, scene)[-1]
    assert last.adapted is not None and "Adapted, as learned: 20 steps" in last.text
    assert tiny.digest() == before
    fitted = last.adapted.beside(tiny)
    assert fitted.name == "tiny (adapted)"
    assert [one.digest() == before for one in fitted.members] == [True, False]
    run = Run(0, 0, 4, ONE)
    results = list(propagate(scene[0], scene[1].snapshot(), run, fitted))
    assert [result.t for result in results] == [1, 2]


def test_what_is_the_same_in_every_clip_stays_and_the_rest_goes_no_further_than_it_may(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    first = given_frame(1, 0, scene[0][0], scene[1].mask(0) == 1, (32, 48))
    lesson = Lesson(tiny, [first], [], [], replace(QUICK, reach=0.05, keep=0.0))
    for step in range(8):
        lesson.learn(step)
    tensors = lesson.tensors()
    assert {"encoder", "initializer", "decoder"} <= {name.split(".")[0] for name in tensors}
    assert not any(
        name.startswith(("lstm.", "encoder.stride2.", "encoder.stride4.")) for name in tensors
    )
    weights, shares = tiny.network.state_dict(), []
    for name, tensor in tensors.items():
        way = (tensor.float() - weights[name]).norm()
        assert way <= 0.05 * weights[name].norm() + 2e-3 * weights[name].norm() + 1e-6
        shares.append(float(way / weights[name].norm().clamp(min=1e-9)))
    assert max(shares) > 0.045, "some went as far as they may"


def test_an_object_of_one_pixel_is_no_error(tiny: NetworkPropagator) -> None:
    clip, _ = moving_squares(4, (96, 128), 20)
    mask = np.zeros((96, 128), np.uint8)
    mask[50, 60] = 1
    assert learn(tiny, (clip, annotated(clip, {0: mask})), replace(QUICK, steps=2))[-1].ended


def test_by_steps_alone_it_is_the_same_each_time(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    one, other = (learn(tiny, scene)[-1].adapted for _ in range(2))
    assert one is not None and other is not None
    for name, tensor in one.tensors.items():
        assert torch.equal(tensor, other.tensors[name])


def test_what_is_no_better_is_dropped_and_says_so(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_LEAST_RISE", 0.01)
    last = learn(tiny, scene, replace(QUICK, lr=0.0))[-1]
    assert last.adapted is None
    assert last.text.startswith("Dropped: masks came back no better (20 steps")
    assert "as learned" not in last.text, "it is not even tried out"


def test_what_no_run_is_surer_with_is_dropped_and_says_so(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_LEAST_RISE", 1.1)
    last = learn(tiny, scene)[-1]
    assert last.adapted is None
    assert last.text.startswith("Dropped: no run is clearly surer (20 steps")
    assert "% alone" in last.text and "% as learned" in last.text and "% with flip" in last.text


def test_flipped_frames_may_serve_where_nothing_was_learned(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    last = learn(tiny, scene, replace(QUICK, lr=0.0))[-1]
    assert last.adapted is not None
    assert last.text.startswith("Adapted, with flip: 20 steps") and "dropped; " in last.text
    again = Adapted.from_bytes(last.adapted.to_bytes())
    assert again == last.adapted and not again.tensors
    assert again.fits(tiny, scene[1].snapshot(), ONE)
    assert again.beside(tiny).name == "tiny (with flip)"


def test_half_of_the_way_learned_is_kept(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    first = given_frame(1, 0, scene[0][0], scene[1].mask(0) == 1, (32, 48))
    lesson = Lesson(tiny, [first], [], [], replace(QUICK, keep=0.0))
    began = {name: one.float() for name, one in lesson.tensors().items()}
    for step in range(2):
        lesson.learn(step)
    learned = {name: one.float() for name, one in lesson.tensors().items()}
    lesson.finish()
    for name, kept in lesson.tensors().items():
        middle = (began[name] + learned[name]) / 2
        torch.testing.assert_close(kept.float(), middle, atol=2e-3, rtol=2e-3)
    assert any(not torch.equal(learned[name], one) for name, one in began.items())


def test_one_way_that_goes_astray_does_not_outvote_the_others() -> None:
    before = Check((0.8, 0.7, 0.6), 0.5)
    assert Check((0.84, 0.74, 0.58), 0.5).better_than(before)
    assert not Check((0.82, 0.72, 0.3), 0.5).better_than(before), "one way lost much"
    assert not Check((0.78, 0.68, 0.9), 0.5).better_than(before)
    assert not before.better_than(before)
    assert not Check((0.805, 0.705, 0.605), 0.5).better_than(before), "not clearly"


def test_a_single_frame_is_checked_by_snippets_alone(tiny: NetworkPropagator) -> None:
    clip, truth = moving_squares(1, (48, 64), 20)
    last = learn(tiny, (clip, annotated(clip, {0: truth[0]})))[-1]
    assert last.ended
    assert str(Check((), 0.6)) == "60.0 %" and str(Check((0.2, 0.3), 0.6)) == "25.0 %"
    assert Check((), 0.6).better_than(Check((), 0.5))
    assert not Check((), 0.5).better_than(Check((), 0.5))


def test_time_ends_it_too(tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]) -> None:
    found = learn(tiny, scene, replace(QUICK, seconds=1e-3, steps=10_000))
    assert len([one for one in found if one.text.startswith("Step")]) == 1


def test_a_check_that_takes_too_long_is_made_shorter(tiny: NetworkPropagator) -> None:
    clip, truth = moving_squares(12, (48, 64), 20)
    first = given_frame(1, 0, clip[0], truth[0] == 1, (32, 48))

    def n_ways(most_s: float) -> int:
        lesson = Lesson(tiny, [first], [], find_trails(clip, [first]), QUICK)
        lesson.shorten_check(most_s)
        return len(result_of(lesson.check()).trails)

    assert n_ways(1e6) == 3
    assert n_ways(1e-6) == 2, "of two frames, from each of them back"


def test_without_a_given_mask_there_is_nothing_to_learn(
    tiny: NetworkPropagator, scene: tuple[ArrayClip, Annotation]
) -> None:
    clip, annotation = scene
    with pytest.raises(NothingToDoError, match="no given mask"):
        adapt(tiny, clip, annotation.snapshot(), frozenset({7}))


def test_it_is_kept_as_bytes_and_fits_only_the_same_weights_and_masks(
    tiny: NetworkPropagator,
) -> None:
    clip, truth = moving_squares(4, (48, 64), 20)
    annotation = annotated(clip, {0: truth[0], 3: truth[3]})
    adapted = learn(tiny, (clip, annotation))[-1].adapted
    assert adapted is not None
    again = Adapted.from_bytes(adapted.to_bytes())
    assert (again.model, again.given, again.note) == (adapted.model, adapted.given, adapted.note)
    assert all(torch.equal(again.tensors[n], tensor) for n, tensor in adapted.tensors.items())
    assert again.fits(tiny, annotation.snapshot(), ONE)
    torch.manual_seed(1)
    other = NetworkPropagator(LiteNetwork(TINY), "tiny", height=32)
    assert not again.fits(other, annotation.snapshot(), ONE)
    annotation.apply(edits.give_mask(annotation, 2, truth[2], {1}))
    assert not again.fits(tiny, annotation.snapshot(), ONE)


@pytest.mark.parametrize("data", [b"", b"no", bytes(100), b"\x02" + bytes(7) + b"{}"])
def test_bytes_of_something_else_are_refused(data: bytes) -> None:
    with pytest.raises(ModelError, match="Adapt to the clip again"):
        Adapted.from_bytes(data)


# -- snippets --------------------------------------------------------------------------------


def test_a_snippet_begins_as_given_and_its_object_moves() -> None:
    clip, truth = moving_squares(1, (96, 128), 40)
    given = given_frame(1, 0, clip[0], truth[0] == 1, (48, 64))
    assert given.frame.shape == (48, 64, 3) and given.mask.sum() == 400
    inside = given.mask & ~np.roll(given.mask, 1, 0)
    assert not np.array_equal(given.behind[inside], given.frame[inside]), "painted over"
    one, other = (draw_snippets(np.random.default_rng(5), [given], 3, 1)[0] for _ in range(2))
    assert np.array_equal(one.frames, other.frames) and np.array_equal(one.masks, other.masks)
    assert one.frames.shape == (3, 48, 64, 3) and one.known.all()
    flat = one.frames[0] if np.array_equal(one.masks[0], given.mask) else one.frames[0][:, ::-1]
    assert np.array_equal(flat, given.frame)
    for t in (1, 2):
        assert 100 < one.masks[t].sum() < 900
        assert not np.array_equal(one.masks[t], one.masks[0])


def test_snippets_also_go_from_one_given_frame_to_another() -> None:
    clip, truth = moving_squares(4, (48, 64), 20)
    given = [given_frame(1, t, clip[t], truth[t] == 1, (48, 64)) for t in (0, 3)]
    shades = np.array([200, 20], np.uint8)  # tells the frames apart
    for one, shade in zip(given, shades, strict=True):
        one.frame[:], one.behind[:] = shade, shade
    seen = set()
    for seed in range(20):
        (sample,) = draw_snippets(np.random.default_rng(seed), given, 2, 1)
        seen.add(bool(abs(int(sample.frames[0].mean()) - int(sample.frames[1].mean())) > 100))
    assert seen == {False, True}


def test_a_tiny_object_keeps_a_pixel() -> None:
    clip, _ = moving_squares(1, (96, 128), 40)
    mask = np.zeros((96, 128), bool)
    mask[50, 60] = True
    assert given_frame(1, 0, clip[0], mask, (32, 48)).mask.sum() == 1
