"""Films: the same bytes each time, whatever lies in the memory that is used again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vosgui.errors import TargetError
from vosgui.media.video_writer import write_gif, write_mp4

_TIMES = 40


def test_a_film_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    # a smooth picture that pans, with a corner that changes: the encoder has choices to make there
    wide = np.cumsum(rng.normal(0, 6, (176, 360, 3)), axis=1) + rng.normal(0, 4, (176, 360, 3))
    pictures = [np.clip(wide[:, t * 4 : t * 4 + 320] + 128, 0, 255) for t in range(7)]
    for t, picture in enumerate(pictures):
        picture[160:, 300:] = 20 * t
    films = set()
    for n in range(_TIMES):
        junk = [np.full(int(size), n, np.uint8) for size in rng.integers(1000, 600_000, 12)]
        del junk[::2]  # what is freed is given to the encoder, as it was
        path = tmp_path / f"{n}.mp4"
        write_mp4(path, (one.astype(np.uint8) for one in pictures), 10)
        films.add(path.read_bytes())
    assert len(films) == 1


@pytest.mark.parametrize(("write", "name"), [(write_mp4, "film.mp4"), (write_gif, "film.gif")])
def test_a_folder_that_has_gone_is_named_with_what_to_do(
    tmp_path: Path, write: Callable[..., None], name: str
) -> None:
    path = tmp_path / "gone" / name
    pictures = [np.zeros((16, 16, 3), np.uint8)] * 2
    with pytest.raises(TargetError, match=f"{name}.*folder.*Write it where"):
        write(path, pictures, 10.0)
