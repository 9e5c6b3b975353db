"""Online learning: a network made to fit one clip, from the masks given in it.

As in the paper's section 4.3 Initializer, Encoder and Decoder learn and the ConvLSTM stays, from
snippets in which a given object moves over its own background, and from real frames between given
ones. The weights may go only so far from where they were. Half of the way learned is kept, and that
only if masks come better through real frames of the clip, to the next given mask or back to the
same one; otherwise it is dropped. What is kept runs beside the network it came from, as an
ensemble: alone it can lose by more than it gains in a clip's later frames, of which it has seen
nothing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from dataclasses import dataclass

import msgspec
import numpy as np
import safetensors
import safetensors.torch
from torch import Tensor

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.steps import told_as
from vosgui.core.words import counted
from vosgui.engine.ensemble import Ensemble
from vosgui.engine.lesson import AdaptBounds, Lesson
from vosgui.engine.network_propagator import NetworkPropagator
from vosgui.engine.run_plan import has_mask
from vosgui.engine.snippets import given_frame
from vosgui.engine.trails import find_trails, real_samples
from vosgui.errors import ModelError, NothingToDoError

ADAPTED = "adapted"  # under this name a project keeps what was learned of a clip
_FORMAT = "vosgui-adapted-1"
_CHECK_SHARE = 0.1  # of the time, for one check at most; there are two
_MOST_GIVEN = 24  # given frames learned from; of more, evenly spread ones


@dataclass(frozen=True)
class Adapted:
    """What was learned of a clip: weights that differ from the model's, by name, as float16.

    model : digest of the weights it began with. given : which masks it was learned from.
    note : how it went, one line.
    """

    model: str
    given: str
    tensors: dict[str, Tensor]
    note: str

    def fits(
        self, propagator: NetworkPropagator, snapshot: Snapshot, objects: frozenset[int]
    ) -> bool:
        """Tell whether it was learned with these weights from what is given of these objects."""
        now = propagator.digest(), digest_of_given(snapshot, objects)
        return (self.model, self.given) == now

    def beside(self, propagator: NetworkPropagator) -> Ensemble:
        """Return the propagator it began with together with what was learned.

        Raises ModelError where it does not belong to that network.
        """
        name = f"{propagator.name} (adapted)"
        return Ensemble([propagator, propagator.with_tensors(self.tensors, name)], name)

    def to_bytes(self) -> bytes:
        """Return it as safetensors."""
        about = {"format": _FORMAT, "model": self.model, "given": self.given, "note": self.note}
        return safetensors.torch.save(self.tensors, about)

    @classmethod
    def from_bytes(cls, data: bytes) -> Adapted:
        """Read what `to_bytes` made; ModelError for anything else."""
        try:
            tensors = safetensors.torch.load(data)
            size = int.from_bytes(data[:8], "little")
            about = msgspec.json.decode(data[8 : 8 + size])["__metadata__"]
            if about["format"] != _FORMAT:
                raise KeyError(about["format"])
            return cls(about["model"], about["given"], tensors, about["note"])
        except (safetensors.SafetensorError, msgspec.DecodeError, KeyError) as error:
            raise ModelError(
                "What was learned of this clip cannot be read. Adapt to the clip again."
            ) from error


@dataclass(frozen=True)
class AdaptProgress:
    """Where an adaptation is.

    share : of it done, in [0, 1]. text : what it does or did, for a person. ended : no more comes.
    adapted : with the last one, unless it was dropped.
    """

    share: float
    text: str
    ended: bool = False
    adapted: Adapted | None = None


def adapt(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    bounds: AdaptBounds | None = None,
) -> Generator[AdaptProgress, None, None]:
    """Learn a clip from the frames in which these objects are given; yield after each step.

    The last progress has what was learned, or says why it was dropped. The propagator is not
    changed. Closing the generator drops everything.
    Raises NothingToDoError, at the call, where none of them is given with a mask.
    """
    bounds = bounds or AdaptBounds()
    if not _given(snapshot, objects):
        raise NothingToDoError("There is no given mask to learn from. Paint the object first.")
    return _adapt(propagator, clip, snapshot, objects, bounds)


def _adapt(
    propagator: NetworkPropagator,
    clip: Clip,
    snapshot: Snapshot,
    objects: frozenset[int],
    bounds: AdaptBounds,
) -> Generator[AdaptProgress, None, None]:
    begun = time.perf_counter()
    looking = AdaptProgress(0.0, "Looking at the given masks")
    yield looking
    where = _given(snapshot, objects)
    hw = propagator.training_hw(snapshot.hw, bounds.height)
    given = [given_frame(i, t, clip[t], snapshot.mask(t) == i, hw) for i, t in where]
    trails = find_trails(clip, given)
    lesson = Lesson(propagator, given, real_samples(clip, given), trails, bounds)
    if bounds.seconds is not None:
        lesson.shorten_check(_CHECK_SHARE * bounds.seconds)
    check_begun = time.perf_counter()
    before = yield from told_as(lesson.check(), lambda _: looking)
    check_s = time.perf_counter() - check_begun
    left_s = float("inf")
    if bounds.seconds is not None:
        left_s = bounds.seconds - (time.perf_counter() - begun)
    learning = time.perf_counter()
    n_done = 0
    for step in range(bounds.steps):
        lesson.learn(step)
        n_done = step + 1
        spent_s = time.perf_counter() - learning
        share = max(n_done / bounds.steps, spent_s / left_s if left_s > 0 else 1.0)
        yield AdaptProgress(min(share, 0.99), f"Step {n_done}")
        # the check that follows takes about as long as the first
        if spent_s * (n_done + 1) / n_done + check_s > left_s:
            break
    checking = AdaptProgress(0.99, "Checking what was learned")
    yield checking
    lesson.finish()
    after = yield from told_as(lesson.check(), lambda _: checking)
    seconds = time.perf_counter() - begun
    told = (
        f"{counted(n_done, 'step')} in {seconds:.0f} s; "
        f"carried masks overlap {before} before, {after} after"
    )
    if not after.better_than(before):
        text = f"Dropped: it did not clearly better on the given masks ({told})."
        yield AdaptProgress(1.0, text, ended=True)
        return
    given_now = digest_of_given(snapshot, objects)
    adapted = Adapted(propagator.digest(), given_now, lesson.tensors(), told)
    yield AdaptProgress(1.0, f"Adapted: {told}.", ended=True, adapted=adapted)


def digest_of_given(snapshot: Snapshot, objects: frozenset[int]) -> str:
    """Return what tells the masks that are learned from from others."""
    found = hashlib.sha256()
    for i, t in _given(snapshot, objects):
        found.update(f"{i} {t} ".encode())
        found.update(np.packbits(snapshot.mask(t) == i).tobytes())
    return found.hexdigest()[:16]


def _given(snapshot: Snapshot, objects: frozenset[int]) -> list[tuple[int, int]]:
    """Return (object, frame) where an object is given with a mask, evenly thinned out."""
    found = [
        (i, int(t))
        for i in sorted(objects & snapshot.lanes.keys())
        for t in snapshot.keyframes(i)
        if has_mask(snapshot, int(t), i)
    ]
    if len(found) <= _MOST_GIVEN:
        return found
    picked = np.linspace(0, len(found) - 1, _MOST_GIVEN).round().astype(int)
    return [found[k] for k in picked]
