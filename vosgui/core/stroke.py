"""A gesture in progress: the pixels it covers or proposes, and the mask with them."""

from __future__ import annotations

import numpy as np

from vosgui.core.mask import Box, Mask, Pixels, box_of, paintable


class Stroke:
    """What one gesture does to one frame's mask, on a private copy.

    mask : uint8 (H, W), the frame's mask with the stroke in it.
    box : around everything covered so far.
    """

    def __init__(
        self,
        mask: Mask,
        object_id: int,
        locked: frozenset[int],
        *,
        over_others: bool = False,
        erases: bool = False,
    ) -> None:
        self.object_id = object_id
        self.erases = erases
        self.mask = mask.copy()
        self.box = Box(0, 0, 0, 0)
        self._base = mask
        self._covered = np.zeros(mask.shape, bool)
        self._locked = locked
        self._over_others = over_others

    def cover(self, box: Box, pixels: Pixels) -> Box:
        """Add pixels: they become the object's, or background, where the rules allow it.

        pixels : bool (h, w), of the size of the box. Returns the box around those that are new.
        """
        fresh = pixels & ~self._covered[box.slices]
        inner = box_of(fresh)
        if not inner:
            return inner
        fresh = fresh[inner.slices]
        grown = inner.moved(box.y, box.x)
        self._covered[grown.slices] |= fresh
        self.box |= grown
        self._draw(grown, fresh)
        return grown

    def ids_covered(self) -> tuple[int, ...]:
        """Return the ids that the covered pixels had before, ascending; 0 for background."""
        base, covered = self._base[self.box.slices], self._covered[self.box.slices]
        return tuple(np.unique(base[covered]).tolist())

    def rebase(self, mask: Mask) -> None:
        """Put the stroke on another mask, uint8 (H, W): the frame's has changed beneath it."""
        if mask is self._base:
            return
        self._base = mask
        self.mask = mask.copy()
        if self.box:
            self._draw(self.box, self._covered[self.box.slices])

    def _draw(self, box: Box, pixels: Pixels) -> None:
        base = self._base[box.slices]
        if self.erases:
            allowed = (base == self.object_id) & (self.object_id not in self._locked)
            value = 0
        else:
            allowed = paintable(base, self.object_id, self._locked, over_others=self._over_others)
            value = self.object_id
        np.copyto(self.mask[box.slices], np.uint8(value), where=pixels & allowed)


class Proposal:
    """An object's mask as a gesture would have it, which may be another at every step.

    mask : uint8 (H, W), the frame's mask with the proposal in it.
    box : around all that was proposed so far.
    """

    def __init__(
        self, mask: Mask, object_id: int, locked: frozenset[int], *, over_others: bool = False
    ) -> None:
        self.object_id = object_id
        self.mask = mask.copy()
        self.box = Box(0, 0, 0, 0)
        self._base = mask
        self._locked = locked
        self._over_others = over_others
        self._shown: tuple[Box, Pixels] = self.box, np.zeros((0, 0), bool)

    def propose(self, box: Box, pixels: Pixels) -> Box:
        """Let the object have exactly these pixels in a box, and elsewhere those it had.

        pixels : bool (h, w), of the size of the box. Returns the box of what may have changed.
        """
        changed = self._shown[0] | box
        self._shown = box, pixels
        self.box |= box
        self._draw(changed)
        return changed

    def rebase(self, mask: Mask) -> None:
        """Put the proposal on another mask, uint8 (H, W): the frame's has changed beneath it."""
        if mask is not self._base:
            self._base = mask
            self.mask = mask.copy()
            self._draw(self.box)

    def _draw(self, changed: Box) -> None:
        if not changed:
            return
        self.mask[changed.slices] = self._base[changed.slices]
        box, pixels = self._shown
        if not box or self.object_id in self._locked:
            return
        base, after = self._base[box.slices], self.mask[box.slices]
        allowed = paintable(base, self.object_id, self._locked, over_others=self._over_others)
        after[base == self.object_id] = 0
        np.copyto(after, np.uint8(self.object_id), where=pixels & allowed)
