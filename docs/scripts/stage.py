"""The real window on the demo clip, moved by real keys and mouse events, for pictures of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import numpy.typing as npt
from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer, SignalInstance
from PySide6.QtGui import QImage, QKeySequence, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QWidget

from docs.scripts.outlines import outlines_of, truth
from vosgui import paths
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Scheme, Settings
from vosgui.ui.style.icons import icon
from vosgui.ui.style.theme import apply_theme

SIZE = 1200, 800
CLIP = "pond"  # what the demo clip is called here: under its own name it comes with masks
# What is in frame START, by its id in the exact masks, and where the turtle is to be corrected.
OBJECTS = ((1, "koi"), (2, "ball"), (3, "turtle"))
START, CORRECTED = 20, 36
PATIENCE_MS = 120_000
Look = Callable[[QPoint | None, str], None]  # hears where the mouse is and which key was pressed


class Stage:
    """A window with the demo clip open, and the hand that works it.

    look : called after each event that shows, with the mouse's place in the picture, if it moved,
    and the keys that were pressed, if some were.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.look: Look = lambda _at, _keys: None

    # -- the hand ----------------------------------------------------------------------------

    def tap(self, keys: str) -> None:
        """Press a shortcut, such as "Ctrl+N", over the canvas."""
        combination = QKeySequence(keys)[0]
        QTest.keyClick(self.window.canvas, combination.key(), combination.keyboardModifiers())

    def press(self, keys: str) -> None:
        """Press a shortcut and let it be seen."""
        self.tap(keys)
        self.look(None, keys)

    def write(self, text: str) -> None:
        """Type a text and Enter into the field that has the focus."""
        field = QApplication.focusWidget()
        assert field is not None
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        while QApplication.focusWidget() is not self.window.canvas:  # which has the keys then
            QTest.qWait(10)

    def click(self, widget: QWidget) -> None:
        """Click a widget: a tick box at its left, anything else in its middle."""
        at = widget.rect().center()
        if isinstance(widget, QCheckBox):
            at.setX(widget.rect().left() + 8)
        QTest.mouseMove(widget, at)
        self.look(self._place(widget) + at, "")
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at)
        self.look(None, "")

    def tick(self, text: str) -> None:
        """Click the tick box of this text."""
        self.click(next(box for box in self.window.findChildren(QCheckBox) if box.text() == text))

    def lasso(self, outline: npt.NDArray[np.float64]) -> None:
        """Draw round an outline, float64 (n, 2) of (x, y) in image pixels, with the lasso."""
        canvas = self.window.canvas
        on_screen = [canvas.view.viewport.to_screen(x, y).toPoint() for x, y in outline]
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseMove(canvas, on_screen[0])
        QTest.mousePress(canvas, left, none, on_screen[0])
        for at in on_screen:
            QTest.mouseMove(canvas, at)
            self.look(self._place(canvas) + at, "")
        QTest.mouseRelease(canvas, left, none, on_screen[-1])
        self.look(None, "")

    def draw(self, object_id: int) -> None:
        """Draw round the parts of an object of the demo clip as they are in this frame."""
        self.press("P")
        for outline in outlines_of(truth(self.window.session.t), object_id):
            self.lasso(outline)

    def draw_all(self) -> None:
        """Add the objects of the demo clip, each drawn in this frame."""
        for object_id, name in OBJECTS:
            self.new_object(name)
            self.draw(object_id)

    def new_object(self, name: str) -> None:
        """Add an object under a name of its own."""
        self.press("Ctrl+N")
        self.tap("F2")
        self.write(name)

    def go_to(self, t: int) -> None:
        """Show frame t."""
        session = self.window.session
        if session.t != t:
            wait_for(session.frame_loaded, lambda: session.go_to(t), lambda shown: shown == t)
        settle()

    def run(self, keys: str = "F") -> None:
        """Carry the objects on, to the end of the run."""
        wait_for(self.window.runs.ended, lambda: self.press(keys))
        settle()

    # -- the eye -----------------------------------------------------------------------------

    def picture(self) -> QPixmap:
        """Return the window as it is shown now, with the dialogs that are open over it."""
        whole = self.window.grab()
        painter = QPainter(whole)
        for dialog in self._dialogs():
            at = self._place(dialog)
            painter.drawPixmap(at, dialog.grab())
            painter.setPen(dialog.palette().mid().color())
            painter.drawRect(at.x() - 1, at.y() - 1, dialog.width() + 1, dialog.height() + 1)
        painter.end()
        return whole

    def _dialogs(self) -> list[QDialog]:
        return [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]

    def _place(self, widget: QWidget) -> QPoint:
        """Return where a widget's corner is in the picture: a dialog lies in the middle."""
        top = widget.window()
        at = widget.mapTo(top, QPoint()) if widget is not top else QPoint()
        if top is not self.window:
            room = (self.window.size() - top.size()) / 2
            at += QPoint(room.width(), room.height())
        return at


@contextmanager
def open_stage(
    scheme: Scheme = "light", model: str = "", clips: tuple[str, ...] = (CLIP,)
) -> Iterator[Stage]:
    """Open the window on the demo clip, in a folder of its own that goes again.

    model : name of what runs are made with; the best there is by default.
    clips : what the clip is called; under more than one name it is so many clips of a project.
    """
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            os.environ[variable] = str(folder / "home")
        os.chdir(folder)
        window = _open_window(scheme, model)
        try:
            path = _make(folder, clips)
            wait_for(window.models.yielded, lambda: window.opener.open_path(path))
            settle()
            yield Stage(window)
        finally:
            window.close()
            QApplication.processEvents()
            os.chdir(here)


def _make(folder: Path, clips: tuple[str, ...]) -> Path:
    """Make the clips, as links to the demo clip, and return what to open."""
    for clip in clips:
        (folder / clip).symlink_to(paths.resources() / "demo" / "JPEGImages" / "demo")
    if len(clips) == 1:
        return folder / clips[0]
    with Project.create(folder / "project.vosgui") as project:
        for clip in clips:
            with open_clip(folder / clip) as opened:
                project.clips.add(opened.info)
        return project.path


def _open_window(scheme: Scheme, model: str) -> MainWindow:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    apply_theme(application, scheme)
    application.setWindowIcon(icon("app"))
    settings = Settings(scheme=scheme)
    settings.run.model = model
    settings.export.folder = "dataset"
    window = MainWindow(settings)
    window.resize(*SIZE)
    window.show()
    QTest.qWaitForWindowActive(window)
    return window


def wait_for(
    signal: SignalInstance,
    act: Callable[[], object],
    wanted: Callable[..., bool] = lambda *_: True,
    patience_ms: int = PATIENCE_MS,
) -> None:
    """Do something and wait until a signal comes whose arguments are those wanted."""
    loop = QEventLoop()
    heard: list[bool] = []

    def hear(*arguments: object) -> None:
        if wanted(*arguments):
            heard.append(True)
            loop.quit()

    signal.connect(hear)
    act()
    if not heard:
        timer = QTimer(
            singleShot=True, interval=patience_ms
        )  # goes with the loop, unlike a singleShot
        timer.timeout.connect(loop.quit)
        timer.start()
        loop.exec()
    signal.disconnect(hear)
    if not heard:
        raise TimeoutError(f"{signal} did not come.")


def settle(ms: int = 400) -> None:
    """Let the window draw what is still on its way: thumbnails, say."""
    QTest.qWait(ms)


def as_image(shown: QPixmap) -> Image.Image:
    """Return a picture as RGB."""
    image = shown.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return Image.fromarray(rows[:, : 3 * image.width()].reshape(image.height(), -1, 3).copy())
