"""What the window says: entries, buttons and titles begin large and go on small; sentences end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import vosgui.ui
from vosgui.ui.actions.row import ActionRow
from vosgui.ui.actions.table import ROWS, tool_row
from vosgui.ui.prepare import table as prepare_table
from vosgui.ui.tools.toolbox import TOOLS

ROOM = Path(vosgui.ui.__file__).parent
ALL_ROWS = (*ROWS, *map(tool_row, (kind() for kind in TOOLS)), *prepare_table.ROWS)
NAMES = {"vosgui", "CSV", "J", "F", "OK", "Ctrl+M", "JSON", "XML"}  # written as they are
TITLES = {"setWindowTitle", "QPushButton", "QCheckBox", "QRadioButton", "addButton", "_offer"}
SAID = {"said", "warned"}  # signals of what is shown for a while


def is_sentence_case(text: str) -> bool:
    words = [word.strip("…():,?") for word in text.split()]
    first, *others = [word for word in words if word and word not in NAMES] or [""]
    return first[:1] == first[:1].upper() and all(word == word.lower() for word in others)


def called(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of the window's modules of a function or method of this name, and where."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                func = node.func
                is_it = isinstance(func, ast.Name) and func.id == name
                if is_it or (isinstance(func, ast.Attribute) and func.attr == name):
                    yield f"{path.relative_to(ROOM)}:{node.lineno}", node


@pytest.mark.parametrize("row", ALL_ROWS, ids=lambda row: row.id)
def test_actions(row: ActionRow) -> None:
    assert is_sentence_case(row.text), row.text
    assert row.tip[:1].isupper() and not row.tip.endswith("."), row.tip


@pytest.mark.parametrize("name", sorted(TITLES))
def test_buttons_and_titles(name: str) -> None:
    for where, call in called(name):
        for one in call.args:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
                assert is_sentence_case(one.value), f"{where}: {one.value}"


def ends(text: ast.expr) -> Iterator[str]:
    """Yield how a text may end, as far as it is written down."""
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        yield text.value
    elif isinstance(text, ast.JoinedStr):
        yield from ends(text.values[-1])
    elif isinstance(text, ast.IfExp):
        yield from ends(text.body)
        yield from ends(text.orelse)


def test_what_is_said_ends_as_a_sentence_does() -> None:
    n_found = 0
    for where, call in called("emit"):
        signal = call.func
        assert isinstance(signal, ast.Attribute)
        if getattr(signal.value, "attr", "") in SAID and call.args:
            for end in ends(call.args[0]):
                n_found += 1
                assert not end or end[-1] in ".?!…)", f"{where}: …{end[-40:]}"
    assert n_found > 30
