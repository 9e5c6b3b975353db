"""Numbers with what they count."""

from __future__ import annotations

import pytest

from vosgui.core.words import counted


@pytest.mark.parametrize(("n", "said"), [(0, "0 clips"), (1, "1 clip"), (2, "2 clips")])
def test_only_one_is_singular(n: int, said: str) -> None:
    assert counted(n, "clip") == said
