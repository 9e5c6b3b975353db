"""Scenes of a day: videos and masks as they come, datasets as they are wanted, a bare machine."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as rle
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tests.formats.test_read_trees import smooth
from tests.media.video_factory import number_of, remux, write_video
from tests.trees import boxes, put_image, put_palette
from tests.ui.dialogs.test_import_dialog import opened, texts, type_source
from tests.ui.mouse import double_click
from tests.ui.scenes.acting import (
    CTRL,
    SHIFT,
    Key,
    Left,
    choose,
    draw_object,
    on_track,
    press,
    run,
)
from tests.ui.test_app import OPEN_AND_CLOSE
from tests.ui.windows import HW, N_FRAMES, SQUARE, open_clip
from tests.youtubevos_reader import read_tree
from vosgui.core.mask import Box, Mask
from vosgui.ui.dialogs.export_dialog import ExportDialog
from vosgui.ui.main_window import MainWindow
from vosgui.ui.runs.long_run import LongRunDialog
from vosgui.ui.status import memory_bytes

ROOT = Path(__file__).resolve().parents[3]
MINUTES, RATE, GOP = 45, 30, 60
MOST_BYTES = 1 << 30  # frame by frame it would be two terabytes


@pytest.fixture(scope="module")
def large_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return 45 minutes of 4K: the packets of two seconds again and again."""
    folder = tmp_path_factory.mktemp("large")
    short, path = folder / "short.mp4", folder / "large.mp4"
    options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "threads=1"}
    with av.open(str(short), "w") as container:
        stream: Any = container.add_stream("libx264", rate=RATE, options=options)
        stream.height, stream.width, stream.pix_fmt = 2160, 3840, "yuv420p"
        stream.codec_context.gop_size = GOP
        picture = np.full((2160, 3840, 3), 60, np.uint8)
        for t in range(GOP):
            shown = picture.copy()
            shown[800:1400, 800 + 4 * t : 1400 + 4 * t] = 200
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))
        container.mux(stream.encode())
    with av.open(str(short)) as reader, av.open(str(path), "w") as writer:
        source = reader.streams.video[0]
        copy: Any = writer.add_stream_from_template(source)
        packets = [
            (bytes(p), p.pts, p.dts, p.duration, p.is_keyframe)
            for p in reader.demux(source)
            if p.size
        ]
        period = sum(duration for _, _, _, duration, _ in packets)
        for n in range(MINUTES * 60 * RATE // GOP):
            for data, pts, dts, duration, is_keyframe in packets:
                packet = av.Packet(data)
                packet.pts, packet.dts = pts + n * period, dts + n * period
                packet.duration, packet.is_keyframe = duration, is_keyframe
                packet.time_base, packet.stream = source.time_base, copy
                writer.mux(packet)
    return path


@pytest.mark.slow
def test_scene_13(qtbot: QtBot, empty_window: MainWindow, large_video: Path) -> None:
    """A 45-minute 4K file opens in bounded memory, and a run says before how long it takes."""
    window, session = empty_window, empty_window.session
    before = memory_bytes()
    open_clip(qtbot, window, large_video)
    n_frames = MINUTES * 60 * RATE
    assert (session.info.n_frames, session.info.hw) == (n_frames, (2160, 3840))
    press(qtbot, window, Key.Key_End)
    qtbot.waitUntil(lambda: window.canvas.surface.t == n_frames - 1)
    for share in (0.1, 0.7, 0.4):
        t = session.annotation.n_frames * share
        qtbot.mouseClick(window.timeline, Left, pos=on_track(window, 0, t))
        qtbot.waitUntil(lambda: window.canvas.surface.t == session.t)
    press(qtbot, window, Key.Key_Home)
    qtbot.waitUntil(lambda: window.canvas.surface.t == 0)
    assert memory_bytes() - before < MOST_BYTES

    draw_object(qtbot, window, Box(800, 800, 600, 600))
    press(qtbot, window, Key.Key_F)
    qtbot.waitUntil(lambda: bool(window.findChildren(LongRunDialog)))
    (dialog,) = window.findChildren(LongRunDialog)
    assert f"{n_frames - 1} frames, about" in dialog.choices.buttons()[0].text()
    assert not window.runs.is_running
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert memory_bytes() - before < MOST_BYTES


def upright(_folder: Path, path: Path) -> tuple[Path, int]:
    """Turn a video as a phone that is held upright does."""
    return remux(path, path.with_name("turned.mp4"), rotation=90), 1


def uneven(folder: Path, _path: Path) -> tuple[Path, int]:
    """Write a video whose frames come when they like."""
    chance, stamps = random.Random(5), [0]
    for _ in range(89):
        stamps.append(stamps[-1] + chance.choice([20, 33, 40, 100, 500]))
    return write_video(folder / "uneven.mp4", "h264-mp4", stamps=stamps), 0


def cut(_folder: Path, path: Path) -> tuple[Path, int]:
    """Cut a video without encoding it anew: its edit list says what of it is shown."""
    with av.open(str(path)) as container:
        stamps = sorted(p.pts for p in container.demux(video=0) if p.pts is not None)
    return remux(path, path.with_name("cut.mp4"), skip=24, start=stamps[31]), 0


@pytest.mark.parametrize(("made", "first"), [(upright, 0), (uneven, 0), (cut, 31)])
def test_scene_14(
    qtbot: QtBot,
    empty_window: MainWindow,
    tmp_path: Path,
    made: Callable[[Path, Path], tuple[Path, int]],
    first: int,
) -> None:
    """Videos of a phone: turned, uneven in time, cut by an edit list; no frame is missing."""
    window, session = empty_window, empty_window.session
    path, n_turns = made(tmp_path, write_video(tmp_path / "phone.mp4", "h264-mp4"))
    open_clip(qtbot, window, path)

    def number() -> int:
        assert session.frame is not None
        return number_of(np.rot90(session.frame, -n_turns))

    assert session.info.n_frames == 90 - first
    assert session.info.hw == ((320, 176) if n_turns else (176, 320))
    assert number() == first
    press(qtbot, window, Key.Key_End)
    qtbot.waitUntil(lambda: window.canvas.surface.t == session.t)
    assert number() == 89, "the last one is there"
    for _ in range(2):
        press(qtbot, window, Key.Key_Left, SHIFT)
    qtbot.waitUntil(lambda: window.canvas.surface.t == session.t)
    assert number() == first + session.t
    press(qtbot, window, Key.Key_Home)
    qtbot.waitUntil(lambda: window.canvas.surface.t == 0)
    draw_object(qtbot, window, Box(40, 60, 50, 50))
    mask = session.annotation.mask(0)
    assert mask.shape == session.info.hw and mask[60, 80] == 1 and not mask[20, 20]


TWO = boxes({1: (6, 8, 14, 12), 2: (28, 30, 12, 20)}, HW)
COLOURS = {1: (250, 30, 20), 2: (20, 60, 240)}


def palette(folder: Path, stem: str, mask: Mask) -> None:
    """Write a mask as its ids, with a palette."""
    put_palette(folder / "square" / f"{stem}.png", mask)


def colours(folder: Path, stem: str, mask: Mask) -> None:
    """Write a mask as colours."""
    table = np.array([(0, 0, 0), *COLOURS.values()], np.uint8)
    put_image(folder / "square" / f"{stem}.png", table[mask])


def blended(folder: Path, stem: str, mask: Mask) -> None:
    """Write a mask as colours whose edges are blended."""
    put_image(folder / "square" / f"{stem}.png", smooth(mask, COLOURS))


def binary(folder: Path, stem: str, mask: Mask) -> None:
    """Write a file for each object."""
    for object_id, name in ((1, "cat"), (2, "dog")):
        put_image(folder / "square" / name / f"{stem}.png", 255 * (mask == object_id).astype("u1"))


@pytest.mark.parametrize("put", [palette, colours, blended, binary])
def test_scene_15(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, put: Callable[[Path, str, Mask], None]
) -> None:
    """Import masks as they come; what was matched and snapped is said."""
    folder, session = tmp_path / "masks", window.session
    for stem in ("00000", "00005"):
        put(folder, stem, TWO)
    dialog = opened(qtbot, window)
    type_source(qtbot, dialog, folder)
    said = " ".join(texts(dialog))
    if put is blended:
        assert "snapped" in said and "(250, 30, 20) is 1" in said
    qtbot.mouseClick(dialog.import_button, Left)
    assert [entry.id for entry in session.annotation.objects] == [1, 2]
    assert session.annotation.frames_with_mask() == (0, 5)
    for t in (0, 5):
        n_wrong = int((session.annotation.mask(t) != TWO).sum())
        assert n_wrong <= (80 if put is blended else 0), "along the edges alone"
    if put is binary:
        assert [entry.name for entry in session.annotation.objects] == ["cat", "dog"]


def test_scene_15_frames(qtbot: QtBot, empty_window: MainWindow, tmp_path: Path) -> None:
    """Folders of .jpeg and .png with gaps, from 1001 on, keep their names."""
    window, folder = empty_window, tmp_path / "shot"
    folder.mkdir()
    names = ("1001.jpeg", "1002.png", "1004.jpeg", "1007.png")
    for name in names:
        Image.fromarray(np.full((*HW, 3), 90, np.uint8)).save(folder / name)
    open_clip(qtbot, window, folder)
    stems = tuple(name.split(".")[0] for name in names)
    assert window.session.info.frame_names == stems
    field = window.findChild(QLineEdit, "frame")
    qtbot.mouseClick(field, Left, pos=QPoint(5, 5))
    field.selectAll()
    qtbot.keyClicks(field, "1004")
    qtbot.keyClick(field, Key.Key_Return)
    assert window.session.t == 2
    qtbot.waitUntil(lambda: window.canvas.surface.t == 2)
    draw_object(qtbot, window, SQUARE)
    dialog = export_dialog(qtbot, window, tmp_path / "out")
    choose(qtbot, dialog.form.format, "masks")
    choose(qtbot, dialog.form.frames, "all")
    write(qtbot, dialog)
    assert {path.stem for path in (tmp_path / "out").rglob("*.png")} == {"1004"}


def export_dialog(qtbot: QtBot, window: MainWindow, folder: Path) -> ExportDialog:
    """Open the dialog by its keys, and wait until all is checked."""
    window.settings.export.folder = str(folder)
    press(qtbot, window, Key.Key_E, CTRL)
    dialog = next(one for one in window.findChildren(ExportDialog) if one.isVisible())
    qtbot.waitUntil(lambda: not dialog.exporter.is_running)
    return dialog


def write(qtbot: QtBot, dialog: ExportDialog) -> None:
    with qtbot.waitSignal(dialog.exporter.written):
        qtbot.mouseClick(dialog.write_button, Left)
    qtbot.waitUntil(lambda: not dialog.exporter.is_running)


def test_scene_16(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """YouTube-VOS and YouTube-VIS are written directly, and other readers understand them."""
    draw_object(qtbot, window, SQUARE)
    press(qtbot, window, Key.Key_F3)
    editor = window.objects.view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "dog")
    qtbot.keyClick(editor, Key.Key_Return)
    run(qtbot, window)
    masks = [window.session.annotation.mask(t) for t in range(N_FRAMES)]
    dialog = export_dialog(qtbot, window, tmp_path / "out")
    choose(qtbot, dialog.form.format, "youtube-vos")
    write(qtbot, dialog)
    clip = read_tree(tmp_path / "out" / "train", style="train")["square"]
    assert list(clip.masks) == [f"{t:05d}" for t in range(0, N_FRAMES, 5)]
    assert all((mask == masks[int(stem)]).all() for stem, mask in clip.masks.items())
    assert clip.objects["1"]["category"] == "dog"
    choose(qtbot, dialog.form.format, "youtube-vis")
    write(qtbot, dialog)
    (found,) = (tmp_path / "out").rglob("instances.json")
    vis = json.loads(found.read_text())
    (annotation,), (video,) = vis["annotations"], vis["videos"]
    assert video["length"] == len(video["file_names"]) == len(annotation["segmentations"]) == 4
    for name, coded in zip(video["file_names"], annotation["segmentations"], strict=True):
        pixels = rle.decode({**coded, "counts": coded["counts"].encode()})
        assert (pixels == (masks[int(Path(name).stem)] == 1)).all()
    (category,) = (c for c in vis["categories"] if c["id"] == annotation["category_id"])
    assert category["name"] == "dog"


def test_scene_17(clip_folder: Path, tmp_path: Path) -> None:
    """The window opens on a bare Linux machine: OpenCV's Qt and PySide6's do not clash."""
    if shutil.which("xvfb-run") is None:
        pytest.skip("there is no X server for tests here")
    left_out = ("QT_QPA_PLATFORM", "QT_PLUGIN_PATH", "DISPLAY", "WAYLAND_DISPLAY")
    bare = {name: value for name, value in os.environ.items() if name not in left_out}
    tell = (
        "import atexit, cv2, sys\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "atexit.register(lambda: print(QGuiApplication.platformName()))\n"
    )
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", tell + OPEN_AND_CLOSE, str(clip_folder)],
        cwd=ROOT,
        env={**bare, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["square (48, 64, 3)", "xcb"]
    assert "plugin" not in done.stderr


def test_scene_20(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """Before an export what is missing is named, and a click leads to it."""
    session = window.session
    draw_object(qtbot, window, SQUARE)
    dialog = export_dialog(qtbot, window, tmp_path / "out")

    def issues() -> list[str]:
        tree = dialog.issues
        return [tree.topLevelItem(n).text(1) for n in range(tree.topLevelItemCount())]

    assert any("no category" in text for text in issues())
    (row,) = (n for n, text in enumerate(issues()) if text.startswith("no mask in"))
    assert issues()[row].startswith("no mask in frames 00005, 00010, 00015")
    item = dialog.issues.topLevelItem(row)
    double_click(dialog.issues.viewport(), dialog.issues.visualItemRect(item).center())
    assert session.t == 5
    qtbot.keyClick(dialog, Key.Key_Escape)
    press(qtbot, window, Key.Key_F3)
    editor = window.objects.view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "dog")
    qtbot.keyClick(editor, Key.Key_Return)
    press(qtbot, window, Key.Key_Home)
    qtbot.waitUntil(lambda: window.canvas.surface.t == 0)
    run(qtbot, window)
    dialog = export_dialog(qtbot, window, tmp_path / "out")
    assert not any("no category" in text or "no mask" in text for text in issues())
    write(qtbot, dialog)
