"""The table of actions. Menus, toolbars, shortcuts, palette and cheat sheet are made from it."""

from __future__ import annotations

from vosgui.ui.actions.menu_rows import EDIT, FILE, HELP, VIEW
from vosgui.ui.actions.row import ActionRow, When
from vosgui.ui.actions.work_rows import FRAMES, OBJECT, RUN, TOOLS
from vosgui.ui.tools.tool import Tool

ROWS: tuple[ActionRow, ...] = (*(*FILE, *EDIT, *VIEW, *OBJECT, *TOOLS, *RUN, *FRAMES, *HELP),)


def tool_row(tool: Tool) -> ActionRow:
    """Return the row of a tool."""
    return ActionRow(
        f"tool_{tool.name}", tool.title, (tool.key,), "Tools", "tools.select", tool.hint,
        tool.icon, When.CLIP, (tool.name,), choice="tool",
    )  # fmt: skip


# preset: the keys that differ from the table's
PRESETS: dict[str, dict[str, tuple[str, ...]]] = {
    "vosgui": {},
    "labelme": {
        "previous_frame": ("A", "Left"),
        "next_frame": ("D", "Right"),
        "absent": ("Ctrl+Shift+A",),
    },
    "CVAT": {
        "previous_frame": ("D", "Left"),
        "next_frame": ("F", "Right"),
        "run_forward": ("Alt+F",),
    },
}
