"""One image file of many pictures: animated WebP and PNG, stacks of TIFF pages."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.media.video_factory import number_of, numbered_frame
from vosgui.errors import ClipError
from vosgui.media.open_clip import open_clip

N = 12


def save(path: Path, pictures: list[Image.Image], **options: object) -> Path:
    pictures[0].save(path, save_all=True, append_images=pictures[1:], **options)
    return path


def numbered(mode: str = "RGB") -> list[Image.Image]:
    return [Image.fromarray(numbered_frame(i, (48, 200))).convert(mode) for i in range(N)]


@pytest.mark.parametrize("name", ["a.webp", "a.png", "a.tif", "a.gif"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_every_picture_is_a_frame_in_any_order(tmp_path: Path, name: str, mode: str) -> None:
    durations = {} if name == "a.tif" else {"duration": [40 + 10 * (i % 3) for i in range(N)]}
    path = save(tmp_path / name, numbered(mode), **durations)
    jumps = 2 * list(range(N))
    random.Random(2).shuffle(jumps)
    with open_clip(path, cache_bytes=1) as clip:
        assert len(clip) == N and clip.info.hw == (48, 200)
        assert [number_of(clip[t]) for t in jumps] == jumps
        with clip.reopen(once=True) as second:
            assert [number_of(second[t]) for t in reversed(range(N))] == [*reversed(range(N))]
            assert second.source_file(3) is None and second.kept.n_bytes == 0
        step = 1 / 30 if name == "a.tif" else 0.04
        assert clip.info.times_s[1] == pytest.approx(step, abs=1e-3)
        assert np.all(np.diff(clip.info.times_s) > 0)
        assert clip.info.rate == pytest.approx(30 if name == "a.tif" else 20, rel=0.05)
        assert not clip[0].flags.writeable


def test_pages_of_two_sizes_are_one_image(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (64, 48), "red"), Image.new("RGB", (16, 12))]
    path = save(tmp_path / "with preview.tif", pages)
    with open_clip(path) as clip:
        assert len(clip) == 1 and clip.info.hw == (48, 64)


def test_pages_of_16_bits(tmp_path: Path) -> None:
    values = numbered_frame(5, (48, 200))[..., 0].astype(np.uint16) * 257
    path = save(tmp_path / "deep.tif", [Image.fromarray(values), Image.fromarray(values // 2)])
    with open_clip(path) as clip:
        assert len(clip) == 2 and number_of(clip[0]) == 5


@pytest.mark.parametrize("name", ["a.webp", "a.png", "a.tif"])
def test_a_file_that_is_cut_off_is_named_or_ends_early(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name, numbered(), duration=40)
    data = path.read_bytes()
    for part in (0.3, 0.6, 0.9):
        path.write_bytes(data[: int(len(data) * part)])
        seen = []
        try:
            with open_clip(path) as clip:
                for t in range(len(clip)):
                    seen.append(number_of(clip[t]))
        except ClipError as error:
            assert str(path) in str(error)
        assert seen == list(range(len(seen))) and len(seen) < N
