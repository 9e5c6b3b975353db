"""The folder of a training run: it holds one run, whose settings are in its run.json."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vosgui.engine.training.config import TrainingConfig
from vosgui.errors import ModelError
from vosgui.files.atomic import atomic_file
from vosgui.files.folders import make_folder

LAST, RUN = "last.pt", "run.json"


def open_run_folder(folder: Path, config: TrainingConfig, *, write: bool) -> None:
    """Make the folder of a run, or see that the run that was begun in it is the same.

    write : note the settings of a run that has no checkpoint yet.
    Raises ModelError for another run's folder, TargetError where it cannot be made.
    """
    make_folder(folder)
    path = folder / RUN
    if (folder / LAST).is_file():
        before = _read(path)
        if before != config:
            raise ModelError(
                f"{folder} holds another run: {_differences(before, config)}. Train into another "
                "folder, or give the same settings to go on."
            )
    elif write:
        with atomic_file(path) as file:
            file.write(msgspec.json.format(msgspec.json.encode(config), indent=2) + b"\n")


def _read(path: Path) -> TrainingConfig:
    try:
        return msgspec.json.decode(path.read_bytes(), type=TrainingConfig)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelError(f"{path} does not say what run {LAST} belongs to.") from error


def _differences(before: TrainingConfig, now: TrainingConfig) -> str:
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(now)
    found = [name for name in old if old[name] != new[name]]
    return f"{RUN} in it has other {' and '.join(found)}"
