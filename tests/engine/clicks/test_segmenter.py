"""Clicks on a frame, one after the other, with a network that is tiny and untrained."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.engine.clicks.tiny import disk_head, tiny_head, tiny_trunk
from vosgui.core.clicks import Click, DraggedBox
from vosgui.core.mask import Box, box_of
from vosgui.core.metrics.region_contour import region_similarity
from vosgui.engine.clicks.load import load_segmenter
from vosgui.engine.clicks.segmenter import ClickFrame, ClickSegmenter, Segmentation, clicks_of
from vosgui.engine.clicks.views import view_around, whole_view

HW = (120, 200)
CLICKS = (Click(60.0, 50.0), Click(100.0, 60.0, belongs=False), Click(70.0, 40.0))


@pytest.fixture
def frame() -> ClickFrame:
    rng = np.random.default_rng(0)
    return ClickFrame(("clip", 0), rng.integers(0, 255, (*HW, 3), np.uint8))


class Counted:
    """A segmenter, and the sizes of what its trunk has encoded."""

    def __init__(self) -> None:
        trunk = tiny_trunk()
        self.encoded: list[tuple[int, ...]] = []
        trunk.encoder.register_forward_hook(lambda _m, inputs, _o: self.note(inputs[0]))
        self.segmenter = ClickSegmenter(trunk, tiny_head())

    def note(self, frame: torch.Tensor) -> None:
        self.encoded.append(tuple(frame.shape[-2:]))


@pytest.fixture
def counted() -> Iterator[Counted]:
    yield Counted()


def after(segmenter: ClickSegmenter, frame: ClickFrame, *clicks: Click) -> Segmentation:
    step = segmenter.start(frame)
    for click in clicks:
        step = segmenter.add(step, click)
    return step


def test_the_same_clicks_make_the_same_mask(frame: ClickFrame) -> None:
    one, other = (after(Counted().segmenter, frame, *CLICKS) for _ in range(2))
    assert one.marks == CLICKS
    assert one.pixels.shape == HW
    assert np.array_equal(one.pixels, other.pixels)


def test_a_step_is_a_value_that_later_ones_leave_alone(counted: Counted, frame: ClickFrame) -> None:
    first = after(counted.segmenter, frame, CLICKS[0])
    kept = first.pixels.copy()
    counted.segmenter.add(first, CLICKS[1])
    again = counted.segmenter.add(first, CLICKS[2])
    assert np.array_equal(first.pixels, kept)
    assert again.marks == (CLICKS[0], CLICKS[2])


def test_a_frame_prepared_ahead_is_not_encoded_again(counted: Counted, frame: ClickFrame) -> None:
    counted.segmenter.prepare(frame)
    assert counted.encoded == [whole_view(HW).hw]
    after(counted.segmenter, frame, *CLICKS)
    assert counted.encoded.count(whole_view(HW).hw) == 1


def test_what_is_kept_has_a_bound(counted: Counted, frame: ClickFrame) -> None:
    segmenter = counted.segmenter
    segmenter.prepare(frame)
    one = segmenter.n_bytes
    segmenter.max_bytes = 1
    for t in (0, 1, 1, 0):
        segmenter.prepare(ClickFrame(("clip", t), frame.frame))
        assert segmenter.n_bytes == one > 0
    assert len(counted.encoded) == 3, "the last one alone is kept"
    segmenter.forget()
    assert segmenter.n_bytes == 0
    segmenter.prepare(ClickFrame(("clip", 0), frame.frame))
    assert len(counted.encoded) == 4


def test_a_small_mask_is_repaired_on_a_crop(counted: Counted, frame: ClickFrame) -> None:
    small = np.zeros(HW, bool)
    small[40:60, 50:70] = True
    step = counted.segmenter.start(frame, small)
    assert np.array_equal(step.pixels, small)
    counted.segmenter.add(step, Click(72.0, 50.0))
    assert whole_view(HW).hw != counted.encoded[0]


def test_the_first_click_is_looked_at_as_closely_as_the_person_does(
    counted: Counted, frame: ClickFrame
) -> None:
    click = Click(60.0, 50.0)
    counted.segmenter.add(counted.segmenter.start(frame, seen=Box(0, 0, *HW)), click)
    counted.segmenter.add(counted.segmenter.start(frame, seen=Box(35, 40, 30, 40)), click)
    assert counted.encoded[0] == whole_view(HW).hw
    assert view_around(Box(35, 40, 30, 40), HW).hw in counted.encoded[1:]


def test_a_box_says_that_what_is_around_it_does_not_belong() -> None:
    outside = clicks_of(DraggedBox(10.0, 20.0, 50.0, 40.0))
    assert len(outside) == 8 and not any(c.belongs for c in outside)
    assert not any(10 <= c.x <= 50 and 20 <= c.y <= 40 for c in outside)


def test_a_box_around_all_of_the_frame_is_one(counted: Counted, frame: ClickFrame) -> None:
    whole = DraggedBox(0.0, 0.0, float(HW[1]), float(HW[0]))
    step = counted.segmenter.add(counted.segmenter.start(frame), whole)
    assert step.pixels.shape == HW and step.marks == (whole,)


def test_nothing_is_found_outside_a_box(counted: Counted, frame: ClickFrame) -> None:
    step = counted.segmenter.add(
        counted.segmenter.start(frame, np.ones(HW, bool)), DraggedBox(50.0, 30.0, 90.0, 80.0)
    )
    outside = np.ones(HW, bool)
    outside[26:84, 46:94] = False
    assert not step.pixels[outside].any()


def test_a_click_far_from_the_object_leaves_the_rest_of_it_alone(frame: ClickFrame) -> None:
    segmenter = ClickSegmenter(tiny_trunk(), disk_head())
    pixels = np.zeros(HW, bool)
    pixels[10:20, 10:20] = True
    near = segmenter.add(segmenter.start(frame, pixels), Click(22.0, 15.0))
    far = segmenter.add(near, Click(150.0, 90.0))
    assert far.pixels[near.pixels].all() and far.pixels[90, 150]
    assert 0 < (far.pixels & ~near.pixels).sum() < 200, "what is around the click alone"
    again = segmenter.add(far, Click(15.0, 22.0))
    assert again.pixels[90, 150] and again.pixels[22, 15], "later clicks keep it"
    apart = segmenter.add(far, Click(190.0, 10.0, belongs=False))
    assert np.array_equal(apart.pixels, far.pixels)


@pytest.mark.data
@pytest.mark.parametrize("clip", ["flamingo", "bear", "tennis"])
def test_a_box_finds_an_object_also_where_its_middle_is_none_of_it(
    development_data: Path, clip: str
) -> None:
    """The middle of the flamingo's box is water."""
    tree = development_data / "davis-train-448"
    pixels = np.asarray(Image.open(tree / "JPEGImages" / clip / "00000.jpg").convert("RGB"))
    truth = np.asarray(Image.open(tree / "Annotations" / clip / "00000.png")) == 1
    box = box_of(truth)
    dragged = DraggedBox(
        float(box.x - 3), float(box.y - 3), float(box.x + box.w + 3), float(box.y + box.h + 3)
    )
    segmenter = load_segmenter("clicks", "cpu")
    step = segmenter.add(segmenter.start(ClickFrame("frame", pixels)), dragged)
    assert region_similarity(step.pixels, truth) > 0.5
