"""What tools draw on: the frame that is shown, its mask, and the gesture in progress.

Every rule of painting is kept here, so that a tool is only its gesture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from vosgui.core import edits
from vosgui.core.annotation import Annotation, Header, HeaderPatch, ObjectInfo, Part
from vosgui.core.mask import Box, Mask, Pixels
from vosgui.core.stroke import Proposal, Stroke
from vosgui.core.words import some_of
from vosgui.ui.heap import give_back
from vosgui.ui.session.session import Session
from vosgui.ui.tools.click_chain import ClickModel
from vosgui.ui.tools.preview import Preview
from vosgui.ui.tools.tool_thread import ToolThread


@dataclass(frozen=True)
class Place:
    """Where a mask belongs: an object, in a frame of an annotation.

    is_first : the object is not there yet; its mask brings it along.
    """

    annotation: Annotation
    t: int
    target: ObjectInfo
    is_first: bool


class Surface(QObject):
    """The shown frame of a session.

    stroke, proposal : the gesture in progress, if there is one; never both.
    preview : what a panel would do, shown where there is none.
    tool_thread : where tools do what takes longer than a frame of the screen.
    seen : the part of the frame that is in view.
    click_model : what makes masks of clicks there. clip_number : another one for every clip.

    changed : (Box) the shown mask differs in these image pixels.
    message : (str) why a gesture did nothing, or what to do next; an empty string takes it back.
    """

    changed = Signal(object)
    message = Signal(str)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.t: int | None = None  # the frame whose pixels are shown; the playhead may be ahead
        self.stroke: Stroke | None = None
        self.proposal: Proposal | None = None
        self.preview = Preview(self)
        self.preview.changed.connect(self.changed)
        self.tool_thread = ToolThread(self)
        self.click_model = ClickModel()
        self.clip_number = 0
        self.seen = Box(0, 0, 0, 0)
        self._target: ObjectInfo | None = None
        session.clip_changed.connect(self._on_clip_changed)
        session.annotation_changed.connect(self._on_annotation_changed)

    @property
    def hw(self) -> tuple[int, int]:
        """Return the frame's height and width."""
        return self.session.annotation.hw

    @property
    def whole(self) -> Box:
        """Return the box around the frame."""
        return Box(0, 0, *self.hw)

    @property
    def mask(self) -> Mask | None:
        """Return the mask of the shown frame with the stroke in progress, uint8 (H, W), or None."""
        if self.t is None or not self.session.is_open:
            return None
        gesture = self.stroke or self.proposal or self.preview.of(self.t)
        return self.session.annotation.mask(self.t) if gesture is None else gesture.mask

    def id_at(self, x: float, y: float) -> int:
        """Return the id of the visible object under an image point; 0 where there is none."""
        mask = self.mask
        if mask is None or not self.is_inside(x, y):
            return 0
        object_id = int(mask[int(y), int(x)])
        shown = any(o.id == object_id and o.visible for o in self.session.annotation.objects)
        return object_id if shown else 0

    def is_inside(self, x: float, y: float) -> bool:
        """Return whether an image point lies within the frame."""
        return 0 <= x < self.hw[1] and 0 <= y < self.hw[0]

    def begin(self, *, erases: bool) -> bool:
        """Begin a stroke of the current object; False, with a message, where that cannot be."""
        self.drop()
        target = self.target(erases=erases)
        mask = self.mask
        if target is None or mask is None:
            return False
        self._target = target
        self.stroke = Stroke(
            mask,
            target.id,
            self.session.annotation.header.locked_in(self.session.t),
            over_others=self.session.view.paint_over,
            erases=erases,
        )
        return True

    def cover(self, box: Box, pixels: Pixels) -> None:
        """Add pixels to the stroke. pixels : bool (h, w), of the size of the box."""
        if self.stroke is not None and box:
            self.changed.emit(self.stroke.cover(box, pixels))

    def begin_proposal(self) -> Place | None:
        """Begin to propose a mask of the current object; None, with a message, where none can be.

        Returns the object and the frame it is for, which `give` takes.
        """
        self.drop()
        target = self.target(erases=False)
        mask = self.mask
        if target is None or mask is None or self.t is None:
            return None
        session = self.session
        self.proposal = Proposal(
            mask,
            target.id,
            session.annotation.header.locked_in(self.t),
            over_others=session.view.paint_over,
        )
        return Place(session.annotation, self.t, target, not session.annotation.objects)

    def propose(self, box: Box, pixels: Pixels) -> None:
        """Show what the object would have in a box; bool (h, w), of the size of the box."""
        if self.proposal is not None:
            self.changed.emit(self.proposal.propose(box, pixels))

    def give(self, place: Place, box: Box, pixels: Pixels, label: str) -> bool:
        """Make one edit of pixels that were proposed; return whether it changed anything.

        They are for the place where the proposal began, whatever is shown by now. An object that is
        gone or locked by now takes none.
        pixels : bool (h, w), of the size of the box; outside it nothing is changed
        """
        session, target, annotation = self.session, place.target, place.annotation
        if not self.is_open_to(place):
            return False
        before = annotation.mask(place.t)
        proposal = Proposal(
            before,
            target.id,
            annotation.header.locked_in(place.t),
            over_others=session.view.paint_over,
        )
        proposal.propose(box, pixels)
        part = edits.paint(annotation, place.t, target.id, box, proposal.mask[box.slices])
        return session.apply(label, self._with_target(part, target))

    def withdraw(self) -> None:
        """Propose nothing yet, or no longer; the gesture goes on."""
        if self.proposal is not None:
            self.changed.emit(self.proposal.propose(Box(0, 0, 0, 0), np.zeros((0, 0), bool)))

    def is_open_to(self, place: Place) -> bool:
        """Return whether the object there is still to be changed by a gesture."""
        if not self.session.is_open or self.session.annotation is not place.annotation:
            return False
        objects = {o.id: o for o in place.annotation.objects}
        found = objects.get(place.target.id)
        if found is None:
            return place.is_first and not objects
        return found.visible and not found.is_locked_in(place.t)

    def drop(self) -> None:
        """Forget the gesture, and a preview: the mask is shown as it was."""
        self.preview.end()
        for gesture in (self.stroke, self.proposal):
            if gesture is not None:
                self.stroke = self.proposal = None
                self.changed.emit(gesture.box)

    def commit(self, label: str) -> bool:
        """Make one edit of the stroke; return whether it changed anything."""
        stroke, self.stroke = self.stroke, None
        if stroke is None or self.t is None or self._target is None:
            return False
        annotation = self.session.annotation
        stroke.rebase(annotation.mask(self.t))
        box = stroke.box
        part = edits.paint(annotation, self.t, stroke.object_id, box, stroke.mask[box.slices])
        changed = self.session.apply(label, self._with_target(part, self._target))
        self.changed.emit(box)
        if not changed:
            self.message.emit(self._why_nothing(stroke, self._target))
        return changed

    def _why_nothing(self, stroke: Stroke, target: ObjectInfo) -> str:
        """Return why a stroke has changed no pixel."""
        under = stroke.ids_covered()
        names = {o.id: o.name for o in self.session.annotation.objects}
        others = [i for i in under if i not in (0, target.id)]
        if not under:
            return "Nothing is changed: this is outside the frame"
        if stroke.erases:
            return f"Nothing to erase: {target.name} has no pixel here"
        if not others:
            return f"Nothing is changed: {target.name} has all of these pixels"
        whose = some_of([names.get(i, i) for i in others])
        if self.session.annotation.header.locked_in(self.session.t).issuperset(others):
            return f"Nothing is painted: these pixels belong to {whose}, which is locked"
        return f"Nothing is painted: these pixels belong to {whose}. Shift+O paints over others"

    def target(self, *, erases: bool) -> ObjectInfo | None:
        """Return the object that a gesture would change; None, with a message, where none is.

        Where the clip has no object yet, it is the first one, which the stroke will bring along.
        """
        reason, found = self._target_or_reason(erases)
        self.message.emit(reason)
        return found

    def _target_or_reason(self, erases: bool) -> tuple[str, ObjectInfo | None]:
        session = self.session
        if not session.is_open or self.t is None:
            return "", None
        if self.t != session.t:
            return "The frame is still loading", None
        if session.view.masks_hidden:
            return "Masks are hidden: show them to paint", None
        found = session.current_object
        if found is None and not session.annotation.objects:
            if erases:
                return "There is nothing to erase yet", None
            return "", edits.new_object(1)
        if found is None:
            return "Choose an object first", None
        if found.locked:
            return f"{found.name} is locked: unlock it to change its mask", None
        if found.is_locked_in(self.t):
            return f"{found.name} is locked in this frame: Object > Unlock masks in range", None
        if not found.visible:
            return f"{found.name} is hidden: show it to change its mask", None
        return "", found

    def _with_target(self, part: Part, target: ObjectInfo) -> Part:
        """Return the part with the first object in it, where the gesture brings it along."""
        header: Header = self.session.annotation.header
        if not part or any(o.id == target.id for o in header.objects):
            return part
        return replace(part, header=HeaderPatch(header, header.with_object(target)))

    def _on_annotation_changed(self, frames: tuple[int, ...]) -> None:
        if self.t in frames:
            self.preview.end()
            gesture = self.stroke or self.proposal
            if gesture is not None:
                gesture.rebase(self.session.annotation.mask(self.t))
            self.changed.emit(self.whole)

    def _tidy(self) -> None:
        """Let go of what was kept of the clip that was left; for the tools' thread."""
        self.click_model.forget()
        give_back()

    def _on_clip_changed(self) -> None:
        """Drop what tools wait for: it is of another clip."""
        self.drop()
        self.tool_thread.drop()
        self.tool_thread.tidy(self._tidy)
        self.clip_number += 1
