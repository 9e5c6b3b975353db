"""The front door for Python: a run on a clip and the export of a project, in a call each.

`vosgui.open_clip`, `vosgui.Project`, `vosgui.propagate` and `vosgui.export` are loaded when they
are first asked for; torch is loaded by the first `propagate`.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import numpy.typing as npt

from vosgui.core.clip import Clip, ClipInfo
from vosgui.core.history import History
from vosgui.core.mask import MAX_OBJECT_ID, VOID
from vosgui.datasets.convert import ConvertReport
from vosgui.datasets.export import ExportOrder, export_format, identity_of, project_items
from vosgui.datasets.given_masks import GivenMasks, object_ids, read_masks
from vosgui.datasets.target_tree import Existing
from vosgui.errors import InputError, MaskError
from vosgui.formats.plan import ExportFrames
from vosgui.project.project import Project

if TYPE_CHECKING:
    from vosgui.engine.propagation.plan import Direction
    from vosgui.engine.propagation.propagator import Propagator
    from vosgui.engine.propagation.to_folder import ClipRun

GivenMask = npt.NDArray[Any] | str | Path


def propagate(
    clip: Clip,
    masks: Mapping[int, GivenMask] | str | Path,
    *,
    model: str = "auto",
    device: str = "auto",
    direction: Direction = "forward",
    first: int | None = None,
    stop: int | None = None,
    objects: Collection[int] | None = None,
    flip: bool = False,
    project: Project | None = None,
) -> ClipRun:
    """Carry given masks through a clip; the run begins when its results are asked for.

    Iterate over the run for its results as they come; its `masks` and `save` take it to its end.

    masks : by frame index from 0, each uint8 (H, W) of object ids (1 to 254, 0 is background; a
        bool array is object 1), or the path of a PNG of these; or the path of one PNG, for frame 0,
        or of a folder of PNGs named like the frames. An object starts anew from each.
    model : a model's name, the path of its folder, "flow", or "auto" for the best there is.
    device : "auto", "cpu", "cuda", "cuda:1", or "mps".
    direction : "forward", "backward", "both", or "bidirectional": between two given frames from
        both. A frame may come twice then, and its last result counts.
    first, stop : only frames first..stop-1 are carried to. objects : ids; all by default.
    flip : look at flipped frames too (test-time augmentation), at twice the time.
    project : keep the clip, the given masks and the run in this project, each as an edit.
    Raises MaskError for a mask that does not fit, ModelError for a model or a device that cannot be
    used, InputError for a direction that there is not, NothingToDoError where there is nothing to
    carry on.
    """
    from vosgui.engine.propagation.plan import Direction
    from vosgui.engine.propagation.to_folder import (
        ClipRun,
        PropagationRequest,
        check_run,
        give_masks,
    )

    _check_word("direction", direction, Direction)
    if isinstance(objects, int):
        raise InputError(f"objects is {objects}; it may be several ids, such as [{objects}].")
    given, chosen = _given(masks, clip.info), None if objects is None else frozenset(objects)
    if chosen is not None and given.masks:
        given = given.only(chosen)
    propagator = _propagator(model, device, flip=flip)
    request = PropagationRequest(first, stop, chosen, direction)
    check_run(clip, given, request, propagator, project)
    history = _history(project, clip.info)
    give_masks(history, given)
    return ClipRun(clip, history, request, propagator)


def export(
    project: Project,
    out: str | Path,
    *,
    format: str = "youtube-vos",  # noqa: A002  what everybody calls it
    clips: Sequence[str] | None = None,
    frames: ExportFrames = "grid",
    existing: Existing = "refuse",
    n_workers: int = 1,
) -> ConvertReport:
    """Write clips of a project as a published dataset; return what was written, and all issues.

    out : folder; youtube-vos writes `out`/train, or `out`/valid. format : as `vosgui export` lists
    them. clips : their names in the project; all by default. frames : those that a person annotates
    (every fifth, unless the project says otherwise), or all.
    existing : what to do where a YouTube-VOS tree is there already; others need a new folder. An
        earlier export of the project is gone on with by default, in every format.
    n_workers : processes. With more than one the calling script needs its
        `if __name__ == "__main__":`, as each of them imports it.
    Raises InputError for a format or a clip that there is not, TargetError where `out` cannot be
    written, NothingToDoError where nothing is annotated.
    """
    _check_word("frames", frames, ExportFrames)
    _check_word("existing", existing, Existing)
    items = project_items(project, clips)
    of = identity_of(project, is_all=clips is None)
    order = ExportOrder(format, Path(out), frames, existing=existing, workers=n_workers, of=of)
    return export_format(items, order)


def _check_word(name: str, word: str, words: object) -> None:
    """Raise InputError where a word is none of a Literal's."""
    if word not in get_args(words):
        raise InputError(f"{name} is {word!r}; it may be {', '.join(get_args(words))}.")


def _propagator(model: str, device: str, *, flip: bool) -> Propagator:
    from vosgui.engine.propagation.flip import WithFlip
    from vosgui.engine.propagation.load import load_propagator

    propagator = load_propagator(model, device)
    return WithFlip(propagator) if flip else propagator


def _history(project: Project | None, info: ClipInfo) -> History:
    """Return the history of a clip: in the project, which takes the clip up, or in memory."""
    from vosgui.engine.propagation.to_folder import new_history

    return new_history(info) if project is None else project.history(project.clips.add(info).id)


def _given(masks: Any, info: ClipInfo) -> GivenMasks:
    """Return the masks as they were given, checked; what was changed in them is warned of."""
    if isinstance(masks, str | Path):
        found = read_masks(Path(masks), info)
    elif not isinstance(masks, Mapping):
        kind = type(masks).__name__
        raise MaskError(f"The masks are {kind}. Give them by frame, {{0: mask}}, or as a path.")
    else:
        parts = [
            _checked(t, mask, info)
            if isinstance(mask, np.ndarray)
            else read_masks(Path(mask), info, t)
            for t, mask in masks.items()
        ]
        by_frame = {t: mask for part in parts for t, mask in part.masks.items() if mask.any()}
        found = GivenMasks(by_frame, tuple(note for part in parts for note in part.notes))
    for note in found.notes:
        warnings.warn(note, stacklevel=3)
    return found


def _checked(t: int, mask: npt.NDArray[Any], info: ClipInfo) -> GivenMasks:
    """Return an array, (H, W) of any integers or bool, as ids; MaskError where it is no mask."""
    if not isinstance(t, int | np.integer) or not 0 <= t < info.n_frames:
        raise MaskError(f"There is no frame {t}; the clip has 0 to {info.n_frames - 1}.")
    if mask.shape != info.hw:
        raise MaskError(f"The mask of frame {t} has shape {mask.shape}, its frame {info.hw}.")
    if mask.dtype.kind not in "bui":
        raise MaskError(f"The mask of frame {t} holds {mask.dtype}, not object ids. Make it uint8.")
    if mask.min(initial=0) < 0 or mask.max(initial=0) > VOID:
        raise MaskError(
            f"The mask of frame {t} holds values from {mask.min()} to {mask.max()}; object ids go "
            f"from 1 to {MAX_OBJECT_ID}, 0 is background, {VOID} is void."
        )
    notes: list[str] = []
    ids = object_ids(np.ascontiguousarray(mask, np.uint8), f"of frame {t}", notes)
    return GivenMasks({t: ids}, tuple(notes))
