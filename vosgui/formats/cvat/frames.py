"""Where the frames lie that a file of CVAT speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vosgui.files.ordinary import is_ordinary
from vosgui.formats.cvat.elements import CvatTask
from vosgui.formats.tree.find_frames import frames_named
from vosgui.formats.tree.layout import FRAMES_IN, is_plain_name
from vosgui.formats.tree.names import as_path, image_stem
from vosgui.media.images import list_images


class CvatFrames:
    """Finds the frames of a file's clips: images/, images/SUBSET/, or where people put them."""

    def __init__(self, file: Path) -> None:
        self._root = file.parent
        self._stems = cache(lambda folder: {path.stem for path in list_images(folder)})

    def of_images(self, clip: str, images: Sequence[str], subset: str) -> Path | None:
        """Return the folder of a clip's images, of which some are there; None where none is.

        images : as the file names them, with or without the ending of a file.
        """
        folders = [part for part in as_path(images[0]).parent.parts if part not in ("/", ".")]
        if ".." in folders:
            folders = []
        wanted = {image_stem(image) for image in images}
        # As it is written, then without the folders of another machine that lead to it.
        for n_left_out in range(len(folders) + 1):
            for base in self._bases(subset):
                folder = base.joinpath(*folders[n_left_out:])
                if wanted & self._stems(folder):
                    return folder
            if n_left_out == len(folders) - 1:
                break  # a folder of this name tells the clip from others
        return frames_named(self._root, clip)

    def of_video(self, clip: str, task: CvatTask) -> Path | None:
        """Return the frames or the video of a task; None where they are nowhere."""
        source = self._root / as_path(task.source).name
        if found := frames_named(self._root, clip):
            return found
        return source if task.source and is_ordinary(source) else self._any(task.subset)

    def _bases(self, subset: str) -> list[Path]:
        inner = (f"images/{subset}", subset) if is_plain_name(subset) else ()
        return [self._root / one for one in dict.fromkeys((*inner, *FRAMES_IN))]

    def _any(self, subset: str) -> Path | None:
        inner = (f"images/{subset}", "images") if is_plain_name(subset) else ("images",)
        return next((f for one in inner if self._stems(f := self._root / one)), None)
