"""The check of a tree as large as YouTube-VOS: streamed, in bounded memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.trees import boxes

N_CLIPS = 3471
STEMS = ("00000", "00005", "00010")
FAULTY = "0000000d94"


def encoded(image: Image.Image, form: str) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format=form)
    return stream.getvalue()


def generate(root: Path) -> None:
    """Make a tree of 3,471 clips of three small frames, one of them with a fault."""
    mask = Image.fromarray(boxes({1: (1, 1, 5, 5)}))
    mask.putpalette([level for level in range(256) for _ in range(3)])
    png = encoded(mask, "PNG")
    jpeg = encoded(Image.fromarray(np.zeros((12, 16, 3), np.uint8)), "JPEG")
    names = [f"{n:010x}" for n in range(N_CLIPS - 1)] + [FAULTY]
    for folder, data, suffix in (("JPEGImages", jpeg, "jpg"), ("Annotations", png, "png")):
        for name in names:
            clip = root / "train" / folder / name
            clip.mkdir(parents=True)
            for stem in STEMS:
                (clip / f"{stem}.{suffix}").write_bytes(data)
    entry = {"objects": {"1": {"category": "person", "frames": list(STEMS)}}}
    videos = dict.fromkeys(names, entry)
    (root / "train/meta.json").write_text(json.dumps({"videos": videos}))
    (root / f"train/Annotations/{FAULTY}/00005.png").unlink()


# Peak memory of the process since it began as this program (ru_maxrss would count the one that
# started it, too), and of the largest of its workers.
MEASURED = """
import re, resource, sys
from pathlib import Path
from vosgui.cli.main import main

status = main(sys.argv[1:])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
raise SystemExit(status)
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_tree_of_3471_clips_is_checked_in_bounded_memory(tmp_path: Path) -> None:
    generate(tmp_path / "tree")
    report = tmp_path / "report.json"
    words = ["validate", str(tmp_path / "tree"), "--json", str(report), "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    found = json.loads(report.read_text())["issues"]
    assert {one["clip"] for one in found} == {FAULTY}
    own_kb, worker_kb = (int(word) for word in done.stdout.split()[-2:])
    assert own_kb < 400_000
    assert worker_kb < 400_000
