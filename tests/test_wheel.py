"""The wheel built from the checkout works in an environment of its own, outside the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it into a new environment, return the `vosgui` command there."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    kept_out = shutil.ignore_patterns(
        ".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis"
    )
    shutil.copytree(ROOT, source, ignore=kept_out)
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source)
    run(sys.executable, *build, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    assert wheel.stat().st_size < 40 << 20
    # The dependencies are those of this environment, found through a path file: installing
    # torch a second time would test the network, not the wheel.
    run(sys.executable, "-m", "venv", "--without-pip", folder / "env", cwd=folder)
    python = folder / "env" / "bin" / "python"
    purelib = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).strip()
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--no-deps", "--no-compile", wheel, cwd=folder)
    Path(purelib, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "env" / "bin" / "vosgui"


@pytest.mark.slow
def test_the_installed_wheel_lists_its_models_and_propagates(
    installed: Path, tmp_path: Path
) -> None:
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    env.pop("PYTHONPATH", None)
    where = run(
        installed.parent / "python",
        *("-c", "import vosgui, vosgui.paths as p; print(vosgui.__file__, p.models())"),
        cwd=tmp_path,
        env=env,
    )
    assert str(ROOT) not in where.replace(str(installed.parents[1]), "")
    clicks = "from vosgui.engine.clicks.load import load_segmenter as load; load(device='cpu')"
    run(installed.parent / "python", "-c", clicks, cwd=tmp_path, env=env)
    listing = run(installed, "models", cwd=tmp_path, env=env)
    assert "s2s-lite" in listing
    demo = Path(where.split()[-1]).parent / "resources" / "demo"
    clip = tmp_path / "clip"
    clip.mkdir()
    for t in range(4):
        shutil.copy(demo / "JPEGImages" / "demo" / f"{t:05d}.jpg", clip)
    mask = demo / "Annotations" / "demo" / "00000.png"
    run(installed, "propagate", clip, "--masks", mask, "--out", "masks", cwd=tmp_path, env=env)
    written = sorted(p.name for p in (tmp_path / "masks").glob("*.png"))
    assert written == [f"{t:05d}.png" for t in range(4)]
