"""What an action is: its name, keys, menu, and what it calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal


class When(Enum):
    """When an action can be chosen."""

    ALWAYS = "always"
    PROJECT = "a project is open"
    CLIP = "a clip is open"
    OBJECT = "an object is current"
    UNDO = "there is an edit to undo"
    REDO = "there is an edit to redo"
    IDLE = "a clip is open and neither a run nor fine-tuning is at work"
    RUNNING = "something that can be stopped is at work"
    VIDEO = "a video is prepared that was looked at"
    STRETCH = "a clip is selected, or under the playhead"
    ACCEPTED = "there are clips to be written"

    @property
    def missing(self) -> str:
        """Return what a person is told where an action cannot be chosen now."""
        return _MISSING.get(self, "")


NO_CLIP = "Open a clip first."
_MISSING = {
    When.PROJECT: "Open a project or a clip first.",
    When.CLIP: NO_CLIP,
    When.OBJECT: "Choose an object first, or add one.",
    When.UNDO: "There is nothing to undo.",
    When.REDO: "There is nothing to redo.",
    When.IDLE: "Wait until the run or fine-tuning ends, or stop it.",
    When.RUNNING: "Nothing is at work.",
    When.VIDEO: "Add a video first, and wait until it was looked at.",
    When.STRETCH: "Add a video first, and wait until it was looked at.",
    When.ACCEPTED: "Accept a clip first, or wait until clips are written.",
}


@dataclass(frozen=True)
class ActionRow:
    """One action.

    keys : its shortcuts as QKeySequence reads them. menu : its menu; empty for none.
    handler : "target.method", called with `arguments`.
    held : "tap" and "hold" keys do not act when pressed: see ui/actions/held_keys.py.
    flag : the field of `View` that its tick shows; empty for an action without a tick.
    choice : of the actions of one choice ("tool", "scheme") the chosen one is ticked.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    menu: str
    handler: str
    tip: str
    icon: str = ""
    when: When = When.CLIP
    arguments: tuple[int | str, ...] = ()
    held: Literal["", "tap", "hold"] = ""
    flag: str = ""
    starts_group: bool = False
    choice: str = ""

    @property
    def ends_gesture(self) -> bool:
        """Return whether it acts on what a gesture on the canvas may be about to change."""
        return self.menu not in ("View", "Tools", "Help") and self.when is not When.RUNNING

    @property
    def name(self) -> str:
        """Return the text without the dots of an action that asks before it acts."""
        return self.text.rstrip("…")


def action_row(
    name: str, text: str, keys: str, handler: str, tip: str, icon: str = "", when: When = When.CLIP,
    *arguments: int | str, **more: Any,
) -> ActionRow:  # fmt: skip
    """Return a row without a menu. keys : with spaces between them."""
    return ActionRow(
        name, text, tuple(keys.split()), "", handler, tip, icon, when, arguments, **more
    )


MENUS = ("File", "Edit", "View", "Object", "Tools", "Run", "Review", "Clips", "Help")
