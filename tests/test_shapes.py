"""Nothing in the package grows past what a reader takes in at a look: files, functions, classes."""

from __future__ import annotations

import ast
from pathlib import Path

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


def too_large(source: str) -> list[str]:
    """Return what of a module has grown past the bounds."""
    found = ["the file"] if source.count("\n") > MOST_LINES else []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef():
                large = lines_of(node) > MOST_LINES_OF_FUNCTION
            case ast.ClassDef():
                large = len(public_methods(node)) > MOST_METHODS
            case _:
                continue
        found += [node.name] if large else []
    return found


def test_files_functions_and_classes_stay_small() -> None:
    found = {path: too_large(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {str(path.relative_to(PACKAGE)): names for path, names in found.items() if names} == {}


def test_what_is_too_large_is_found() -> None:
    long = "def long():\n" + "    pass\n" * (MOST_LINES_OF_FUNCTION + 1)
    wide = "class Wide:\n" + "".join(f"    def m{n}(self): ...\n" for n in range(MOST_METHODS + 1))
    assert too_large(long + wide) == ["long", "Wide"]
    assert too_large("#\n" * (MOST_LINES + 1)) == ["the file"]


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
