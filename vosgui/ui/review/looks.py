"""What objects of the open clip look like, kept of the frames that were looked at. For a job."""

from __future__ import annotations

from contextlib import ExitStack

from vosgui.core.annotation import Annotation
from vosgui.core.clip import Clip
from vosgui.core.mask import PackedMask
from vosgui.core.quality.meetings import Looks, exchanged, looks_of
from vosgui.core.quality.shapes import Flags, Shapes
from vosgui.errors import ClipError


class SeenLooks:
    """Opens the clip anew where a frame is needed that was not looked at with its mask of now."""

    def __init__(self, clip: Clip) -> None:
        self._clip = clip
        self._seen: dict[int, tuple[PackedMask, Looks]] = {}

    def exchanged(self, annotation: Annotation, shapes: Shapes) -> dict[int, Flags]:
        """Return where objects may have changed identities, bool (n_frames,) by id."""
        readers: list[Clip] = []
        with ExitStack() as stack:

            def looks_in(t: int) -> Looks:
                packed, seen = annotation.packed(t), self._seen.get(t)
                if packed is None:
                    return {}
                if seen is None or seen[0] != packed:
                    if not readers:
                        readers.append(stack.enter_context(self._clip.reopen(once=True)))
                    try:
                        looks = looks_of(readers[0][t], packed.unpack())
                    except ClipError:
                        looks = {}  # a frame that cannot be read is told where it is shown
                    seen = self._seen[t] = packed, looks
                return seen[1]

            return exchanged(annotation, shapes, looks_in)
