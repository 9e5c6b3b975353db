"""What is said where nothing of a dataset is left."""

from __future__ import annotations

import pytest

from vosgui.core.issues import note
from vosgui.datasets.left_out import check_left
from vosgui.errors import NothingToDoError


def test_why_nothing_is_annotated_is_what_says_so_or_that_nothing_is_shown() -> None:
    other = note("The clip has no frames here.", clip="c")
    empty = note("No shape at all: taken for not annotated.", clip="c")
    for issues, why in (
        ([empty, other], empty.words),
        ([other], "No mask shows an object."),
        ([], "No mask shows an object."),
    ):
        with pytest.raises(NothingToDoError) as raised:
            check_left("written", issues, 1, 1, 0)
        assert str(raised.value) == f"Nothing is annotated, so that nothing was written. {why}"
