"""What the field's readers rely on, looked up in files with Pillow, json and zipfile alone.

One function per rule; each knows nothing of our own readers, writers and checks. Rules about what
`meta.json` of YouTube-VOS says are in tests.youtubevos_reader.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pycocotools import mask as coco_masks

Array = np.ndarray

# Where the frames and the masks of a format lie, "" for none; "*" is a clip.
FRAMES = {
    "youtube-vos": "train/JPEGImages/*",
    "youtube-vos-valid": "valid/JPEGImages/*",
    "youtube-vos-submission": "",
    "youtube-vis": "train/JPEGImages/*",
    "refer-youtube-vos": "train/JPEGImages/*",
    "refer-youtube-vos-submission": "",
    "davis": "JPEGImages/480p/*",
    "davis-2016": "JPEGImages/480p/*",
    "coco": "images/*",
    "cvat": "images/*",
    "masks": "",
}
MASKS = {
    "youtube-vos": "train/Annotations/*",
    "youtube-vos-valid": "valid/Annotations/*",
    "youtube-vos-submission": "Annotations/*",
    "refer-youtube-vos": "train/Annotations/*",
    "refer-youtube-vos-submission": "Annotations/*/*",
    "davis": "Annotations/480p/*",
    "davis-2016": "Annotations/480p/*",
    "masks": "*",
}
BINARY = ("refer-youtube-vos-submission", "davis-2016")  # grey of 0 and 255
NUMBERED = ("youtube-vos", "refer-youtube-vos", "davis")  # ids from 1; a mask for each frame
JSON = {
    "youtube-vos": ("train/meta.json",),
    "youtube-vos-valid": ("valid/meta.json",),
    "refer-youtube-vos": ("train/meta.json", "meta_expressions/train/meta_expressions.json"),
    "youtube-vis": ("train/instances.json",),
    "youtube-vis-results": ("results.json",),
    "davis": ("davis_semantics.json",),
    "coco": ("annotations/instances_default.json",),
}


def folders(root: Path, pattern: str) -> list[Path]:
    """Return the folders of a pattern, of which there must be some."""
    found = sorted(root.glob(pattern))
    assert found, f"nothing at {root / pattern}"
    return found


def masks_are_palette_images_of_256_colours(root: Path, form: str) -> None:
    """Readers convert to palette, and Pillow chooses the depth by the palette's length."""
    for path in _masks(root, form):
        data = path.read_bytes()
        depth, kind = struct.unpack(">BB", data[24:26])
        if form in BINARY:
            assert (depth, kind) == (8, 0), path
            assert set(np.unique(_ids(path))) <= {0, 255}, path
            continue
        assert (depth, kind) == (8, 3), path
        at = data.index(b"PLTE")
        assert struct.unpack(">I", data[at - 4 : at]) == (768,), path
        with Image.open(path) as image:
            assert np.array_equal(np.array(image.convert("P")), _ids(path)), path


def ids_are_no_void_and_have_no_gaps(root: Path, form: str) -> None:
    """Check the ids: evaluators count up to the highest, and take 255 for void."""
    if form in BINARY:
        return
    by_clip: dict[Path, set[int]] = defaultdict(set)
    for path in _masks(root, form):
        by_clip[path.parent] |= set(np.unique(_ids(path)).tolist())
    for clip, ids in by_clip.items():
        assert max(ids) < 255, clip
        if form in NUMBERED:
            assert ids == set(range(max(ids) + 1)), clip


def masks_are_as_large_as_their_frames(root: Path, form: str) -> None:
    for frames, masks in _clips(root, form):
        for path in masks.iterdir():
            with Image.open(frames / f"{path.stem}.jpg") as frame, Image.open(path) as mask:
                assert frame.size == mask.size, path


def names_are_five_digits_in_order(root: Path, form: str) -> None:
    """Readers cut off four characters, count in fives, and sort names as text and as numbers.

    Plain folders of masks keep the names of the frames that they belong to.
    """
    if form == "masks":
        assert all(path.suffix == ".png" for path in _masks(root, form))
        return
    for pattern, suffix in ((FRAMES.get(form, ""), "jpg"), (MASKS.get(form, ""), "png")):
        for folder in folders(root, pattern) if pattern else ():
            names = sorted(path.name for path in folder.iterdir())
            assert all(re.fullmatch(rf"[0-9]{{5}}\.{suffix}", name) for name in names), folder
            if form.startswith("davis"):
                assert names == [f"{n:05d}.{suffix}" for n in range(len(names))], folder


