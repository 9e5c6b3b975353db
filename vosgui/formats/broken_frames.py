"""Frames of a clip that cannot be read: one ends the clip, or is left out alone and named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from vosgui.core.issues import Issue, error
from vosgui.errors import ClipError, DatasetError, InputError, ShapeError
from vosgui.media.image_files import image_size


class BrokenFrames:
    """What keeps single frames of a clip from being read.

    skip : they are left out, so that nothing is known of them; else the first ends the clip.
    """

    def __init__(self, clip: str = "", *, skip: bool = False) -> None:
        self._clip, self.skip = clip, skip
        self._found: dict[tuple[str, str], tuple[InputError, str]] = {}  # by frame

    @contextmanager
    def at(self, frame: str, file: Path | None = None) -> Iterator[None]:
        """Read a frame, or what one file holds of it, in this block; it ends where that fails.

        A ShapeError goes on to whoever draws the shapes.
        """
        try:
            yield
        except ShapeError:
            raise
        except InputError as problem:
            if not self.skip:
                raise
            key = frame, str(problem if file is None else file)
            self._found.setdefault(key, (problem, "" if file is None else str(file)))

    def __len__(self) -> int:
        """Return how many were left out."""
        return len(self._found)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return what was left out, and why."""
        text = "It was left out: nothing is known of it."
        return tuple(
            error(f"{_without(file, str(problem))} {text}", clip=self._clip, frame=frame, file=file)
            for (frame, _), (problem, file) in self._found.items()
        )

    def common_size(
        self, sizes: Sequence[tuple[str, Path, tuple[int, int]]], clip: str
    ) -> tuple[int, int]:
        """Return the height and width of a clip's frames, and take those of another size.

        It is that of most. sizes : each frame, its file and the size that is said there.
        Raises DatasetError where sizes differ, unless such frames are left out.
        """
        most = Counter(hw for *_, hw in sizes).most_common(1)[0][0]
        first: dict[tuple[int, int], str] = {}
        for frame, file, (h, w) in sizes:
            first.setdefault((h, w), f"{w}x{h} ({file}, frame {frame})")
        for frame, file, hw in sizes if len(first) > 1 else ():
            with self.at(frame, file):
                if hw != most or not self.skip:
                    said = ", ".join(first.values())
                    raise DatasetError(
                        f"The frames of the clip {clip} differ in size: {said}. Put "
                        "those of each size into a folder of their own."
                    )
        return most

    def check_left(self, n_read: int) -> None:
        """Raise DatasetError where some were left out and nothing was read."""
        if self._found and not n_read:
            first, _ = next(iter(self._found.values()))
            raise DatasetError(f"Nothing of the clip {self._clip} can be read. {first}")

    def size_of(self, masks: Sequence[Path]) -> tuple[int, int]:
        """Return the height and width of masks that have no frames beside them.

        It is the first one's that has a size; where frames are left out that of most, so that one
        of another size is not what all others are held to. Raises ClipError where none has a size.
        """
        sizes: Counter[tuple[int, int]] = Counter()
        first: ClipError | None = None
        for path in masks:
            try:
                sizes[image_size(path)] += 1
            except ClipError as problem:  # whoever reads the mask says it
                first = first or problem
            if sizes and not self.skip:
                break
        if not sizes:
            assert first is not None
            raise first
        return sizes.most_common(1)[0][0]


def _without(file: str, text: str) -> str:
    """Return what is wrong with a file without its name, which is said beside it."""
    return text.replace(f" {file}", "", 1) if file else text
