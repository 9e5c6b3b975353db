"""Images of frames that cannot be read, found by the check of every format that has frames."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.trees import boxes, put_frames, written_by
from vosgui.core.annotation import Expression
from vosgui.core.edits import new_object
from vosgui.core.issues import Severity
from vosgui.datasets.validate import validate
from vosgui.errors import ClipError
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import writable, write_format
from vosgui.formats.writer import WriteOptions
from vosgui.media.image_files import whole_image_size

WITH_FRAMES = [row.name for row in writable() if row.reader and row.name not in ("masks",)]
WITH_FRAMES.remove("refer-youtube-vos-submission")  # what goes to servers has none


def written(form: str, root: Path) -> Path:
    """Write two clips, of which the last frames show no object."""
    out, writer = root / "out", write_format(form).writer(WriteOptions())
    out.mkdir()
    clips = []
    for name in ("meadow", "pond"):
        builder = AnnotationBuilder((12, 16), 4, 1)
        for t in range(4):
            builder.add(t, boxes({1: (2, t, 4, 5)} if t < 3 else {}))
        one = replace(new_object(1, category="dog"), expressions=(Expression("a dog"),))
        names = tuple(f"{t:05d}" for t in range(4))
        put_frames(root / name, names)
        clip = LabelledClip(name, root / name, names, builder.build([one]))
        clips.append(written_by(writer, clip, out))
    writer.finish(clips, out)
    return out


def errors(path: Path) -> list[str]:
    found = validate(path, "auto", 1).issues
    return [str(one) for one in found if one.severity == Severity.ERROR]


@pytest.mark.parametrize("form", WITH_FRAMES)
def test_a_frame_that_is_cut_short_is_named_once_without_a_mask_too(
    tmp_path: Path, form: str
) -> None:
    out = written(form, tmp_path)
    assert errors(out) == []
    image = max(path for path in out.rglob("*.jpg") if "pond" in path.parts)
    image.write_bytes(image.read_bytes()[:-40])
    (said,) = errors(out)
    assert str(image) in said
    assert "cannot be read" in said
    image.write_bytes(b"no image")
    (said,) = errors(out)
    assert str(image) in said


def test_a_frame_of_another_size_is_named_without_a_mask_too(tmp_path: Path) -> None:
    out = written("mose", tmp_path)
    image = next(path for path in sorted(out.rglob("pond/*.jpg"), reverse=True))
    put_frames(image.parent, [image.stem], (12, 18))
    (said,) = errors(out)
    assert str(image) in said
    assert "18x12" in said
    assert "16x12" in said


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "bmp", "tif"])
def test_an_image_has_its_size_where_it_is_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"frame.{suffix}"
    pixels = np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    whole = path.read_bytes()
    assert whole_image_size(path) == (40, 30)
    path.write_bytes(whole + b"\0" * 512)  # as some cameras fill their files
    assert whole_image_size(path) == (40, 30)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ClipError, match=r"frame\."):
        whole_image_size(path)
