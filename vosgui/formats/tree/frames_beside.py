"""Where the frames lie that a file of annotations speaks of."""

from __future__ import annotations

from pathlib import Path

from vosgui.files.ordinary import is_ordinary
from vosgui.formats.tree.folders import is_frame_role
from vosgui.formats.tree.layout import FRAMES, FRAMES_IN, SPLITS
from vosgui.formats.tree.names import as_path, image_stem
from vosgui.media.image_files import SUFFIXES
from vosgui.media.images import folder_content


class FramesBeside:
    """Finds the folders of frames that a file of annotations speaks of, wherever tools put them."""

    def __init__(self, file: Path) -> None:
        own = split_of(file.stem)
        own_places = (f"images/{own}", own, f"{own}/{FRAMES}", f"{own}/images") if own else ()
        inner = dict.fromkeys((*own_places, *FRAMES_IN, "frames"))
        above = file.parent, file.parent.parent
        self._bases = [base / one for base in above for one in inner if (base / one).is_dir()]
        for base in above:
            there = folder_content(base).folders if base.is_dir() else ()
            called = (base / one for one in there if is_frame_role(one, ("masks",)))
            self._bases += [one for one in called if one not in self._bases]
        self._found: tuple[Path, int] | None = None  # a base that had one, and folders left out

    def folder(self, image: str, clip: str = "") -> Path | None:
        """Return the folder of an image that the file names; None where it is nowhere.

        clip : the name of the clip, where the image may lie in a folder so called.
        """
        path = as_path(image)
        parts = tuple(part for part in path.parts if part not in ("/", "."))
        if ".." in parts or not parts:
            parts = parts[-1:] if parts and parts[-1] != ".." else ()
        if self._found is not None:
            base, n_left_out = self._found
            if parts[n_left_out:] and is_ordinary(base.joinpath(*parts[n_left_out:])):
                return Path(base, *parts[n_left_out:]).parent
        # As it is written, then without the folders of another machine that lead to it.
        for n_left_out in range(len(parts)):
            for base in self._bases:
                rest = parts[n_left_out:]
                if is_ordinary(base.joinpath(*rest)):
                    self._found = base, n_left_out
                    return Path(base, *rest).parent
                if clip and is_ordinary(base.joinpath(clip, *rest)):
                    return Path(base, clip, *rest).parent
        return self._by_stem(parts, clip)

    def _by_stem(self, parts: tuple[str, ...], clip: str) -> Path | None:
        """Return the folder of an image whose ending is another than the file says."""
        if not parts:
            return None
        stem = image_stem(parts[-1])
        for base in self._bases:
            for inner in (parts[:-1], parts[-2:-1], *(((clip,),) if clip else ())):
                folder = Path(base, *inner)
                if any(is_ordinary(folder / f"{stem}{ending}") for ending in SUFFIXES):
                    return folder
        return None


def split_of(stem: str) -> str:
    """Return the split that a file of annotations is of, by its name: instances_train is of train.

    "" where it does not say.
    """
    words = stem.split("_")
    found = words[-1] if len(words) > 1 and words[0] in ("instances", "annotations") else stem
    return found if found in SPLITS or len(words) > 1 else ""


def frames_beside(file: Path, image: str) -> Path | None:
    """Return the folder of an image that a file of annotations names; None where it is nowhere."""
    return FramesBeside(file).folder(image)
