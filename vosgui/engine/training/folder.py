"""The folder of a training run: it holds one run, whose settings are in its train.json."""

from __future__ import annotations

from pathlib import Path

import msgspec

from vosgui.engine.training.config import TrainingConfig, read_training_config
from vosgui.errors import ModelError
from vosgui.files.atomic import make_folder
from vosgui.files.json_file import write_json

LAST, SETTINGS = "last.pt", "train.json"
_SETTINGS_0_1 = "run.json"  # the name of its settings in 0.1


def open_run_folder(folder: Path, config: TrainingConfig, *, write: bool) -> None:
    """Make the folder of a run, or see that the run that was begun in it is the same.

    write : note the settings of a run that has no checkpoint yet.
    Raises ModelError for another run's folder, TargetError where it cannot be made.
    """
    make_folder(folder)
    if not (folder / LAST).is_file():
        if write:
            write_json(folder / SETTINGS, config, indent=2)
        return
    names = (name for name in (SETTINGS, _SETTINGS_0_1) if (folder / name).is_file())
    name = next(names, SETTINGS)
    before = read_training_config(folder / name)
    if before != config:
        old, new = msgspec.to_builtins(before), msgspec.to_builtins(config)
        differ = " and ".join(key for key in old if old[key] != new[key])
        raise ModelError(
            f"{folder} holds another run: {name} in it has other {differ}. Train into another "
            "folder, or give the same settings to go on."
        )
