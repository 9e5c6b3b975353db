"""Procedural textures and shapes, for synthetic clips where no photographs are at hand."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]  # (H, W, 3) RGB
Alpha = npt.NDArray[np.uint8]  # (H, W), 0 to 255
Field = npt.NDArray[np.float32]  # (H, W)

_OCTAVES = (64, 32, 16, 8, 4, 2)


def smooth_noise(rng: np.random.Generator, hw: tuple[int, int], cells: tuple[int, ...]) -> Field:
    """Return noise, float32 (H, W), of some cell sizes in pixels, each weaker than the last."""
    height, width = hw
    total = np.zeros(hw, np.float32)
    amplitude = 1.0
    for cell in cells:
        coarse = rng.standard_normal((height // cell + 2, width // cell + 2), np.float32)
        total += amplitude * cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        amplitude *= rng.uniform(0.4, 0.9)
    return total


def texture(rng: np.random.Generator, hw: tuple[int, int]) -> Image:
    """Draw a random texture, uint8 (H, W, 3): clouds, stripes, patches, or a gradient."""
    base, span = rng.uniform(0, 255, 3), rng.uniform(10, 110)
    kinds = (_clouds, _clouds, _stripes, _patches, _gradient)
    picture = base + span * kinds[rng.integers(len(kinds))](rng, hw)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _tint(rng: np.random.Generator) -> npt.NDArray[np.float64]:
    return rng.uniform(-1, 1, 3)


def _clouds(rng: np.random.Generator, hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    start = int(rng.integers(0, 4))
    one = smooth_noise(rng, hw, _OCTAVES[start : start + int(rng.integers(1, 4))])
    other = smooth_noise(rng, hw, _OCTAVES[start : start + 2])
    return np.asarray(one[..., None] * _tint(rng) + 0.5 * other[..., None] * _tint(rng))


def _stripes(rng: np.random.Generator, hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    y, x = np.mgrid[: hw[0], : hw[1]].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    cos, sin = np.cos(angle), np.sin(angle)
    bend = smooth_noise(rng, hw, (48,)) * rng.uniform(0, 2)
    wave = np.sin((x * cos + y * sin) * 2 * np.pi / rng.uniform(4, 40) + bend)
    if rng.random() < 0.4:
        wave = wave * np.sin((y * cos - x * sin) * 2 * np.pi / rng.uniform(4, 40))
    if rng.random() < 0.5:
        wave = np.sign(wave)
    return np.asarray(wave[..., None] * _tint(rng))


def _patches(rng: np.random.Generator, hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    n = int(rng.integers(5, 80))
    seeds = np.full(hw, 255, np.uint8)
    seeds[rng.integers(0, hw[0], n), rng.integers(0, hw[1], n)] = 0
    _, cells = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    shades = rng.normal(0, 1, (int(cells.max()) + 1, 3))
    grain = smooth_noise(rng, hw, (8, 4)) * rng.uniform(0, 0.2)
    return np.asarray(shades[cells] + grain[..., None])


def _gradient(rng: np.random.Generator, hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    y, x = np.mgrid[: hw[0], : hw[1]].astype(np.float32)
    slope = 2 * (x / hw[1] * rng.uniform(-1, 1) + y / hw[0] * rng.uniform(-1, 1))
    grain = smooth_noise(rng, hw, (16, 4)) * rng.uniform(0, 0.25)
    return np.asarray(slope[..., None] * _tint(rng) + grain[..., None])


def shape(rng: np.random.Generator, hw: tuple[int, int]) -> Alpha:
    """Draw a closed shape, uint8 (H, W), that about fills it, at times with thin limbs."""
    height, width = hw
    n = int(rng.integers(4, 14))
    corner, radius = np.sort(rng.uniform(0, 2 * np.pi, n)), rng.uniform(0.25, 1, n)
    angle = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    radii = np.interp(angle, corner, radius, period=2 * np.pi)
    if rng.random() < 0.7:
        size = int(rng.integers(1, 7)) * 2 + 1
        radii = np.convolve(np.tile(radii, 3), np.ones(size) / size, "same")[80:160]
    flat = rng.uniform(0.4, 1)
    x = width / 2 * (1 + 0.95 * radii * np.cos(angle))
    y = height / 2 * (1 + 0.95 * flat * radii * np.sin(angle))
    alpha = np.zeros(hw, np.uint8)
    cv2.fillPoly(alpha, [np.stack([x, y], 1).astype(np.int32)], 255)
    if rng.random() < 0.35:
        thickest = max(5, min(hw) // 6)
        for turn in rng.uniform(0, 2 * np.pi, int(rng.integers(1, 5))):
            end = (int(width / 2 * (1 + np.cos(turn))), int(height / 2 * (1 + np.sin(turn))))
            middle = (width // 2, height // 2)
            cv2.line(alpha, middle, end, 255, int(rng.integers(4, thickest)))
    return alpha
