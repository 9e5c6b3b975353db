"""A long video of several shots, made of the demo clip: seen closely, from behind, at night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from vosgui import paths
from vosgui.core.clip import Frame
from vosgui.media.open_clip import open_clip

RATE = 24
HW = (360, 640)


@dataclass(frozen=True)
class Scene:
    """A shot. seconds : how long. at : the middle of what is seen, of 0 to 1. zoom : how closely.

    mirrored : from the other side. hue : degrees by which colours are turned. light : 1 as it is.
    blur : in pixels. shake : in pixels, to and fro. start : of which frame of the demo clip.
    """

    seconds: float
    at: tuple[float, float] = (0.5, 0.5)
    zoom: float = 1.0
    mirrored: bool = False
    hue: int = 0
    light: float = 1.0
    blur: float = 0.0
    shake: float = 0.0
    start: int = 0


POND = (
    Scene(9, hue=-8, light=0.9),
    Scene(6.5),
    Scene(1.5, (0.15, 0.15), 2.2),
    Scene(7, (0.8, 0.5), 1.9, start=12),
    Scene(5, light=0.06, mirrored=True),
    Scene(8, (0.35, 0.5), 1.7, mirrored=True, hue=14),
    Scene(4.5, (0.6, 0.7), 1.5, blur=14),
    Scene(6, (0.55, 0.3), 1.6, hue=-20, start=24),
    Scene(5.5, (0.3, 0.6), 1.8, mirrored=True, shake=3),
    Scene(7.5, (0.65, 0.65), 1.45, hue=30, start=8),
    Scene(5, (0.2, 0.7), 2.0, start=30, hue=8),
    Scene(9, mirrored=True),
)
HARBOUR = (
    Scene(8, mirrored=True, hue=60),
    Scene(9, (0.4, 0.45), 1.6, hue=72),
    Scene(9, (0.75, 0.5), 1.6, hue=50, mirrored=True),
    Scene(8, hue=66),
)


def write_long_video(path: Path, scenes: tuple[Scene, ...] = POND) -> Path:
    """Write a video of these shots."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(
            "libx264", rate=RATE, options={"preset": "ultrafast", "g": "24"}
        )
        stream.height, stream.width = HW
        for picture in _frames(scenes):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _frames(scenes: tuple[Scene, ...]) -> Iterator[Frame]:
    with open_clip(paths.resources() / "demo" / "JPEGImages" / "demo") as clip:
        pictures = [cv2.resize(clip[t], HW[::-1], interpolation=cv2.INTER_AREA)
                    for t in range(len(clip))]  # fmt: skip
    last = len(pictures) - 1
    for scene in scenes:
        for t in range(round(scene.seconds * RATE)):
            place = (scene.start + t) % (2 * last)  # to the end of the clip, and back
            yield _seen(pictures[min(place, 2 * last - place)], scene, t)


def _seen(picture: Frame, scene: Scene, t: int) -> Frame:
    """Return a picture, uint8 (H, W, 3), as a scene shows it."""
    height, width = HW
    x = scene.at[0] * width + (scene.shake if t % 2 else -scene.shake)
    scale = scene.zoom
    matrix = np.array([[scale, 0, width / 2 - scale * x],
                       [0, scale, height / 2 - scale * scene.at[1] * height]])  # fmt: skip
    seen = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REFLECT)  # fmt: skip
    if scene.mirrored:
        seen = seen[:, ::-1]
    if scene.hue:
        hsv = cv2.cvtColor(np.ascontiguousarray(seen), cv2.COLOR_RGB2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(int) + scene.hue // 2) % 180
        seen = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    if scene.blur:
        seen = cv2.GaussianBlur(seen, (0, 0), scene.blur)
    return np.asarray(seen * scene.light, np.uint8)
