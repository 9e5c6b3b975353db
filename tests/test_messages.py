"""What is said to a person who sits at the window and to one who types commands."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vosgui.core.issues import warning
from vosgui.errors import TargetError

PACKAGE = Path(__file__).resolve().parents[1] / "vosgui"
SHARED = [path for path in sorted(PACKAGE.rglob("*.py")) if "cli" not in path.parts]
OPTION = re.compile(r"(^|[\s(])--[a-z]")


def texts_about_options(path: Path) -> Iterator[str]:
    """Yield the texts of a module that name an option of the command line outside `option=`."""
    tree = ast.parse(path.read_text())
    aside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword) and node.arg == "option"
        for part in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_option = OPTION.search(node.value) and "apt-get" not in node.value  # a shell line
            if is_option and id(node) not in aside:
                yield f"{path.name}:{node.lineno}: {node.value}"


@pytest.mark.parametrize("path", SHARED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_messages_of_both_name_no_option(path: Path) -> None:
    assert list(texts_about_options(path)) == []


def test_the_command_line_adds_the_option() -> None:
    error = TargetError("The folder is not empty. Choose another one.", option="--overwrite")
    assert str(error) == "The folder is not empty. Choose another one."
    assert error.command_line == "The folder is not empty. Choose another one (--overwrite)."
    assert TargetError("It is full.").command_line == "It is full."
    there = pickle.loads(pickle.dumps(error))  # as a worker process hands it over
    assert there.command_line == error.command_line
    issue = warning("No images.", clip="a", fix="Say where they are.", option="--frames-from")
    assert issue.words == "clip a: No images. Say where they are."
    assert str(issue) == f"warning: {issue.words[:-1]} (--frames-from)."
