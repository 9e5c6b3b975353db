"""What is decided on where a network runs: the same masks, and nothing that waits on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from tests.clips import ArrayClip
from tests.engine.scenes import annotated, moving_squares
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.engine.models.installed import DEFAULT_MODEL
from vosgui.engine.models.load import load_network
from vosgui.engine.propagation import tracker
from vosgui.engine.propagation.on_device import aggregate, mask_of
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.soft_aggregation import aggregate_mask, soft_aggregate
from vosgui.network.lite import LiteNetwork

HW = (112, 160)
# What a GPU's queue is waited for by: a value looked at, cells counted, a copy to the CPU.
_WAITING = {
    f"aten.{name}"
    for name in ("_local_scalar_dense", "item", "is_nonzero", "nonzero", "masked_select", "cpu")
}


class NothingWaits(TorchDispatchMode):
    """Count operations, and note those for which a GPU's queue would have to be empty.

    made : how many tensors were made of numbers or arrays, to be sent there.
    """

    def __init__(self) -> None:
        super().__init__()
        self.n, self.made, self.waiting = 0, 0, list[str]()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        self.n += 1
        name = str(func).rsplit(".", 1)[0]
        self.made += name == "aten.lift_fresh"
        by_cells = name in ("aten.index", "aten.index_put_") and any(
            one is not None and one.dtype == torch.bool for one in args[1]
        )
        if name in _WAITING or by_cells:
            self.waiting.append(name)
        return func(*args, **(kwargs or {}))


def propagator(*, stays_there: bool) -> NetworkPropagator:
    network = load_network(DEFAULT_MODEL)
    assert isinstance(network, LiteNetwork)
    network.config = msgspec.structs.replace(network.config, keep_every=3)
    made = NetworkPropagator(network, "lite", height=HW[0], stays_there=stays_there)
    network.whole = True
    return made


def scene(n: int, n_frames: int) -> tuple[ArrayClip, Annotation]:
    clip, truth = moving_squares(n_frames, HW, 48)
    return clip, annotated(clip, {0: np.where(truth[0] <= n, truth[0], np.uint8(0))}, n)


@pytest.mark.parametrize("n", [1, 2])
def test_masks_are_the_same_wherever_they_are_decided_on(n: int) -> None:
    clip, annotation = scene(n, 8)
    run = Run(0, 0, 8, frozenset(range(1, n + 1)))
    here, there = (
        list(propagate(clip, annotation.snapshot(), run, propagator(stays_there=stays)))
        for stays in (False, True)
    )
    assert [one.t for one in here] == [one.t for one in there] == list(range(1, 8))
    assert here[2].mask.any()
    for one, other in zip(here, there, strict=True):
        assert (one.mask == other.mask).mean() > 0.999  # rounding, at a tie
        assert one.origins == other.origins
        for i, level in one.confidence.items():
            assert other.confidence[i] == pytest.approx(level, abs=1e-3)


def test_pixels_of_others_stay_theirs() -> None:
    clip, annotation = scene(2, 4)
    beside = np.zeros(HW, np.uint8)
    beside[10:40, :60] = 2
    annotation.apply(edits.give_mask(annotation, 2, beside, {2}))
    run = Run(0, 0, 4, frozenset({1}))
    results = propagate(clip, annotation.snapshot(), run, propagator(stays_there=True))
    masks = {one.t: one.mask for one in results}
    assert masks[1].any() and not (masks[2][beside == 2]).any()


def test_nothing_waits_between_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for one look where a passed frame may be kept: every third here."""
    clip, annotation = scene(2, 7)
    network, snapshot = propagator(stays_there=True), annotation.snapshot()
    run = Run(0, 0, 7, frozenset({1, 2}))
    steps: list[NothingWaits] = []
    carry: Callable[..., Any] = tracker.Tracker._carry_there

    def watched(self: tracker.Tracker, *args: Any) -> Any:
        with NothingWaits() as mode:
            steps.append(mode)
            return carry(self, *args)

    monkeypatch.setattr(tracker.Tracker, "_carry_there", watched)
    assert len(list(propagate(clip, snapshot, run, network))) == 6
    due = [t for t, mode in enumerate(steps, 1) if mode.waiting]
    assert due == [4]  # the frame of age 3 is kept, or not, when the next one comes
    assert {mode.made for mode in steps} == {1}  # the objects' ids, by `sent`, which does not wait
    assert max(mode.n for mode in steps) < 700


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("with_others", [False, True])
def test_the_formulas_are_those_of_the_cpu(n: int, with_others: bool) -> None:
    rng = np.random.default_rng(n)
    logits = rng.normal(-0.5, 3, (n, 12, 16)).astype(np.float32)
    ids: Sequence[int] = [3 * i + 2 for i in range(n)]
    taken = rng.random((12, 16)).astype(np.float32) if with_others else None
    fixed = rng.random((30, 40)) > 0.7 if with_others else None
    there = torch.from_numpy(logits)
    shares = aggregate(there, None if taken is None else torch.from_numpy(taken))
    np.testing.assert_allclose(shares.numpy(), soft_aggregate(logits, taken), atol=1e-5)
    closed = None if fixed is None else torch.from_numpy(fixed)
    mask = mask_of(there, ids, (30, 40), closed).numpy()
    assert (mask == aggregate_mask(logits, ids, (30, 40), fixed)).mean() > 0.999
