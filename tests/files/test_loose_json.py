"""JSON as people's tools write it comes out as if it had been written by the book."""

from __future__ import annotations

import codecs
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.errors import DatasetError
from vosgui.files.json_file import has_keys, read_json
from vosgui.files.loose_json import Loose, in_words, key_of, whole


class Part(msgspec.Struct):
    size: list[int]
    at: tuple[float, float] = (0.0, 0.0)


class Entry(msgspec.Struct):
    id: int
    name: str = ""
    is_crowd: bool = False
    area: float = 0.0
    tie: int | None = None
    owner: int | str | None = None
    part: Part | list[list[float]] | None = None
    of: dict[int, list[int]] = {}


LOOSE = Loose(Entry)
NUMBERS = st.integers(-(10**9), 10**9)


def written(draw: st.DrawFn, number: int) -> Any:
    """Return a whole number in one of the ways in which people write it."""
    ways = [number, float(number), str(number), f"{number}.0"]
    return draw(st.sampled_from([*ways, bool(number)] if number in (0, 1) else ways))


@st.composite
def entries(draw: st.DrawFn) -> tuple[dict[str, Any], Entry]:
    """Return an entry as loosely as it may be written, and what it is."""
    size = draw(st.lists(NUMBERS, max_size=3))
    tie = draw(st.none() | NUMBERS)
    crowd = draw(st.booleans())
    key = draw(NUMBERS)
    parts = [
        (st.just(None), None),
        (st.just({}), None),
        (st.just(""), None),
        (
            st.just({"size": [written(draw, n) for n in size], "at": ["1.5", 2]}),
            Part(size, (1.5, 2)),
        ),
        (st.just([[1, "2", 3.5]]), [[1.0, 2.0, 3.5]]),
    ]
    how, part = draw(st.sampled_from(parts))
    loose = {
        "id": written(draw, key),
        "name": draw(st.sampled_from(["7", 7, 7.0])),
        "is_crowd": draw(st.sampled_from([crowd, int(crowd), str(crowd), float(crowd)])),
        "area": draw(st.sampled_from([2.5, "2.5"])),
        "tie": "" if tie is None else written(draw, tie),
        "part": draw(how),
        "of": draw(st.sampled_from([None, {}])) if not size else {"3": size},
    }
    return loose, Entry(key, "7", crowd, 2.5, tie, None, part, {3: size} if size else {})


@given(entries())
def test_what_is_written_loosely_is_what_it_means(pair: tuple[dict[str, Any], Entry]) -> None:
    loose, entry = pair
    assert LOOSE.decode(json.dumps(loose).encode()) == entry


@pytest.mark.parametrize(
    "wrong", [{"id": 1.5}, {"id": "car"}, {"id": None}, {"id": 1, "part": {"size": "x"}}, [], {}]
)
def test_what_would_have_to_be_guessed_is_refused(wrong: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        LOOSE.decode(json.dumps(wrong).encode())


def test_null_is_what_is_left_out() -> None:
    text = b'{"id": 1, "name": null, "is_crowd": null, "area": null, "of": null}'
    assert LOOSE.decode(text) == Entry(1)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("first", ["1", '"1"'])
def test_numbers_that_are_none_are_null_and_text_is_kept(number: str, first: str) -> None:
    name = f'a \\" {number}'
    text = f'{{"id": {first}, "name": "{name}", "area": {number}, "tie": {number}}}'
    assert LOOSE.decode(text.encode()) == Entry(1, f'a " {number}')
    with pytest.raises(msgspec.ValidationError):
        LOOSE.decode(f'{{"id": {number}}}'.encode())


@given(NUMBERS)
def test_a_number_is_one_however_it_is_written(number: int) -> None:
    for said in (number, float(number), str(number), f"{number}.0"):
        assert whole(said) == number
    assert key_of(number) == key_of(str(number)) == key_of(float(number)) == number


def test_ids_that_are_words_are_names() -> None:
    assert [key_of(one) for one in ("car-1", "007", "", None, 1.5)] == [
        "car-1",
        "007",
        None,
        None,
        "1.5",
    ]
    assert [whole(one) for one in ("car", "1e3", 0.5, None, [1])] == [None] * 5
    assert (whole(True), whole(False)) == (1, 0)


@pytest.mark.parametrize(
    ("form", "text", "words"),
    [
        (list[int], b'[1, "a"]', ("[1]", "text", "a whole number")),
        (Entry, b'{"id": 1, "part": {"size": 5}}', ("part.size", "a whole number", "a list")),
        (Entry, b'{"name": ""}', ("id",)),
    ],
)
def test_a_refusal_is_in_words(form: type, text: bytes, words: tuple[str, ...]) -> None:
    with pytest.raises(msgspec.ValidationError) as refused:
        Loose(form).decode(text)
    said = in_words(refused.value)
    assert "$" not in said
    for word in words:
        assert word in said


def test_a_file_too_long_to_be_mended_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text('{"id": "7"}')
    assert read_json(tmp_path / "a.json", Entry, "an entry").id == 7
    monkeypatch.setattr("vosgui.files.loose_json._MOST_BENT", 8)
    with pytest.raises(DatasetError, match=r"id is text in place of a whole number; .*split it"):
        read_json(tmp_path / "a.json", Entry, "an entry")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_of_windows_editors_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('["straße"]'.encode(encoding))
    assert read_json(path, list[str], "a list") == ["straße"]


@pytest.mark.parametrize("text", ['["汽车"]'.encode("gbk"), codecs.BOM_UTF16_LE + b"["])
def test_another_encoding_is_named_with_what_to_do(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(text)
    with pytest.raises(DatasetError, match=r"(?s)a\.json.*UTF-8"):
        read_json(path, list[str], "a list")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_is_recognised_by_its_keys(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('{"images": [], "b": {"file_names": 1}}'.encode(encoding))
    assert has_keys(path, "images", "file_names")
    assert not has_keys(path, "images", "file_name")
    path.write_text('{"file_name": "images"}')
    assert has_keys(path, "file_name") and not has_keys(path, "file_names")


def test_what_is_no_file_has_no_keys(tmp_path: Path) -> None:
    (tmp_path / "empty.json").touch()
    (tmp_path / "folder.json").mkdir()
    for name in ("empty", "folder", "none"):
        assert not has_keys(tmp_path / f"{name}.json", "images")
