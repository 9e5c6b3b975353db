"""Annotated clips with known masks: an object that appears later, one that goes, a gap in ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.media.video_factory import HW, numbered_frame, write_video
from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.edits import FrameResult
from vosgui.core.history import History
from vosgui.core.mask import Mask
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

N_FRAMES = 31
OBJECTS = {1: "person", 3: "skateboard", 4: "dog"}
APPEARS = 8  # object 3; on the grid first seen in frame 10
GOES = 17  # object 4; its last frame on the grid is 15


def truth(t: int) -> Mask:
    """Return the mask of frame t with the project's ids."""
    mask = np.zeros(HW, np.uint8)
    mask[40:100, 20 + 3 * t : 80 + 3 * t] = 1
    if t >= APPEARS:
        mask[110:150, 200 - 2 * t : 240 - 2 * t] = 3
    if t <= GOES:
        mask[30:80, 150:200] = 4
    return mask


def annotate(history: History, n_frames: int = N_FRAMES, every: int = 1) -> None:
    """Give a clip its true masks: frames of the grid painted, others propagated."""
    annotation = history.annotation
    for object_id, category in OBJECTS.items():
        entry = edits.new_object(object_id, f"the {category}", category)
        history.do("Add object", edits.set_object(annotation, entry))
    history.do("Give", edits.give_mask(annotation, 0, truth(0), OBJECTS))
    run = history.open("Propagate")
    for t in range(every, n_frames, every):
        result = FrameResult(t, truth(t), dict.fromkeys(OBJECTS, 0.9), {})
        run.extend(edits.predict(annotation, result, frozenset(OBJECTS)))
    run.close()


def annotated(n_frames: int = N_FRAMES) -> Annotation:
    """Return an annotation without a project."""
    history = History(Annotation(HW, n_frames))
    annotate(history, n_frames)
    return history.annotation


def image_folder(folder: Path, suffix: str = ".jpg", stem: str = "{:05d}") -> Path:
    """Write numbered frames as images."""
    folder.mkdir(parents=True)
    for t in range(N_FRAMES):
        Image.fromarray(numbered_frame(t)).save(folder / f"{stem.format(t)}{suffix}", quality=90)
    return folder


def video_file(path: Path) -> Path:
    """Write numbered frames as a video."""
    return write_video(path, "mpeg4-avi", N_FRAMES)


def make_project(path: Path, *clips: Path) -> Project:
    """Return a new project with these clips, annotated."""
    project = Project.create(path)
    for clip_path in clips:
        with open_clip(clip_path) as clip:
            record = project.clips.add(clip.info)
        annotate(project.history(record.id))
    return project
