"""Nothing in the package grows past what a reader takes in at a look: files, functions, classes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "vosgui"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400  # of a file
MOST_LINES_OF_FUNCTION = 60  # without its parameters and its docstring
MOST_METHODS = 15  # public ones, properties included, that a class defines


def lines_of(node: ast.FunctionDef) -> int:
    """Return how many lines of statements a function has."""
    start = node.body[min(ast.get_docstring(node) is not None, len(node.body) - 1)]
    assert node.end_lineno is not None
    return node.end_lineno - start.lineno + 1


def is_override_of_Qt(name: str) -> bool:
    """Return whether a method is named as Qt names its own: `paintEvent`."""
    return name != name.lower()


def public_methods(node: ast.ClassDef) -> set[str]:
    """Return the methods and properties that a class defines for others."""
    functions = (one for one in node.body if isinstance(one, ast.FunctionDef))
    names = {one.name for one in functions}
    return {name for name in names if not name.startswith("_") and not is_override_of_Qt(name)}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_functions_and_classes_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert lines_of(node) <= MOST_LINES_OF_FUNCTION, node.name
        elif isinstance(node, ast.ClassDef):
            assert len(public_methods(node)) <= MOST_METHODS, node.name


def test_what_is_public_is_counted() -> None:
    code = """
class Widget(QWidget):
    @property
    def size(self): ...
    @size.setter
    def size(self, value): ...
    def zoom(self): ...
    def _hide(self): ...
    def paintEvent(self, event): ...
"""
    (node,) = ast.parse(code).body
    assert isinstance(node, ast.ClassDef)
    assert public_methods(node) == {"size", "zoom"}
