"""What the window remembers between starts: one JSON file in the user's settings folder."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from vosgui import paths
from vosgui.datasets.target_tree import Existing
from vosgui.files.atomic import atomic_file, followed, make_folder
from vosgui.files.ordinary import read_bytes
from vosgui.formats.plan import ExportFrames

MAX_RECENT = 10
MIN_FRAMES_MB, MAX_FRAMES_MB = 16, 65536

Scheme = Literal["system", "dark", "light"]
Reach = Literal["end", "range", "keyframe"]
WhichClips = Literal["this", "ticked", "accepted", "all"]
Seconds = Annotated[float, msgspec.Meta(gt=0)]


class RunSettings(msgspec.Struct):
    """How runs are made.

    model : name of a propagator, empty for the best there is. device : auto, cpu, cuda, mps.
    reach : how far a run goes. follow : the playhead goes with the run.
    continue_at_once : re-initialising starts a run from there.
    flip : flipped frames are looked at too.
    finetune_seconds : how long online fine-tuning to a clip may take.
    adapt_seconds : its name in 0.1, read from its files and not written.
    """

    model: str = ""
    device: str = "auto"
    reach: Reach = "end"
    follow: bool = False
    continue_at_once: bool = False
    flip: bool = False
    finetune_seconds: Seconds = 30.0
    adapt_seconds: Seconds | msgspec.UnsetType = msgspec.UNSET


class ExportSettings(msgspec.Struct):
    """How exports are made: what, where to, and what to do where a tree is there already.

    format : its name. vis_year : 0 for the list that fits.
    reference : path of the benchmark's own file. current_only : pictures of one object alone.
    clips : which ones. all_clips : in 0.1, read from its files and not written.
    """

    folder: str = "~/vosgui-export"
    format: str = "youtube-vos"
    frames: ExportFrames = "grid"
    vis_year: Literal[0, 2019, 2021] = 0
    reference: str = ""
    current_only: bool = False
    existing: Existing = "refuse"
    clips: WhichClips = "this"
    all_clips: bool | msgspec.UnsetType = msgspec.UNSET


class PrepareSettings(msgspec.Struct):
    """How long videos are prepared. target : the folder of clips that was open last.

    plays_on_hover : a clip plays while the pointer is on it. lists_refusals : what was refused
    stands among the clips. geometry, layout : of the window, as Qt writes them, base64.
    """

    target: str = ""
    plays_on_hover: bool = True
    lists_refusals: bool = True
    geometry: str = ""
    layout: str = ""


class ViewSettings(msgspec.Struct):
    """How frames and masks are shown: the fields of `View` and `OnionSkin` that are kept."""

    onion: bool = False
    beside: bool = False
    magnifier: bool = False
    before: bool = True
    after: bool = True
    fills: bool = False
    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.8
    magnification: Annotated[int, msgspec.Meta(ge=2, le=32)] = 8


class Settings(msgspec.Struct):
    """All settings. A field that is missing in the file has its default.

    keys : action id to its shortcuts, where they differ from the preset's.
    recent : paths of clips and projects, the last opened first.
    automatic : clip path to the project it got when it was opened by itself.
    geometry, layout : of the window, as Qt writes them, base64.
    folded : names of the parts of panels that are folded away.
    brush_sizes : diameters in image pixels, by tool. opacity : of the masks.
    first_tool : the tool that is taken in hand for an object without a mask.
    frames_per_s : measured speed of runs, by model, device and clip size.
    saving : folder in which a copy of a project was being written, empty once it is whole.
    person : who works here, kept with every edit; empty for the user of the system.
    keeps_times : whether the project keeps when an edit was made, which statistics need.
    review_threshold : under which confidence a mask needs a look. review_worst_first : whether the
        worst stretch is shown first, not the earliest.
    clip_order : by what the list of clips is sorted, a name of ui/clips/rows.
    frames_mb : how much the frames may take that are kept to be shown again, in MB of 2**20 bytes;
        nothing else that is kept of a clip takes more.
    """

    scheme: Scheme = "system"
    preset: str = "vosgui"
    keys: dict[str, list[str]] = {}
    recent: list[str] = []
    automatic: dict[str, str] = {}
    geometry: str = ""
    layout: str = ""
    folded: list[str] = msgspec.field(default_factory=lambda: ["Expressions", "Settings of runs"])
    first_tool: str = "clicks"
    brush_sizes: dict[str, Annotated[float, msgspec.Meta(ge=1, le=1000)]] = {}
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    run: RunSettings = msgspec.field(default_factory=RunSettings)
    export: ExportSettings = msgspec.field(default_factory=ExportSettings)
    prepare: PrepareSettings = msgspec.field(default_factory=PrepareSettings)
    view: ViewSettings = msgspec.field(default_factory=ViewSettings)
    frames_per_s: dict[str, Annotated[float, msgspec.Meta(gt=0)]] = {}
    saving: str = ""
    person: str = ""
    keeps_times: bool = True
    review_threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    review_worst_first: bool = False
    clip_order: str = ""
    frames_mb: Annotated[int, msgspec.Meta(ge=MIN_FRAMES_MB, le=MAX_FRAMES_MB)] = 256

    def remember(self, path: Path) -> None:
        """Put a path at the top of the recent ones."""
        entry = str(path)
        self.recent = [entry, *(p for p in self.recent if p != entry)][:MAX_RECENT]


# The names of actions in 0.1, and what they are now.
_ACTIONS_0_1 = {
    "run_fill": "run_bidirectional",
    "adapt": "finetune",
    "forget_adapted": "forget_finetuned",
    "next_look": "next_review",
    "previous_look": "previous_review",
}


def who(settings: Settings) -> str:
    """Return who works here: as was said, or the user of the system."""
    if settings.person:
        return settings.person
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"


def settings_file() -> Path:
    """Return where the settings lie."""
    return paths.user_config() / "settings.json"


def load_settings() -> Settings:
    """Return the settings of the last start; defaults where there are none.

    A file that cannot be read as settings is kept beside as settings.json.unreadable.
    """
    path = settings_file()
    try:
        found = msgspec.json.decode(read_bytes(path), type=Settings)
        found.keys = {_ACTIONS_0_1.get(name, name): keys for name, keys in found.keys.items()}
        found.run.finetune_seconds = found.run.adapt_seconds or found.run.finetune_seconds
        found.run.adapt_seconds = msgspec.UNSET
        found.export.clips = "all" if found.export.all_clips is True else found.export.clips
        found.export.all_clips = msgspec.UNSET
        return found
    except FileNotFoundError:
        return Settings()
    except (OSError, msgspec.DecodeError):
        _set_aside(path)
        return Settings()


def _set_aside(path: Path) -> None:
    try:
        path.replace(path.with_name(path.name + ".unreadable"))
    except OSError:
        return  # a folder that cannot be written: the next save says so


def save_settings(settings: Settings) -> None:
    """Write the settings. Raises TargetError where the folder cannot be written."""
    path = followed(settings_file())
    make_folder(path.parent)
    with atomic_file(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(settings)))
