"""The log of a training run: a CSV file with a row per step, and its curves as a picture."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from vosgui.files.atomic import atomic_file

LOG, PLOT = "log.csv", "plot.png"
FIELDS = ("step", "loss", "overlap", "rate", "seconds", "J", "F")
_HW = (480, 960)
_MARGIN = 48
_COLOURS = {"loss": (60, 60, 200), "overlap": (60, 140, 60), "J": (180, 90, 30)}  # BGR


@dataclass(frozen=True)
class StepReport:
    """One step done.

    step : counted from 1
    loss : of the whole batch
    overlap : mean intersection over union of the masks it made
    J, F : of the validation clips, where this step ended with one, else None
    """

    step: int
    n_steps: int
    loss: float
    overlap: float
    rate: float
    seconds: float
    J: float | None = None
    F: float | None = None


class TrainingLog:
    """Appends rows; a run that goes on from step n first drops the rows after n."""

    def __init__(self, folder: Path, step: int) -> None:
        self.path = folder / LOG
        rows = [row for row in read_log(self.path) if int(row["step"]) <= step]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
        with atomic_file(self.path) as file:
            file.write(text.getvalue().encode())

    def add(self, report: StepReport) -> None:
        """Append a step."""
        values = {name: getattr(report, name) for name in FIELDS}
        texts = {
            name: "" if value is None else f"{value:.6g}" if isinstance(value, float) else value
            for name, value in values.items()
        }
        with self.path.open("a", newline="", encoding="utf-8") as file:
            csv.DictWriter(file, FIELDS).writerow(texts)

    def plot(self) -> None:
        """Draw loss, overlap and validation J over the steps."""
        rows = read_log(self.path)
        if len(rows) > 1:
            cv2.imwrite(str(self.path.with_name(PLOT)), _draw(rows))


def read_log(path: Path) -> list[dict[str, str]]:
    """Return the rows of a log, none where there is none; a row cut short is left out."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if None not in row.values() and row["step"]]


def _draw(rows: list[dict[str, str]]) -> npt.NDArray[np.uint8]:
    picture = np.full((*_HW, 3), 255, np.uint8)
    left, right, top, bottom = _MARGIN, _HW[1] - _MARGIN, _MARGIN, _HW[0] - _MARGIN
    cv2.rectangle(picture, (left, top), (right, bottom), (200, 200, 200))
    last = int(rows[-1]["step"])
    for place, (name, colour) in enumerate(_COLOURS.items()):
        known = [(int(row["step"]), float(row[name])) for row in rows if row[name]]
        if not known:
            continue
        steps, values = np.array(known).T
        values = _smooth(values)
        highest = max(1.0, float(values.max()))
        x = left + (right - left) * steps / max(1, last)
        y = bottom - (bottom - top) * np.clip(values / highest, 0, 1)
        points = np.stack([x, y], 1).astype(np.int32)
        cv2.polylines(picture, [points], False, colour, 2, cv2.LINE_AA)
        text = f"{name} {values[-1]:.3f} (top {highest:.2g})"
        _write(picture, text, (left + 260 * place, top - 16), colour)
    _write(picture, f"step {last}", (right - 90, bottom + 28), (90, 90, 90))
    return picture


def _smooth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Average over a fiftieth of the run, to both sides."""
    reach = max(1, len(values) // 50)
    kernel = np.ones(reach) / reach
    weights = np.convolve(np.ones(len(values)), kernel, "same")
    return np.asarray(np.convolve(values, kernel, "same") / weights)


def _write(
    picture: npt.NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, int, int]
) -> None:
    cv2.putText(picture, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1, cv2.LINE_AA)
