"""The kinds of values that options take."""

from __future__ import annotations

import click
import pytest

from vosgui.cli.options import Above0, comma_names


@pytest.mark.parametrize(
    ("text", "wanted"), [("bear", ("bear",)), (" a, b ,", ("a", "b")), (" , ", ()), ("", ())]
)
def test_names_come_with_commas(text: str, wanted: tuple[str, ...]) -> None:
    assert comma_names(None, None, text) == wanted


def test_no_names_at_all_are_told_from_none_given() -> None:
    assert comma_names(None, None, None) is None


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "one"])
def test_what_is_no_number_above_0_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Above0().convert(text, None, None)


def test_a_number_above_0_is_taken() -> None:
    assert Above0().convert("1e-5", None, None) == 1e-5
