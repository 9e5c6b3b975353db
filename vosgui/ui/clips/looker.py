"""Pictures and counts of clips, made one by one in a job: those that are seen first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtGui import QImage, QImageWriter

from vosgui.core.progress import Progress
from vosgui.core.quality.clip_state import ClipCounts
from vosgui.errors import VosguiError
from vosgui.media.open_clip import open_clip
from vosgui.project.clips import ClipRecord
from vosgui.project.project import Project
from vosgui.ui.session.job import Job
from vosgui.ui.timeline.thumbnails import thumbnail

THUMBNAIL_PX = 54  # high; shown at two thirds of that, and sharp on finer screens
KEY = "thumbnail"
_AT_ONCE = 24  # what was made is kept in the project so many at a time: it waits for the disk


@dataclass(frozen=True)
class Seen:
    """What was found of a clip. picture : a null one where the clip cannot be read, see `why`."""

    clip_id: int
    picture: QImage | None = None
    counts: ClipCounts | None = None
    why: str = ""


class ClipLooker(Job):
    """Makes what is asked for last, and forgets what was asked before. yielded : (Seen)."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lock = Lock()
        self._project: Project | None = None
        self._pictures: list[ClipRecord] = []  # the next one last
        self._counts: list[int] = []
        self.ended.connect(self._go_on)

    def ask(self, project: Project, pictures: Iterable[ClipRecord], counts: Iterable[int]) -> None:
        """Ask for pictures and counts, in this order, in place of what is not made yet."""
        with self._lock:
            self._pictures, self._counts = list(pictures)[::-1], list(counts)[::-1]
        if self._project is not project:
            self.drop()
        self._project = project
        self._go_on()

    def forget(self) -> None:
        """Make nothing more."""
        with self._lock:
            self._pictures, self._counts = [], []
        self._project = None
        self.drop()

    def _go_on(self) -> None:
        project = self._project
        if project is not None and not self.is_running and (self._pictures or self._counts):
            self.begin(lambda progress: self._look(project, progress))

    def _look(self, project: Project, _progress: Progress) -> Iterator[Seen]:
        made: dict[int, bytes] = {}
        counted: dict[int, tuple[ClipCounts, int]] = {}
        try:
            while True:
                with self._lock:
                    record = self._pictures.pop() if self._pictures else None
                    clip_id = self._counts.pop() if self._counts else None
                if record is None and clip_id is None:
                    return
                if clip_id is not None:
                    with suppress(VosguiError):  # a damaged one is told when it is opened
                        counted[clip_id] = project.counts.count(clip_id)
                        yield Seen(clip_id, counts=counted[clip_id][0])
                if record is not None:
                    seen, is_new = _picture(project, record)
                    if is_new:
                        made[record.id] = _as_jpeg(seen.picture)
                    yield seen
                if len(made) + len(counted) >= _AT_ONCE:
                    _keep(project, made, counted)
        finally:
            _keep(project, made, counted)


def _picture(project: Project, record: ClipRecord) -> tuple[Seen, bool]:
    """Return the picture of a clip, and whether it was made just now."""
    try:
        kept = project.blob(record.id, KEY)
        if kept is not None and not (image := QImage.fromData(kept)).isNull():
            return Seen(record.id, image), False
        with open_clip(project.clips.locate(record)) as clip:
            return Seen(record.id, thumbnail(clip[0], THUMBNAIL_PX)), True
    except VosguiError as error:
        return Seen(record.id, QImage(), why=str(error)), False


def _as_jpeg(image: QImage | None) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image is not None:
        writer = QImageWriter(buffer, QByteArray(b"jpeg"))
        writer.setQuality(85)
        writer.write(image)
    return bytes(data.data())


def _keep(
    project: Project, made: dict[int, bytes], counted: dict[int, tuple[ClipCounts, int]]
) -> None:
    """Keep in the project what was made; a project that cannot be written to is looked at anew."""
    if not project.is_read_only and (made or counted):
        with suppress(VosguiError), project.batch():
            for clip_id, data in made.items():
                project.set_blob(clip_id, KEY, data)
            project.counts.keep(counted)
    made.clear()
    counted.clear()
