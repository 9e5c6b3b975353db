"""Textures and light, made of seeded noise: float32 arrays, colours RGB in [0, 1]."""

from __future__ import annotations

import cv2
import numpy as np

Array = np.ndarray
LIGHT = np.array([-0.50, -0.58, 0.64], np.float32)


def rgb(red: int, green: int, blue: int) -> Array:
    """Return a colour of 8-bit parts as float32 in [0, 1]."""
    return np.array([red, green, blue], np.float32) / 255


def noise(rng: np.random.Generator, h: int, w: int, cells: list[int]) -> Array:
    """Return smooth noise (h, w) of about unit range, summed over cell sizes in pixels."""
    total = np.zeros((h, w), np.float32)
    for k, cell in enumerate(cells):
        coarse = rng.standard_normal((h // cell + 3, w // cell + 3)).astype(np.float32)
        fine = cv2.resize(coarse, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
        total += fine[:h, :w] * 0.55**k
    return total / float(np.sqrt(sum(0.3**k for k in range(len(cells)))))


def smoothstep(low: float, high: float, value: Array) -> Array:
    """Return 0 below `low`, 1 above `high`, and a smooth rise between."""
    a = np.clip((value - low) / (high - low), 0, 1)
    return a * a * (3 - 2 * a)


def mix(a: Array, b: Array, share: Array) -> Array:
    """Return colours `a` with `share` (h, w) of colour `b`."""
    share = np.asarray(share, np.float32)[..., None]
    return a * (1 - share) + b * share


def look_up(texture: Array, x: Array, y: Array) -> Array:
    """Sample a texture at pixel coordinates, repeated beyond its edges."""
    h, w = texture.shape[:2]
    return cv2.remap(
        texture,
        np.mod(x, w - 1).astype(np.float32),
        np.mod(y, h - 1).astype(np.float32),
        cv2.INTER_LINEAR,
    )


def lit(normal_x: Array, normal_y: Array, ambient: float = 0.45) -> Array:
    """Return the light (h, w) on a surface by the two in-plane parts of its unit normal."""
    normal_z = np.sqrt(np.clip(1 - normal_x**2 - normal_y**2, 0, 1))
    facing = normal_x * LIGHT[0] + normal_y * LIGHT[1] + normal_z * LIGHT[2]
    return (ambient + (1.32 - ambient) * np.clip(facing, 0, 1)).astype(np.float32)


def gleam(normal_x: Array, normal_y: Array, sharpness: float) -> Array:
    """Return the mirror-like highlight (h, w) of the sun, seen from straight above."""
    half = LIGHT + np.array([0, 0, 1], np.float32)
    half /= np.linalg.norm(half)
    normal_z = np.sqrt(np.clip(1 - normal_x**2 - normal_y**2, 0, 1))
    facing = normal_x * half[0] + normal_y * half[1] + normal_z * half[2]
    return (np.clip(facing, 0, 1) ** sharpness).astype(np.float32)


def relief(height: Array, strength: float) -> Array:
    """Return the light (h, w) on a height map."""
    height = height.astype(np.float32)
    gx = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=strength / 8)
    gy = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=strength / 8)
    length = np.sqrt(gx**2 + gy**2 + 1)
    return lit(-gx / length, -gy / length)


def cells(h: int, w: int, x: Array, y: Array) -> tuple[Array, Array]:
    """Return each pixel's nearest of the seed points, and its distance to the cell's border."""
    seeds = np.full((h, w), 255, np.uint8)
    seeds[np.clip(y, 0, h - 1).astype(int), np.clip(x, 0, w - 1).astype(int)] = 0
    _, label = cv2.distanceTransformWithLabels(
        seeds, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    same = np.ones((h, w), np.uint8)
    same[:, 1:] &= label[:, 1:] == label[:, :-1]
    same[1:] &= label[1:] == label[:-1]
    return label, cv2.distanceTransform(same, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
