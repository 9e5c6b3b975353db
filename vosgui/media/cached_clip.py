"""What the readers of clips share: the frames that they keep."""

from __future__ import annotations

from vosgui.core.array_cache import ArrayCache, Kept
from vosgui.core.clip import Clip


class CachedClip(Clip):
    """A reader that keeps the frames it made lately."""

    _cache: ArrayCache

    def keep(self, max_bytes: int) -> None:
        """Bound how much the frames may take that this reader keeps, from the next one on."""
        self._cache.max_bytes = max_bytes

    @property
    def kept(self) -> Kept:
        """Return how much the frames take that this reader keeps."""
        return Kept("frames", self._cache.n_bytes, self._cache.max_bytes)
