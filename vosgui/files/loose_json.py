"""JSON as people's tools write it: numbers as text, yes and no as 1 and 0, null for nothing.

A strict reading comes first and costs what it costs; only what it refuses is looked at value by
value, and bent to the form that was asked for where nothing has to be guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import inspect

_T = TypeVar("_T")
_MOST_BENT = 1 << 26  # bytes: as values, a text takes ten times as much
_TOO_LONG = "; in files of over 64 MB numbers have to be numbers, and not text: split it"
_YES_NO = {"true": True, "false": False, "yes": True, "no": False}
# Text is kept, also one that breaks off: else each quote in it would be looked at as a beginning.
_NO_NUMBERS = re.compile(rb'("[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z))|-?\b(?:NaN|Infinity)\b', re.DOTALL)
_WORDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "array": "a list",
    "object": "a table { }",
    "null": "null",
}


class Loose(Generic[_T]):
    """Decode JSON texts of one form: as the form has it, or else loosely, up to 64 MB of text.

    Whole numbers may be floats, text, or true and false; text may be a number; null stands for an
    empty list or table and for whatever is left out by default, and {} or "" for null. NaN and
    Infinity, which Python's json writes, are null.
    """

    def __init__(self, form: type[_T]) -> None:
        self._form: Any = form
        self._strict = msgspec.json.Decoder(form)

    def decode(self, text: bytes | msgspec.Raw) -> _T:
        """Return the value of a text.

        Raises msgspec.DecodeError, UnicodeDecodeError or RecursionError where that is not JSON, or
        cannot be brought to the form.
        """
        try:
            return self._bent(text)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return self._mended(bytes(text))[1]

    def text_and_value(self, text: bytes) -> tuple[bytes, _T]:
        """Return the text without what is no JSON, and its value; raise as `decode` does.

        `msgspec.Raw` values are parts of the text.
        """
        try:
            return text, self._bent(text)
        except msgspec.ValidationError:
            raise
        except msgspec.DecodeError:
            return self._mended(text)

    def _mended(self, text: bytes) -> tuple[bytes, _T]:
        mended = _NO_NUMBERS.sub(lambda found: found[1] or b"null", text)
        return mended, self._bent(mended)

    def _bent(self, text: bytes | msgspec.Raw) -> _T:
        try:
            return self._strict.decode(text)
        except msgspec.ValidationError as refused:
            if memoryview(text).nbytes > _MOST_BENT:
                raise msgspec.ValidationError(f"{refused}{_TOO_LONG}") from refused
            value = loosened(msgspec.json.decode(text), _info(self._form))
            try:
                bent: _T = msgspec.convert(value, self._form, str_keys=True)
            except msgspec.ValidationError as error:
                raise error from refused
            return bent


def value_of(text: msgspec.Raw) -> Any:
    """Return the value of a text that was kept; raise ValueError where it is none.

    Long lists take ten times as much as values: they are kept as texts until they are drawn.
    """
    try:
        return _ANY.decode(text)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise ValueError(in_words(problem)) from problem


def whole(value: object) -> int | None:
    """Return the whole number that a value stands for: 3, 3.0, "3" or true; None for none."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,18}(\.0*)?\s*", value):
        return int(value.partition(".")[0])
    return None


def key_of(value: object) -> int | str | None:
    """Return what an id stands for: a whole number however it is written, or a name; None for none.

    Text is a number where it is written as one, so that "7" is 7; "007" is a name of its own.
    """
    number = whole(value)
    if not isinstance(value, str):
        return number if number is not None or value is None else str(value)
    return number if number is not None and str(number) == value else value or None


def in_words(problem: Exception, of: str = "") -> str:
    """Return what msgspec has against a value in words, with its place.

    of : what the value itself is called
    """
    if lacks := re.match(r"Object missing required field `(.*?)`", str(problem)):
        at = re.search(r" - at `\$\.?([^`]*)`", str(problem))
        return f"{of + (at[1] if at else '') or 'it'} has no {lacks[1]}"
    text, long, _ = str(problem).partition(_TOO_LONG)
    said = re.fullmatch(r"Expected (.*), got (.*?)(?: - at `(.*)`)?", text)
    if said is None:
        return re.sub(r" - at `\$\.?([^`]*)`", r" (at \1)", str(problem))
    wanted, got, place = said.groups()
    wanted = " or ".join(_WORDS.get(one, one) for one in wanted.strip("`").split(" | "))
    where = (place or "").replace("key` in `", "").lstrip("$").lstrip(".")
    return f"{of + where or 'it'} is {_WORDS.get(got.strip('`'), got)} in place of {wanted}{long}"


