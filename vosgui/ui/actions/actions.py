"""The actions of one window, made from the table, with their shortcuts and when they can act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from vosgui.ui.actions.row import MENUS, NO_CLIP, ActionRow, When
from vosgui.ui.actions.table import PRESETS
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.icons import icon
from vosgui.ui.style.mnemonics import escaped, with_mnemonics

Settle = Callable[[Callable[[], None]], None]


class Actions(QObject):
    """All actions of a window by id. keys : the shortcuts of each. triggered : one was chosen."""

    triggered = Signal()

    def __init__(
        self, window: QWidget, rows: Sequence[ActionRow], keys: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(window)
        self.rows: dict[str, ActionRow] = {row.id: row for row in rows}
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._missing: dict[str, str] = {}
        self._choices: dict[str, QActionGroup] = {}  # what keeps the chosen one ticked
        self._texts = _texts(rows)
        for row in rows:
            action = QAction(icon(row.icon), self._texts[row.id], window)
            action.setObjectName(row.id)
            action.setCheckable(bool(row.flag or row.choice))
            if row.choice:
                group = self._choices.setdefault(row.choice, QActionGroup(self))
                group.addAction(action)
            action.setIconVisibleInMenu(True)
            # Without this a shortcut in no menu or bar would not be heard.
            window.addAction(action)
            action.triggered.connect(self.triggered)
            self._actions[row.id] = action
        self.set_keys(keys)

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def bind(self, targets: Mapping[str, object], settle: Settle) -> None:
        """Let the actions call their handlers. targets : what these name before the dot.

        settle : ends the gesture in progress, then calls what it is handed: masks that are begun
            are taken before anything else is done with them.
        """
        for row in self.rows.values():
            self._actions[row.id].triggered.connect(
                _call(targets, row, settle, self._actions[row.id])
            )

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Return the shortcuts of an action."""
        return self._keys[action_id]

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give actions their shortcuts; actions not named keep theirs."""
        self._keys.update(keys)
        for action_id in keys:
            action, row, own = self._actions[action_id], self.rows[action_id], keys[action_id]
            self._tell(action_id)
            if row.held:  # it is called by HeldKeys; its menu entry shows the first key as text
                action.setText(f"{self._texts[action_id]}\t{shown_keys(own[:1])}".rstrip())
            else:
                action.setShortcuts([QKeySequence(key) for key in own])

    def with_keys(self, text: str, *action_ids: str) -> str:
        """Return a text with the shortcuts of actions behind it, if they have some."""
        keys = shown_keys(key for action_id in action_ids for key in self._keys[action_id])
        return f"{text} ({keys})" if keys else text

    def tell(self, widget: QWidget, text: str, *action_ids: str) -> None:
        """Let the tip of a widget be a text with actions' shortcuts, also once they change."""

        def show() -> None:
            widget.setToolTip(self.with_keys(text, *action_ids))

        for action_id in action_ids:
            self._actions[action_id].changed.connect(show)
        show()

    def held(self, kind: str, key: QKeySequence) -> QAction | None:
        """Return the action that acts while (hold) or after (tap) a key is held, or None."""
        for row in self.rows.values():
            if row.held == kind and key in map(QKeySequence, self._keys[row.id]):
                return self._actions[row.id]
        return None

    def tick(self, choice: str, chosen: int | str) -> None:
        """Tick the chosen action of a choice, by its argument, and no other."""
        for row in self.rows.values():
            if row.choice == choice:
                self._actions[row.id].setChecked(row.arguments == (chosen,))

    def update_enabled(
        self, session: Session, *, has_project: bool, busy: bool, can_stop: bool
    ) -> None:
        """Enable what can be chosen now, name what undo takes back, and set the ticks.

        has_project : one is open, if without a clip. busy : a run or fine-tuning is at work.
        """
        open_ = session.is_open
        history = session.history if open_ else None
        can = {
            When.ALWAYS: True,
            When.PROJECT: has_project,
            When.CLIP: open_,
            When.OBJECT: open_ and session.object_id > 0,
            # While a run is at work they say why they wait.
            When.UNDO: history is not None and (history.can_undo or history.growing is not None),
            When.REDO: history is not None and (history.can_redo or history.growing is not None),
            When.IDLE: open_ and not busy,
            When.RUNNING: can_stop,
        }
        self.enable(can, "" if open_ else NO_CLIP)
        for action_id, row in self.rows.items():
            if row.flag:
                self._actions[action_id].setChecked(bool(getattr(session.view, row.flag)))
        self.name(undo=history.undo_label if history else "",
                  redo=history.redo_label if history else "")  # fmt: skip

    def enable(self, can: Mapping[When, bool], missing: str = "") -> None:
        """Enable what can be chosen now; the tips of all others say what is missing.

        missing : what is, for whatever needs a clip; by default what each needs.
        """
        for action_id, row in self.rows.items():
            needs_clip = row.when not in (When.PROJECT, When.RUNNING)
            why = "" if can[row.when] else missing if missing and needs_clip else row.when.missing
            self._actions[action_id].setEnabled(can[row.when])
            if self._missing.get(action_id, "") != why:
                self._missing[action_id] = why
                self._tell(action_id)

    def missing(self, action_id: str) -> str:
        """Return why an action cannot be chosen now; empty where it can."""
        return self._missing.get(action_id, "")

    def _tell(self, action_id: str) -> None:
        """Set the tip of an action: name and keys, what it does, and why it cannot be chosen."""
        row, own = self.rows[action_id], self._keys[action_id]
        first = f"{row.name} ({shown_keys(own)})" if own else row.name
        lines = first, row.tip, self.missing(action_id)
        self._actions[action_id].setToolTip("\n".join(filter(None, lines)))

    def name(self, **labels: str) -> None:
        """Say in the texts of actions what they would act on; "" for nothing."""
        for action_id, label in labels.items():
            text, label = self._texts[action_id], escaped(label)
            self._actions[action_id].setText(f"{text} {label}" if label else text)

    def fill_menus(self, bar: QMenuBar, names: Sequence[str] = MENUS) -> dict[str, QMenu]:
        """Make the menus and return them by name."""
        menus = dict(zip(names, map(bar.addMenu, with_mnemonics(names)), strict=True))
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        for row in self.rows.values():
            if row.menu:
                menu = menus[row.menu]
                if row.starts_group and menu.actions():
                    menu.addSeparator()
                menu.addAction(self._actions[row.id])
        return menus


