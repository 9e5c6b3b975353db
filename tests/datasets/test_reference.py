"""A clip's masks against a reference: the same J and F as the metrics', frame by frame."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trees import put_text
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.history import History
from vosgui.core.mask import Box
from vosgui.core.metrics.reference_scores import FrameScore
from vosgui.core.metrics.region_contour import score_frame
from vosgui.datasets.mask_sources import MasksInMemory, project_masks
from vosgui.datasets.reference import as_it_is, open_reference, score_frames
from vosgui.errors import DatasetError, MaskError, NothingToDoError
from vosgui.media.palette import write_mask

HW = (24, 32)
NAMES = tuple(f"{t:05d}" for t in range(4))


@pytest.fixture
def annotation() -> Annotation:
    """Return objects 1, painted in frames 0 and 1 and absent in 2, and 2, of which nothing is."""
    history = History(Annotation(HW, 4))
    annotation = history.annotation
    history.do("Add", edits.add_object(annotation))
    history.do("Add", edits.add_object(annotation))
    for t in (0, 1):
        patch = np.ones((10, 10), np.uint8)
        history.do("Paint", edits.paint(annotation, t, 1, Box(4, 4 + t, 10, 10), patch))
    history.do("Absent", edits.mark_absent(annotation, 2, 1))
    return annotation


def truth(x: int = 4, object_id: int = 1, hw: tuple[int, int] = HW) -> np.ndarray:
    mask = np.zeros(hw, np.uint8)
    mask[4:14, x : x + 10] = object_id
    return mask


def write(folder: Path, masks: dict[str, np.ndarray]) -> Path:
    folder.mkdir(parents=True)
    for name, mask in masks.items():
        write_mask(folder / f"{name}.png", mask)
    return folder


def own(annotation: Annotation, name: str = "clip") -> MasksInMemory:
    found = project_masks(name, annotation.snapshot(), NAMES)
    return replace(found, categories={one.id: one.category for one in annotation.objects})


def scores(folder: Path, annotation: Annotation) -> dict[int, FrameScore]:
    reference = open_reference(folder, own(annotation), NAMES)
    return {s.t: s for s in score_frames(reference, annotation.snapshot(), range(4))}


def test_scores_are_those_of_the_metrics(tmp_path: Path, annotation: Annotation) -> None:
    mask = truth()
    mask[20:, :] = 2
    found = scores(write(tmp_path / "any", dict.fromkeys(NAMES, mask)), annotation)
    assert found[0].J == {1: 1.0}
    assert found[0].F == {1: 1.0}
    J, F = score_frame(annotation.mask(1), mask, [1])
    assert 0 < J[0] < 1
    assert ({1: J[0]}, {1: F[0]}) == (found[1].J, found[1].F)
    assert found[2].J == {1: 0.0}  # said to be absent, but the reference has it
    assert found[3].J == {}  # nothing is known of it yet
    assert found[0].seen == {1, 2}


def test_only_frames_of_the_reference_are_scored(tmp_path: Path, annotation: Annotation) -> None:
    folder = write(tmp_path / "any", {"00001": truth(), "elsewhere": truth()})
    assert set(scores(folder, annotation)) == {1}


def test_void_is_left_out(tmp_path: Path, annotation: Annotation) -> None:
    mask = truth()
    mask[4:14, 4:9] = 255
    found = scores(write(tmp_path / "any", {"00000": mask}), annotation)
    assert found[0].J == {1: 1.0}
    assert found[0].seen == {1}


def test_the_clip_of_the_same_name_is_taken(tmp_path: Path, annotation: Annotation) -> None:
    write(tmp_path / "Annotations" / "clip", {"00000": truth()})
    write(tmp_path / "Annotations" / "other", {"00000": truth(20)})
    assert scores(tmp_path, annotation)[0].J == {1: 1.0}
    with pytest.raises(NothingToDoError, match=r"no clip third.*clip, other"):
        open_reference(tmp_path, own(annotation, "third"), NAMES)


def labelme(folder: Path, stem: str, labels: dict[str, int]) -> None:
    """Write a square per label, x pixels from the left."""
    shapes = [
        {"label": label, "shape_type": "rectangle", "points": [[x, 4], [x + 9.5, 13.5]]}
        for label, x in labels.items()
    ]
    about = {"imagePath": f"{stem}.jpg", "imageHeight": HW[0], "imageWidth": HW[1]}
    put_text(folder / f"{stem}.json", json.dumps({"shapes": shapes, **about}))


def test_objects_are_found_by_name_and_frames_by_number(
    tmp_path: Path, annotation: Annotation
) -> None:
    history = History(annotation)
    for entry, category in zip(annotation.objects, ("dog", "cat"), strict=True):
        history.do("Category", edits.set_object(annotation, replace(entry, category=category)))
    labelme(tmp_path / "any", "0", {"cat": 20, "dog": 4})
    reference = open_reference(tmp_path / "any", own(annotation), NAMES)
    (found,) = score_frames(reference, annotation.snapshot(), range(4))
    assert found.t == 0
    assert found.J[1] == 1.0
    assert any("dog is 1" in text for text in reference.how)
    assert any("number" in text for text in reference.how)


def test_what_nothing_tells_is_no_score(tmp_path: Path, annotation: Annotation) -> None:
    labelme(tmp_path / "any", "00000", {"zebra": 20, "gnu": 4})
    with pytest.raises(DatasetError, match="Nothing tells which objects"):
        open_reference(tmp_path / "any", own(annotation), NAMES)


def test_other_frame_names_are_told(tmp_path: Path, annotation: Annotation) -> None:
    folder = write(tmp_path / "any", {"first": truth()})
    with pytest.raises(NothingToDoError, match=r"No mask .* named like a frame of clip.*first"):
        open_reference(folder, own(annotation), NAMES)


def test_another_size_is_refused(tmp_path: Path, annotation: Annotation) -> None:
    folder = write(tmp_path / "any", {"00000": truth(hw=(48, 64))})
    with pytest.raises(MaskError, match="00000"):
        scores(folder, annotation)


def test_what_a_reference_project_says_nothing_of_is_not_scored(
    tmp_path: Path, annotation: Annotation
) -> None:
    snapshot = annotation.snapshot()
    later = Annotation(HW, 4, annotation.header)
    later.load(snapshot.masks, snapshot.tracks)
    history = History(later)
    for t in (0, 3):
        square = np.full((5, 5), 2, np.uint8)
        history.do("Paint", edits.paint(later, t, 2, Box(17, 20, 5, 5), square))
    reference = as_it_is(tmp_path / "a.vosgui", "clip", NAMES, snapshot)
    found = list(score_frames(reference, later.snapshot(), range(4)))
    assert [(one.t, one.J) for one in found] == [(0, {1: 1.0}), (1, {1: 1.0}), (2, {1: 1.0})]
