"""What the Prepare view asks for: videos, a folder of them, and where clips go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.datasets.prepare.long_videos import Shot, write_shots
from tests.ui.prepare.conftest import settled
from vosgui.ui.prepare.window import PrepareWindow


def dialog_of(view: PrepareWindow, name: str) -> QFileDialog:
    """Choose an action and return the dialog that it shows."""
    view.actions_[f"prepare.{name}"].trigger()
    (dialog,) = (one for one in view.findChildren(QFileDialog) if one.isVisible())
    return dialog


def test_videos_are_added_one_by_one_or_by_the_folder_and_removed(
    qtbot: QtBot, view: PrepareWindow, tmp_path: Path, video: Path
) -> None:
    (tmp_path / "more").mkdir()
    other = write_shots(tmp_path / "more" / "other.mp4", [Shot(100, seed=5)])
    dialog = dialog_of(view, "add_videos")
    dialog.filesSelected.emit([str(other)])
    dialog.close()
    qtbot.waitUntil(lambda: view.desk.current == other)
    settled(qtbot, view)
    write_shots(tmp_path / "more" / "third.mp4", [Shot(90, seed=6)])
    dialog_of(view, "add_folder").fileSelected.emit(str(tmp_path / "more"))
    qtbot.waitUntil(lambda: len(view.desk.decisions.videos) == 3)
    settled(qtbot, view)
    view.desk.show_video(other)
    view.actions_["prepare.remove_video"].trigger()
    left = [one.path.name for one in view.desk.decisions.videos]
    assert left == ["long.mp4", "third.mp4"] and view.desk.current == video
    assert other.exists()
    view.undo()
    assert len(view.desk.decisions.videos) == 3


def test_another_folder_of_clips_is_another_preparation(
    view: PrepareWindow, tmp_path: Path
) -> None:
    dialog_of(view, "target").fileSelected.emit(str(tmp_path / "others"))
    assert view.desk.target == tmp_path / "others" and view.desk.decisions.videos == ()
    assert view.where.text().endswith(f"{tmp_path.name}/others")
    assert view.where.toolTip() == str(tmp_path / "others")
