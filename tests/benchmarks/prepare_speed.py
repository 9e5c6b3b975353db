"""How fast a video is looked at, and in how much memory: side by side, each in a process.

    python -m tests.benchmarks.prepare_speed
    python -m tests.benchmarks.prepare_speed --seconds 20 --rounds 5 --minutes 0 --clips 0

One H.264 file of 1080p at 8 Mbit/s, packets repeated, is decoded and nothing else, looked at by
`prepare` (its whole process and all that it measures), and by PySceneDetect's own command line with
the same detector and threshold. Of each the least time of the rounds, and of processors; the cuts
must be the same. Then the peak of `prepare` over so many minutes of it, and of `stats` over so many
clips of 27 masks.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from PIL import Image

from tests.benchmarks.run_memory import peak_bytes
from vosgui.media.palette import write_mask

HW = (1080, 1920)
RATE, SHOT_S, N_SHOTS = 30, 2, 5


def main() -> int:
    """Measure what the arguments say and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--clips", type=int, default=3471)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        ONE[asked.one[0]](Path(asked.one[1]))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        piece = write_piece(folder / "piece.mp4")
        if asked.rounds:
            compare(repeated(piece, folder / "video.mp4", asked.seconds), asked)
        if asked.minutes:
            long = repeated(piece, folder / "long.mp4", 60 * asked.minutes)
            peak = int(run("prepare", long)[0].split()[-1])
            print(f"prepare, {asked.minutes} minutes of 1080p: peak {peak / 1e6:.0f} MB")
        if asked.clips:
            write_clips(folder / "tree", asked.clips)
            peak = int(run("stats", folder / "tree")[0].split()[-1])
            print(f"stats, {asked.clips} clips: peak {peak / 1e6:.0f} MB")
    return 0


def compare(video: Path, asked: argparse.Namespace) -> None:
    """Print the least times of each way to go through a video."""
    n_frames = asked.seconds * RATE
    best: dict[str, tuple[float, float]] = {}
    said: dict[str, str] = {}
    for _ in range(asked.rounds):
        for what in ("decode", "look", "pyscenedetect"):
            text, wall, processor = run(what, video)
            said[what] = text
            least = best.get(what, (wall, processor))
            best[what] = (min(least[0], wall), min(least[1], processor))
    for what, (wall, processor) in best.items():
        print(
            f"{what:14} {n_frames / wall:6.0f} frames/s {n_frames / processor:6.0f} of a processor"
        )
    of_decode = [100 * best["decode"][n] / best["look"][n] for n in (0, 1)]
    of_theirs = [best["pyscenedetect"][n] / best["look"][n] for n in (0, 1)]
    print(f"look / decode {of_decode[0]:.0f} %, by processor {of_decode[1]:.0f} %")
    print(f"look / pyscenedetect {of_theirs[0]:.2f} times, by processor {of_theirs[1]:.2f} times")
    print("the same cuts" if said["look"] == said["pyscenedetect"] else f"OTHER CUTS: {said}")


