"""The actions of one window, made from the table, with their shortcuts and when they can act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from vosgui.ui.actions.row import MENUS, ActionRow, When
from vosgui.ui.actions.table import PRESETS
from vosgui.ui.session.session import Session
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.icons import icon


class Actions(QObject):
    """All actions of a window by id.

    keys_changed : some shortcuts are others now.
    """

    keys_changed = Signal()

    def __init__(self, window: QWidget, rows: Sequence[ActionRow]) -> None:
        super().__init__(window)
        self.rows: dict[str, ActionRow] = {row.id: row for row in rows}
        self._actions: dict[str, QAction] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._choices: dict[str, QActionGroup] = {}  # what keeps the chosen one ticked
        for row in rows:
            action = QAction(icon(row.icon), row.text, window)
            action.setObjectName(row.id)
            action.setCheckable(bool(row.flag or row.choice))
            if row.choice:
                group = self._choices.setdefault(row.choice, QActionGroup(self))
                group.addAction(action)
            action.setIconVisibleInMenu(True)
            # Without this a shortcut in no menu or bar would not be heard.
            window.addAction(action)
            self._actions[row.id] = action
        self.set_keys({row.id: row.keys for row in rows})

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def bind(self, targets: Mapping[str, object]) -> None:
        """Let the actions call their handlers. targets : what these name before the dot."""
        for row in self.rows.values():
            self._actions[row.id].triggered.connect(_call(targets, row))

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Return the shortcuts of an action."""
        return self._keys[action_id]

    def set_keys(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        """Give actions their shortcuts; actions not named keep theirs."""
        self._keys.update(keys)
        for action_id in keys:
            action, row = self._actions[action_id], self.rows[action_id]
            sequences = [QKeySequence(key) for key in self._keys[action_id]]
            # A held key's action is called by HeldKeys; its menu entry shows the key as text.
            action.setShortcuts([] if row.held else sequences)
            action.setText(_with_key(row, sequences) if row.held else row.text)
            action.setToolTip(_tip(row, sequences))
        self.keys_changed.emit()

    def held(self, kind: str) -> dict[QKeySequence, QAction]:
        """Return the actions that act while or after a key is held, by key."""
        return {
            QKeySequence(key): self._actions[row.id]
            for row in self.rows.values()
            if row.held == kind
            for key in self._keys[row.id]
        }

    def tick(self, choice: str, chosen: int | str) -> None:
        """Tick the chosen action of a choice, by its argument, and no other."""
        for row in self.rows.values():
            if row.choice == choice:
                self._actions[row.id].setChecked(row.arguments == (chosen,))

    def update_enabled(self, session: Session, *, busy: bool, can_stop: bool) -> None:
        """Enable what can be chosen now, name what undo takes back, and set the ticks.

        busy : a run or fine-tuning is at work.
        """
        open_ = session.is_open
        history = session.history if open_ else None
        can = {
            When.ALWAYS: True,
            When.CLIP: open_,
            When.OBJECT: open_ and session.object_id > 0,
            # While a run is at work they say why they wait.
            When.UNDO: history is not None and (history.can_undo or history.growing is not None),
            When.REDO: history is not None and (history.can_redo or history.growing is not None),
            When.IDLE: open_ and not busy,
            When.RUNNING: can_stop,
        }
        for action_id, row in self.rows.items():
            action = self._actions[action_id]
            action.setEnabled(can[row.when])
            if row.flag:
                action.setChecked(bool(getattr(session.view, row.flag)))
        for action_id, label in (
            ("undo", history.undo_label if history else ""),
            ("redo", history.redo_label if history else ""),
        ):
            text = self.rows[action_id].text
            self._actions[action_id].setText(f"{text} {label}" if label else text)

    def fill_menus(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus and return them by name."""
        menus = {name: bar.addMenu(name) for name in MENUS}
        for row in self.rows.values():
            if row.menu:
                menu = menus[row.menu]
                if row.starts_group and menu.actions():
                    menu.addSeparator()
                menu.addAction(self._actions[row.id])
        return menus


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


def _call(targets: Mapping[str, object], row: ActionRow) -> Callable[[], None]:
    target, method = row.handler.split(".")
    handler = getattr(targets[target], method)
    arguments = row.arguments

    def call() -> None:
        handler(*arguments)

    return call


def _with_key(row: ActionRow, sequences: list[QKeySequence]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return "\t".join([row.text, *(s.toString(native) for s in sequences[:1])])


def _tip(row: ActionRow, sequences: list[QKeySequence]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    keys = ", ".join(s.toString(native) for s in sequences)
    first = f"{row.text.rstrip('…')} ({keys})" if keys else row.text.rstrip("…")
    return f"{first}\n{row.tip}"