def every_frame_has_its_mask(root: Path, form: str) -> None:
    if form not in (*NUMBERED, "davis-2016"):
        return
    for frames, masks in _clips(root, form):
        stems = [sorted(path.stem for path in folder.iterdir()) for folder in (frames, masks)]
        assert stems[0] == stems[1], masks


def there_is_nothing_but_clips(root: Path, form: str) -> None:
    """Readers list these folders and take what they find for a clip."""
    for pattern in filter(None, (FRAMES.get(form, ""), MASKS.get(form, ""))):
        for base in {folder.parent for folder in folders(root, pattern)}:
            assert all(path.is_dir() for path in base.iterdir()), base
    hidden = [path for path in root.rglob("*") if path.name.startswith((".", "Thumbs"))]
    assert all(path.parent == root and path.suffix == ".exported" for path in hidden), hidden


def json_is_plain(root: Path, form: str) -> None:
    """Ids of objects are text, there is no NaN, and run lengths are text that COCO's tools read."""
    for name in JSON.get(form, ()):
        content = json.loads((root / name).read_bytes().decode("utf-8"), parse_constant=_refuse)
        for rle in _run_lengths(content):
            assert isinstance(rle["counts"], str)
            assert list(coco_masks.decode(rle).shape) == rle["size"]
            assert coco_masks.area(rle) > 0
        for video in content.get("videos", {}).values() if "meta" in name else ():
            assert video.get("frames", []) == sorted(video.get("frames", []))
            for key, one in video.get("expressions", {}).items():
                assert isinstance(one["exp"], str) and one["exp"].strip()
                assert isinstance(one["obj_id"], str) and key.isdecimal()


def zips_are_laid_out_as_their_servers_want(root: Path, form: str) -> None:
    zips = {path.name: path for path in root.glob("*.zip")}
    if form == "youtube-vis-results":
        with zipfile.ZipFile(zips.pop("results.zip")) as archive:
            assert archive.namelist() == ["results.json"]
            assert archive.read("results.json") == (root / "results.json").read_bytes()
    elif form.endswith("submission"):
        with zipfile.ZipFile(zips.pop("submission.zip")) as archive:
            files = {
                path.relative_to(root).as_posix() for path in (root / "Annotations").rglob("*")
            }
            assert set(archive.namelist()) == {one for one in files if one.endswith(".png")}
            assert archive.testzip() is None
    assert not zips


RULES = (
    masks_are_palette_images_of_256_colours,
    ids_are_no_void_and_have_no_gaps,
    masks_are_as_large_as_their_frames,
    names_are_five_digits_in_order,
    every_frame_has_its_mask,
    there_is_nothing_but_clips,
    json_is_plain,
    zips_are_laid_out_as_their_servers_want,
)


def _masks(root: Path, form: str) -> list[Path]:
    """Return the files of masks; none where a format has them in JSON or XML."""
    found = folders(root, MASKS[form]) if form in MASKS else []
    return sorted(path for folder in found for path in folder.iterdir())


def _clips(root: Path, form: str) -> Iterator[tuple[Path, Path]]:
    """Yield the folders of each clip's frames and masks, where a format has both."""
    if FRAMES.get(form) and MASKS.get(form):
        frames, masks = folders(root, FRAMES[form]), folders(root, MASKS[form])
        assert [one.name for one in frames] == [one.name for one in masks]
        yield from zip(frames, masks, strict=True)


def _ids(path: Path) -> Array:
    with Image.open(path) as image:
        return np.array(image)


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} in JSON")


def _run_lengths(content: Any) -> Iterator[dict[str, Any]]:
    if isinstance(content, dict):
        if content.keys() == {"size", "counts"}:
            yield content
        for value in content.values():
            yield from _run_lengths(value)
    elif isinstance(content, list):
        for value in content:
            yield from _run_lengths(value)
