"""The rooms of the package: imports point one way, never in a circle, and no room is crowded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import ConfigParser
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "vosgui"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_MODULES = 22  # of one room

# room: the rooms beside itself that it may import
BELOW_FORMATS = {"project", "media", "files", "core"}
BELOW_ENGINE = {"datasets", "network", "formats", *BELOW_FORMATS}
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "files": {"core"},
    "media": {"files", "core"},
    "project": {"media", "files", "core"},
    "formats": BELOW_FORMATS,
    "network": {"core"},
    "datasets": {"formats", *BELOW_FORMATS},
    "engine": BELOW_ENGINE,
    "ui": {"engine", *BELOW_ENGINE} - {"network"},
    "cli": {"ui", "engine", *BELOW_ENGINE} - {"network"},
    "api": {"engine", *BELOW_ENGINE} - {"network"},
}
# Rooms within a room: each may import those before it.
INNER = {
    "engine": ("models", "propagation", "clicks", "training", "online", "benchmark"),
    "formats": (
        "tree",
        "coco",
        "youtubevos",
        "youtubevis",
        "mevis",
        "burst",
        "davis",
        "cvat",
        "coded",
        "others",
        "drawn",
        "labelstudio",
        "supervisely",
        "datumaro",
        "isat",
    ),
}
# What every format stands on lies beside the formats, and so does the table of all of them.
TOP_OF_FORMATS = {"registry", "format"}
EVERYONE = {"errors", "paths", "__init__"}
# library: the rooms that may know it
LIBRARIES = {
    "PySide6": {"ui"},
    "superqt": {"ui"},
    "torch": {"network", "engine"},
    "safetensors": {"engine"},
    "av": {"media"},
    "PIL": {"media", "formats", "datasets"},
    "imageio": {"media"},
    "sqlite3": {"project", "datasets"},
    "pycocotools": {"formats"},
    "distributed": {"datasets"},
    "click": {"cli"},
    "tqdm": {"cli"},
}
# torch comes with these: the fronts import them inside functions, and nothing else so.
LATE = {"engine", "network"}
FRONTS = ("ui", "cli", "api")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "import by full path"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name_of(path: Path) -> str:
    return ".".join(("vosgui", *path.relative_to(PACKAGE).with_suffix("").parts))


NAMES = frozenset(name_of(path) for path in MODULES)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the modules of the package that a module imports, anywhere in it."""
    names = list(imports(parsed(path)))
    own = (name if name in NAMES else name.rpartition(".")[0] for name in names)
    return frozenset(name for name in own if name in NAMES)


def room_of(name: str) -> tuple[str, str]:
    """Return a module's room and the room within it, "" where it lies beside those."""
    parts = name.split(".")[1:]
    return (parts[0], parts[1] if len(parts) > 2 and parts[0] in INNER else "")


def wrong_ways(path: Path) -> Iterator[str]:
    (room, inner), module = room_of(name_of(path)), path.stem
    if room in EVERYONE:
        return
    for name in sorted(imported(path)):
        target, target_inner = room_of(name)
        if target in EVERYONE:
            continue
        if target != room:
            if target not in ALLOWED[room]:
                yield f"{room} imports {name}"
        elif room in INNER and target_inner != inner:
            order = INNER[room]
            below = name.rpartition(".")[2] not in TOP_OF_FORMATS if not target_inner else False
            above = not inner and module in TOP_OF_FORMATS
            downward = inner and target_inner and order.index(target_inner) < order.index(inner)
            if not (below or above or downward):
                yield f"{room}/{inner} imports {name}"


def wrong_times(path: Path) -> Iterator[str]:
    """Yield what is imported before it is needed, and what is imported late without need."""
    room, _ = room_of(name_of(path))
    tree = parsed(path)
    # `if TYPE_CHECKING:` is neither at the top nor in a function
    at_top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    waits = LATE if room in FRONTS else set()
    for nodes, words in ((at_top, "too early"), (functions, "too late")):
        for name in {name for node in nodes for name in imports(node)}:
            is_ours = name.startswith("vosgui.") and name.count(".") > 1
            if is_ours and (room_of(name)[0] in waits) == (words == "too early"):
                yield f"{name} is imported {words}"


def strange_libraries(path: Path) -> Iterator[str]:
    room, _ = room_of(name_of(path))
    for name in imports(parsed(path)):
        library = name.split(".")[0]
        if library in LIBRARIES and room not in LIBRARIES[library]:
            yield f"{room} imports {name}"


def circles(edges: dict[str, frozenset[str]]) -> list[list[str]]:
    """Return the groups of modules that import each other, by Tarjan's algorithm."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = lowest[name] = len(number)
        stack.append(name)
        for other in sorted(edges[name]):
            if other not in number:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in stack:
                lowest[name] = min(lowest[name], number[other])
        if lowest[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in edges:
        if name not in number:
            visit(name)
    return found


def test_imports_point_down() -> None:
    kinds = (wrong_ways, wrong_times, strange_libraries)
    wrong = {name_of(path): [word for kind in kinds for word in kind(path)] for path in MODULES}
    assert {name: words for name, words in wrong.items() if words} == {}


def test_imports_run_in_no_circle() -> None:
    assert circles({name_of(path): imported(path) for path in MODULES}) == []


def test_a_circle_is_found() -> None:
    there = {"b", "d"}
    edges = {"a": {"b"}, "b": {"c"}, "c": there, "d": set()}
    assert circles({name: frozenset(to) for name, to in edges.items()}) == [["b", "c"]]


def test_no_room_is_crowded() -> None:
    for folder in {path.parent for path in MODULES}:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= MOST_MODULES, folder


def test_packages_hold_a_docstring_and_no_code() -> None:
    for path in PACKAGE.glob("*/**/__init__.py"):
        body = parsed(path).body
        assert len(body) == 1, path
        assert isinstance(body[0], ast.Expr), path


def test_every_room_is_in_the_wheel() -> None:
    setup = ConfigParser()
    setup.read(PACKAGE.parent / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split()) - {"vosgui.resources", "vosgui.models"}
    rooms = {".".join(name_of(path).split(".")[:-1]) for path in MODULES}
    assert listed == rooms
