"""`prepare`: long videos to clips, as YouTube-VOS was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import Output, report_options
from vosgui.cli.options import FILE, PATH, Above0, as_one, one_of
from vosgui.core.words import counted
from vosgui.datasets.prepare.chosen import add_to_project
from vosgui.datasets.prepare.prepare import Looked, prepare
from vosgui.datasets.prepare.proposals import Proposal, Refusal
from vosgui.datasets.prepare.rules import (
    DEFAULT_THRESHOLDS,
    ClipRules,
    FileRules,
    PrepareRules,
    ShotRules,
)

_THRESHOLDS = ", ".join(f"{name} {value:g}" for name, value in DEFAULT_THRESHOLDS.items())
_CLIPS = ClipRules()


def _least(flag: str, name: str, default: float, text: str) -> Callable[..., Any]:
    return click.option(flag, name, type=click.FloatRange(min=0), default=default, help=text)


shot_options = as_one(
    "shots",
    ShotRules,
    one_of("--detector", list(DEFAULT_THRESHOLDS), "Of cuts: PySceneDetect's, by this name."),
    click.option("--threshold", type=Above0(), help=f"Of the detector; else {_THRESHOLDS}."),
    click.option(
        "--min-shot",
        "shots__min_length_s",
        type=Above0(),
        default=ShotRules.min_length_s,
        help="Seconds; a shot is no shorter.",
    ),
    one_of(
        "--flashes",
        ["merge", "suppress"],
        "What becomes of cuts sooner than that: one cut, or only the first (content alone merges).",
    ),
)

clip_options = as_one(
    "clips",
    ClipRules,
    click.option(
        "--min-length",
        "clips__min_length_s",
        type=Above0(),
        default=_CLIPS.min_length_s,
        help="Seconds.",
    ),
    click.option(
        "--max-length", "max_length_s", type=Above0(), default=_CLIPS.max_length_s, help="Seconds."
    ),
    click.option(
        "--max-clips",
        "max_per_video",
        type=click.IntRange(min=1),
        default=_CLIPS.max_per_video,
        help="Of one video.",
    ),
    click.option(
        "--margin",
        type=click.FloatRange(0, 0.49),
        default=_CLIPS.margin,
        help="Share of a video left out at each end.",
    ),
    _least("--min-sharpness", "min_sharpness", _CLIPS.min_sharpness, "Below it: blurred."),
    _least("--min-light", "min_light", _CLIPS.min_light, "0 to 1; below it: dark."),
    _least("--max-light", "max_light", _CLIPS.max_light, "0 to 1; above it: washed out."),
    _least("--max-shake", "max_shake", _CLIPS.max_shake, "Hundredths of the width; above: shaky."),
    _least("--min-motion", "min_motion", _CLIPS.min_motion, "Hundredths of white; below: still."),
    click.option(
        "--min-distance",
        type=click.IntRange(0, 64),
        default=_CLIPS.min_distance,
        help="Bits of perceptual hashes in which clips differ; fewer: the same clip again.",
    ),
)

file_options = as_one(
    "files",
    FileRules,
    click.option(
        "--short-side",
        type=click.IntRange(min=16),
        default=FileRules.short_side,
        help="Pixels of the shorter side; frames are never enlarged.",
    ),
    click.option(
        "--quality", type=click.IntRange(1, 100), default=FileRules.quality, help="Of the JPEGs."
    ),
    click.option(
        "--stride",
        type=click.IntRange(min=1),
        default=1,
        help="1 writes every frame, 5 those on YouTube-VOS's grid.",
    ),
    click.option("--fps", "rate", type=Above0(), help="Resample to so many frames a second."),
    click.option("--keep-times", is_flag=True, help="Keep frames that are not even in time."),
    click.option("--deinterlace", is_flag=True, help="Make whole frames of two fields (bwdif)."),
)


@click.command()
@click.argument("videos", metavar="VIDEO...", type=PATH, nargs=-1, required=True)
@click.option("--out", type=PATH, required=True, help="Where the clips go.")
@click.option("--project", type=FILE, help="Add the clips to this project too.")
@shot_options
@clip_options
@file_options
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    videos: tuple[Path, ...],
    out: Path,
    project: Path | None,
    shots: ShotRules,
    clips: ClipRules,
    files: FileRules,
    output: Output,
) -> None:
    """Cut long videos into clips worth annotating.

    Shots are found, stretches of 3 to 6 seconds within them proposed, away from the first and last
    tenth of the video, ranked by sharpness, light, steadiness and motion, and the best five written
    as numbered JPEGs, with a file that says where each came from. What is refused is said, and why.
    Begun again, it goes on where it was. A VIDEO may be a folder of videos.

    vosgui prepare holiday.mp4 --out clips --project work.vosgui
    """
    if clips.min_length_s > clips.max_length_s:
        raise click.UsageError("--min-length is more than --max-length.")
    rules = PrepareRules(shots, clips, files)
    with bar("frame", quiet=output.quiet) as progress:
        report = prepare(videos, out, rules, output.workers, progress)
    output.write(
        {"out": str(out), "videos": [one.as_dict() for one in report.videos]}, report.issues
    )
    if not output.quiet:
        for one in report.videos:
            _print_video(one)
    print(f"{report} written to {out}.")
    if project is not None:
        add_to_project(out, report.written, project)
    if report.n_failed:
        ctx.exit(2)


def _print_video(one: Looked) -> None:
    print(f"{one.video.name}: {counted(len(one.shots), 'shot')}")
    for cut, clip in zip(one.cuts, one.proposals.clips, strict=True):
        print(f"  {_times(one, clip)}  {cut.name}  score {100 * clip.score:.0f}")
    for refused in one.proposals.refused:
        print(f"  {_times(one, refused)}  refused: {refused.reason}")


def _times(looked: Looked, one: Proposal | Refusal) -> str:
    start_s, stop_s = looked.ends_s[one.start], looked.ends_s[one.stop]
    return f"{_clock(start_s)} to {_clock(stop_s)}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{minutes:3.0f}:{rest:04.1f}"
