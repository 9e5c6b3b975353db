from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from vosgui.ui.style.icons import icon


def test_an_icon_for_which_no_room_is_left_is_none(qapp: object) -> None:
    """Qt would say that nothing can be drawn on it, which fails a test."""
    assert not icon("app").pixmap(QSize(16, 16)).isNull()
    engine = icon("app")
    for size in (QSize(0, 16), QSize(0, 0)):
        found = engine.pixmap(size, 1.0, QIcon.Mode.Normal, QIcon.State.Off)
        assert found.isNull()
