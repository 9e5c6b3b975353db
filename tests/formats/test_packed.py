"""A zip of any format, with one folder on top and what macOS adds, is what was packed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.formats.test_fuzz import FORMATS
from vosgui.files.archive import unpacked, write_archive
from vosgui.formats.locate import locate

# Each once: others are the same tree with another file in view.
TREES = {make: name for name, (make, _) in reversed(FORMATS.items())}


@pytest.mark.parametrize("top", ["", "my data (1)"])
@pytest.mark.parametrize("name", TREES.values())
def test_a_packed_dataset_is_what_it_is_unpacked(name: str, top: str, tmp_path: Path) -> None:
    root = FORMATS[name][0](tmp_path)
    row, place = locate(root, "auto")
    plain = row.list_clips(place)
    path = tmp_path / "given.zip"
    write_archive(path, root, top)
    with zipfile.ZipFile(path, "a") as archive:
        inner = f"{top}/" if top else ""
        archive.writestr(f"__MACOSX/{inner}._train.json", b"\x00\x05\x16\x07")
        archive.writestr(f"{inner}.DS_Store", b"\x00\x00\x00\x01Bud1")
    with unpacked(path) as folder:
        packed_row, packed_place = locate(folder, "auto")
        assert packed_row.name == row.name
        packed = packed_row.list_clips(packed_place)
        assert len(packed.clips) == len(plain.clips)
        for before, after in zip(plain.clips, packed.clips, strict=True):
            first, second = before.read(), after.read()
            assert second.frame_names == first.frame_names
            assert (second.frames is None) == (first.frames is None)
            about = [(one.id, one.name, one.category) for one in first.annotation.objects]
            assert [(o.id, o.name, o.category) for o in second.annotation.objects] == about
            for t in range(len(first.frame_names)):
                np.testing.assert_array_equal(second.annotation.mask(t), first.annotation.mask(t))
                for one in first.annotation.objects:
                    sources = (c.annotation.track(one.id)["source"] for c in (first, second))
                    np.testing.assert_array_equal(*sources)
