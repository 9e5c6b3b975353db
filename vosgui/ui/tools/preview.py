"""What a panel would make of an object's mask, shown on the frame while no gesture goes on."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from vosgui.core.mask import Box, Mask, Pixels
from vosgui.core.stroke import Proposal


class Preview(QObject):
    """One object in one frame at most; nothing of the annotation changes.

    changed : (Box) what is shown differs in these image pixels.
    """

    changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._shown: tuple[int, Proposal] | None = None  # and the frame that it is of

    def of(self, t: int) -> Proposal | None:
        """Return what is shown in a frame, or None."""
        known, proposal = self._shown or (None, None)
        return proposal if known == t else None

    def show(self, t: int, mask: Mask, object_id: int, box: Box, pixels: Pixels) -> None:
        """Let the object have exactly these pixels in a box, and elsewhere those it has.

        mask : of frame t, uint8 (H, W). pixels : bool (h, w), of the size of the box
        """
        self.end()
        proposal = Proposal(mask, object_id, frozenset())
        proposal.propose(box, pixels)
        self._shown = t, proposal
        self.changed.emit(box)

    def end(self) -> None:
        """Show the mask as it is."""
        shown, self._shown = self._shown, None
        if shown is not None:
            self.changed.emit(shown[1].box)
