"""Public functions that take or give arrays say of which shape and dtype they are.

An array says it by its type where that is a name with a shape behind it (`Mask = npt.NDArray[
np.uint8]  # (H, W), ...`). Any other array's shape stands in the docstring of the function or of
its class, and so does its dtype where the type does not tell it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "vosgui"
MODULES = sorted(PACKAGE.rglob("*.py"))
SHAPE = r"\(([A-Za-z0-9_ +*/-]+(\([^()]*\))?,)[^()]*\)"  # (n,), (H, W, 3), (2 * N, H, W)
DTYPE = r"\b(bool|u?int(8|16|32|64)|float(16|32|64)?|intp|TRACK_DTYPE|dtype)\b"
_ALIAS = re.compile(r"^([A-Z]\w*) = (?:npt\.NDArray\[.*\]|Tensor)(.*)$", re.M)


def untold(source: str) -> set[str]:
    """Return the names that a module gives to array types without telling a shape."""
    return {name for name, rest in _ALIAS.findall(source) if not re.search(SHAPE, rest)}


UNTOLD = set().union(*(untold(module.read_text(encoding="utf-8")) for module in MODULES))


def array_types(source: str) -> set[str]:
    """Return the words for an array in a module's annotations, less those that tell a shape."""
    other = set(re.findall(r"^([A-Z]\w*) = ", source, re.M)) - untold(source)
    return {"NDArray", "Tensor"} | UNTOLD - other


def lacks(kind: str, words: str, types: set[str]) -> list[str]:
    """Return what a docstring does not tell of arrays of these types: "shape", "dtype"."""
    arrays = types.intersection(re.findall(r"\w+", kind))
    if not arrays:
        return []
    has_dtype = "Tensor" not in arrays and not re.search(r"NDArray\[(Any|np\.generic)\]", kind)
    lacking = [] if re.search(SHAPE, words) else ["shape"]
    return lacking if has_dtype or re.search(DTYPE, words) else [*lacking, "dtype"]


def public_functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield functions and methods that others call, each with what its docstrings say."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node, ast.get_docstring(node) or ""
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            about = ast.get_docstring(node) or ""
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    yield method, f"{about}\n{ast.get_docstring(method) or ''}"


def missing(source: str) -> list[str]:
    """Return the public functions with arrays that do not say all of them."""
    found, types = [], array_types(source)
    for node, words in public_functions(ast.parse(source)):
        kinds = [a.annotation for a in (*node.args.args, *node.args.kwonlyargs)] + [node.returns]
        kind = " ".join(ast.unparse(one) for one in kinds if one is not None)
        if lacking := lacks(kind, words, types):
            found.append(f"{node.name}: {' and '.join(lacking)}")
    return found


def test_arrays_are_described() -> None:
    found = {path: missing(path.read_text(encoding="utf-8")) for path in MODULES}
    assert {str(path.relative_to(PACKAGE)): names for path, names in found.items() if names} == {}


def test_what_is_missing_is_found() -> None:
    source = '''
Mask = npt.NDArray[np.uint8]  # (H, W), ids
Floats = npt.NDArray[np.float64]

def blur(image: npt.NDArray[np.uint8]) -> None:
    """Blur it."""
def sharpen(image: npt.NDArray[np.uint8]) -> None:
    """Sharpen it. image : (H, W, 3) RGB."""
def scale(x: Tensor) -> Tensor:
    """Scale (N, C, H, W)."""
def area(mask: Mask) -> int:
    """Count its pixels."""
def mean(of: Floats) -> float:
    """Return the mean."""
class Net:
    """Takes float32 (N, 3, H, W)."""
    def forward(self, x: Tensor) -> Tensor:
        """Go through it."""
    def look(self, mask: npt.NDArray[Any], *, n: int) -> None:
        """Look."""
'''
    assert missing(source) == ["blur: shape", "scale: dtype", "mean: shape"]
