"""The size of plain JPEGs: Pillow's, wherever one is given at all."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from vosgui.media.jpeg_header import plain_jpeg_hw


def jpeg(hw: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    n = {"L": (), "RGB": (3,), "CMYK": (4,)}[mode]
    Image.fromarray(np.full((*hw, *n), 90, np.uint8), mode).save(stream, "JPEG", **options)
    return stream.getvalue()


@given(
    hw=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    mode=st.sampled_from(["RGB", "L"]),
    progressive=st.booleans(),
    comment=st.binary(max_size=40),
)
def test_it_is_what_pillow_says(
    hw: tuple[int, int], mode: str, progressive: bool, comment: bytes
) -> None:
    data = jpeg(hw, mode, progressive=progressive, comment=comment)
    assert plain_jpeg_hw(data) == hw


def test_what_is_not_plain_is_left_to_pillow() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stream = io.BytesIO()
    Image.new("RGB", (5, 4)).save(stream, "PNG")
    for data in (
        jpeg((4, 5), "CMYK"),
        jpeg((4, 5), exif=exif),
        stream.getvalue(),
        b"",
        b"\xff\xd8",
    ):
        assert plain_jpeg_hw(data) is None


@given(st.integers(0, 700), st.binary(max_size=3))
def test_of_broken_files_it_says_nothing_else(at: int, piece: bytes) -> None:
    whole = jpeg((12, 34))
    head = whole[:at] + piece
    assert plain_jpeg_hw(head) in (None, (12, 34)) or piece


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    for head in (data, b"\xff\xd8" + data, b"\xff\xd8\xff\xc0" + data):
        found = plain_jpeg_hw(head)
        assert found is None or min(found) > 0


@pytest.mark.parametrize("length", [2, 0, 65535])
def test_segments_of_any_length_come_to_an_end(length: int) -> None:
    assert (
        plain_jpeg_hw(b"\xff\xd8" + b"\xff\xe0" + length.to_bytes(2, "big") + b"\xff" * 50) is None
    )
