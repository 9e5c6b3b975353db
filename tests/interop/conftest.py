"""The clips that are written and read, and the figures that stand in docs/interop.md."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from tests.trees import put_frames, written_by
from vosgui.core.edits import new_object
from vosgui.core.mask import Mask
from vosgui.formats.dataset import AnnotationBuilder, LabelledClip
from vosgui.formats.registry import detect, write_format
from vosgui.formats.writer import WriteOptions

HW = (96, 128)
N_FRAMES = 12
OBJECTS = {1: "car", 2: "pedestrian", 4: "dog"}


@dataclass
class Figures:
    """How many pixels were compared, and how many differ, by what was done with which package."""

    rows: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def compare(
        self, package: str, what: str, ours: Mapping[str, Mask], theirs: Mapping[str, Mask]
    ) -> None:
        """Count the pixels of masks (H, W) of ids, by frame; fail where any differs."""
        assert ours.keys() == theirs.keys()
        n_differ = sum(int(np.count_nonzero(ours[t] != theirs[t])) for t in ours)
        n, before = self.rows.get((package, what), (0, 0))
        n += sum(mask.size for mask in ours.values())
        self.rows[package, what] = (n, before + n_differ)
        assert n_differ == 0, f"{package}, {what}: {n_differ} pixels differ"

    def lines(self) -> Iterator[str]:
        """Yield the table as docs/interop.md has it."""
        yield f"On {datetime.date.today()}:"
        yield ""
        yield "| package | what | pixels | differ |"
        yield "| --- | --- | --- | --- |"
        for (package, what), (n, n_differ) in sorted(self.rows.items()):
            yield f"| {package} {metadata.version(package)} | {what} | {n:,} | {n_differ} |"


_FIGURES = Figures()


@pytest.fixture
def figures() -> Figures:
    return _FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    for line in _FIGURES.lines():
        terminalreporter.write_line(line)


def scene(t: int) -> Mask:
    """Return a mask of ragged objects: one moves, one goes and comes back, one appears late."""
    rng = np.random.default_rng(t)
    y, x = np.mgrid[: HW[0], : HW[1]]
    mask = np.zeros(HW, np.uint8)
    mask[(y - 30) ** 2 + (x - 20 - 5 * t) ** 2 < 300] = 1
    if t not in (4, 5, 6):
        mask[(abs(y - 70) < 12) & (abs(x - 90 + 2 * t) < 9 + y % 3)] = 2
    if t >= 3:
        mask[8:20, 100:120] = 4
    mask[(rng.random(HW) < 0.02) & (mask == 1)] = 0
    return mask


def clip_at(root: Path, name: str = "0002") -> LabelledClip:
    """Return the clip, its frames written below a folder."""
    stems = tuple(f"{t:05d}" for t in range(N_FRAMES))
    put_frames(root / "frames" / name, stems, HW)
    builder = AnnotationBuilder(HW, N_FRAMES, 1)
    for t in range(N_FRAMES):
        builder.add(t, scene(t))
    objects = [new_object(i, category=category) for i, category in OBJECTS.items()]
    return LabelledClip(name, root / "frames" / name, stems, builder.build(objects))


def written(root: Path, form: str) -> Path:
    """Write the clip in a format; return the folder of the dataset."""
    writer, out = write_format(form).writer(WriteOptions()), root / form
    out.mkdir()
    writer.finish([written_by(writer, clip_at(root), out)], out)
    return out


def read(root: Path) -> LabelledClip:
    """Read the one clip of a dataset as what it is recognised as."""
    (source,) = detect(root).list_clips(root).clips
    return source.read()


def truth() -> dict[str, Mask]:
    """Return all masks, by the place of their frame."""
    return {str(t): scene(t) for t in range(N_FRAMES)}


def in_order(clip: LabelledClip) -> dict[str, Mask]:
    """Return the masks of a clip that was read, by the place of their frame."""
    return {str(t): clip.annotation.mask(t) for t in range(clip.annotation.n_frames)}
