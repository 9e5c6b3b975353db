"""What the timeline shows at one moment, and how it looks: values, from which it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget

from vosgui.core.annotation import ObjectInfo
from vosgui.core.clip import ClipInfo
from vosgui.core.metrics.reference_scores import Agreement
from vosgui.core.quality.needs_review import LOW_CONFIDENCE
from vosgui.core.track import Track
from vosgui.project.notes import Note
from vosgui.ui.timeline.scale import THUMBNAIL_H, TRACK_H, TRACKS_TOP, TimeScale

MUTED = 0.75  # opacity of text of less weight


@dataclass(frozen=True)
class TimelineView:
    """The tracks of a clip's objects, over a part of its frames.

    scrolled_px : how far the tracks are scrolled down. stride : of the grid.
    tracks : by object id, TRACK_DTYPE (n_frames,). t : the frame of the playhead.
    object_id : the current object, or 0. frames : the range that runs are held to.
    agreement : the scores against a reference, if there is one.
    threshold : under which confidence a mask needs a look. notes : what was said of frames.
    """

    scale: TimeScale
    scrolled_px: int
    info: ClipInfo
    stride: int
    objects: tuple[ObjectInfo, ...]
    tracks: Mapping[int, Track]
    t: int
    object_id: int
    frames: range
    agreement: Agreement | None = None
    threshold: float = LOW_CONFIDENCE
    notes: tuple[Note, ...] = ()

    @property
    def current(self) -> ObjectInfo | None:
        """Return the current object, or None."""
        return next((entry for entry in self.objects if entry.id == self.object_id), None)

    def track_top(self, row: int) -> int:
        """Return the top edge of a track, counted from 0 in the order of the objects."""
        return TRACKS_TOP + row * TRACK_H - self.scrolled_px

    def object_at(self, y: float) -> int | None:
        """Return the id of the object whose track is at y, or None."""
        row = int((y - TRACKS_TOP + self.scrolled_px) // TRACK_H)
        return self.objects[row].id if y >= TRACKS_TOP and row < len(self.objects) else None

    def every(self, step: int) -> range:
        """Return the frames in view that are multiples of a step, and one before them."""
        visible = self.scale.visible
        return range(visible.start // step * step, visible.stop, step)

    def ticks(self, least_px: float) -> range:
        """Return the frames in view, and one before, that are so many pixels apart at least."""
        return self.every(self.scale.tick_step(self.stride, least_px))

    @property
    def thumbnail_width(self) -> float:
        """Return the width of one thumbnail in screen pixels."""
        height, width = self.info.hw
        return (THUMBNAIL_H - 4) * width / height + 2

    def thumbnail_frames(self) -> range:
        """Return the frames that have a thumbnail in view.

        They are multiples of a step, so that scrolling asks for no frame twice. A slot may be
        narrower than a thumbnail, whose sides are then cut: no gaps, less to load.
        """
        return self.ticks(0.6 * self.thumbnail_width)


@dataclass(frozen=True)
class Look:
    """Size, colours and font of the timeline. ratio : device pixels per screen pixel."""

    size: QSize
    ratio: float
    font: QFont
    text: QColor
    ground: QColor
    highlight: QColor

    @classmethod
    def of(cls, widget: QWidget) -> Look:
        """Return how a widget looks."""
        colour = widget.palette().color
        role = QPalette.ColorRole
        return cls(
            widget.size(),
            widget.devicePixelRatioF(),
            widget.font(),
            colour(role.Text),
            colour(role.Window),
            colour(role.Highlight),
        )


def faded(colour: QColor, alpha: float) -> QColor:
    """Return a colour with this opacity, [0, 1]."""
    copy = QColor(colour)
    copy.setAlphaF(alpha)
    return copy
