"""What we write comes back under its names, whatever clips are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.trees import boxes, put_frames, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import detect, write_format
from vosgui.formats.tree.find_frames import with_frames_in
from vosgui.formats.writer import WriteOptions

NAMES = [
    ("2024.05.01_cam1", "2024.05.01_cam2"),
    ("a.jpg", "a.png"),
    ("clip.mp4", "clip"),
    ("train", "valid"),
    ("images", "JPEGImages"),
    ("00000", "1.0"),
    ("annotations", "instances.json"),
    ("ä b", "c_1"),
    ("vid1_1", "vid2_1"),
]


def clip(name: str, n: int, root: Path) -> LabelledClip:
    """Return a clip whose two masks differ from those of others."""
    builder = AnnotationBuilder((12, 16), 2, 1)
    for t in range(2):
        builder.add(t, boxes({1: (n, t, 4, 5)}))
    one = replace(new_object(1, category="dog"), expressions=(Expression("a dog"),))
    put_frames(root / name, ["00000", "00001"])
    return LabelledClip(name, root / name, ("00000", "00001"), builder.build([one]))


@pytest.mark.parametrize("with_images", [True, False])
@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("form", ["coco", "youtube-vis", "ovis", "burst", "mevis"])
def test_two_clips_come_back_under_their_names(
    tmp_path: Path, form: str, names: tuple[str, str], with_images: bool
) -> None:
    clips = [clip(name, n, tmp_path / "frames") for n, name in enumerate(names)]
    writer = write_format(form).writer(WriteOptions())
    out = tmp_path / "out"
    out.mkdir()
    given = clips if with_images else [replace(one, frames=None) for one in clips]
    writer.finish([written_by(writer, one, out) for one in given], out)
    dataset = with_frames_in(detect(out).list_clips(out), None)
    back = {source.name: source.read() for source in dataset.clips}
    assert sorted(back) == sorted(names)
    for one in clips:
        found = back[one.name]
        assert (found.frames is not None) == with_images
        if found.frames is not None:
            assert found.frames.name == one.name
        for t in range(2):
            np.testing.assert_array_equal(found.annotation.mask(t), one.annotation.mask(t))
