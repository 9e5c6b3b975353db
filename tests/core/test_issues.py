"""What is said of data as a whole, from what was said of its parts."""

from __future__ import annotations

from vosgui.core.issues import note, why_nothing


def test_why_nothing_is_annotated_is_what_says_so_or_that_nothing_is_shown() -> None:
    other = note("The clip has no frames here.", clip="c")
    empty = note("No shape at all: taken for not annotated.", clip="c")
    assert why_nothing([empty, other]) == empty.words
    assert why_nothing([other]) == why_nothing([]) == "No mask shows an object."
