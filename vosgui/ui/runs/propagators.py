"""The propagators that are loaded, and what was learned of the open clip. Both for jobs."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from vosgui.errors import ModelError
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.online.adapted_weights import Adapted
    from vosgui.engine.propagation.propagator import Propagator

FLOW = "flow"
Key = tuple[str, str]  # model and device, as `load_propagator` takes them


class Learned:
    """What was learned of one clip, as its project keeps it; read when it is first asked for."""

    def __init__(self, project: Project, clip_id: int) -> None:
        self._project, self._clip_id = project, clip_id
        self._lock = Lock()
        self._adapted: Adapted | None = None
        self._is_read = False

    def read(self) -> Adapted | None:
        """Return it, or None; ModelError where it cannot be read, ProjectError as the file's."""
        from vosgui.engine.online.adapted_weights import ADAPTED, Adapted

        with self._lock:
            if not self._is_read:
                kept = self._project.blob(self._clip_id, ADAPTED)
                self._adapted = Adapted.from_bytes(kept) if kept else None
                self._is_read = True
            return self._adapted

    def write(self, adapted: Adapted | None) -> None:
        """Keep it in the project, in place of what was there; TargetError where that fails."""
        from vosgui.engine.online.adapted_weights import ADAPTED

        data = adapted.to_bytes() if adapted else None
        with self._lock:
            self._project.set_blob(self._clip_id, ADAPTED, data)
            self._adapted, self._is_read = adapted, True


class Propagators:
    """Keeps the propagator of the last model and device, and that one as it was made to fit."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: dict[Key, Propagator] = {}
        self._digest = ""
        self._fitted: tuple[Propagator, Adapted, Propagator] | None = None

    def load(self, key: Key, learned: Learned | None = None, *, flip: bool = False) -> Propagator:
        """Return a propagator, made to fit the clip where that was learned with its weights.

        flip : it looks at flipped frames too, where nothing was learned.
        Raises ModelError where the model cannot be loaded. What was learned but cannot be read
        is as if it were not there.
        """
        from vosgui.engine.propagation.flip import with_flip

        with self._lock:
            propagator = self._load(key)
            adapted = self._fitting(propagator, learned) if learned and key[0] != FLOW else None
            if adapted is not None:
                return self._fit(propagator, adapted)
            return with_flip(propagator) if flip else propagator

    def digest(self, key: Key) -> str:
        """Return what tells the weights of a network from others; empty where it has none."""
        with self._lock:
            return self._digest_of(self._load(key))

    def _load(self, key: Key) -> Propagator:
        from vosgui.engine.propagation.load import load_propagator

        if key not in self._loaded:
            self._loaded, self._digest, self._fitted = {key: load_propagator(*key)}, "", None
        return self._loaded[key]

    def _digest_of(self, propagator: Propagator) -> str:
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        if not self._digest and isinstance(propagator, NetworkPropagator):
            self._digest = propagator.digest()
        return self._digest

    def _fitting(self, propagator: Propagator, learned: Learned) -> Adapted | None:
        try:
            adapted = learned.read()
        except ModelError:
            return None
        fits = adapted is not None and adapted.model == self._digest_of(propagator)
        return adapted if fits else None

    def _fit(self, propagator: Propagator, adapted: Adapted) -> Propagator:
        from vosgui.engine.propagation.recurrent import NetworkPropagator

        assert isinstance(propagator, NetworkPropagator)
        if self._fitted is None or self._fitted[:2] != (propagator, adapted):
            self._fitted = propagator, adapted, adapted.beside(propagator)
        return self._fitted[2]
