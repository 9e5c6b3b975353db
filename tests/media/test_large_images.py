"""Images that say they are larger than anyone's frames: one line, or none."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from vosgui.cli.main import main
from vosgui.errors import VosguiError
from vosgui.media.image_files import image_size, read_image
from vosgui.media.mask_files import read_stored


def put_head(path: Path, width: int, height: int) -> Path:
    """Write a PNG that says its size, and has no pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    return path


def test_a_large_image_is_told_without_a_warning(tmp_path: Path) -> None:
    put_head(tmp_path / "clip/00000.png", 12_000, 9_000)
    run = "import sys; from vosgui.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", run, "propagate", str(tmp_path / "clip"), "--masks"]
    command += [str(tmp_path / "clip/00000.png"), "--out", str(tmp_path / "out"), "--model", "flow"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Warning" not in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("read", [read_image, image_size, read_stored])
def test_one_that_is_larger_than_memory_is_refused_by_its_head(
    tmp_path: Path, read: object
) -> None:
    path = put_head(tmp_path / "clip/00000.png", 200_000, 200_000)
    with pytest.raises(VosguiError) as raised:
        read(path)  # type: ignore[operator]
    assert str(path) in str(raised.value) and "\n" not in str(raised.value)


def test_a_command_says_so_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = put_head(tmp_path / "clip/00000.png", 200_000, 200_000)
    assert main(["propagate", str(path.parent), "--masks", str(path), "--out", "x"]) == 2
    said = capsys.readouterr().err.strip()
    assert path.name in said and said.count("\n") == 0
