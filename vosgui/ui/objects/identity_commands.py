"""Who is who, which objects run and are shown, and their order: commands about several objects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QWidget

from vosgui.core import edits
from vosgui.core.annotation import ObjectInfo
from vosgui.core.changes import identities
from vosgui.core.mask import MAX_OBJECT_ID
from vosgui.core.track import Source
from vosgui.ui.session.edit_job import EditJob, Work
from vosgui.ui.session.session import Session
from vosgui.ui.session.unlocked import wholly_unlocked
from vosgui.ui.style.show import show_over


class IdentityCommands(QObject):
    """Commands of the current object and others."""

    def __init__(self, session: Session, editing: EditJob, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._editing, self._window = session, editing, window

    def swap(self) -> None:
        """Swap the object with another one from this frame on."""
        self._with_other("Swap from Here On", "Swap {} with:", self._swap_with)

    def offer_swap(self, object_id: int, other_id: int) -> None:
        """Offer to swap two objects from the frame shown on."""
        entries = {one.id: one for one in self._session.annotation.objects}
        entry, other = entries[object_id], entries[other_id]
        self._session.offered.emit(
            f"{entry.name} and {other.name} may have changed places here.",
            "Swap from Here On",
            lambda: self._if_there(self._swap_with, entry, other),
        )

    def merge(self) -> None:
        """Let the object take all masks of another one."""
        self._with_other("Merge objects", "Merge into {}:", self._merge_with)

    def split(self) -> None:
        """Make the object another one from this frame on."""
        session, entry = self._session, wholly_unlocked(self._session)
        new_id = session.annotation.header.free_id()
        if entry is None:
            return
        if new_id is None:
            session.said.emit(f"All {MAX_OBJECT_ID} object ids are in use.")
            return
        t = session.t
        if not (session.annotation.track(entry.id)["source"][t:] != Source.NONE).any():
            session.said.emit(f"{entry.name} has no mask from here on: there is nothing to split.")
            return
        self._do(
            f"Split {entry.name}",
            lambda annotation, _: identities.split(annotation, entry.id, t, new_id),
        )
        session.select_object(new_id)

    def change_id(self) -> None:
        """Ask for another id of the object."""
        entry = wholly_unlocked(self._session)
        if entry is None:
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("change_id")
        dialog.setWindowTitle("Change id")
        dialog.setLabelText(f"Id of {entry.name}, the value of its pixels in masks:")
        dialog.setInputMode(QInputDialog.InputMode.IntInput)
        dialog.setIntRange(1, MAX_OBJECT_ID)
        dialog.setIntValue(entry.id)
        dialog.intValueSelected.connect(lambda new_id: self._change_id(entry, new_id))
        self._session.clip_changed.connect(dialog.reject)
        show_over(dialog)

    def solo(self) -> None:
        """Show the object alone; where it is shown alone, show all."""
        entry, annotation = self._current(), self._session.annotation
        others = [one for one in annotation.objects if one.id != entry.id]
        is_alone = entry.visible and not any(one.visible for one in others)
        label = "Show all objects" if is_alone else f"Show {entry.name} alone"
        self._set(label, lambda one: replace(one, visible=is_alone or one.id == entry.id))

    def tick(self, which: str) -> None:
        """Let all objects run, or none."""
        self._set(f"Tick {which} to run", lambda one: replace(one, runs=which == "all"))

    def move(self, n: int) -> None:
        """Move the object n rows down the list, up where n is negative."""
        annotation, entry = self._session.annotation, self._current()
        objects = list(annotation.objects)
        row = objects.index(entry)
        objects.insert(min(max(row + n, 0), len(objects) - 1), objects.pop(row))
        header = replace(annotation.header, objects=tuple(objects))
        self._session.apply(f"Move {entry.name}", edits.set_header(annotation, header))

    def _set(self, label: str, changed: Callable[[ObjectInfo], ObjectInfo]) -> None:
        annotation = self._session.annotation
        objects = tuple(changed(one) for one in annotation.objects)
        header = replace(annotation.header, objects=objects)
        self._session.apply(label, edits.set_header(annotation, header))

    def _swap_with(self, entry: ObjectInfo, other: ObjectInfo) -> None:
        frames = range(self._session.t, self._session.info.n_frames)
        self._do(
            f"Swap {entry.name} and {other.name}",
            lambda annotation, _: identities.swap(annotation, entry.id, other.id, frames),
        )

    def _merge_with(self, entry: ObjectInfo, other: ObjectInfo) -> None:
        self._do(
            f"Merge {other.name} into {entry.name}",
            lambda annotation, _: identities.merge(annotation, entry.id, other.id),
        )

    def _change_id(self, entry: ObjectInfo, new_id: int) -> None:
        session = self._session
        taken = {one.id: one.name for one in session.annotation.objects}
        if new_id == entry.id or entry.id not in taken:
            return
        if new_id in taken:
            session.warned.emit(f"{taken[new_id]} has the id {new_id} already. Choose another one.")
            return
        self._do(
            f"Change the id of {entry.name} to {new_id}",
            lambda annotation, _: identities.change_id(annotation, entry.id, new_id),
        )
        session.select_object(new_id)

    def _do(self, label: str, work: Work) -> None:
        # Masks are not unpacked for it: the window does not wait long, whatever the clip's length.
        self._editing.begin(label, work, 1)

    def _with_other(
        self, title: str, text: str, act: Callable[[ObjectInfo, ObjectInfo], None]
    ) -> None:
        """Ask for another object, unless there is only one; it is looked up again by its id."""
        entry = wholly_unlocked(self._session)
        if entry is None:
            return
        others = [
            one
            for one in self._session.annotation.objects
            if one.id != entry.id and not (one.locked or one.locked_frames)
        ]
        if not others:
            self._session.said.emit("There is no other unlocked object.")
            return
        if len(others) == 1:
            act(entry, others[0])
            return
        dialog = QInputDialog(self._window)
        dialog.setObjectName("other_object")
        dialog.setWindowTitle(title)
        dialog.setLabelText(text.format(entry.name))
        rows = {f"{one.id}  {one.name}": one for one in others}
        dialog.setComboBoxItems(list(rows))
        dialog.textValueSelected.connect(lambda row: self._if_there(act, entry, rows[row]))
        self._session.clip_changed.connect(dialog.reject)
        show_over(dialog)

    def _if_there(
        self, act: Callable[[ObjectInfo, ObjectInfo], None], entry: ObjectInfo, other: ObjectInfo
    ) -> None:
        objects = self._session.annotation.objects
        ids = {one.id for one in objects if not (one.locked or one.locked_frames)}
        if {entry.id, other.id} <= ids:
            act(entry, other)

    def _current(self) -> ObjectInfo:
        """Return the current object: without one none of these actions can be chosen."""
        entry = self._session.current_object
        assert entry is not None
        return entry