_ANY: Loose[Any] = Loose(Any)


@lru_cache(maxsize=64)
def _info(form: Hashable) -> inspect.Type:
    return inspect.type_info(form)


def loosened(value: Any, form: inspect.Type) -> Any:
    """Return a JSON value bent to a form as far as nothing has to be guessed, else as it is."""
    match form:
        case inspect.UnionType(types=types):
            return _one_of(value, types)
        case inspect.IntType():
            number = whole(value)
            return value if number is None else number
        case inspect.FloatType():
            return _number(value)
        case inspect.BoolType():
            said = _YES_NO.get(value.casefold()) if isinstance(value, str) else whole(value)
            return bool(said) if said in (0, 1) else value
        case inspect.RawType():
            return value if isinstance(value, msgspec.Raw) else _as_text(value)
        case inspect.StrType():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            return str(key_of(value)) if is_number else value
        case inspect.StructType() if isinstance(value, dict):
            return _struct(value, form)
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            return [] if value is None else _items(value, inner)
        case inspect.TupleType(item_types=inners) if isinstance(value, list):
            pairs = zip(value, inners, strict=False)
            return [loosened(*pair) for pair in pairs] + value[len(inners) :]
        case inspect.DictType(key_type=key, value_type=inner) if isinstance(value, dict | None):
            table = {loosened(k, key): loosened(one, inner) for k, one in (value or {}).items()}
            return table if len(table) == len(value or ()) else value
    return value


def _one_of(value: Any, types: tuple[inspect.Type, ...]) -> Any:
    """Return a value bent to the first of some forms that has room for it as it is written."""
    nullable = any(isinstance(one, inspect.NoneType) for one in types)
    plain = [one for one in types if not isinstance(one, inspect.NoneType)]
    plain.sort(key=lambda one: isinstance(one, inspect.StrType))  # a number is text at last
    if value is None and nullable:
        return None
    has_text = any(isinstance(one, inspect.StrType) for one in plain)
    if nullable and (value == {} or (value == "" and not has_text)):
        return None
    for one in (*(one for one in plain if _has_form(value, one)), *plain):
        bent = loosened(value, one)
        if _has_form(bent, one):
            return bent
    return value


def _has_form(value: Any, form: inspect.Type) -> bool:
    """Return whether a value is of a form at its outermost."""
    kinds: dict[type[inspect.Type], type | tuple[type, ...]] = {
        inspect.IntType: int,
        inspect.FloatType: (int, float),
        inspect.BoolType: bool,
        inspect.StrType: str,
        inspect.StructType: dict,
        inspect.DictType: dict,
        inspect.ListType: list,
        inspect.VarTupleType: list,
        inspect.TupleType: list,
    }
    is_yes_no = isinstance(value, bool) and not isinstance(form, inspect.BoolType)
    return not is_yes_no and isinstance(value, kinds.get(type(form), object))


def _struct(value: dict[str, Any], form: inspect.StructType) -> dict[str, Any]:
    bent = dict(value)
    for one in form.fields:
        if one.encode_name not in value:
            continue
        inner = bent[one.encode_name] = loosened(value[one.encode_name], one.type)
        if inner is None and not one.required and not _takes_null(one.type):
            del bent[one.encode_name]
    return bent


def _as_text(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))


def _takes_null(form: inspect.Type) -> bool:
    inner = form.types if isinstance(form, inspect.UnionType) else (form,)
    return any(
        isinstance(one, inspect.NoneType | inspect.AnyType | inspect.RawType) for one in inner
    )


def _items(value: Any, form: inspect.Type) -> Any:
    if not isinstance(value, list) or isinstance(form, inspect.AnyType):
        return value
    return [loosened(one, form) for one in value]


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        return number if math.isfinite(number) else value
    return value
