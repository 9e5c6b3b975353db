"""How the window shows a clip: values that no annotation holds and no network sees."""

from __future__ import annotations

from dataclasses import dataclass

from vosgui.core.quality.needs_review import LOW_CONFIDENCE


@dataclass(frozen=True)
class Light:
    """How light a frame is shown; its pixels stay as they are.

    brightness, contrast : in percent, [-100, 100]; 0 shows the frame as it is.
    """

    brightness: int = 0
    contrast: int = 0


@dataclass(frozen=True)
class OnionSkin:
    """How masks of other frames are shown over the frame.

    before, after : whether the nearest mask of earlier, and of later frames is shown.
    fills : whether they are tinted, not outlined. strength : [0, 1].
    """

    before: bool = True
    after: bool = True
    fills: bool = False
    strength: float = 0.8


@dataclass(frozen=True)
class View:
    """How frames and masks are shown and painted; kept over clips, not part of the annotation.

    opacity : of the masks' fill, [0, 1]. paint_over : whether tools take other objects' pixels.
    threshold : under which confidence a mask is shown as uncertain, [0, 1].
    onion : whether masks of frames before and after are shown, as `onion_skin` says.
    beside : whether the grid frame before is shown beside. magnifier : whether it is in hand.
    magnification : screen pixels that the magnifier makes of an image pixel, or more.
    """

    opacity: float = 0.5
    outline_only: bool = False
    masks_hidden: bool = False
    paint_over: bool = False
    threshold: float = LOW_CONFIDENCE
    onion: bool = False
    beside: bool = False
    magnifier: bool = False
    onion_skin: OnionSkin = OnionSkin()
    magnification: int = 8
    light: Light = Light()
