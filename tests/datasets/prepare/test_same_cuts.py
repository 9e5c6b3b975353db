"""The cuts are those that PySceneDetect finds itself, also where frames are coded as on the web."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
import scenedetect

from tests.datasets.prepare.long_videos import Shot, write_shots
from vosgui.datasets.prepare.rules import DEFAULT_THRESHOLDS, ShotRules
from vosgui.datasets.prepare.scan import scan
from vosgui.media.open_clip import open_clip
from vosgui.media.video_writer import SAME_BYTES

DETECTORS = {
    "content": scenedetect.ContentDetector,
    "adaptive": scenedetect.AdaptiveDetector,
    "histogram": scenedetect.HistogramDetector,
}
CODED = {
    "open groups": "keyint=24:open-gop=1:bframes=3:b-pyramid=normal",
    "closed groups": "keyint=24:bframes=3:b-pyramid=none",
    "no cut is a key": "keyint=60:scenecut=0:bframes=5:b-adapt=0",
    "no frame between others": "keyint=48:bframes=0",
}
HW = (216, 384)


def write_random(path: Path, seed: int, params: str, *, uneven: bool) -> Path:
    """Write shots of random lengths, flashes among them, moving and noisy, coded coarsely."""
    rng = np.random.default_rng(seed)
    options = {**SAME_BYTES, "crf": "33", "x264-params": params}
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=25, options=options)
        stream.height, stream.width = HW
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        if uneven:
            stream.codec_context.time_base = Fraction(1, 1000)
        stamp = 0
        for n_frames in [35, 50, *rng.choice([1, 4, 20, 35, 50], 5).tolist()]:
            coarse = rng.integers(0, 256, (9, 12, 3), np.uint8)
            ground = cv2.resize(coarse, (HW[1] + 120, HW[0] + 60), interpolation=cv2.INTER_CUBIC)
            for t in range(n_frames):
                picture = ground[t : t + HW[0], 2 * t : 2 * t + HW[1]]
                noisy = picture + rng.normal(0, 8, picture.shape)
                frame = av.VideoFrame.from_ndarray(
                    np.clip(noisy, 0, 255).astype(np.uint8), format="rgb24"
                )
                if uneven:
                    frame.pts, frame.time_base = stamp, Fraction(1, 1000)
                    stamp += int(rng.choice([20, 33, 40, 100]))
                container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def cuts_s(path: Path, rules: ShotRules) -> list[float]:
    with open_clip(path) as clip:
        shots = scan(clip, rules, n_threads=2).shots(rules)
        return [round(clip.info.times_s[shot.start], 2) for shot in shots]


def of_pyscenedetect(path: Path, rules: ShotRules) -> list[float]:
    """Return times: of frames that are uneven in time its numbers are no counts."""
    manager = scenedetect.SceneManager()
    manager.add_detector(DETECTORS[rules.detector](rules.level, min_scene_len=0.6))
    manager.detect_scenes(scenedetect.open_video(str(path)))
    scenes = manager.get_scene_list(start_in_scene=True)
    return [round(start.seconds, 2) for start, _ in scenes]


RULES = {name: ShotRules(detector=name) for name in DEFAULT_THRESHOLDS}
by_each_detector = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


@by_each_detector
def test_of_three_shots(three_shots: Path, rules: ShotRules) -> None:
    assert cuts_s(three_shots, rules) == of_pyscenedetect(three_shots, rules) == [0, 4, 7.6]


@by_each_detector
@pytest.mark.parametrize("slow_ms", [40, 120], ids=["even", "uneven"])
def test_of_flashes(tmp_path: Path, rules: ShotRules, slow_ms: int) -> None:
    lengths = (40, 6, 30, 4, 4, 4, 50)
    shots = [Shot(n, seed, step_ms=slow_ms if n < 10 else 40) for seed, n in enumerate(lengths)]
    path = write_shots(tmp_path / "flashes.mp4", shots)
    found = cuts_s(path, rules)
    assert found == of_pyscenedetect(path, rules)
    assert len(found) < len(lengths)


# Of noise the histograms differ from frame to frame by 0.05, and from PySceneDetect's by 0.01.
OF_NOISE = {**RULES, "histogram": ShotRules("histogram", 0.2)}


@pytest.mark.parametrize("uneven", [False, True], ids=["even", "uneven"])
@pytest.mark.parametrize("coded", CODED)
def test_of_random_videos(tmp_path: Path, coded: str, uneven: bool) -> None:
    seed = 2 * list(CODED).index(coded) + uneven
    path = write_random(tmp_path / "random.mp4", seed, CODED[coded], uneven=uneven)
    for rules in OF_NOISE.values():
        found = cuts_s(path, rules)
        assert found == pytest.approx(of_pyscenedetect(path, rules), abs=0.015), rules
    assert len(cuts_s(path, RULES["content"])) > 1


@pytest.mark.data
@pytest.mark.slow
@by_each_detector
def test_of_real_videos(development_data: Path, rules: ShotRules) -> None:
    paths = sorted((development_data / "videos").iterdir())
    assert paths
    for path in paths:
        assert cuts_s(path, rules) == of_pyscenedetect(path, rules), path.name
