"""Taking over another annotation of the same clip, and back."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vosgui.core.annotation import Annotation
from vosgui.core.changes.replace_masks import take_over
from vosgui.core.edits import give_mask, new_object, set_object
from vosgui.core.history import History

HW, N_FRAMES = (5, 7), 4


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    annotation = Annotation(HW, N_FRAMES)
    ids = draw(st.lists(st.integers(1, 254), max_size=3, unique=True))
    for object_id in ids:
        annotation.apply(set_object(annotation, new_object(object_id)))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    for t in draw(st.lists(st.integers(0, N_FRAMES - 1), max_size=4)):
        mask = rng.choice(np.array([0, *ids], np.uint8), HW)
        annotation.apply(give_mask(annotation, t, mask, ids))
    return annotation


def state(annotation: Annotation) -> object:
    masks = [annotation.mask(t).tobytes() for t in range(N_FRAMES)]
    sources = {o.id: annotation.track(o.id)["source"].tolist() for o in annotation.objects}
    return annotation.header, masks, sources


@given(mine=annotations(), other=annotations())
def test_it_becomes_the_other_and_one_undo_takes_it_back(
    mine: Annotation, other: Annotation
) -> None:
    before, last = state(mine), mine.last_revision
    history = History(mine)
    history.do("Import", take_over(mine, other))
    assert state(mine) == state(other)
    for entry in mine.objects:
        revisions = mine.track(entry.id)["revision"]
        assert (revisions[revisions > 0] > last).all()
    history.undo()
    assert state(mine) == before
