"""Film the main job in the real window: draw, propagate, correct, go on, export.

    python -m docs.scripts.film [FILE]

Mouse and keys are real events; pointer and keys pressed are drawn into the picture. A run is shown
at ten frames a second, about its speed on two cores.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap, QPolygonF

from docs.scripts.stage import CORRECTED, START, Stage, as_image, open_stage, settle, wait_for
from vosgui.ui.dialogs.export_dialog import ExportDialog

FILM = Path(__file__).resolve().parents[1] / "pictures" / "film.webp"
WIDTH = 960
MOVE_MS, RESULT_MS, KEY_MS, LOOK_MS, END_MS = 50, 90, 400, 750, 1800
EVERY_MOVE = 5  # one in so many movements of the mouse is shown
QUALITY = 55
ARROW = ((0, 0), (0, 17), (4, 13.5), (7, 19.5), (9.6, 18.4), (6.8, 12.6), (12, 12.2))


class Camera:
    """Takes the film's frames, each with how long it is shown."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.frames: list[Image.Image] = []
        self.durations_ms: list[int] = []
        self._pointer = QPoint(600, 420)
        self._keys = ""
        self._n_moves = 0
        stage.look = self.look

    def look(self, at: QPoint | None, keys: str) -> None:
        """Take a frame after an event: a movement, a key, or what came of them."""
        self._keys = keys
        self._pointer = at or self._pointer
        self._n_moves += at is not None
        if at is None or self._n_moves % EVERY_MOVE == 0:
            self.take(MOVE_MS if at else KEY_MS if keys else RESULT_MS)

    def take(self, ms: int) -> None:
        """Take a frame that is shown for so long."""
        shown = self._stage.picture()
        self._draw(shown)
        whole = as_image(shown)
        size = (WIDTH, round(whole.height * WIDTH / whole.width))
        self.frames.append(whole.resize(size, Image.Resampling.LANCZOS))
        self.durations_ms.append(ms)

    def hold(self, ms: int) -> None:
        """Let what has come of it be looked at."""
        self._keys = ""
        settle()
        self.take(ms)

    def write(self, path: Path) -> None:
        """Write the film as animated WebP."""
        path.parent.mkdir(parents=True, exist_ok=True)
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.durations_ms,
            loop=0,
            quality=QUALITY,
            method=4,
        )

    def _draw(self, shown: QPixmap) -> None:
        """Draw the pointer and the keys that are pressed."""
        painter = QPainter(shown)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor("black"))
        painter.setBrush(QColor("white"))
        at = QPointF(self._pointer)
        painter.drawPolygon(QPolygonF([at + 1.3 * QPointF(x, y) for x, y in ARROW]))
        if self._keys:
            font = QFont(painter.font())
            font.setPointSizeF(20)
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(self._keys) + 36
            box = QRectF(470 - width / 2, 430, width, 46)
            painter.setBrush(QColor(20, 22, 26, 225))
            painter.setPen(QColor(255, 255, 255, 90))
            painter.drawRoundedRect(box, 9, 9)
            painter.setPen(QColor("white"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._keys)
        painter.end()


def play(stage: Stage, camera: Camera) -> None:
    """Do the main job in front of the camera."""
    window = stage.window
    stage.go_to(START)
    camera.hold(LOOK_MS)
    stage.draw_all()
    camera.hold(KEY_MS)
    stage.tick("Follow")
    window.session.frame_loaded.connect(lambda _t: camera.take(RESULT_MS))
    stage.run("F")
    camera.hold(LOOK_MS)
    while window.session.t > CORRECTED:
        wait_for(window.session.frame_loaded, lambda: stage.tap("Left"))
    camera.hold(LOOK_MS)
    stage.draw(window.session.object_id)
    camera.hold(KEY_MS)
    stage.press("I")
    camera.hold(KEY_MS)
    wait_for(window.runs.ended, lambda: stage.click(window.message.button))
    camera.hold(LOOK_MS)
    stage.press("Ctrl+E")
    camera.hold(LOOK_MS)
    dialog = window.findChild(ExportDialog)
    assert dialog is not None
    wait_for(dialog.exporter.written, lambda: stage.click(dialog.write_button))
    camera.hold(END_MS)


def main(path: Path = FILM) -> None:
    """Make the film."""
    with open_stage("dark") as stage:
        camera = Camera(stage)
        play(stage, camera)
    camera.write(path)
    seconds = sum(camera.durations_ms) / 1000
    print(f"{path}: {seconds:.0f} s, {len(camera.frames)} frames, {path.stat().st_size >> 10} kB")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
