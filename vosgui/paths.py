"""Where the files that come with the program lie.

`resources/` and `models/` stand beside `vosgui/` in a checkout and inside it in an installed wheel;
this is the one module that knows.
"""

from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """Return the folder of icons, lists and the demo clip."""
    return _shipped("resources")


def models() -> Path:
    """Return the folder of the models that come with the program."""
    return _shipped("models")


def user_data() -> Path:
    """Return the user's data folder: automatic projects and the user's own models."""
    return Path(platformdirs.user_data_dir("vosgui", appauthor=False))


def user_config() -> Path:
    """Return the user's settings folder."""
    return Path(platformdirs.user_config_dir("vosgui", appauthor=False))
