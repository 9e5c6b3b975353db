"""The main window: puts the parts together, and nothing else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from vosgui.errors import GoneError, ReadOnlyError, VosguiError
from vosgui.project.project import automatic_projects
from vosgui.ui.actions.actions import Actions, keys_of
from vosgui.ui.actions.context_menus import add_context_menu, context_menu
from vosgui.ui.actions.held_keys import HeldKeys
from vosgui.ui.actions.table import ROWS, tool_row
from vosgui.ui.batch.panel import QueuePanel
from vosgui.ui.batch.queue import RunQueue
from vosgui.ui.caches import Caches
from vosgui.ui.canvas.beside import GridFrameBeside
from vosgui.ui.canvas.canvas import Canvas
from vosgui.ui.clips.commands import ClipCommands
from vosgui.ui.clips.deleter import ClipDeleter
from vosgui.ui.clips.panel import ClipList
from vosgui.ui.dialogs.showing import Dialogs
from vosgui.ui.navigation import Navigation
from vosgui.ui.objects.clipboard import MaskClipboard
from vosgui.ui.objects.commands import ObjectCommands
from vosgui.ui.objects.expression_panel import ExpressionPanel
from vosgui.ui.objects.identity_commands import IdentityCommands
from vosgui.ui.objects.object_list import ObjectList
from vosgui.ui.objects.spans import SpanCommands
from vosgui.ui.pages import Pages
from vosgui.ui.playback import Playback
from vosgui.ui.prepare.door import PrepareDoor
from vosgui.ui.project.adder import ClipAdder
from vosgui.ui.project.demo import Demo
from vosgui.ui.project.empty_state import EmptyState
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.project.questions import Questions
from vosgui.ui.project.recent import add_recent_menu
from vosgui.ui.project.saver import Saver
from vosgui.ui.review.finder import ReviewFinder
from vosgui.ui.review.notes import Notes
from vosgui.ui.review.panel import ReviewPanel
from vosgui.ui.runs.controller import RunController
from vosgui.ui.runs.finetuning import FineTuning
from vosgui.ui.runs.models import ModelFinder
from vosgui.ui.runs.panel import RunPanel
from vosgui.ui.runs.propagators import Propagators
from vosgui.ui.session.edit_job import EditJob
from vosgui.ui.session.job import Job
from vosgui.ui.session.keep_settings import SettingsKeeper
from vosgui.ui.session.kept_view import KeptView
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Scheme, Settings, load_settings, save_settings
from vosgui.ui.status import Status
from vosgui.ui.style.error_box import show_error
from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.message_line import MessageLine
from vosgui.ui.style.panels import in_splitter
from vosgui.ui.style.theme import apply_theme, the_application
from vosgui.ui.timeline.reference import Reference
from vosgui.ui.timeline.timeline import Timeline
from vosgui.ui.tool_options import ToolOptions
from vosgui.ui.tool_strip import ToolStrip
from vosgui.ui.tools.first_tool import FirstTool
from vosgui.ui.tools.toolbox import ToolBox
from vosgui.ui.transport import Transport

START_SIZE = 1280, 800
CORNER_PX = 420


class MainWindow(QMainWindow):
    """One window: one session, its panels, and the actions on it."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or load_settings()
        self.session = Session(self)
        self.tools = ToolBox(self)
        rows = (*map(tool_row, self.tools.tools.values()), *ROWS)
        self.actions_ = Actions(self, rows, keys_of(rows, self.settings))
        self.opener = ClipOpener(self.session, self.settings, self)
        self.saver = Saver(self.session, self.opener, self.settings, self)
        propagators = Propagators()
        self.finetuning = FineTuning(self.session, self.opener, propagators, self.settings, self)
        self.runs = RunController(self.session, self.finetuning, propagators, self.settings, self)
        self.models = ModelFinder(self)
        self.playback = Playback(self.session, self)
        self.navigation = Navigation(self.session, self)
        self.review = ReviewFinder(self.session, self.settings, self)
        self.commands = ObjectCommands(self.session, self.navigation, self)
        self.notes = Notes(self.session, self.opener, self.settings, self)
        self.review.heed(self.notes)
        self.editing = EditJob(self.session, self)
        self._identities = IdentityCommands(self.session, self.editing, self)
        self.reference = Reference(self.session, self.opener, self)
        self.canvas = Canvas(self.session, self.tools)
        self.beside = GridFrameBeside(self.session, self.canvas, self.actions_)
        self.timeline = Timeline(self.session, self.reference)
        self.caches = Caches(
            self.session, self.canvas.surface.click_model, self.timeline, self.settings, self
        )
        self.prepare = PrepareDoor(self.opener, self.settings, self)
        KeptView(self.session, self.settings.view, self)
        FirstTool(self.session, self.tools, self.settings, self)
        self.objects = ObjectList(self.session, self.actions_)
        self.expressions = ExpressionPanel(self.session)
        self.queue = RunQueue(self.session, self.opener, self.runs, self.finetuning, self.settings)
        self.queue_panel = QueuePanel(self.queue, self.opener)
        self.clips = ClipList(
            self.session, self.opener, self.settings, self.actions_, self.queue_panel
        )
        self._dialogs = Dialogs(
            self, self.canvas, self.session, self.opener, self.playback, self.actions_,
            self.caches, self.settings, self.editing, self.notes,
            lambda: self.runs.is_running or self.saver.is_running,
        )  # fmt: skip
        self.adder = ClipAdder(self.session, self.opener, self)
        self._questions = Questions(self.opener, self.adder, self.saver, self.reference.open, self)
        of_runs = self.session, self.runs, self.finetuning, self.settings
        self.run_panel = RunPanel(*of_runs, self.actions_)
        self._review_panel = ReviewPanel(self.session, self.review, self.actions_)
        self._bind_actions()
        self.message = MessageLine()
        self.status = Status(self.session, self.caches.kept)
        self._lay_out()
        self._connect()
        self._held_keys = HeldKeys(self, self.actions_)
        self._keep_settings()
        self.setAcceptDrops(True)
        self._settings_are_lost = False  # said when the window was closed
        self._restore()
        self._update()
        self.actions_.tick("scheme", self.settings.scheme)

    def _bind_actions(self) -> None:
        of_clips = ClipCommands(
            self.session, self.opener, self.clips, self.queue, self.settings, self
        )
        self.deleter = ClipDeleter(self.session, self.opener, of_clips, self)
        targets: dict[str, object] = {
            "window": self,
            "dialogs": self._dialogs,
            "session": self.session,
            "questions": self._questions,
            "demo": Demo(self.session, self.opener, self),
            "opener": self.opener,
            "prepare": self.prepare,
            "clips": of_clips,
            "deleter": self.deleter,
            "queue": self.queue,
            "queue_panel": self.queue_panel,
            "clip_list": self.clips,
            "canvas": self.canvas.view,
            "tools": self.tools,
            "objects": self.objects,
            "expressions": self.expressions,
            "commands": self.commands,
            "spans": SpanCommands(self.session, self.editing, self),
            "identities": self._identities,
            "clipboard": MaskClipboard(self.session, self),
            "navigation": self.navigation,
            "playback": self.playback,
            "review": self.review,
            "notes": self.notes,
            "runs": self.runs,
            "run_panel": self.run_panel,
            "review_panel": self._review_panel,
            "finetuning": self.finetuning,
            "reference": self.reference,
        }
        self.actions_.bind(targets, self.canvas.gestures.settle)

    def _lay_out(self) -> None:
        actions = self.actions_
        self.menus = actions.fill_menus(self.menuBar())
        add_recent_menu(self.menus["File"], actions["open_demo"], self.settings, self.opener)
        self._corner = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._corner.setContentsMargins(0, 0, 12, 0)
        self._corner.setFixedSize(CORNER_PX, self.menuBar().sizeHint().height())
        self._corner.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.menuBar().setCornerWidget(self._corner)
        self.empty = EmptyState(actions, self.settings)
        self._transport = Transport(self.session, actions, self.playback, self.message)
        add_context_menu(self.timeline, actions, "tracks", self.timeline.choose_at)
        self.canvas.menu_wanted.connect(
            lambda at: context_menu(actions, "canvas", self.canvas).popup(at)
        )
        self._pages = Pages(
            empty=self.empty,
            left=self.clips,
            tools=ToolStrip(self.tools, actions),
            options=ToolOptions(self.session, self.tools, self.settings, actions),
            canvas=in_splitter(Qt.Orientation.Horizontal, self.beside, self.canvas),
            side=(self.objects, self.expressions, self.run_panel, self._review_panel),
            below=(self._transport, self.timeline),
            width=START_SIZE[0],
            folded=self.settings.folded,
        )  # fmt: skip
        self._pages.tell_keys(actions)
        self.setCentralWidget(self._pages)
        self.setStatusBar(self.status)

    def _connect(self) -> None:
        session, opener, runs = self.session, self.opener, self.runs
        for signal in (session.clip_changed, session.history_changed, session.view_changed,
                       session.object_changed, session.objects_changed, runs.changed,
                       opener.project_changed, self.finetuning.changed, self.saver.changed,
                       self.adder.changed, self.editing.job.changed):  # fmt: skip
            signal.connect(self._update)
        session.clip_changed.connect(self._show_page)
        session.frame_changed.connect(self._show_title)
        session.frame_loaded.connect(self.models.find)
        self.models.yielded.connect(self.run_panel.offer)
        for job in (opener.reading, self.saver, self.adder, self.editing.job, self.deleter):
            self.status.follow(job)
        for said in (session.said, self.finetuning.said):
            said.connect(self.status.say)
        opener.opened.connect(self._on_opened)
        opener.project_changed.connect(self._on_project_changed)
        self.empty.chosen.connect(opener.open_path)
        for failed in (session.failed, self.models.failed, self.finetuning.failed):
            failed.connect(self._on_failed)
        self.canvas.gestures.cursor_moved.connect(self.status.show_cursor)
        self.canvas.view.zoom_changed.connect(self.status.show_zoom)
        for left in (self.clips.view.left, self.queue_panel.view.left):
            left.connect(self.canvas.setFocus)
        self.queue.clip_changed.connect(self.clips.recount)
        self.clips.wanted.connect(self._show_clips)
        self.run_panel.model_chosen.connect(self.finetuning.look)
        self.run_panel.status_changed.connect(self.status.show_run)
        self.review.swap_found.connect(self._identities.offer_swap)
        self.notes.changed.connect(lambda: self.timeline.show_notes(self.notes.all))
        self.notes.changed.connect(self.clips.hear_notes)
        self.commands.reinitialised.connect(runs.continue_or_offer)
        for warned in (session.warned, self.finetuning.warned, self.queue.told):
            warned.connect(self.message.say)
        session.offered.connect(self.message.offer)
        runs.changed.connect(self._on_run_changed)
        runs.asked.connect(self._dialogs.show_long_run)
        the_application().focusChanged.connect(self._on_focus_changed)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme)

    def _keep_settings(self) -> None:
        keeper = SettingsKeeper(self.settings, self)
        for signal in (self.opener.opened, self.opener.project_changed, self.session.view_changed,
                       self.session.clip_changed, self.tools.size_changed, self.runs.changed,
                       self.actions_.triggered, self._pages.folded):  # fmt: skip
            signal.connect(keeper.hear)

    def _restore(self) -> None:
        self.resize(*START_SIZE)
        if self.settings.geometry:
            self.restoreGeometry(QByteArray.fromBase64(self.settings.geometry.encode()))
        self._pages.layout_state = self.settings.layout

    def stop(self) -> None:
        """Stop what is at work at its next frame or step."""
        self.runs.stop()
        self.finetuning.stop()
        self.saver.stop()
        self.adder.stop()
        self.editing.job.stop()

    def set_scheme(self, scheme: Scheme) -> None:
        """Take the system's colours, dark or light ones."""
        self.settings.scheme = scheme
        self._on_system_scheme()

    def type_stride(self) -> None:
        """Let it be typed every how many frames a person annotates."""
        self._transport.type_stride()

    def save(self) -> None:
        """Answer who asks for it: all is saved, and where."""
        project = self.opener.project
        if project is not None and not project.is_read_only and self.opener.look():
            text = f"Saved: every edit is in {project.path} as soon as it is made."
            self.session.offered.emit(text, "Save as…", self._questions.save_as)

    def toggle_panel(self, name: str) -> None:
        """Show a part of a panel that is folded away, or fold it."""
        self._pages.toggle_panel(name)

    def _show_clips(self) -> None:
        if not self.clips.isVisible() and not self.clips.isHidden():
            self._pages.toggle_panel("Clips")

    def _update(self) -> None:
        busy = self.runs.is_running or self.finetuning.is_running
        others = self.saver, self.adder, self.editing.job
        can_stop = busy or any(job.is_running for job in others)
        has_project = self.opener.project is not None
        self.actions_.update_enabled(
            self.session, has_project=has_project, busy=busy, can_stop=can_stop
        )

    def _show_page(self) -> None:
        self._pages.show_clip(is_open=self.session.is_open)
        self.message.hide()
        self.empty.refresh()
        self._show_title()
        if self.session.is_open:
            self.canvas.setFocus()

    def _show_title(self) -> None:
        where = ""
        if self.session.is_open:
            info, record = self.session.info, self.opener.record
            name = record.name if record is not None else info.name
            where = f"{name} · {info.frame_names[self.session.t]}"
        project = self.opener.project
        if project is not None and project.path.parent != automatic_projects():
            where = " · ".join(part for part in (project.path.stem, where) if part)
        self.setWindowTitle(f"{where} · vosgui" if where else "vosgui")
        self._corner.setText(where)
        self._corner.set_tip(str(project.path) if project is not None else "")

    def _on_opened(self) -> None:
        project = self.opener.project
        lines = list(self.session.info.warnings) if self.session.is_open else []
        if project is not None and project.is_read_only:
            lines.append(f"{project.path.name} is read-only: it can be looked at and exported.")
        if lines:
            self.message.say("\n".join(lines))

    def _on_project_changed(self) -> None:
        project = self.opener.project
        self._show_title()
        is_empty = project is not None and not project.clips
        self.empty.show_project(project.path.stem if project is not None and is_empty else "")
        self.status.show_saved(is_read_only=project is not None and project.is_read_only)

    def _on_failed(self, error: VosguiError) -> None:
        if isinstance(error, ReadOnlyError):  # at each stroke: a dialog would be in the way
            self.message.say(str(error))
        elif isinstance(error, GoneError):
            self.status.show_saved(is_gone=True)
            self._questions.project_gone(error)
        else:
            show_error(self, error)

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Give the canvas the keys that nobody wants, so that Space held can drag the view."""
        if now is None and self.isActiveWindow() and self.session.is_open:
            self.canvas.setFocus()

    def _on_run_changed(self) -> None:
        if self.runs.is_running:
            self.message.hide()

    def _on_system_scheme(self) -> None:
        self.actions_.tick("scheme", self.settings.scheme)
        apply_theme(the_application(), self.settings.scheme)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped, or ask what is to become of it."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.prepare.drop([Path(file) for file in files], self._questions.dropped)

    def changeEvent(self, event: QEvent) -> None:
        """Look whether the project is in its place, as others may have moved it meanwhile."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.opener.look()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End all that is at work, and keep the settings; stay, where work would be lost."""
        if not (self.opener.may_lose or self.opener.look()):
            event.ignore()
            return
        self.playback.pause()
        self.finetuning.close()
        self._dialogs.close_all()
        self.prepare.close()
        for job in self.findChildren(Job):
            job.close()
        self.opener.close()
        self.canvas.surface.tool_thread.close()  # it tidies up after the clip that was closed
        self.settings.geometry = self.saveGeometry().toBase64().toStdString()
        self.settings.layout = self._pages.layout_state
        try:
            if not self._settings_are_lost:
                save_settings(self.settings)
        except VosguiError as error:
            self._settings_are_lost = True
            event.ignore()
            show_error(self, error).finished.connect(self.close)
            return
        super().closeEvent(event)
