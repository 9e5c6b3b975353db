"""What jobs do about online fine-tuning: learn a clip, look at what was learned, forget it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.progress import Progress
from vosgui.core.track import Source, is_given
from vosgui.errors import ModelError
from vosgui.ui.runs.propagators import Key, Place, Propagators

# By object id, the revisions of its given masks, 0 in other frames.
Given = dict[int, bytes]


@dataclass(frozen=True)
class Kept:
    """What is kept of a clip.

    note : how it went, one line. is_used : it was learned with the weights of the model chosen.
    given : what it was learned from; None where masks have changed since.
    """

    note: str
    is_used: bool
    given: Given | None


@dataclass(frozen=True)
class FinetuneJob:
    """What a job needs to know of the clip: values, of its own. Its methods are for the thread."""

    clip: Clip
    snapshot: Snapshot
    place: Place
    key: Key
    propagators: Propagators

    def learn(self, seconds: float, progress: Progress) -> Kept | None:
        """Fine-tune, and keep what was learned, if it is better; the last report tells."""
        from vosgui.engine.online.finetune import finetune
        from vosgui.engine.online.finetuned import keep_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        propagator = self.propagators.load(self.key)
        if not isinstance(propagator, NetworkPropagator):
            raise ModelError(f"{propagator.name!r} cannot learn. Choose a network as the model.")
        objects = frozenset(self.snapshot.tracks)
        with self.clip.reopen(once=True) as reader:
            learned, _ = finetune(
                propagator, reader, self.snapshot, objects, seconds=seconds, progress=progress
            )
        if learned:
            keep_finetuned(*self.place, learned)
        return self.look()

    def look(self) -> Kept | None:
        """Find out what is kept; the model is loaded only where there is something."""
        from vosgui.engine.online.finetuned import given_digest, read_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        learned = read_finetuned(*self.place)
        if learned is None:
            return None
        is_same = learned.given == given_digest(self.snapshot, frozenset(self.snapshot.tracks))
        propagator = self.propagators.load(self.key)
        is_used = isinstance(propagator, NetworkPropagator) and propagator.digest() == learned.model
        return Kept(learned.note, is_used, given_marks(self.snapshot) if is_same else None)

    def forget(self) -> None:
        """Drop what was learned."""
        from vosgui.engine.online.finetuned import keep_finetuned

        keep_finetuned(*self.place, None)


def given_marks(snapshot: Snapshot) -> Given:
    """Return what tells given masks from what they were, without reading them.

    A frame in which an object is absent has no mask to learn from.
    """
    marks = {
        i: np.where(is_given(track) & (track["source"] != Source.ABSENT), track["revision"], 0)
        for i, track in snapshot.tracks.items()
    }
    return {i: revisions.tobytes() for i, revisions in marks.items() if revisions.any()}
