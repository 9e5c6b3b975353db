"""The clips of the project, with how far each is and who works on it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from vosgui.core.quality.clip_state import ClipCounts, ClipState, count
from vosgui.errors import VosguiError
from vosgui.project.chosen_clips import keep_ticked, ticked_clips
from vosgui.project.clips import ClipRecord
from vosgui.project.notes import Note, last_edit, notes_by_clip
from vosgui.project.project import Project
from vosgui.ui.actions.actions import Actions
from vosgui.ui.actions.context_menus import add_context_menu
from vosgui.ui.clips.filter_bar import FilterBar, OrderButton
from vosgui.ui.clips.looker import ClipLooker, Seen
from vosgui.ui.clips.model import ClipModel
from vosgui.ui.clips.rows import ClipRow, Order, in_order, people, row_of
from vosgui.ui.clips.view import ClipView
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.panels import PanelTitle, action_button, in_column, paint_as_panel, settling

MIN_WIDTH_PX = 170
SETTLE_MS, LOOK_MS = 500, 60


class ClipList(QWidget):
    """Hidden while the project has one clip, and none that was removed.

    below : what is under the list. wanted : it is to be shown, where it is folded away.
    """

    wanted = Signal()

    def __init__(
        self,
        session: Session,
        opener: ClipOpener,
        settings: Settings,
        actions: Actions,
        below: QWidget,
    ) -> None:
        super().__init__()
        self._session, self._opener, self._settings = session, opener, settings
        self._project: Project | None = None
        self._counts: dict[int, ClipCounts] = {}
        self._notes: dict[int, list[Note]] = {}
        paint_as_panel(self)
        self.setMinimumWidth(MIN_WIDTH_PX)
        self.model = ClipModel(self)
        self.view = ClipView(self.model)
        self.filter = FilterBar()
        self.order = OrderButton(_order(settings.clip_order))
        self.line = ElidedLabel()
        self.line.setContentsMargins(10, 2, 6, 4)
        self.looker = ClipLooker(self)
        add_context_menu(self.view, actions, "clips", self.view.choose_at)
        title = PanelTitle("Clips", self.order, action_button(actions["add_clip"]))
        self.setLayout(in_column(title, self.filter, (self.view, 1), self.line, below))
        self._settled = settling(self, SETTLE_MS, self._count_open)
        self._looking = settling(self, LOOK_MS, self._look)
        self._sorting = settling(self, SETTLE_MS, self._show_rows)
        self._connect()
        self.refresh()

    def sort(self) -> None:
        """Offer by what the clips are sorted, for the keys."""
        self.wanted.emit()
        menu = self.order.menu()
        if self.order.isVisible() and menu is not None:
            menu.popup(self.order.mapToGlobal(self.order.rect().bottomLeft()))

    def focus(self) -> None:
        """Give the keys to the list."""
        self.wanted.emit()
        if self.isVisible():
            self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if not self.view.chosen:
                self.view.choose([self._opener.clip_id])

    def search(self) -> None:
        """Let it be typed which clips are shown."""
        self.wanted.emit()
        if self.isVisible():
            self.filter.text.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.filter.text.selectAll()

    def _connect(self) -> None:
        opener, session = self._opener, self._session
        self.view.opened.connect(opener.show_clip)
        self.model.wanted.connect(self._looking.start)
        self.model.ticks_changed.connect(self._on_ticks)
        self.looker.yielded.connect(self._on_seen)
        self.filter.changed.connect(self._show_rows)
        self.filter.went_down.connect(self.focus)
        self.order.changed.connect(self._on_order)
        opener.project_changed.connect(self.refresh)
        opener.opened.connect(self.refresh)
        opener.leaving.connect(self._on_leaving)
        session.history_changed.connect(self._settled.start)
        session.annotation_changed.connect(lambda _frames: self._settled.start())

    def refresh(self) -> None:
        """Show the project's clips as they are now."""
        project = self._opener.project
        if project is not self._project:
            self._project = project
            self.looker.forget()
            self.model.forget_pictures()
            self.model.ticked = ticked_clips(project) if project is not None else set()
            self._counts = project.counts.kept() if project is not None else {}
            self.filter.show_all()
        self._read_notes()
        clips = project.clips if project is not None else ()
        self.filter.show_people(people(clips))
        was_open, self.model.open_id = self.model.open_id, self._opener.clip_id
        self._show_rows()
        if self.view.chosen in ([], [was_open]) and was_open != self._opener.clip_id:
            self.view.choose([self._opener.clip_id])  # who has chosen nothing else goes with it
        self.setVisible(len(clips) + len(project.clips.removed if project else ()) > 1)
        self._count_open()

    def _read_notes(self) -> None:
        self._notes = {}
        try:
            if self._project is not None:
                self._notes = notes_by_clip(self._project.file)
        except VosguiError as error:
            self._session.failed.emit(error)

    def _row(self, record: ClipRecord, counts: ClipCounts | None) -> ClipRow:
        row = row_of(record, counts, self._notes.get(record.id, ()))
        if row.state is ClipState.EDITED and self._project is not None:
            return replace(row, last_edit=last_edit(self._project.file, record.id))
        return row

    def _rows(self) -> list[ClipRow]:
        clips = self._project.clips if self._project is not None else None
        records = () if clips is None else (*clips, *clips.removed)
        return [self._row(one, self._counts.get(one.id)) for one in records]

    def _show_rows(self) -> None:
        """Show the clips that are wanted, in their order; what is chosen stays chosen."""
        if self.view.is_typing:
            self._sorting.start()  # a line in another place would lose what is typed
            return
        chosen, scrolled = self.view.chosen, self.view.verticalScrollBar().value()
        index = self.view.currentIndex()
        current = self.model.rows[index.row()].record.id if index.isValid() else 0
        wanted = self.filter.chosen
        rows = in_order(filter(wanted.takes, self._rows()), self.order.order)
        if [row.record.id for row in rows] == [row.record.id for row in self.model.rows]:
            for row, shown in zip(rows, self.model.rows, strict=True):
                if row != shown:
                    self.model.change(row)
        else:
            self.model.show(rows)
            self.view.choose(chosen or [self._opener.clip_id], current)
            self.view.verticalScrollBar().setValue(scrolled)
        self.model.set_open(self._opener.clip_id)
        self._say()
        self._looking.start()

    def _say(self) -> None:
        n, project = len(self.model.rows), self._project
        total = len(project.clips) if project is not None else 0
        parts = [f"{n:,} of {total:,} clips" if n != total else f"{n:,} clips"]
        if self.model.ticked:
            parts.append(f"{len(self.model.ticked):,} ticked")
        n_unknown = self._n_unknown()
        if n_unknown:
            parts.append(f"{n_unknown:,} to be looked at")
        self.line.setText(" · ".join(parts))

    def _n_unknown(self) -> int:
        """Return how many states are still to be found before all can be shown that are wanted."""
        if self._project is None or not self._needs_states():
            return 0
        return sum(one.id not in self._counts for one in self._project.clips)

    def _needs_states(self) -> bool:
        by_state = (Order.STATE, Order.LEAST_DONE)
        return self.filter.chosen.asks_state or self.order.order in by_state

    def _look(self) -> None:
        """Ask for what is seen and not known; of states for all, where they are sorted by."""
        if self._project is None:
            return
        seen = self.view.shown
        records = [record for i in seen if self.model.lacks_picture(i)
                   and (record := self._project.clips.of_id(i)) is not None]  # fmt: skip
        counts = [i for i in seen if i not in self._counts]
        if self._needs_states():
            counts += [one.id for one in self._project.clips
                       if one.id not in self._counts and one.id not in counts]  # fmt: skip
        counts = [i for i in counts if i != self._opener.clip_id]
        self.looker.ask(self._project, records, counts)

    def _on_seen(self, seen: Seen) -> None:
        if seen.picture is not None:
            self.model.take_picture(seen.clip_id, seen.picture)
        if seen.counts is not None:
            self._take_counts(seen.clip_id, seen.counts)

    def _take_counts(self, clip_id: int, counts: ClipCounts) -> None:
        self._counts[clip_id] = counts
        n = self.model.place_of(clip_id)
        if n is not None:
            record = self.model.rows[n].record
            self.model.change(self._row(record, counts))
        if self._needs_states():
            self._sorting.start()
            self._say()

    def hear_notes(self) -> None:
        """Show the state of the open clip by what persons say of it now."""
        if self._project is not None and self._project is self._opener.project:
            self._read_notes()
            self._count_open()

    def _count_open(self) -> None:
        """Count the open clip anew."""
        if self._session.is_open and self._opener.clip_id:
            self._take_counts(self._opener.clip_id, count(self._session.annotation))

    def _on_leaving(self) -> None:
        """Keep what is counted of the clip that is left."""
        self._settled.stop()
        self._count_open()
        project, clip_id = self._opener.project, self._opener.clip_id
        if project is not None and project.file.is_in_place:
            try:
                counted = self._counts[clip_id], project.file.n_changes[clip_id]
                project.counts.keep({clip_id: counted})
            except VosguiError as error:
                self._session.failed.emit(error)

    def recount(self, clip_id: int) -> None:
        """Forget what was counted of a clip that was changed elsewhere."""
        if self._counts.pop(clip_id, None) is not None and clip_id != self._opener.clip_id:
            n = self.model.place_of(clip_id)
            if n is not None:
                self.model.change(replace(self.model.rows[n], counts=None, state=None))

    def _on_ticks(self) -> None:
        self._say()
        project = self._project
        if project is not None and not project.is_read_only and project.file.is_in_place:
            try:
                keep_ticked(project, self.model.ticked)
            except VosguiError as error:
                self._session.failed.emit(error)

    def _on_order(self, order: Order) -> None:
        self._settings.clip_order = order.name
        self._show_rows()


def _order(name: str) -> Order:
    return Order[name] if name in Order.__members__ else Order.ADDED
