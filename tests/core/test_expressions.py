"""Expressions with the same words are found, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core.annotation import Expression, ObjectInfo
from vosgui.core.expressions import Duplicates, find_duplicates, folded


def called(object_id: int, *texts: str) -> ObjectInfo:
    return ObjectInfo(object_id, f"object {object_id}", expressions=tuple(map(Expression, texts)))


def test_the_same_words_of_two_objects_are_ambiguous() -> None:
    objects = [called(3, "a dog", "on the left"), called(1, "a cat", "A  dog ")]
    (duplicates,) = find_duplicates(objects)
    assert duplicates == Duplicates("a dog", ((3, 0), (1, 1)))
    assert duplicates.object_ids == (3, 1)
    assert duplicates.is_ambiguous


def test_one_object_may_say_it_twice_which_is_not_ambiguous() -> None:
    entry = ObjectInfo(
        2, "dog", expressions=(Expression("a dog"), Expression("a dog", first_frame_only=True))
    )
    (duplicates,) = find_duplicates([entry, called(4, "a cat")])
    assert duplicates.places == ((2, 0), (2, 1))
    assert not duplicates.is_ambiguous


def test_other_words_are_no_twins() -> None:
    assert find_duplicates([called(1, "a dog", "a doge"), called(2, "adog", "the dog")]) == []
    assert find_duplicates([]) == []


@pytest.mark.parametrize("text", ["STRASSE", "straße", " Straße\t", "ｓtraße"])
def test_case_space_and_width_are_folded(text: str) -> None:
    assert folded(text) == "strasse"


@given(st.lists(st.lists(st.sampled_from(["a dog", "A Dog", "a cat", "b"]), max_size=4)))
def test_every_place_of_a_repeated_text_is_named_once(texts: list[list[str]]) -> None:
    objects = [called(n, *own) for n, own in enumerate(texts, start=1)]
    named = [place for duplicates in find_duplicates(objects) for place in duplicates.places]
    assert len(named) == len(set(named))
    said = [folded(text) for own in texts for text in own]
    expected = {
        (n, i)
        for n, own in enumerate(texts, start=1)
        for i, text in enumerate(own)
        if said.count(folded(text)) > 1
    }
    assert set(named) == expected
