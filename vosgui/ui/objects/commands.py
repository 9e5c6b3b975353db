"""What a person says of objects and frames with one key, as edits."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from vosgui.core import edits
from vosgui.core.annotation import ObjectInfo
from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.core.track import Source
from vosgui.ui.navigation import Navigation
from vosgui.ui.objects.object_model import turned_over
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import unlocked_here


class ObjectCommands(QObject):
    """One edit of the open clip for each word; most of them are about the current object.

    reinitialised : (the object's name) it is now.
    """

    reinitialised = Signal(str)

    def __init__(self, session: Session, navigation: Navigation, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._navigation = navigation

    def undo(self) -> None:
        """Take back the last edit; where that is a run at work, say why it waits."""
        history = self._session.history
        if history.growing is not None and not history.can_undo:
            self._say("Undo waits for the run: Esc stops it, then Ctrl+Z takes it back.")
        else:
            self._session.undo()

    def redo(self) -> None:
        """Do the last undone edit again."""
        history = self._session.history
        if history.growing is not None and not history.can_redo:
            self._say("There is nothing to redo while this run goes on.")
        else:
            self._session.redo()

    def new_object(self) -> None:
        """Add an object and make it current."""
        annotation = self._session.annotation
        object_id = annotation.header.free_id()
        if object_id is None:
            self._say(f"All {MAX_OBJECT_ID} object ids are in use.")
            return
        entry = edits.new_object(object_id)
        if self._session.apply(f"Add {entry.name}", edits.set_object(annotation, entry)):
            self._session.select_object(object_id)

    def remove_object(self) -> None:
        """Remove the current object with all its masks."""
        entry = self._current()
        part = edits.remove_object(self._session.annotation, entry.id)
        self._session.apply(f"Remove {entry.name}", part)

    def select_object(self, n: int) -> None:
        """Make the n-th object of the list current, counted from 1."""
        objects = self._session.annotation.objects
        if n <= len(objects):
            self._session.select_object(objects[n - 1].id)

    def step_object(self, n: int) -> None:
        """Make the object n places further current, round the list's end if need be."""
        objects = self._session.annotation.objects
        row = (objects.index(self._current()) + n) % len(objects)
        self._session.select_object(objects[row].id)

    def toggle(self, switch: str) -> None:
        """Turn a switch of the current object over: "visible", "locked" or "runs"."""
        label, changed = turned_over(self._current(), switch)
        self._session.apply(label, edits.set_object(self._session.annotation, changed))

    def verify(self) -> None:
        """Say that all objects shown in this frame are right, and go to the next grid frame.

        Objects of which nothing is said in this frame are left alone.
        """
        annotation, t = self._session.annotation, self._session.t
        said = [
            o.id
            for o in annotation.objects
            if o.visible and annotation.track(o.id)["source"][t] != Source.NONE
        ]
        if not said:
            self._say("There is no mask in this frame to verify.")
            return
        part = edits.verify(annotation, t, said, on=True)
        self._session.apply(f"Verify frame {self._session.info.frame_names[t]}", part)
        self._navigation.step_grid(1)

    def mark_absent(self) -> None:
        """Say that the current object cannot be seen in this frame."""
        if entry := unlocked_here(self._session):
            part = edits.mark_absent(self._session.annotation, self._session.t, entry.id)
            self._session.apply(f"Mark {entry.name} absent", part)

    def reinitialise(self) -> None:
        """Take the current object's mask in this frame as given, for runs to start anew from."""
        annotation, t = self._session.annotation, self._session.t
        entry = unlocked_here(self._session)
        if not entry:
            return
        if not (annotation.mask(t) == entry.id).any():
            self._say(f"{entry.name} has no mask in this frame to start from. Paint one.")
            return
        part = edits.reinitialise(annotation, t, entry.id)
        self._session.apply(f"Re-initialise {entry.name}", part)
        self.reinitialised.emit(entry.name)

    def copy_from_grid(self, direction: int) -> None:
        """Copy the current object's mask from the next grid frame in a direction, 1 or -1."""
        annotation, t = self._session.annotation, self._session.t
        entry = unlocked_here(self._session)
        if not entry:
            return
        others = [g for g in annotation.grid() if (g > t if direction > 0 else g < t)]
        if not others:
            self._say("There is no grid frame in that direction.")
            return
        from_t = others[0] if direction > 0 else others[-1]
        if not (annotation.mask(from_t) == entry.id).any():
            name = self._session.info.frame_names[from_t]
            self._say(f"{entry.name} has no mask in frame {name}.")
            return
        part = edits.copy_mask(annotation, from_t, t, entry.id)
        self._session.apply(f"Copy {entry.name}", part)

    def delete_here(self) -> None:
        """Forget the current object in this frame."""
        if entry := unlocked_here(self._session):
            part = edits.clear_object(self._session.annotation, entry.id, [self._session.t])
            self._session.apply(f"Delete masks of {entry.name}", part)

    def _say(self, text: str) -> None:
        self._session.said.emit(text)

    def _current(self) -> ObjectInfo:
        """Return the current object: without one none of these actions can be chosen."""
        entry = self._session.current_object
        assert entry is not None
        return entry
