"""The propagators that are loaded, kept between runs and shared by the jobs that need one."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vosgui.engine.propagator import Propagator

    Key = tuple[str, str]  # model and device, as `load_propagator` takes them


class Propagators:
    """Keeps the propagator of the last model and device. Its methods are called in jobs."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: dict[Key, Propagator] = {}

    def load(self, key: Key) -> Propagator:
        """Return a propagator, loaded if it is not the last one; ModelError where it cannot be."""
        from vosgui.engine.propagator import load_propagator

        with self._lock:
            if key not in self._loaded:
                self._loaded = {key: load_propagator(*key)}
            return self._loaded[key]
