"""What jobs do about online fine-tuning: learn a clip, look at what was learned, forget it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from vosgui.core.annotation import Snapshot
from vosgui.core.clip import Clip
from vosgui.core.progress import Progress
from vosgui.core.track import Source, is_given
from vosgui.errors import ModelError
from vosgui.ui.runs.propagators import FLOW, Key, Place, Propagators, read_if_possible

# object to its keyframes and their revisions: other ones tell that a given mask has changed
Given = dict[int, tuple[bytes, bytes]]


@dataclass(frozen=True)
class Kept:
    """What is kept of a clip.

    note : how it went, one line. other_model : it is not used, the weights are others by now.
    given : what it was learned from; None where masks have changed since.
    """

    note: str
    other_model: bool
    given: Given | None


class Result(NamedTuple):
    """What is kept when a job is done, and what to tell the person."""

    kept: Kept | None
    text: str = ""


@dataclass(frozen=True)
class FinetuneJob:
    """What a job needs to know of the clip: values, of its own. Its methods are for the thread."""

    clip: Clip
    snapshot: Snapshot
    place: Place
    key: Key
    propagators: Propagators

    def learn(self, seconds: float, progress: Progress) -> Result:
        """Fine-tune, and keep what was learned, if it is better."""
        from vosgui.engine.online.finetune import FinetuneOptions, finetune
        from vosgui.engine.online.finetuned import keep_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        propagator = self.propagators.load(self.key)
        if not isinstance(propagator, NetworkPropagator):
            raise ModelError(f"{propagator.name!r} cannot learn. Choose a network as the model.")
        snapshot, objects = self.snapshot, frozenset(self.snapshot.tracks)
        options = FinetuneOptions(seconds=seconds)
        with self.clip.reopen() as reader:
            learned, text = finetune(propagator, reader, snapshot, objects, options, progress)
        before = read_if_possible(self.place)
        # What was learned before from the same masks is not lost by a second try.
        if learned or not (before and before.fits(propagator, snapshot, objects)):
            keep_finetuned(*self.place, learned)
        return Result(self.look().kept, text)

    def look(self) -> Result:
        """Find out what is kept; the model is loaded only where there is something."""
        from vosgui.engine.online.finetuned import given_digest, read_finetuned
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        learned = read_finetuned(*self.place)
        if learned is None:
            return Result(None)
        is_same = learned.given == given_digest(self.snapshot, frozenset(self.snapshot.tracks))
        given = given_marks(self.snapshot) if is_same else None
        if self.key[0] == FLOW:
            return Result(Kept(learned.note, False, given))
        propagator = self.propagators.load(self.key)
        digest = propagator.digest() if isinstance(propagator, NetworkPropagator) else ""
        return Result(Kept(learned.note, digest != learned.model, given))

    def forget(self) -> Result:
        """Drop what was learned."""
        from vosgui.engine.online.finetuned import keep_finetuned

        keep_finetuned(*self.place, None)
        return Result(None, "What was learned of this clip is forgotten")


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
