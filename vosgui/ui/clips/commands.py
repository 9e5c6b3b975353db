"""What can be done with the clips of the list, from menus and keys alike; all can be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QWidget

from vosgui.core.words import counted
from vosgui.errors import ClipError, VosguiError
from vosgui.project.clip_edits import ClipEdits
from vosgui.ui.batch.queue import RunQueue
from vosgui.ui.clips.panel import ClipList
from vosgui.ui.clips.rows import after_removal, folder_of, people
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings, who
from vosgui.ui.style.show import show_over

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction


class ClipCommands(QObject):
    """Acts on the clips that are chosen in the list; on the open one where none is."""

    def __init__(
        self,
        session: Session,
        opener: ClipOpener,
        clips: ClipList,
        queue: RunQueue,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._queue = queue
        self._session, self._opener, self._clips = session, opener, clips
        self._settings, self._window = settings, window
        # The line in which it is typed has to be closed first.
        clips.model.renamed.connect(self._rename, Qt.ConnectionType.QueuedConnection)
        clips.view.removal_wanted.connect(self.remove)
        clips.view.undo_wanted.connect(self.undo)
        clips.view.redo_wanted.connect(self.redo)

    @property
    def meant(self) -> list[int]:
        """Return the clips that a command acts on."""
        return self._clips.view.chosen or [one for one in (self._opener.clip_id,) if one]

    def open(self) -> None:
        """Open the clip that is chosen."""
        for clip_id in self.meant[:1]:
            self._opener.show_clip(clip_id)

    def step(self, direction: int) -> None:
        """Open the next clip of the list, or the one before."""
        shown = [row.record.id for row in self._clips.model.rows]
        here = self._opener.clip_id
        at = shown.index(here) + direction if here in shown else 0
        if 0 <= at < len(shown):
            self._opener.show_clip(shown[at])
        else:
            self._session.said.emit("There is no further clip in the list.")

    def rename(self) -> None:
        """Let the name of the clip be typed in the list; in a dialog where there is no list."""
        record = self._opener.record
        self._clips.wanted.emit()
        if self._clips.isVisible() or record is None:
            self._clips.view.begin_rename()
            return
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle("Rename clip")
        dialog.setLabelText("Name of the clip; exports use it:")
        dialog.setTextValue(record.name)
        dialog.textValueSelected.connect(lambda name: self._rename(record.id, name))
        show_over(dialog)

    def _rename(self, clip_id: int, name: str) -> None:
        self._edit(lambda edits: edits.rename(clip_id, name))

    def assign(self) -> None:
        """Ask who is to work on the clips."""
        meant, project = self.meant, self._opener.project
        if project is None or not meant:
            return
        record = project.clips.of_id(meant[0])
        me = who(self._settings)
        names = list(dict.fromkeys([me, *people(self._opener.records), ""]))
        dialog = QInputDialog(self._window)
        dialog.setObjectName("assign")
        dialog.setWindowTitle("Assign")
        what = f"the clip {record.name}" if record and len(meant) == 1 else f"{len(meant)} clips"
        dialog.setLabelText(f"Who works on {what}? Leave it empty for nobody.")
        dialog.setComboBoxItems(names)
        dialog.setComboBoxEditable(True)
        dialog.setTextValue(record.assignee or me if record else me)
        dialog.textValueSelected.connect(lambda name: self._assign(meant, name))
        show_over(dialog)

    def _assign(self, clip_ids: list[int], name: str) -> None:
        if self._edit(lambda edits: edits.assign(clip_ids, name)):
            what = counted(len(clip_ids), "clip")
            self._session.said.emit(f"{what} assigned to {name.strip() or 'nobody'}.")

    def remove(self) -> None:
        """Take the clips off the list; no file is touched, and no mask lost."""
        gone, project = self.meant, self._opener.project
        if project is None or not gone:
            return
        shown = [row.record.id for row in self._clips.model.rows]
        following = after_removal(shown, set(gone), self._opener.clip_id)
        following = following or next((r.id for r in project.clips if r.id not in gone), 0)
        if not self._edit(lambda edits: edits.remove(gone)):
            return
        if self._opener.clip_id in gone:
            if following:
                self._opener.show_clip(following)
            else:
                self._opener.close()
        its, it = ("their", "them") if len(gone) > 1 else ("its", "it")
        text = (
            f"{counted(len(gone), 'clip')} removed from the project: {its} files are where they "
            f"were, {its} masks are kept. Show removed clips to put {it} back."
        )
        self._session.offered.emit(text, "Undo", self.undo)

    def put_back(self) -> None:
        """Put removed clips back on the list."""
        meant = self.meant
        if self._edit(lambda edits: edits.put_back(meant)):
            self._session.said.emit("Put back, with all that was done.")

    def undo(self) -> None:
        """Take back the last change of the list of clips."""
        self._step("Undone", lambda edits: edits.undo())

    def redo(self) -> None:
        """Do the last change of the list of clips again that was undone."""
        self._step("Done again", lambda edits: edits.redo())

    def tick(self) -> None:
        """Tick the clips that are chosen, or untick them."""
        self._clips.view.tick_chosen()

    def tick_all(self, which: str) -> None:
        """Tick all clips that are shown ("all"), or untick every one ("none")."""
        model = self._clips.model
        if which == "all":
            model.tick([row.record.id for row in model.rows], is_ticked=True)
        else:
            model.tick(list(model.ticked), is_ticked=False)

    def run(self, which: str, direction: Direction) -> None:
        """Let clips be run in the background: those "ticked", or those "chosen"."""
        project, ticked = self._opener.project, self._clips.model.ticked
        if project is None:
            return
        if which == "ticked" and not ticked:
            self._session.warned.emit("No clip is ticked. Tick clips in the list, then run them.")
            return
        if project.is_read_only:
            self._session.warned.emit(f"{project.path.name} is read-only: nothing can be run.")
            return
        ids = self.meant if which == "chosen" else [r.id for r in project.clips if r.id in ticked]
        n = self._queue.add(ids, direction)
        self._session.said.emit(f"{counted(n, 'clip')} in the queue." if n else "Queued already.")

    def show_folder(self) -> None:
        """Show the folder of the clip in the system's own window."""
        project = self._opener.project
        for clip_id in self.meant[:1] if project else ():
            record = project.clips.of_id(clip_id) if project else None
            if record is not None:
                QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder_of(record))))

    def _step(self, word: str, step: Callable[[ClipEdits], str]) -> None:
        if label := self._edit(step):
            self._session.said.emit(f"{word}: {label}.")

    def _edit(self, edit: Callable[[ClipEdits], bool | str]) -> bool | str:
        """Carry out an edit of the list; return what it does, False where nothing has changed."""
        project = self._opener.project
        if project is None:
            return False
        try:
            changed = edit(project.clip_edits)
        except ClipError as error:  # a name that is taken: the list stays as it was
            self._session.warned.emit(str(error))
            return False
        except VosguiError as error:
            self._session.failed.emit(error)
            return False
        if changed:
            self._opener.project_changed.emit()
        return changed
