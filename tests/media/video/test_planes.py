"""Frames made small from their planes: the colours that the whole picture has."""

from __future__ import annotations

import av
import cv2
import numpy as np
import pytest

from tests.media.video_factory import HW, numbered_frame
from vosgui.media.video.planes import planes_of, shrunk, small_bgr, small_grey

SMALL = (44, 80)


def made_small(picture: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.resize(picture, SMALL[::-1], interpolation=cv2.INTER_AREA))


@pytest.mark.parametrize("kind", ["yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuvj444p"])
@pytest.mark.parametrize("matrix", [1, 5])  # ITU-R BT.709, BT.601
def test_colours_are_those_of_the_whole_picture(kind: str, matrix: int) -> None:
    picture = cv2.GaussianBlur(numbered_frame(5), (0, 0), 3)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
        format=kind, dst_colorspace=matrix
    )
    frame.colorspace = matrix
    planes = planes_of(frame)
    assert planes is not None
    due = made_small(picture).astype(int)
    assert np.abs(small_bgr(frame, SMALL, planes)[..., ::-1] - due).mean() < 3
    luma = due @ ((0.2126, 0.7152, 0.0722) if matrix == 1 else (0.299, 0.587, 0.114))
    assert np.abs(small_grey(frame, SMALL, planes) - luma).mean() < 2


def test_of_a_large_frame_the_pixels_are_those_that_pyscenedetect_takes() -> None:
    """It makes its pictures small by `cv2.resize`: noise stays in them, and in its scores."""
    noise = np.random.default_rng(0).integers(100, 156, (720, 1280, 1), np.uint8).repeat(3, axis=2)
    frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format="yuv420p")
    planes = planes_of(frame)
    assert planes is not None
    due = cv2.resize(frame.to_ndarray(format="bgr24"), (256, 144), interpolation=cv2.INTER_LINEAR)
    small = small_bgr(frame, (144, 256), planes)
    assert np.abs(small.astype(int) - due).max() <= 2
    assert small.std() > 5  # a mean of all pixels has none of it


@pytest.mark.parametrize("kind", ["yuv420p10le", "rgb24", "gray", "nv12", "yuva420p"])
def test_frames_that_are_stored_otherwise_have_none(kind: str) -> None:
    frame = av.VideoFrame.from_ndarray(numbered_frame(1), format="rgb24").reformat(format=kind)
    assert planes_of(frame) is None


def test_a_pixel_is_the_mean_of_those_it_stands_for() -> None:
    plane = np.random.default_rng(0).integers(0, 256, HW, dtype=np.uint8)
    small = shrunk(plane, (HW[0] // 8, HW[1] // 8))
    blocks = plane.reshape(HW[0] // 8, 8, HW[1] // 8, 8).mean(axis=(1, 3))
    assert np.abs(small - blocks).max() <= 2  # rounded three times
    assert shrunk(plane, HW) is plane
    assert shrunk(plane[:-1, :-1], (30, 50)).shape == (30, 50)
