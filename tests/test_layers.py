"""Imports point one way: ui, cli -> engine -> network, formats -> core."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "vosgui"
MODULES = sorted(PACKAGE.rglob("*.py"))

# layer: the layers of this package it may import
ALLOWED = {
    "core": {"core"},
    "formats": {"formats", "core"},
    "network": {"network", "core"},
    "engine": {"engine", "network", "formats", "core"},
    "ui": {"ui", "engine", "formats", "core"},
    "cli": {"cli", "ui", "engine", "formats", "core"},
}
EVERYONE = {"errors", "paths", "__init__"}
# library: the layers that may know it
LIBRARIES = {
    "PySide6": {"ui"},
    "superqt": {"ui"},
    "torch": {"network", "engine"},
    "safetensors": {"engine"},
    "av": {"formats"},
    "PIL": {"formats"},
    "imageio": {"formats"},
    "sqlite3": {"formats"},
    "pycocotools": {"formats"},
    "click": {"cli"},
    "tqdm": {"cli"},
}
# Layers that open before these are needed import them inside functions only.
LATE = {"ui": {"engine", "network"}, "cli": {"engine", "network", "ui"}}


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "import by full path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def faults(path: Path) -> Iterator[str]:
    layer = layer_of(path)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name in imports(tree):
        parts = name.split(".")
        if parts[0] == "vosgui":
            target = parts[1] if len(parts) > 1 else "__init__"
            if target == "__version__" or target in EVERYONE or layer in EVERYONE:
                continue
            if target not in ALLOWED.get(layer, set()):
                yield f"{layer} imports {name}"
        elif parts[0] in LIBRARIES and layer not in LIBRARIES[parts[0]]:
            yield f"{layer} imports {name}"
    if layer in LATE:
        # `if TYPE_CHECKING:` blocks and function bodies are not module level
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                for name in imports(node):
                    parts = name.split(".")
                    if parts[0] == "vosgui" and len(parts) > 1 and parts[1] in LATE[layer]:
                        yield f"{layer} imports {name} before it is needed"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    assert list(faults(path)) == []


def test_packages_hold_a_docstring_and_no_code() -> None:
    for path in PACKAGE.glob("*/**/__init__.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert len(body) == 1, path
        assert isinstance(body[0], ast.Expr), path
