"""A run through a clip that does not end: the memory of the last frame is that of the first."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.clips import MadeUpClip
from tests.torture.trial import Trial
from vosgui.core.clip import ClipInfo, Frame
from vosgui.core.mask import Mask
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.optical_flow import FlowPropagator
from vosgui.engine.propagation.to_folder import ClipRun, PropagationRequest, give_masks, new_history
from vosgui.ui.status import memory_bytes

HW = (120, 216)
_FRAMES, _OBJECTS, _EVERY = 200_000, 5, 200


class Meadow(MadeUpClip):
    """A clip that makes up its frames: balls that go to and fro over a still ground."""

    def __init__(self) -> None:
        names = tuple(f"{t:06d}" for t in range(_FRAMES))
        times = tuple(t / 25 for t in range(_FRAMES))
        self.info = ClipInfo(Path("meadow").absolute(), "meadow", HW, names, times, 25, "0")
        rough = np.random.default_rng(0).integers(60, 180, (30, 54, 3), np.uint8)
        self._ground = cv2.resize(rough, HW[::-1], interpolation=cv2.INTER_CUBIC)

    def mask(self, t: int) -> Mask:
        """Return where the balls are, uint8 (H, W)."""
        mask = np.zeros(HW, np.uint8)
        x = round(HW[1] / 2 + 80 * np.sin(t / 60))
        for i in range(_OBJECTS):
            cv2.circle(mask, (x, round((i + 0.5) * HW[0] / _OBJECTS)), 9, i + 1, -1)
        return mask

    def __getitem__(self, t: int) -> Frame:
        self.check_index(t)
        mask = self.mask(t)
        balls = np.uint8(250) - 40 * mask[..., None]
        return np.asarray(np.where(mask[..., None] > 0, balls, self._ground), np.uint8)


def run(trial: Trial) -> None:
    """Run until the time is over; the command line's run, of `flow`."""
    clip = Meadow()
    history = new_history(clip.info)
    give_masks(history, GivenMasks({0: clip.mask(0)}))
    held = []
    for result in ClipRun(clip, history, PropagationRequest(), FlowPropagator()):
        trial.n += 1
        if trial.n % _EVERY == 0:
            held.append(memory_bytes())
            if not trial.goes_on:
                break
        if trial.n == 1:
            assert result.mask.any()
    if len(held) < 4:
        trial.said["memory"] = "not told: the time was too short"
        return
    first, last = held[1], held[-1]
    packed = sum(len(one.data) for t in range(trial.n) if (one := history.annotation.packed(t)))
    trial.said["memory"] = f"{first / 1e6:.0f} to {last / 1e6:.0f} MB"
    trial.said["of it masks, packed"] = f"{packed / 1e6:.1f} MB"
    if last > 1.05 * first + 2 * packed:
        trial.faults.append(f"memory every {_EVERY} frames: {held}")
