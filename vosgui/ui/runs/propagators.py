"""The propagator of the model chosen, loaded once, and what a run uses of it. For jobs."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from vosgui.errors import ModelError
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.propagation.propagator import Propagator

FLOW = "flow"
Key = tuple[str, str]  # model and device, as `load_propagator` takes them
Place = tuple[Project, int]  # a clip's project, and its id there


class Propagators:
    """Keeps the propagator of the last model and device, and that one as fine-tuned last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: dict[Key, Propagator] = {}
        self._finetuned: dict[tuple[object, ...], Propagator] = {}

    def load(self, key: Key) -> Propagator:
        """Return a propagator; ModelError where the model cannot be loaded."""
        from vosgui.engine.propagation.load import load_propagator

        with self._lock:
            if key not in self._loaded:
                self._loaded = {key: load_propagator(*key)}
            return self._loaded[key]

    def load_to_run(self, key: Key, place: Place | None, *, flip: bool) -> Propagator:
        """Return a propagator fine-tuned to a clip, where that was done with its weights.

        flip : it looks at flipped frames too. What cannot be read is as if it were not there.
        """
        from vosgui.engine.online.finetuned import read_finetuned
        from vosgui.engine.propagation.flip import WithFlip
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        propagator = self.load(key)
        try:
            kept = read_finetuned(*place) if place else None
        except ModelError:
            kept = None
        if kept and isinstance(propagator, NetworkPropagator) and kept.model == propagator.digest():
            which = propagator, kept.given, kept.note
            if which not in self._finetuned:  # it takes a second to make
                self._finetuned = {which: kept.applied_to(propagator)}
            propagator = self._finetuned[which]
        return WithFlip(propagator) if flip else propagator
