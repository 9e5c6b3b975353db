"""`compare`: how much two annotations of the same clips agree, and where they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from vosgui.cli.options import PATH
from vosgui.cli.score_report import Output, percent, report_options, void_in_words, void_option
from vosgui.core.metrics.report import ScoreReport
from vosgui.core.words import counted
from vosgui.datasets.compare import (
    FrameDifference,
    compare_clip,
    most_different,
    plan,
)
from vosgui.datasets.find_masks import find_masks
from vosgui.datasets.mask_sources import described, find_categories
from vosgui.files.archive import unpacked


@click.command()
@click.argument("a", metavar="A", type=PATH)
@click.argument("b", metavar="B", type=PATH)
@click.option(
    "--worst",
    type=click.IntRange(min=0),
    default=10,
    help="How many of the frames to list that differ most; --json has all of them.",
)
@click.option("--binary", is_flag=True, help="Take any value but 0 as the one object (0 and 255).")
@void_option
@report_options
def command(a: Path, b: Path, worst: int, *, binary: bool, void: Any, output: Output) -> None:
    """Compare two annotations, A and B, of the same clips.

    Each is a folder (CLIP/FRAME.png, or FRAME.png of a single clip), any other dataset that is
    read (COCO, CVAT, folders of objects, ...), a zip of one, or a project file. J and F are
    measured in all frames that both have, and are the same the other way round. Where a project
    says nothing of an object, the object is left out.

    vosgui compare first-annotator.vosgui second-annotator.vosgui --worst 20
    """
    with unpacked(a) as in_a, unpacked(b) as in_b:
        output = replace(output, packed={str(in_a): str(a), str(in_b): str(b)})
        _compare(in_a, in_b, worst, void, output, binary=binary)


def _compare(a: Path, b: Path, worst: int, void: Any, output: Output, *, binary: bool) -> None:
    clips_a, clips_b = find_masks(a), find_masks(b)
    categories = find_categories(a, clips_a), find_categories(b, clips_b)
    jobs, left_out = plan(clips_a, clips_b, void, categories, binary=binary)
    agreements = output.scored(compare_clip, jobs, [job.a.name for job in jobs])
    settings = {
        "A": described(a),
        "B": described(b),
        "protocol": "every frame of both in which both know the object, from its first in either",
        "void": void_in_words(void, "either"),
    }
    if binary:
        settings["binary"] = "every value but 0 is object 1"
    series = tuple(one for agreement in agreements for one in agreement.series)
    notes = [*left_out, *(note for agreement in agreements for note in agreement.notes)]
    frames = most_different(agreements)
    output.write(ScoreReport(settings, series, tuple(notes)), frames=frames)
    if not output.quiet:
        print("\n".join(_table(frames, worst)))


def _table(frames: list[FrameDifference], n: int) -> list[str]:
    if not frames:
        return ["", "No pixel differs."]
    shown, n_frames = frames[:n], len(frames)
    differ = f"{counted(n_frames, 'frame')} {'differs' if n_frames == 1 else 'differ'}"
    width = max([len(f"{one.clip} {one.frame_name}") for one in shown], default=0)
    return [
        "",
        differ + (", most of all:" if shown else "."),
        *(
            f"{f'{one.clip} {one.frame_name}':<{width}}"
            f"   J {percent(one.J):>5}   F {percent(one.F):>5}"
            f"   {one.n_pixels:>8} pixels ({100 * one.share:.2f}%)   worst: {one.worst_object}"
            for one in shown
        ),
    ]
