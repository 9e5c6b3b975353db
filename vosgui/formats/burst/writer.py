"""Writing BURST: `train/train.json`, and frames where its own reader looks for them."""

from __future__ import annotations

from typing import Any, ClassVar

from vosgui.core.issues import note
from vosgui.core.progress import Progress
from vosgui.files.json_file import write_json
from vosgui.formats.coco.track_entries import TrackWriter, used_categories, with_images
from vosgui.formats.dataset import LabelledClip
from vosgui.formats.plan import ClipPlan
from vosgui.formats.writer import Clips, Issues, Paths

SPLIT, DATASET = "train", "clips"
_FPS = 30  # which no clip of images says


class BurstWriter(TrackWriter):
    """frames/train/clips/CLIP/FRAME.jpg and train/train.json; tracks have the objects' ids."""

    about_all: ClassVar[tuple[str, ...]] = (f"{SPLIT}/{SPLIT}.json",)
    heeds_year: ClassVar[bool] = False

    def plan(self, clip: LabelledClip) -> ClipPlan:
        """Return each frame as an image."""
        return with_images(self, clip, f"frames/{SPLIT}/{DATASET}/{clip.name}")

    def write_about_all(self, clips: Clips, paths: Paths, progress: Progress) -> Issues:
        """Write `train.json`."""
        names = sorted(set(used_categories(clips)))
        ids = {name: n for n, name in enumerate(names, start=1)}
        sequences = []
        for n, clip in enumerate(clips, start=1):
            progress.report(n, len(clips))
            height, width = clip.entry["hw"]
            images = [f"{stem}.jpg" for stem in clip.entry["stems"]]
            tracks = {str(track["id"]): track for track in clip.entry["tracks"]}
            about: dict[str, Any] = {"width": width, "height": height, "id": n}
            about |= {"seq_name": clip.name, "dataset": DATASET, "fps": _FPS}
            about |= {"all_image_paths": images, "annotated_image_paths": images}
            about |= {"neg_category_ids": [], "not_exhaustive_category_ids": []}
            kinds = {key: ids[track["category"]] for key, track in tracks.items()}
            about["track_category_ids"] = kinds
            about["segmentations"] = [
                {key: _mask(track, t) for key, track in tracks.items() if track["masks"][t]}
                for t in range(len(images))
            ]
            sequences.append(about)
        categories = [
            {"id": n, "name": name, "synset": "", "def": "", "synonyms": [name]}
            for name, n in ids.items()
        ]
        write_json(paths[0], {"sequences": sequences, "categories": categories, "split": SPLIT})
        text = f"Categories are numbered from 1, not as LVIS numbers them: {', '.join(names)}."
        return (note(text),) if names else ()


def _mask(track: dict[str, Any], t: int) -> dict[str, Any]:
    counts = track["masks"][t]["segmentation"]["counts"]
    return {"rle": counts, "is_gt": True, "score": track["score"]}