def _texts(rows: Sequence[ActionRow]) -> dict[str, str]:
    """Return the text of each action, with a letter that no other of its menu has."""
    menus: dict[str, list[ActionRow]] = {}
    for row in rows:
        menus.setdefault(row.menu, []).append(row)
    texts = {row.id: row.text for row in rows}
    for name, entries in menus.items():
        if name:
            marked = with_mnemonics([row.text for row in entries])
            texts.update(zip((row.id for row in entries), marked, strict=True))
    return texts


def keys_of(rows: Iterable[ActionRow], settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return the shortcuts of all rows: the table's, then the preset's, then the user's own."""
    preset = PRESETS.get(settings.preset, {})
    keys = {row.id: preset.get(row.id, row.keys) for row in rows}
    own = {name: tuple(keys_) for name, keys_ in settings.keys.items() if name in keys}
    return {**keys, **own}


def conflicts(keys: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return each shortcut that more than one action has, and the ids of those actions."""
    users: dict[str, list[str]] = {}
    for action_id, shortcuts in keys.items():
        for shortcut in shortcuts:
            users.setdefault(QKeySequence(shortcut).toString(), []).append(action_id)
    return {shortcut: ids for shortcut, ids in users.items() if len(ids) > 1}


def shown_keys(keys: Iterable[str]) -> str:
    """Return shortcuts as the platform shows them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def _call(
    targets: Mapping[str, object], row: ActionRow, settle: Settle, action: QAction
) -> Callable[[], None]:
    target, method = row.handler.split(".")
    handler = getattr(targets[target], method)
    arguments = row.arguments

    def act() -> None:
        if action.isEnabled():  # the gesture may have taken its time, and the object be gone by now
            handler(*arguments)

    def call() -> None:
        settle(act)

    return call if row.ends_gesture else act
