"""The head that ships, on the demo clip: it loads on its trunk and masks come of few clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from vosgui.engine.benchmark.click_scores import click_object
from vosgui.engine.clicks.load import load_segmenter
from vosgui.paths import resources


@pytest.mark.parametrize(("object_id", "n_clicks", "wanted"), [(1, 3, 0.75), (2, 1, 0.85)])
def test_objects_of_the_demo_clip_are_found(object_id: int, n_clicks: int, wanted: float) -> None:
    demo = resources() / "demo"
    frame = np.asarray(Image.open(demo / "JPEGImages" / "demo" / "00000.jpg").convert("RGB"))
    truth = np.asarray(Image.open(demo / "Annotations" / "demo" / "00000.png")) == object_id
    segmenter = load_segmenter(device="cpu")
    scores = click_object(segmenter, ("demo", 0), frame, truth, n_clicks)
    assert scores.J[-1] > wanted
