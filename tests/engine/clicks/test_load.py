"""Heads for clicks on disk: which are loaded, and which are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.engine.clicks.tiny import save_tiny
from vosgui.core.clicks import Click
from vosgui.engine.clicks.load import load_segmenter
from vosgui.engine.clicks.segmenter import ClickFrame
from vosgui.engine.models.config import WEIGHTS, read_config
from vosgui.engine.models.installed import ModelInfo
from vosgui.engine.models.load import load_network
from vosgui.errors import ModelError


def test_a_head_is_loaded_with_the_trunk_it_names(tmp_path: Path) -> None:
    segmenter = load_segmenter(str(save_tiny(tmp_path)), "cpu")
    frame = ClickFrame(0, np.zeros((60, 80, 3), np.uint8))
    assert segmenter.add(segmenter.start(frame), Click(30.0, 30.0)).pixels.shape == (60, 80)


def test_a_head_of_another_trunk_is_refused(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path, digest="0123456789abcdef")
    with pytest.raises(ModelError, match="trunk"):
        load_segmenter(str(folder), "cpu")


def test_a_model_that_carries_masks_is_no_head_and_the_reverse(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path)
    with pytest.raises(ModelError, match="s2s-lite"):
        load_segmenter(str(tmp_path / "trunk"), "cpu")
    with pytest.raises(ModelError, match="carries none"):
        load_network(folder)
    infos = [ModelInfo(one, read_config(one)) for one in (folder, tmp_path / "trunk")]
    assert [info.carries_masks for info in infos] == [False, True]
    assert str(tmp_path / "trunk") in infos[0].describe()[0]


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path)
    weights = folder / WEIGHTS
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ModelError, match=str(weights)):
        load_segmenter(str(folder), "cpu")
