"""The log of a training run: a CSV file with a row per step, and its curves as a picture."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vosgui.datasets.score_plot import write_lines
from vosgui.files.atomic import atomic_file
from vosgui.files.ordinary import open_file

LOG, PLOT = "log.csv", "plot.png"
FIELDS = ("step", "loss", "overlap", "rate", "seconds", "J", "F")


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
        """Draw loss, overlap and validation J over the steps, of what goes above 1 the shape."""
        rows, lines = read_log(self.path), {}
        last = int(rows[-1]["step"])
        for name in ("loss", "overlap", "J"):
            known = [(float(row["step"]), float(row[name])) for row in rows if row[name]]
            if known:
                steps, values = np.array(known).T
                values = _smooth(values)
                top = max(1.0, float(values.max()))
                shown = f"{name} {values[-1]:.3f} (top {top:.2g})"
                lines[shown] = steps / last, values / top
        write_lines(self.path.with_name(PLOT), f"Step {last}", "% of the steps so far", lines)


def read_log(path: Path) -> list[dict[str, str]]:
    """Return the rows of a log, none where there is none; a row cut short is left out."""
    if not path.is_file():
        return []
    with io.TextIOWrapper(open_file(path), encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row.values() and row["step"]]


def _smooth(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Average over a fiftieth of the run, to both sides."""
    reach = max(1, len(values) // 50)
    kernel = np.ones(reach) / reach
    weights = np.convolve(np.ones(len(values)), kernel, "same")
    return np.asarray(np.convolve(values, kernel, "same") / weights)
