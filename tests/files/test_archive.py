"""Zip archives: the same bytes each time, and no trust in what others packed."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from tests.trees import boxes, put_palette
from vosgui.core.issues import error
from vosgui.errors import DatasetError
from vosgui.files.archive import as_packed, unpacked, write_archive


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    put_palette(tmp_path / "in/c/00000.png", boxes({}))
    write_archive(tmp_path / "a.zip", tmp_path / "in", "Annotations")
    (tmp_path / "in/c/00000.png").touch()
    write_archive(tmp_path / "b.zip", tmp_path / "in", "Annotations")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with unpacked(tmp_path / "a.zip") as folder:
        assert [p.relative_to(folder).as_posix() for p in folder.rglob("*.png")] == [
            "Annotations/c/00000.png"
        ]
    assert not folder.exists()


@pytest.mark.parametrize("name", ["../out.png", "a/../../out.png", "/tmp/out.png", "..\\out.png"])
def test_names_that_climb_out_are_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("fine.png", b"")
        archive.writestr(name, b"x")
    with pytest.raises(DatasetError, match="leads out"), unpacked(tmp_path / "a.zip"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_backslashes_of_windows_packers_are_folders(tmp_path: Path) -> None:
    names = ["top\\a\\", "top\\a\\0.png", "top\\b\\0.png", "__MACOSX\\a\\._0.png"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name  # as it stands in the file, whatever this system's own is
            archive.writestr(entry, b"" if name.endswith("\\") else name.encode())
    with unpacked(tmp_path / "a.zip") as folder:
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        assert [file.relative_to(folder).as_posix() for file in files] == [
            "top/a/0.png",
            "top/b/0.png",
        ]
        assert [file.read_text() for file in files] == names[1:3]


def test_links_and_bombs_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(DatasetError, match="leads out"), unpacked(tmp_path / "link.zip"):
        pass
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(200_000_000))
    with pytest.raises(DatasetError, match="would unpack"), unpacked(tmp_path / "bomb.zip"):
        pass


def test_a_broken_archive_is_one_clear_error(tmp_path: Path) -> None:
    write = tmp_path / "a.zip"
    put_palette(tmp_path / "in/c.png", boxes({}))
    write_archive(write, tmp_path / "in")
    data = bytearray(write.read_bytes())
    data[40:60] = bytes(20)
    write.write_bytes(data)
    with pytest.raises(DatasetError, match="cannot be unpacked"), unpacked(write):
        pass


def test_errors_and_issues_name_the_archive(tmp_path: Path) -> None:
    put_palette(tmp_path / "in/c.png", boxes({}))
    path = tmp_path / "a.zip"
    write_archive(path, tmp_path / "in")
    with pytest.raises(DatasetError) as caught, unpacked(path) as folder:
        said = as_packed([error(f"See {folder / 'd'}.", file=str(folder / "c.png"))], folder, path)
        raise DatasetError(f"There is no {folder / 'x.png'}.")
    assert str(caught.value) == f"There is no {path / 'x.png'}."
    assert [str(one) for one in said] == [f"error: {path / 'c.png'}: See {path / 'd'}."]
