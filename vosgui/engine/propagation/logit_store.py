"""The logits of a backward pass, until the forward pass meets them: by frame, in bounded memory."""

from __future__ import annotations

import os
import tempfile
import zlib
from typing import IO, NamedTuple

import numpy as np

from vosgui.engine.propagation.tracker import ObjectPrediction, Origins, Predictions

# So much memory is filled at most, then a temporary file.
STORE_BYTES = 128 << 20
# Logits are stored in 255 steps between these bounds: 1 / 3000 and 1 less that.
_LIMIT = 8.0
_STEPS = 255 / (2 * _LIMIT)


class LogitStore:
    """What a backward pass says of each frame, a byte per cell and object, compressed."""

    def __init__(self, max_bytes: int = STORE_BYTES) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(max_bytes)  # noqa: SIM115
        self._frames: dict[int, dict[int, _Stored]] = {}

    def put(self, t: int, predictions: Predictions) -> Predictions:
        """Store a frame's predictions; return them as they are."""
        self._frames[t] = {i: self._write(one) for i, one in predictions.items()}
        return predictions

    def take(self, t: int) -> Predictions:
        """Return the predictions of a frame, logits cut off at 8 and right to 0.03; empty: none."""
        return {i: self._read(one) for i, one in self._frames.pop(t, {}).items()}

    def clear(self) -> None:
        """Forget all predictions."""
        self._frames.clear()
        self._file.seek(0)
        self._file.truncate()

    def close(self) -> None:
        """Give memory and file back."""
        self._file.close()

    def _write(self, one: ObjectPrediction) -> _Stored:
        steps = np.rint((np.clip(one.logits, -_LIMIT, _LIMIT) + _LIMIT) * _STEPS)
        packed = zlib.compress(steps.astype(np.uint8).tobytes(), 1)
        start = self._file.seek(0, os.SEEK_END)
        self._file.write(packed)
        return _Stored(start, len(packed), one.logits.shape, one.confidence, one.origins)

    def _read(self, stored: _Stored) -> ObjectPrediction:
        self._file.seek(stored.start)
        steps = np.frombuffer(zlib.decompress(self._file.read(stored.n_bytes)), np.uint8)
        logits = steps.reshape(stored.shape).astype(np.float32) / _STEPS - _LIMIT
        return ObjectPrediction(logits, stored.confidence, stored.origins)


class _Stored(NamedTuple):
    """Where an object's logits lie in the file, and the rest of its prediction."""

    start: int
    n_bytes: int
    shape: tuple[int, ...]
    confidence: float
    origins: Origins
