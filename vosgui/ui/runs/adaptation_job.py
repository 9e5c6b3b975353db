"""What the jobs of adapting do: learn a clip, look at what was learned of it, forget that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.track import Source, is_given
from vosgui.errors import ModelError
from vosgui.ui.runs.propagators import FLOW, Key, Learned, Propagators

if TYPE_CHECKING:
    from vosgui.engine.online.adapt import AdaptProgress
    from vosgui.engine.propagation.recurrent import NetworkPropagator

# object to its keyframes and their revisions: other ones tell that a given mask has changed
Given = dict[int, tuple[bytes, bytes]]


@dataclass(frozen=True)
class Fit:
    """What was learned of the open clip.

    note : what it gained, one line. other_model : it is not used, the weights are others by now.
    given : what it was learned from; None where masks have changed since.
    """

    note: str
    other_model: bool
    given: Given | None


@dataclass(frozen=True)
class Reading:
    """What a job needs to know of the clip: values, of its own."""

    clip: Clip
    snapshot: Snapshot
    learned: Learned
    key: Key


def given_marks(snapshot: Snapshot) -> Given:
    """Return what tells given masks from what they were, without reading them.

    A frame in which an object is absent has no mask to learn from.
    """
    marks = {}
    for object_id, track in snapshot.tracks.items():
        given = is_given(track) & (track["source"] != Source.ABSENT)
        if given.any():
            marks[object_id] = given.tobytes(), track["revision"][given].tobytes()
    return marks


def learn(
    reading: Reading, propagators: Propagators, seconds: float
) -> Iterator[AdaptProgress | Fit | None]:
    """Yield each step of a lesson, then what is known by it; called in the job's thread."""
    from vosgui.engine.online.adapt import adapt
    from vosgui.engine.online.finetune import AdaptBounds
    from vosgui.engine.propagation.recurrent import NetworkPropagator

    propagator = propagators.load(reading.key)
    if not isinstance(propagator, NetworkPropagator):
        raise ModelError(f"{propagator.name!r} cannot learn. Choose a network as the model.")
    snapshot, learned = reading.snapshot, reading.learned
    objects, bounds = frozenset(snapshot.tracks), AdaptBounds(seconds=seconds)
    with (
        reading.clip.reopen() as reader,
        closing(adapt(propagator, reader, snapshot, objects, bounds)) as steps,
    ):
        for progress in steps:
            yield progress
    # What an older lesson gained from the same masks by the same check is not lost by a new one.
    if progress.adapted or not _fits(learned, propagator, snapshot):
        learned.write(progress.adapted)
    yield from look(reading, propagators)


def _fits(learned: Learned, propagator: NetworkPropagator, snapshot: Snapshot) -> bool:
    """Return whether something is kept that was learned with these weights from these masks."""
    try:
        before = learned.read()
    except ModelError:
        return False
    return before is not None and before.fits(propagator, snapshot, frozenset(snapshot.tracks))


def look(reading: Reading, propagators: Propagators) -> Iterator[Fit | None]:
    """Yield what is known of the clip; the model is loaded only where there is something."""
    adapted = reading.learned.read()
    if adapted is None:
        yield None
        return
    from vosgui.engine.online.adapted_weights import digest_of_given

    snapshot = reading.snapshot
    same = adapted.given == digest_of_given(snapshot, frozenset(snapshot.tracks))
    fit = Fit(adapted.note, False, given_marks(snapshot) if same else None)
    if reading.key[0] == FLOW:
        yield fit
    else:
        yield replace(fit, other_model=adapted.model != propagators.digest(reading.key))


def forget(learned: Learned) -> Iterator[None]:
    """Drop what was learned; yield once that is on disk."""
    learned.write(None)
    yield None
