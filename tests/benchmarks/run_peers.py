"""How long a frame takes beside the field's networks, with random weights: in one run, in turns.

    pip install rf-cutie[inference] sam2
    python -m tests.benchmarks.run_peers --objects 1 7

Ours is timed as a whole run: frames read ahead, confidence, object presence, aggregation. Of the
others it is the network's own step alone, on frames in memory. What is not installed is left out,
and said so. XMem is no package, so it is not among them.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from tests.benchmarks.test_propagation_speed import discs, panning
from tests.clips import ArrayClip
from tests.engine.scenes import annotated
from vosgui.core.clip import Frame
from vosgui.core.mask import Mask
from vosgui.engine.models.installed import DEFAULT_MODEL
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.plan import Run
from vosgui.engine.propagation.propagate import propagate

HW = (480, 854)
WARM_UP = 2  # frames before the clock runs
Play = Callable[[list[Frame], Mask, int], Iterator[object]]  # one item a frame


def ours(frames: list[Frame], mask: Mask, n: int) -> Iterator[object]:
    clip = ArrayClip(frames)
    snapshot = annotated(clip, {0: mask}, n).snapshot()
    run = Run(0, 0, len(clip), frozenset(range(1, n + 1)))
    yield from propagate(clip, snapshot, run, load_propagator(DEFAULT_MODEL, "cpu"))


def cutie(frames: list[Frame], mask: Mask, n: int) -> Iterator[object]:
    """Carry with Cutie (Cheng et al. 2024), its base model at DAVIS's settings, in bfloat16."""
    from cutie.inference.inference_core import InferenceCore
    from cutie.inference.utils.args_utils import get_dataset_cfg
    from cutie.model.cutie import CUTIE
    from hydra import compose, initialize_config_module
    from omegaconf import open_dict

    with initialize_config_module("cutie.config", version_base="1.3.2"):
        config = compose("eval_config")
    with open_dict(config):
        get_dataset_cfg(config)
    with without_downloads():
        network = CUTIE(config).eval()
    core = InferenceCore(network, config)
    given = torch.from_numpy(mask.astype(np.int64))
    for t, frame in enumerate(frames):
        image = torch.from_numpy(frame).permute(2, 0, 1).float() / 255
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            shares = core.step(image, *((given, list(range(1, n + 1))) if t == 0 else ()))
        yield shares


def sam2(frames: list[Frame], mask: Mask, n: int) -> Iterator[object]:
    """Carry with SAM 2.1 (Ravi et al. 2024), the tiny model, in bfloat16."""
    from sam2.build_sam import build_sam2_video_predictor

    predictor = build_sam2_video_predictor("configs/sam2.1/sam2.1_hiera_t.yaml", None, "cpu")
    with tempfile.TemporaryDirectory() as folder, torch.autocast("cpu", torch.bfloat16):
        for t, frame in enumerate(frames):
            cv2.imwrite(str(Path(folder, f"{t:05d}.jpg")), frame[..., ::-1])
        state = predictor.init_state(folder)
        for i in range(1, n + 1):
            predictor.add_new_mask(state, 0, i, torch.from_numpy(mask == i))
    carried = predictor.propagate_in_video(state)
    for _ in frames:
        with torch.autocast("cpu", torch.bfloat16):
            masks = next(carried)
        yield masks


# name: (its package, what plays it)
PEERS: dict[str, tuple[str, Play]] = {
    "Cutie base": ("cutie", cutie),
    "SAM 2.1 tiny": ("sam2", sam2),
}


@contextlib.contextmanager
def without_downloads() -> Iterator[None]:
    """Let networks be built whose trunks would first be fetched: here weights are random."""
    from cutie.model.utils import resnet

    kept = resnet.model_zoo.load_url, resnet.load_weights_add_extra_dim
    resnet.model_zoo.load_url = lambda *_, **__: None
    resnet.load_weights_add_extra_dim = lambda *_: None
    try:
        yield
    finally:
        resnet.model_zoo.load_url, resnet.load_weights_add_extra_dim = kept


def time_run(play: Play, frames: list[Frame], mask: Mask, n: int) -> tuple[float, float]:
    """Return seconds a frame of one run, of the clock and of all processors."""
    carried = play(frames, mask, n)
    for _ in range(WARM_UP):
        next(carried)
    begun = time.perf_counter(), time.process_time()
    n_frames = sum(1 for _ in carried)
    spent = time.perf_counter() - begun[0], time.process_time() - begun[1]
    return spent[0] / n_frames, spent[1] / n_frames


def main() -> None:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, nargs="+", default=[1, 7])
    parser.add_argument("--frames", type=int, default=48, help="of ours, some read ahead")
    parser.add_argument(
        "--peer-frames", type=int, default=8, help="of the others, slower as they are"
    )
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(0)
    warnings.simplefilter("ignore")  # theirs
    players: dict[str, tuple[Play, int]] = {"vosgui": (ours, asked.frames)}
    for name in asked.peers:
        package, play = PEERS[name]
        if importlib.util.find_spec(package) is None:
            print(f"{name} is left out: its package {package!r} is not installed.")
        else:
            players[name] = play, asked.peer_frames
    print(f"{HW[1]}x{HW[0]}, {asked.threads} threads; the least of {asked.rounds} runs, and median")
    for n in asked.objects:
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in players}
        for _ in range(asked.rounds):
            for name, (play, n_frames) in players.items():
                frames = panning(HW, n_frames + WARM_UP)
                seconds[name].append(time_run(play, frames, discs(n, HW), n))
        base = [min(column) for column in zip(*seconds["vosgui"], strict=True)]
        for name, found in seconds.items():
            clock, processors = ([*column] for column in zip(*found, strict=True))
            times = min(clock) / base[0], min(processors) / base[1]
            print(
                f"{n} objects  {name:14} {1e3 * min(clock):8.0f} ms a frame"
                f" (median {1e3 * statistics.median(clock):.0f}), x {times[0]:.1f}; of processors"
                f" {1e3 * min(processors):.0f} ms, x {times[1]:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