def run(what: str, path: Path) -> tuple[str, float, float]:
    """Return what a process printed, and how many seconds it took, and of processors."""
    before, begun = os.times(), time.perf_counter()
    command = [sys.executable, "-m", __spec__.name, "--one", what, str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    after, wall = os.times(), time.perf_counter() - begun
    processor = after[2] + after[3] - before[2] - before[3]
    return done.stdout.strip(), wall, processor


def write_piece(path: Path) -> Path:
    """Write some shots of moving texture with noise, at 8 Mbit/s."""
    noise = [np.random.default_rng(k).integers(0, 24, (*HW, 3), np.uint8) for k in range(5)]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.height, stream.width = HW
        stream.pix_fmt, stream.bit_rate = "yuv420p", 8_000_000
        stream.codec_context.gop_size = SHOT_S * RATE
        for shot in range(N_SHOTS):
            rough = np.random.default_rng(shot).integers(20, 220, (34, 63, 3), np.uint8)
            ground = cv2.resize(rough, (2020, 1180), interpolation=cv2.INTER_CUBIC)
            for t in range(SHOT_S * RATE):
                picture = ground[t // 2 : t // 2 + HW[0], t : t + HW[1]]
                picture = cv2.add(np.ascontiguousarray(picture), noise[t % 5])
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def repeated(piece: Path, path: Path, seconds: int) -> Path:
    """Write the packets of a video again and again, which costs no encoding."""
    step = SHOT_S * N_SHOTS
    with av.open(str(piece)) as reader, av.open(str(path), "w") as writer:
        source = reader.streams.video[0]
        stream = writer.add_stream_from_template(source)
        packets = [packet for packet in reader.demux(source) if packet.size]
        base = source.time_base or Fraction(1, RATE)
        own = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        for n in range(max(1, seconds // step)):
            for packet, (pts, dts) in zip(packets, own, strict=True):
                packet.stream, packet.time_base = stream, base
                packet.pts, packet.dts = (int(one + n * step / base) for one in (pts, dts))
                writer.mux(packet)
    return path


def write_clips(root: Path, n_clips: int) -> None:
    """Write a tree of clips of 27 frames, 1280x720, with two objects; of each clip one is a file.

    The others are links to it: more than 65,000 to one file ext4 does not make.
    """
    mask = np.zeros((720, 1280), np.uint8)
    mask[100:400, 100:500], mask[500:600, 800:1000] = 1, 2
    root.mkdir()
    write_mask(root / "mask.png", mask)
    Image.fromarray(mask).save(root / "frame.jpg")
    for n in range(n_clips):
        for folder, file in (("Annotations", "mask.png"), ("JPEGImages", "frame.jpg")):
            clip = root / folder / f"clip{n:04d}"
            clip.mkdir(parents=True)
            first = clip / f"00000{Path(file).suffix}"
            shutil.copyfile(root / file, first)
            for t in range(1, 27):
                first.with_stem(f"{5 * t:05d}").hardlink_to(first)


# -- in the process that is measured -----------------------------------------------------------


def decode(path: Path) -> None:
    """Decode a video and nothing else."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            pass


def look(path: Path) -> None:
    """Look at a video as `prepare` does; print its cuts."""
    from vosgui.datasets.prepare.rules import ShotRules
    from vosgui.datasets.prepare.scan import scan
    from vosgui.datasets.workers import n_cores
    from vosgui.media.open_clip import open_clip

    with open_clip(path, once=True) as clip:
        shots = scan(clip, ShotRules(), n_threads=n_cores()).shots(ShotRules())
        print([shot.start for shot in shots][1:])


def pyscenedetect(path: Path) -> None:
    """Look at it with PySceneDetect's command line; print its cuts."""
    out = path.parent / "scenes"
    words = ["-q", "-i", str(path), "-o", str(out), "detect-content", "-t", "27", "list-scenes"]
    subprocess.run([sys.executable, "-m", "scenedetect", *words], check=True, capture_output=True)
    (listed,) = out.glob("*.csv")
    rows = [line.split(",") for line in listed.read_text().splitlines() if line[:1].isdigit()]
    print([int(row[1]) - 1 for row in rows][1:])


def prepare(path: Path) -> None:
    """Prepare a video as the command does, in this process; print the peak of its memory."""
    _command("prepare", path, "--out", path.parent / "clips")


def stats(path: Path) -> None:
    """Count a tree as the command does, in this process; print the peak of its memory."""
    _command("stats", path)


def _command(name: str, path: Path, *more: object) -> None:
    from vosgui.cli.main import main as vosgui

    assert vosgui([name, str(path), *map(str, more), "--workers", "1", "--quiet"]) == 0
    print(f"peak {peak_bytes()}")


ONE = {
    "decode": decode,
    "look": look,
    "pyscenedetect": pyscenedetect,
    "prepare": prepare,
    "stats": stats,
}

if __name__ == "__main__":
    sys.exit(main())
