"""What the tests of `propagate` share: its frames on disk, its call, and its refusal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vosgui.cli.main import main
from vosgui.core.mask import Mask
from vosgui.media.palette import read_mask

N = 6


def write_frames(folder: Path, frames: list[np.ndarray], first: int = 0) -> Path:
    """Write frames as images, numbered from `first` on."""
    folder.mkdir(parents=True)
    for t, frame in enumerate(frames):
        Image.fromarray(frame).save(folder / f"{first + t:05d}.png")
    return folder


def run(*words: object) -> int:
    """Return the exit status of `propagate` with these words and the flow."""
    return main(["propagate", *(str(word) for word in words), "--model", "flow"])


def masks_in(folder: Path) -> dict[str, Mask]:
    """Return the masks of a folder by frame name."""
    return {path.stem: read_mask(path) for path in sorted(folder.glob("*.png"))}


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """Return the one line by which a call is refused."""
    capsys.readouterr()
    assert run(*words) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("vosgui: "), lines
    return lines[0]
