"""Named pipes, sockets and devices are looked at, and not opened: by no reader."""

from __future__ import annotations

import ast
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.trees import boxes, put_frames, put_palette
from vosgui.cli.main import main
from vosgui.engine.models.config import read_config
from vosgui.engine.models.load import read_weights
from vosgui.errors import ModelError, VosguiError
from vosgui.files.ordinary import check_ordinary, head_of, is_ordinary, open_file, read_bytes
from vosgui.formats.tree.frames_beside import FramesBeside
from vosgui.media.image_files import image_size, read_image
from vosgui.media.mask_files import is_of_8_bits, palette_of, read_stored
from vosgui.media.open_clip import open_clip
from vosgui.media.palette import read_mask
from vosgui.project.project import Project

ROOT = Path(__file__).resolve().parents[2] / "vosgui"
PATIENCE_S = 120  # a test that waits for a pipe would wait for ever
# What reads files of our own, or of the system, and no one else's.
_OWN = {"ui/style/icons.py", "ui/status.py", "formats/categories.py"}
pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@pytest.fixture(autouse=True)
def _alarm() -> Iterator[None]:
    signal.alarm(PATIENCE_S)
    yield
    signal.alarm(0)


def pipe(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("kind", ["pipe", "socket", "device"])
def test_what_is_no_file_is_named_and_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "pipe":
        pipe(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(os.path.relpath(path))  # names of sockets are short
    else:
        path.symlink_to("/dev/zero")
    for read in (check_ordinary, open_file, read_bytes):
        with pytest.raises(OSError, match=kind):
            read(path)
    assert head_of(path, 9) == b""


def test_files_are_read_and_folders_and_nothing_are_not(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"bytes")
    assert read_bytes(tmp_path / "x") == b"bytes"
    assert head_of(tmp_path / "x", 2) == b"by"
    with open_file(tmp_path / "x") as file:
        assert file.read() == b"bytes"
    for path, kind in ((tmp_path, IsADirectoryError), (tmp_path / "no", FileNotFoundError)):
        with pytest.raises(kind):
            read_bytes(path)
        assert head_of(path, 2) == b""


READERS: dict[str, Callable[[Path], object]] = {
    "x.png": read_image,
    "y.png": image_size,
    "m.png": read_mask,
    "n.png": read_stored,
    "x.mp4": open_clip,
    "x.jpg": open_clip,
    "x.vosgui": Project.open,
    "y.vosgui": Project.open_to_read,
    "x.safetensors": read_weights,
    "x.pth": read_weights,
    "model/config.json": lambda path: read_config(path.parent),
}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_says_in_one_line_what_it_is(tmp_path: Path, name: str) -> None:
    path = pipe(tmp_path / name)
    with pytest.raises(VosguiError) as raised:
        READERS[name](path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)
    assert palette_of(path) == b"" and is_of_8_bits(path)


WORDS = {
    "validate": "validate PIPE.json",
    "convert": "convert PIPE.json --to youtube-vos --out OUT",
    "import": "import PIPE.json --project OUT.vosgui",
    "zip": "validate PIPE.zip",
    "propagate": "propagate PIPE.mp4 --masks m.png --out OUT",
    "masks": "propagate clip --masks PIPE.png --out OUT --model flow",
    "export": "export PIPE.vosgui --out OUT",
    "evaluate": "evaluate PIPE.json PIPE.json --task vis",
    "meta": "evaluate tree tree --protocol lvos --meta PIPE.json",
    "model": "propagate clip --masks m.png --out OUT --model PIPE.safetensors",
}


@pytest.mark.parametrize("name", WORDS)
def test_a_command_ends_with_one_line(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    put_frames(tmp_path / "clip", ["00000", "00001"])
    put_palette(tmp_path / "m.png", boxes({1: (0, 0, 4, 4)}))
    put_palette(tmp_path / "tree/Annotations/c/00000.png", boxes({1: (0, 0, 4, 4)}))
    words = WORDS[name].split()
    for word in dict.fromkeys(one for one in words if one.startswith("PIPE")):
        pipe(tmp_path / word)
    assert main(words) == 2
    said = capsys.readouterr().err.strip()
    assert said.count("\n") == 0 and "PIPE" in said


def test_a_pipe_among_the_files_of_a_dataset_is_left_out_or_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put_frames(tmp_path / "JPEGImages/c", ["00000"])
    put_palette(tmp_path / "Annotations/c/00000.png", boxes({1: (0, 0, 4, 4)}))
    for name in ("meta.json", "x.json", "annotations/x.json", "x.xml", "x.txt"):
        pipe(tmp_path / name)
    assert main(["validate", str(tmp_path)]) in (0, 1, 2)
    assert "Traceback" not in capsys.readouterr().err


def test_every_reader_goes_by_the_one_door() -> None:
    """Nothing opens a path to read but what is in `files/ordinary.py`."""
    found = [
        f"{where}:{node.lineno}"
        for file in sorted(ROOT.rglob("*.py"))
        if (where := file.relative_to(ROOT).as_posix()) not in {*_OWN, "files/ordinary.py"}
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _reads(node)
    ]
    assert found == []


def _reads(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    first = call.args[0] if call.args else None
    mode = first.value if isinstance(first, ast.Constant) else None
    of_image = ast.unparse(call.func) == "Image.open"
    if of_image:
        return isinstance(first, ast.Name) and first.id not in ("file", "data")
    return call.func.attr in ("read_bytes", "read_text") or (
        call.func.attr == "open" and mode in ("r", "rb", "rt")
    )


def test_sizes_of_a_model_have_bounds(tmp_path: Path) -> None:
    from vosgui.engine.models.load import load_network

    for name, size in (("default_height", 10**9), ("hidden", 0), ("key", 10**9), ("n_kept", -1)):
        text = f'{{"architecture": "s2s-lite", "title": "x", "sizes": {{"{name}": {size}}}}}'
        (tmp_path / "config.json").write_text(text)
        with pytest.raises(ModelError) as raised:
            load_network(tmp_path)
        assert "\n" not in str(raised.value)
        assert str(tmp_path / "config.json") in str(raised.value) and name in str(raised.value)


def test_of_a_name_that_no_system_takes_there_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    assert is_ordinary(tmp_path / "x")
    for name in ("y" * 400, "y\0", "no"):
        assert not is_ordinary(tmp_path / name)
    assert not is_ordinary(tmp_path)
    (tmp_path / "images").mkdir()
    beside = FramesBeside(tmp_path / "instances.json")
    assert beside.folder(f"{'y' * 400}/00000.jpg") is None
    assert beside.folder(f"c/{'y' * 400}.jpg", "c") is None
