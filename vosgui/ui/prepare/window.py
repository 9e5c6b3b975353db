"""The window of the Prepare view: puts its parts together, and nothing else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QMainWindow, QWidget

from vosgui.core.words import counted
from vosgui.datasets.prepare.chosen import accepted
from vosgui.datasets.prepare.prepare import PrepareReport
from vosgui.datasets.prepare.rules import PrepareRules
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.errors import VosguiError
from vosgui.ui.actions.actions import Actions, keys_of
from vosgui.ui.actions.cheat_sheet import CheatSheet
from vosgui.ui.actions.command_palette import CommandPalette
from vosgui.ui.actions.held_keys import HeldKeys
from vosgui.ui.actions.row import When
from vosgui.ui.actions.shortcuts import ShortcutsDialog
from vosgui.ui.prepare.clip_table import ClipTable
from vosgui.ui.prepare.commands import ClipCommands
from vosgui.ui.prepare.desk import Desk
from vosgui.ui.prepare.going import Going
from vosgui.ui.prepare.looking import TimeLeft, in_words
from vosgui.ui.prepare.player import FrameView
from vosgui.ui.prepare.questions import PrepareQuestions
from vosgui.ui.prepare.rules_form import RulesForm
from vosgui.ui.prepare.strip import Strip
from vosgui.ui.prepare.table import COLUMNS, MENUS, MOUSE, ROWS
from vosgui.ui.prepare.tooltip import describe_clip, describe_refusal
from vosgui.ui.prepare.video_list import VideoList
from vosgui.ui.prepare.writer import ClipWriter
from vosgui.ui.project.opener import ClipOpener
from vosgui.ui.session.job import Job, Progressed
from vosgui.ui.session.keep_settings import SettingsKeeper
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.error_box import show_error
from vosgui.ui.style.folds import ElidedLabel
from vosgui.ui.style.forms import short_path
from vosgui.ui.style.message_line import MessageLine
from vosgui.ui.style.panels import (
    action_button,
    in_column,
    in_row,
    in_splitter,
    paint_as_panel,
    rule,
    text_button,
)
from vosgui.ui.style.progress_bar import ProgressBar
from vosgui.ui.style.show import show_over
from vosgui.ui.style.status_line import StatusLine

START_SIZE = 1280, 800
LEFT_PX, RULES_PX, BAR_PX = 320, 264, 40
MESSAGE_MS = 8000
_ZOOM = {"in": 1.5, "out": 1 / 1.5, "all": 0.0}
_BUTTONS = ("previous_clip", "play", "next_clip")


class PrepareWindow(QMainWindow):
    """Videos and clips left, the frame in the middle, rules right, the strip below."""

    def __init__(self, opener: ClipOpener, settings: Settings) -> None:
        super().__init__()
        self._settings, self._keeper = settings, SettingsKeeper(settings, self)
        self.desk = Desk(self)
        self.actions_ = Actions(self, ROWS, keys_of(ROWS, settings))
        self.commands, self.going = ClipCommands(self.desk), Going(self.desk)
        self.questions = PrepareQuestions(self.desk, self)
        self.writer = ClipWriter(self.desk, opener, self)
        self.frame, self.strip = FrameView(self.desk), Strip(self.desk)
        self.clips = ClipTable(self.desk, self.strip, self.commands)
        self.videos = VideoList(self.desk, self.actions_)
        self.rules = RulesForm()
        self.message = MessageLine()
        self.about, self.where = ElidedLabel(), QLabel()
        self._doing, self._bar = QLabel(), ProgressBar()
        self._left = TimeLeft()
        self._bind_actions()
        self._lay_out()
        self._connect()
        self._held_keys = HeldKeys(self, self.actions_)
        self.setAcceptDrops(True)
        self._restore()
        self._update()

    # -- what the actions call -----------------------------------------------------------------

    def undo(self) -> None:
        """Undo what was done last."""
        self.desk.step(back=True)

    def redo(self) -> None:
        """Redo what was undone last."""
        self.desk.step(back=False)

    def stop(self) -> None:
        """Let go of what is dragged; or stop what plays, or is at work."""
        if self.strip.cancel():
            return
        if self.frame.player.is_playing:
            self.frame.player.stop()
        else:
            self.desk.findings.looking.stop()
            self.writer.stop()
            self.strip.setFocus()

    def look_again(self) -> None:
        """Look at the videos by the detector and threshold that are chosen; go on where stopped."""
        self.desk.look(anew=self.desk.findings.needs_look(self.desk.decisions))

    def zoom(self, how: str) -> None:
        """Zoom the strip at the playhead."""
        self.strip.zoom(_ZOOM[how])

    def toggle_hover(self, _on: int) -> None:
        """Let clips play under the pointer, or not."""
        chosen = self._settings.prepare
        chosen.plays_on_hover = not chosen.plays_on_hover
        self._keeper.hear()
        self._update()

    def toggle_refusals(self, _on: int) -> None:
        """List what was refused among the clips, or not."""
        chosen = self._settings.prepare
        chosen.lists_refusals = not chosen.lists_refusals
        self._keeper.hear()
        self._update()

    def show_shortcuts(self) -> None:
        """Let the person change keys."""
        show_over(ShortcutsDialog(self.actions_, self._settings, self))

    def show_palette(self) -> None:
        """Let the person find an action by its name."""
        CommandPalette(self.actions_, self).show_over(self)

    def show_keys(self) -> None:
        """Show all keys."""
        show_over(CheatSheet(self.actions_, self, MENUS, MOUSE, COLUMNS))

    # -- the preparation -----------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Give the keys to the strip: the button that sets all rules back would have them."""
        super().showEvent(event)
        self.strip.setFocus()

    def open(self, target: Path, videos: list[Path]) -> None:
        """Go on with a folder of clips, with some more videos."""
        if self.desk.target == target or self.desk.open(target):
            if target != Path():
                self._settings.prepare.target = str(target)
                self._keeper.hear()  # killed, the view is to find it again
            self._show_where()
            if videos:
                self.questions.add(videos)

    def _bind_actions(self) -> None:
        targets: dict[str, object] = {
            "window": self,
            "commands": self.commands,
            "going": self.going,
            "questions": self.questions,
            "writer": self.writer,
            "clips": self.clips,
            "player": self.frame.player,
            "rules": self.rules,
        }
        self.actions_.bind(targets, lambda act: act())

    def _lay_out(self) -> None:
        actions = self.actions_
        self.actions_.fill_menus(self.menuBar(), MENUS)
        left = in_splitter(Qt.Orientation.Vertical, self.videos, self.clips)
        left.setStretchFactor(1, 1)
        left.setSizes([180, 400])
        across = in_splitter(Qt.Orientation.Horizontal, left, self.frame, self.rules)
        across.setStretchFactor(1, 1)
        across.setSizes([LEFT_PX, START_SIZE[0] - LEFT_PX - RULES_PX, RULES_PX])
        self.rules.setMinimumWidth(RULES_PX)
        self._across = across
        self.about.setMinimumWidth(100)
        buttons = (action_button(actions[f"prepare.{name}"]) for name in _BUTTONS)
        judging = (
            text_button(actions["prepare.accept"], "Accept"),
            text_button(actions["prepare.reject"], "Reject"),
            text_button(actions["prepare.write"], "Write clips"),
            text_button(actions["prepare.open_clips"], "Open in project"),
        )
        bar = QWidget()
        bar.setFixedHeight(BAR_PX)
        said = in_row((self.about, 1), (self.message, 100), margins=(8, 0, 8, 0), spacing=4)
        bar.setLayout(in_row(*buttons, (said, 1), *judging, margins=(6, 0, 8, 0), spacing=4))
        below = QWidget()
        below.setLayout(in_column(rule(), bar, rule(), self.strip))
        for widget in (below, left):
            paint_as_panel(widget)
        page = QWidget()
        page.setLayout(in_column((across, 1), below))
        self.setCentralWidget(page)
        status = StatusLine()
        self._bar.setFixedWidth(180)
        self._doing.setContentsMargins(8, 0, 4, 0)  # where messages begin
        for widget in (self._doing, self._bar):
            status.addWidget(widget)
        self.where.setContentsMargins(8, 0, 8, 0)
        status.addPermanentWidget(self.where)
        self.setStatusBar(status)

    def _connect(self) -> None:
        desk = self.desk
        for signal in (desk.changed, desk.video_changed, desk.selection_changed):
            signal.connect(self._update)
        for job in (desk.findings.looking, desk.opening, self.writer):
            job.changed.connect(self._update)
            job.progressed.connect(self._on_progressed)
        desk.frame_changed.connect(self._describe)
        desk.selection_changed.connect(self._on_selected)
        for failed in (desk.failed, self.writer.failed):
            failed.connect(self._on_failed)
        desk.said.connect(lambda text: self.statusBar().showMessage(text, MESSAGE_MS))
        self.rules.changed.connect(self._on_rules)
        self.rules.look_wanted.connect(self.look_again)
        self.rules.left.connect(self.strip.setFocus)
        self.strip.dragged.connect(lambda old, new: self.commands.change("Drag", old, new))
        self.strip.new_at.connect(self.commands.new)
        self.strip.hovered.connect(self._on_hovered)
        self.strip.pressed.connect(self.frame.player.stop)
        self.questions.target_chosen.connect(lambda path: self.open(path, []))
        self.writer.written.connect(self._on_written)

    def _restore(self) -> None:
        self.resize(*START_SIZE)
        chosen = self._settings.prepare
        if chosen.geometry:
            self.restoreGeometry(QByteArray.fromBase64(chosen.geometry.encode()))
        if chosen.layout:
            self._across.restoreState(QByteArray.fromBase64(chosen.layout.encode()))

    # -- what is shown -------------------------------------------------------------------------

    def _update(self) -> None:
        desk = self.desk
        undo, redo = desk.history.labels
        self.actions_.enable({
            **dict.fromkeys(When, False),
            When.ALWAYS: True,
            When.VIDEO: desk.is_ready,
            When.STRETCH: desk.is_ready,
            When.ACCEPTED: bool(accepted(desk.decisions.videos)) and not self.writer.is_running,
            When.UNDO: bool(undo),
            When.REDO: bool(redo),
        })  # fmt: skip
        self.actions_.name(**{"prepare.undo": undo, "prepare.redo": redo})
        self.actions_.tick("hover", int(self._settings.prepare.plays_on_hover))
        self.actions_.tick("list_refusals", int(self._settings.prepare.lists_refusals))
        self.clips.model.list_refusals(self._settings.prepare.lists_refusals)
        needs_look = desk.findings.needs_look(desk.decisions)
        self.rules.show_rules(desk.decisions.rules, needs_look=needs_look)
        self._show_doing()
        self._show_where()
        self._describe()

    def _show_where(self) -> None:
        name = self.desk.current.name if self.desk.current is not None else ""
        self.setWindowTitle(f"{name} · Prepare · vosgui" if name else "Prepare · vosgui")
        target = self.desk.target
        self.where.setText(f"clips go to {short_path(target)}" if target.name else "")
        self.where.setToolTip(str(target) if target.name else "")

    def _describe(self) -> None:
        """Say on the line over the strip what is selected, or what is under the playhead."""
        desk, view = self.desk, self.strip.view
        if view is None:
            self.about.setText("")
            return
        one = desk.selection or view.clip_at(desk.t)
        refused = next((no for no in view.turned_down
                        if (no.start, no.stop) == desk.selected), None)  # fmt: skip
        found = desk.findings.found.get(desk.current) if desk.current is not None else None
        if one is not None and one.is_kept and found is not None:
            text = describe_clip(view, one, found.judge(one, desk.decisions.rules.clips)[0])
        elif refused is not None:
            text = describe_refusal(view, refused)
        else:
            text = f"frame {desk.t} · {view.clock(desk.t, 2)}"
        self.about.setText(text)
        self.strip.setAccessibleDescription(text)

    def _job(self) -> Job | None:
        jobs = (self.writer, self.desk.findings.looking, self.desk.opening)
        return next((job for job in jobs if job.is_running), None)

    def _show_doing(self) -> None:
        job = self._job()
        self._bar.setVisible(job is not None)
        if job is None:
            self._left = TimeLeft()
            self._doing.setText("")
            return
        if job.progress is None:
            self._bar.show_part(0, 0)
        text = "Stopping" if job.is_stopping else job.title
        self._doing.setText(f"{text}…")

    def _on_progressed(self, progress: Progressed) -> None:
        job = self._job()
        if job is None or job.progress is not progress:
            return
        self._bar.show_part(round(1000 * progress.share), 1000 if progress.share > 0 else 0)
        seconds = self._left.seconds(progress)
        left = f" · {in_words(seconds)} left" if seconds is not None else ""
        text = "Stopping" if job.is_stopping else job.title
        done = f" · {round(100 * progress.share)} %" if progress.share else ""
        self._doing.setText(f"{text}{done}{left} · Esc stops it")

    def _on_rules(self, rules: PrepareRules, what: str) -> None:
        """Go by other rules: at once, where no frame is to be read for it."""
        self.desk.apply(f"Rule: {what}", self.desk.decisions.with_rules(rules), grows=True)

    def _on_selected(self) -> None:
        if self.desk.selected is not None:
            self.strip.reveal(*self.desk.selected)

    def _on_hovered(self, one: Stretch | None) -> None:
        player = self.frame.player
        if one is None:
            player.leave()
        elif self._settings.prepare.plays_on_hover:
            player.hover(range(one.start, one.stop))

    def _on_failed(self, error: VosguiError) -> None:
        show_error(self, error)

    def _on_written(self, report: PrepareReport) -> None:
        clips = counted(len(report.written), "clip")
        lines = [f"{clips} of {counted(report.n_frames, 'frame')} in {self.desk.target}."]
        lines += [str(issue) for issue in report.issues]
        self.message.offer("\n".join(lines), "Open in project", self.writer.open_clips)

    # -- events --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let videos be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the videos that were dropped."""
        urls = event.mimeData().urls()
        event.acceptProposedAction()
        self.questions.add([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what is at work; all that was decided is kept already."""
        self.frame.close_frames()
        self.strip.close_frames()
        for dialog in self.findChildren(QDialog):
            dialog.close()
        for job in self.findChildren(Job):
            job.close()
        self.desk.close()
        chosen = self._settings.prepare
        chosen.geometry = self.saveGeometry().toBase64().toStdString()
        chosen.layout = self._across.saveState().toBase64().toStdString()
        super().closeEvent(event)
