"""High dynamic range: the published curves, and what an ordinary screen is given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.media.video_factory import encoder_is_here
from vosgui.media.open_clip import open_clip
from vosgui.media.small_frames import small_frames
from vosgui.media.video.tone_map import (
    Curve,
    hlg_nits,
    ordinary_rgb,
    pq_nits,
    pq_values,
    toned_nits,
)

_H273: dict[str, int] = {"PQ": 16, "HLG": 18}


def grey(values: float | list[float]) -> np.ndarray:
    return np.repeat(np.atleast_1d(values)[:, None], 3, axis=1)


def test_pq_is_that_of_the_standard() -> None:
    # ITU-R BT.2408, table 1: 58 % is the white of 203 cd/m2, 75 % the peak of 1000
    nits = np.array([0.0, 0.1, 26.0, 100.0, 203.0, 1000.0, 10_000.0])
    assert np.allclose(pq_values(nits)[3:], [0.508, 0.581, 0.752, 1], atol=1e-3)
    assert np.allclose(pq_nits(pq_values(nits)), nits, rtol=1e-6, atol=1e-6)


def test_hlg_is_that_of_the_standard() -> None:
    # ITU-R BT.2408, table 1: 75 % is 203 cd/m2 on a screen of 1000, 38 % the grey card's 26
    assert np.allclose(hlg_nits(grey([0.0, 0.38, 0.75, 1.0]))[:, 0], [0, 26, 203, 1000], atol=1)


def test_what_is_dark_stays_and_what_is_bright_fits() -> None:
    nits = np.linspace(0, 1000, 400)
    toned = toned_nits(nits)
    assert np.all(np.diff(toned) > 0)
    assert np.allclose(toned[nits < 80], nits[nits < 80])
    assert toned[-1] == pytest.approx(203)
    assert toned_nits(np.array([4000.0]))[0] == pytest.approx(203)
    assert toned_nits(np.array([1000.0, 4000.0]), 4000.0)[1] == pytest.approx(203)
    assert toned_nits(np.array([1000.0]), 4000.0)[0] < 200
    assert np.allclose(toned_nits(np.array([100.0, 150.0, 1000.0]), 150.0), [100, 150, 203])


@pytest.mark.parametrize("curve", ["PQ", "HLG"])
def test_colours_keep_their_hue(curve: Curve) -> None:
    levels = ordinary_rgb(grey([0.0, 0.2, 0.4, 0.6, 0.75]), curve)
    assert np.allclose(levels, levels[:, :1], atol=1e-3) and np.all(np.diff(levels[:, 0]) > 0)
    red, green, blue = ordinary_rgb(np.eye(3) * 0.5 + 0.1, curve)
    assert red.argmax() == 0 and green.argmax() == 1 and blue.argmax() == 2


@pytest.mark.parametrize("curve", ["PQ", "HLG"])
def test_a_video_is_shown_as_the_curve_says(tmp_path: Path, curve: Curve) -> None:
    values = np.linspace(0.1, 0.7, 8)
    path = write_grey(tmp_path / "hdr.mkv", values, curve)
    due = 255 * ordinary_rgb(grey(values.tolist()), curve)[:, 0]
    with open_clip(path) as clip:
        shown = clip[0][4].reshape(8, -1, 3)[:, 4:-4].mean(axis=(1, 2))
        assert np.allclose(shown, due, atol=2.5)
        assert [curve in line for line in clip.info.warnings] == [True]
        small = next(small_frames(clip, (8, 64), (16, 128), 1))
        assert np.allclose(small.colour[4].reshape(8, -1, 3)[:, 3].mean(axis=1), due, atol=4)
        assert small.grey is not None and small.grey.shape == (16, 128)


SCREEN = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L({}0000,50)"


@pytest.mark.parametrize(
    ("said", "peak"),
    [
        ({}, 1000),
        ({"master-display": SCREEN.format(4000)}, 4000),
        ({"master-display": SCREEN.format(4000), "max-cll": "600,100"}, 600),
        ({"max-cll": "5,1"}, 1000),  # nonsense
        ({"master-display": SCREEN.format(150)}, 150),  # less than white
    ],
    ids=["nothing", "screen", "content", "nonsense", "dim"],
)
@pytest.mark.skipif(not encoder_is_here("libx265"), reason="PyAV without libx265")
def test_the_brightest_light_is_the_one_that_the_file_says(
    tmp_path: Path, said: dict[str, str], peak: float
) -> None:
    values = np.linspace(0.1, 0.7, 8)
    about = {**said, "lossless": "1", "log-level": "none"}
    parameters = ":".join(f"{name}={value}" for name, value in about.items())
    path = write_grey(tmp_path / "hdr.mkv", values, "PQ", "libx265", {"x265-params": parameters})
    due = 255 * ordinary_rgb(grey(values.tolist()), "PQ", peak)[:, 0]
    with open_clip(path) as clip:
        assert np.allclose(clip[0][4].reshape(8, -1, 3)[:, 4:-4].mean(axis=(1, 2)), due, atol=2.5)
        assert f"up to {peak} cd/m2" in clip.info.warnings[0]


def write_grey(
    path: Path,
    values: np.ndarray,
    curve: Curve,
    codec: str = "ffv1",
    options: dict[str, str] | None = None,
) -> Path:
    """Write one frame of eight grey bars, 10 bits of limited range, losslessly."""
    luma = np.round(64 + 876 * np.repeat(values, 32)).astype(np.uint16)
    picture = np.full((96, 256), 512, np.uint16)
    picture[:64] = luma
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=25, options=options or {})
        stream.height, stream.width, stream.pix_fmt = 64, 256, "yuv420p10le"
        context = stream.codec_context
        context.color_trc, context.colorspace, context.color_primaries = _H273[curve], 9, 9
        context.color_range = 1
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p10le")
        frame.color_trc, frame.colorspace, frame.color_primaries = _H273[curve], 9, 9
        frame.color_range = 1
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
