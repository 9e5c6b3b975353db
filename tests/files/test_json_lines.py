"""On which line things stand, held to a walk over indented JSON."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vosgui.files.json_lines import JsonPath, json_lines

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def walk(value: object, path: JsonPath = ()) -> list[JsonPath]:
    """Return the paths in the order of an indented file's lines."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [one for key, inner in items for one in ((*path, key), *walk(inner, (*path, key)))]


@given(value=VALUES)
def test_lines_of_indented_files(value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        text = json.dumps(value, indent=1)
        path.write_text(text, encoding="utf-8")
        lines = json_lines(path, 4)
    shallow = [one for one in walk(value) if len(one) <= 4]
    found = [lines[one] for one in shallow if one in lines]
    assert found == sorted(found)
    for one in shallow:
        key = one[-1]
        if isinstance(key, str):
            assert text.split("\n")[lines[one] - 1].strip().startswith(json.dumps(key))
