"""What was decided in preparing videos: kept beside the clips, read again by whoever goes on."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import msgspec

from vosgui.datasets.prepare.rules import PrepareRules
from vosgui.datasets.prepare.stretches import Stretches
from vosgui.files.atomic import make_folder
from vosgui.files.json_file import read_json, write_json

DECISIONS = "decisions.json"


class DecidedVideo(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """A video, and the stretches that a person decided on.

    fingerprint : of the file when its first stretch was decided on: frame numbers of another file
        mean other frames. "" until then.
    """

    file: str
    fingerprint: str = ""
    decided: Stretches = ()

    @cached_property
    def path(self) -> Path:
        """Return where the video lies."""
        return Path(self.file)


class Decisions(msgspec.Struct, frozen=True, dict=True):
    """All that a person chose: which videos, by what rules, and which stretches become clips."""

    videos: tuple[DecidedVideo, ...] = ()
    rules: PrepareRules = PrepareRules()

    def video(self, path: Path) -> DecidedVideo | None:
        """Return a video; None where it is not among them."""
        return self._by_file.get(str(path))

    @cached_property
    def _by_file(self) -> dict[str, DecidedVideo]:
        return {one.file: one for one in self.videos}

    def with_videos(self, paths: list[Path]) -> Decisions:
        """Return them with more videos; those that are there stay as they are."""
        new = [DecidedVideo(str(one)) for one in dict.fromkeys(paths) if self.video(one) is None]
        return msgspec.structs.replace(self, videos=(*self.videos, *new))

    def without(self, path: Path) -> Decisions:
        """Return them without a video."""
        videos = tuple(one for one in self.videos if one.path != path)
        return msgspec.structs.replace(self, videos=videos)

    def with_rules(self, rules: PrepareRules) -> Decisions:
        """Return them with other rules."""
        return msgspec.structs.replace(self, rules=rules)

    def decide(self, path: Path, decided: Stretches, fingerprint: str) -> Decisions:
        """Return them with what was decided of one video."""
        videos = list(self.videos)
        if (known := self.video(path)) is not None:
            made = DecidedVideo(known.file, known.fingerprint or fingerprint, decided)
            videos[videos.index(known)] = made
        return msgspec.structs.replace(self, videos=tuple(videos))


def load_decisions(target: Path) -> Decisions:
    """Return what was decided for a folder of clips; nothing where no file says so.

    Raises DatasetError where the file cannot be read: it is not written over then.
    """
    file = target / DECISIONS
    return read_json(file, Decisions, "a file of decisions") if file.is_file() else Decisions()


def save_decisions(target: Path, decisions: Decisions) -> None:
    """Keep what was decided; raise TargetError where it cannot be written."""
    make_folder(target)
    write_json(target / DECISIONS, decisions, indent=1)
