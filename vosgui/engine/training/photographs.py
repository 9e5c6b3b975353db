"""Photographs for synthetic clips: whole ones as backgrounds, masked ones as cut-outs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from vosgui.core.mask import VOID, ids_in
from vosgui.engine.training.textures import Alpha, Image, shape, texture
from vosgui.errors import DatasetError
from vosgui.formats.tree.mask_values import MaskValues
from vosgui.media.image_files import read_image
from vosgui.media.images import list_images
from vosgui.media.palette import checked_size

_FEWEST_PIXELS = 200


@dataclass(frozen=True)
class Photographs:
    """Files that backgrounds and cut-outs are drawn from; with none, all is procedural.

    plain : images
    masked : images with the file of their instance mask
    """

    plain: tuple[Path, ...] = ()
    masked: tuple[tuple[Path, Path], ...] = ()

    def background(self, rng: np.random.Generator, hw: tuple[int, int]) -> Image:
        """Draw a crop of a photograph, or at times a texture, uint8 (h, w, 3)."""
        if not self.plain or rng.random() > 0.85:
            return texture(rng, hw)
        image = read_image(self.plain[rng.integers(len(self.plain))])
        scale = max(hw[0] / image.shape[0], hw[1] / image.shape[1]) * rng.uniform(1, 1.8)
        image = _resize(image, scale)
        y = int(rng.integers(0, image.shape[0] - hw[0] + 1))
        x = int(rng.integers(0, image.shape[1] - hw[1] + 1))
        image = image[y : y + hw[0], x : x + hw[1]]
        return np.ascontiguousarray(image[:, ::-1] if rng.random() < 0.5 else image)

    def cut_out(self, rng: np.random.Generator, longest_px: int) -> tuple[Image, Alpha]:
        """Draw an object, uint8 (h, w, 3), and its outline, (h, w) of 0 to 255.

        Of a photograph, or a texture in a random shape.
        """
        if self.masked and rng.random() < 0.75:
            found = self._instance(rng, longest_px)
            if found is not None:
                return found
        hw = (longest_px, max(8, int(longest_px * rng.uniform(0.5, 1.6))))
        image, alpha = self.background(rng, hw), shape(rng, hw)
        if rng.random() < 0.4:
            part = shape(rng, hw)[..., None] > 0
            image = np.where(part, self.background(rng, hw), image)
        return image, alpha

    def _instance(self, rng: np.random.Generator, longest_px: int) -> tuple[Image, Alpha] | None:
        image_path, mask_path = self.masked[rng.integers(len(self.masked))]
        image = read_image(image_path)
        ids = checked_size(mask_path, MaskValues([mask_path]).ids(mask_path)[0], image.shape[:2])
        known = [i for i in ids_in(ids) if i != VOID] or [VOID]
        alpha = (ids == rng.choice(known)).astype(np.uint8) * 255
        if np.count_nonzero(alpha) < _FEWEST_PIXELS:
            return None
        x, y, width, height = cv2.boundingRect(alpha)
        box = np.s_[y : y + height, x : x + width]
        scale = longest_px / max(width, height)
        image, alpha = _resize(image[box], scale), _resize(alpha[box], scale)
        if rng.random() < 0.5:
            image, alpha = image[:, ::-1], alpha[:, ::-1]
        return np.ascontiguousarray(image), np.ascontiguousarray(alpha)


def find_photographs(folders: list[Path]) -> Photographs:
    """Find photographs: `images/` and `masks/` of the same names in a folder, else all images.

    Masked photographs serve as backgrounds too. Raise DatasetError for a folder without any.
    """
    plain: list[Path] = []
    masked: list[tuple[Path, Path]] = []
    for folder in folders:
        images = _images(folder / "images")
        masks = {path.stem: path for path in _images(folder / "masks")}
        if not images:
            images, masks = _images(folder), {}
        if not images:
            raise DatasetError(f"There are no photographs in {folder} nor in {folder / 'images'}.")
        plain += images
        masked += [(path, masks[path.stem]) for path in images if path.stem in masks]
    return Photographs(tuple(plain), tuple(masked))


def _images(folder: Path) -> list[Path]:
    return sorted(list_images(folder)) if folder.is_dir() else []


def _resize(image: Image, scale: float) -> Image:
    height, width = image.shape[:2]
    size = (max(8, int(np.ceil(width * scale))), max(8, int(np.ceil(height * scale))))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, size, interpolation=how).astype(np.uint8, copy=False)
