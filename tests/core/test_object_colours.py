"""The colours of new objects are told apart, also by protans and deutans: measured, in CIEDE2000.

How protans and deutans see is simulated after Machado, Oliveira and Fernandes, "A
Physiologically-based Model for Simulation of Color Vision Deficiency" (IEEE TVCG 2009), severity
1.0, in linear RGB.
The distance is that of Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula:
Implementation Notes, Supplementary Test Data, and Mathematical Observations" (2005).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from vosgui.core.colours import colour_of

Floats = npt.NDArray[np.float64]

EYES = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
# IEC 61966-2-1: linear sRGB to XYZ under D65, and that white.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colours: npt.ArrayLike) -> Floats:
    """Return 8-bit sRGB as linear light, [0, 1]."""
    share = np.asarray(colours, float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: Floats) -> Floats:
    """Return linear RGB (n, 3) as CIELAB (n, 3)."""
    xyz = np.clip(light, 0, 1) @ TO_XYZ.T / WHITE
    low = xyz / (3 * (6 / 29) ** 2) + 4 / 29
    x, y, z = np.moveaxis(np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), low), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def ciede2000(one: Floats, two: Floats) -> Floats:
    """Return the distance of colours in CIELAB (..., 3)."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(two, -1, 0)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    has_hue = c1 * c2 != 0
    turn = np.where(has_hue, (h2 - h1 + 180) % 360 - 180, 0.0)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lightness, chroma, total = (l1 + l2) / 2, (c1 + c2) / 2, h1 + h2
    round_it = np.where(total < 360, total / 2 + 180, total / 2 - 180)
    hue = np.where(has_hue, np.where(abs(h1 - h2) <= 180, total / 2, round_it), total)
    t = (
        1
        - 0.17 * np.cos(np.radians(hue - 30))
        + 0.24 * np.cos(np.radians(2 * hue))
        + 0.32 * np.cos(np.radians(3 * hue + 6))
        - 0.20 * np.cos(np.radians(4 * hue - 63))
    )
    from_50 = (lightness - 50) ** 2
    dl = (l2 - l1) / (1 + 0.015 * from_50 / np.sqrt(20 + from_50))
    dc, dh = (c2 - c1) / (1 + 0.045 * chroma), dh / (1 + 0.015 * chroma * t)
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    rotation *= np.sin(np.radians(60 * np.exp(-(((hue - 275) / 25) ** 2))))
    return np.asarray(np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh))


@pytest.mark.parametrize(
    ("one", "two", "distance"),
    [  # pairs 1, 7, 17, 24 and 25 of the supplementary test data
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 1.8634, 0.5757), 1.0000),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_the_distance_is_that_of_the_paper(
    one: tuple[float, ...], two: tuple[float, ...], distance: float
) -> None:
    assert ciede2000(np.array(one), np.array(two)) == pytest.approx(distance, abs=5e-5)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize(("n", "least"), [(12, 15.0), (24, 8.0)])
def test_new_objects_are_told_apart(eyes: str, n: int, least: float) -> None:
    colours = [colour_of(object_id) for object_id in range(1, n + 1)]
    seen = lab(linear(colours) @ EYES[eyes].T)
    distances = ciede2000(seen[:, None], seen[None])
    distances[np.diag_indices(n)] = np.inf
    closest = np.unravel_index(distances.argmin(), distances.shape)
    assert distances.min() >= least, (distances.min(), closest)


def test_every_id_has_a_colour() -> None:
    assert all(len(colour_of(object_id)) == 3 for object_id in range(1, 255))
