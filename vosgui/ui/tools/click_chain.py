"""The clicks made for one object in one frame, worked out step by step in the tools' thread."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vosgui.core.array_cache import Kept
from vosgui.core.clicks import Mark
from vosgui.core.clip import Frame
from vosgui.core.mask import Box, Mask, Pixels, box_of

if TYPE_CHECKING:
    from vosgui.engine.clicks.segmenter import ClickSegmenter, Segmentation

CLICK_BYTES = 96 << 20  # some five whole frames, or ten crops


class ClickModel:
    """What makes masks of clicks, loaded at its first use. Its methods are for the tools' thread.

    name : of the head for clicks, or its folder
    is_loaded : whether the next click need not wait for it; for whoever asks
    max_bytes : what is kept of frames that were encoded takes no more, or is one frame
    """

    def __init__(self, name: str = "clicks", device: str = "auto") -> None:
        self.is_loaded, self.max_bytes = False, CLICK_BYTES
        self._name, self._device = name, device
        self._segmenter: ClickSegmenter | None = None

    def segmenter(self) -> ClickSegmenter:
        """Return the segmenter; ModelError where it cannot be loaded."""
        from vosgui.engine.clicks.load import load_segmenter

        if self._segmenter is None:
            self._segmenter = load_segmenter(self._name, self._device)
            self.is_loaded = True
        self._segmenter.max_bytes = self.max_bytes
        return self._segmenter

    @property
    def kept(self) -> Kept:
        """Return how much is kept of frames that were encoded; for whoever asks."""
        n_bytes = 0 if self._segmenter is None else self._segmenter.n_bytes
        return Kept("features for clicks", n_bytes, self.max_bytes)

    def forget(self) -> None:
        """Drop what is kept of frames; the network stays."""
        if self._segmenter is not None:
            self._segmenter.forget()

    def prepare(self, key: Hashable, frame: Frame) -> None:
        """Encode a frame, uint8 (H, W, 3), ahead of its first click."""
        from vosgui.engine.clicks.segmenter import ClickFrame

        self.segmenter().prepare(ClickFrame(key, frame))


@dataclass(frozen=True)
class Found:
    """What the first n marks have led to.

    pixels : the object's in the box, bool (h, w); outside of it nothing is changed
    is_sharp : it was looked at as closely as it is going to be
    """

    n: int
    box: Box
    pixels: Pixels
    is_sharp: bool


@dataclass
class ClickChain:
    """One gesture of clicks; its methods are for the tools' thread.

    key : tells the frame from every other. frame : uint8 (H, W, 3).
    mask : the frame's mask when the gesture began, uint8 (H, W). object_id : whose it is.
    seen : the part of the frame that was in view then
    """

    model: ClickModel
    key: Hashable
    frame: Frame
    mask: Mask
    object_id: int
    seen: Box
    _steps: list[Segmentation] = field(default_factory=list)  # before any mark, then after each

    def add(self, n_before: int, mark: Mark) -> Found:
        """Work out what one more mark makes of the first n, at a first look.

        Raises ModelError without a network.
        """
        from vosgui.engine.clicks.segmenter import ClickFrame

        segmenter = self.model.segmenter()
        if not self._steps:
            own = self.mask == self.object_id
            self._steps = [segmenter.start(ClickFrame(self.key, self.frame), own, self.seen)]
        step = segmenter.look(self._steps[n_before], mark)
        # Marks that were taken back since leave nothing behind.
        self._steps = [*self._steps[: n_before + 1], step]
        return self._found(n_before + 1)

    def sharpen(self, n: int) -> Found | None:
        """Look closely at what the first n marks have led to; None where nothing was found."""
        if n >= len(self._steps):
            return None
        self._steps[n] = self.model.segmenter().sharpen(self._steps[n])
        return self._found(n, is_sharp=True)

    def _found(self, n: int, *, is_sharp: bool = False) -> Found:
        pixels = self._steps[n].pixels
        box = box_of(pixels) | box_of(self._steps[0].pixels)
        return Found(n, box, pixels[box.slices], is_sharp)
