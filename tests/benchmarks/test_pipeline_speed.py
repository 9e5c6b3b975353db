"""What a frame of a run costs outside the network, from the video to the file it is kept in.

Decoding, scaling, aggregation, deciding at the clip's size, packing, and writing of PNGs or of rows
of a project, with a network that answers at once. Run as a script, it prints milliseconds a frame,
wall and processor time of all threads, as JSON: that is how two versions are compared.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.instant_network import InstantNetwork
from tests.media.video_factory import write_video
from vosgui.core.mask import Mask
from vosgui.datasets.given_masks import GivenMasks
from vosgui.engine.propagation.recurrent import NetworkPropagator
from vosgui.engine.propagation.to_folder import ClipRun, PropagationRequest, give_masks, new_history
from vosgui.media.open_clip import open_clip
from vosgui.project.project import Project

HW, NETWORK_HW, N_FRAMES = (480, 854), (384, 704), 180
Target = Literal["png", "project"]


def discs(n: int, hw: tuple[int, int]) -> Mask:
    """Return a mask of n discs side by side."""
    y, x = np.mgrid[: hw[0], : hw[1]]
    mask = np.zeros(hw, np.uint8)
    for i in range(n):
        centre = (i + 0.5) * hw[1] / n
        mask[np.hypot(y - hw[0] / 2, x - centre) < min(hw[0] / 4, hw[1] / n / 2.2)] = i + 1
    return mask


def a_run(video: Path, folder: Path, n: int, target: Target, network: InstantNetwork) -> None:
    """Run n objects through a video, into PNGs or into a project."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with open_clip(video) as clip:
        given, propagator = GivenMasks({0: discs(n, HW)}), NetworkPropagator(network, "instant")
        if target == "png":
            history = new_history(clip.info)
            give_masks(history, given)
            ClipRun(clip, history, PropagationRequest(), propagator).carry_out(folder)
            return
        with Project.create(folder / "a.vosgui") as project:
            history = project.history(project.clips.add(clip.info).id)
            give_masks(history, given)
            for _ in ClipRun(clip, history, PropagationRequest(), propagator):
                pass


def measured(video: Path, folder: Path, n: int, target: Target, rounds: int) -> dict[str, float]:
    """Return the least of some runs, ms a frame."""
    network = InstantNetwork(n, NETWORK_HW)
    a_run(video, folder, n, target, network)
    wall, processor = [], []
    for _ in range(rounds):
        begun, used = time.perf_counter(), time.process_time()
        a_run(video, folder, n, target, network)
        wall.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    scale = 1000 / (N_FRAMES - 1)
    return {"wall": round(min(wall) * scale, 2), "processor": round(min(processor) * scale, 2)}


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    return write_video(path, "h264-mp4", N_FRAMES, hw=HW)


@pytest.mark.parametrize("n", [1, 7])
@pytest.mark.parametrize("target", ["png", "project"])
@pytest.mark.benchmark(group="a run around the network, 854x480")
def test_around_the_network(
    benchmark: BenchmarkFixture, video: Path, tmp_path: Path, n: int, target: Target
) -> None:
    found: dict[str, float] = {}

    def run() -> None:
        found.update(measured(video, tmp_path / "out", n, target, rounds=3))

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info.update({f"{name} ms a frame": ms for name, ms in found.items()})


def main() -> None:
    """Print what each kind of run costs, as JSON."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        video = write_video(root / "clip.mp4", "h264-mp4", N_FRAMES, hw=HW)
        kinds: list[tuple[int, Target]] = [(n, to) for to in ("png", "project") for n in (1, 7)]
        found = {f"{n} to {to}": measured(video, root / "out", n, to, 5) for n, to in kinds}
    json.dump(found, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
