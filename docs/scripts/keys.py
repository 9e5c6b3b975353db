"""Write docs/keys.md from the table of actions; a test holds the page to it.

python -m docs.scripts.keys
"""

from __future__ import annotations

from pathlib import Path

from vosgui.ui.actions.cheat_sheet import MOUSE
from vosgui.ui.actions.row import MENUS, ActionRow
from vosgui.ui.actions.table import PRESETS, ROWS, tool_row
from vosgui.ui.prepare import table as prepare_table
from vosgui.ui.tools.toolbox import TOOLS

PAGE = Path(__file__).resolve().parents[1] / "keys.md"
TOP = """# Keys

All of them can be changed in *Edit > Keyboard shortcuts*, which also has the keys of labelme and
CVAT; those of the [Prepare view](preparing.md) in that of its own. `F1` shows this page in the
window, `Ctrl+K` finds any action by its name.
<!-- Written by docs/scripts/keys.py from the tables of actions. -->
"""


def page() -> str:
    """Return the page."""
    tools = [tool_row(kind()) for kind in TOOLS]
    rows = {row.id: row for row in (*tools, *ROWS)}
    parts = [TOP]
    for menu in MENUS:
        shown = [row for row in rows.values() if row.menu == menu and row.keys]
        parts.append(f"## {menu}\n\n{_table(shown)}")
    mouse = "\n".join(f"| {keys} | {text} |" for keys, text in MOUSE)
    parts.append(
        f"`1` to `9` make an object current.\n\n## Mouse\n\n| | |\n| --- | --- |\n{mouse}\n"
    )
    parts.append("## In the Prepare view\n")
    parts[-1] += "".join(
        f"\n### Prepare: {menu}\n\n{_table([row for row in shown if row.keys])}"
        for menu in prepare_table.MENUS
        if (shown := [row for row in prepare_table.ROWS if row.menu == menu])
    )
    prepare_mouse = "\n".join(f"| {keys} | {text} |" for keys, text in prepare_table.MOUSE)
    parts.append(f"### Prepare: Mouse\n\n| | |\n| --- | --- |\n{prepare_mouse}\n")
    names = [name for name in PRESETS if PRESETS[name]]
    changed = dict.fromkeys(row_id for name in names for row_id in PRESETS[name])
    parts.append("## Presets: the keys that differ\n")
    parts.append(_line("action", *names) + _line(*["---"] * (1 + len(names))))
    for row_id in changed:
        keys = (_keys(PRESETS[name].get(row_id, rows[row_id].keys)) for name in names)
        parts[-1] += _line(rows[row_id].text, *keys)
    return "\n".join(parts)


def _table(rows: list[ActionRow]) -> str:
    lines = (_line(_keys(row.keys), row.name, row.tip) for row in rows)
    return _line("keys", "action", "what it does") + _line("---", "---", "---") + "".join(lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _keys(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
