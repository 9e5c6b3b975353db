"""`split`: a dataset shared out for training, validation and tests, as the paper did it."""

from __future__ import annotations

from pathlib import Path

import click

from vosgui.cli.bar import bar
from vosgui.cli.dataset_options import (
    Output,
    read_format_option,
    report_options,
    shown_writing,
)
from vosgui.cli.options import PATH, one_of
from vosgui.cli.split_options import split_options
from vosgui.core.words import counted
from vosgui.datasets.clip_keys import Unpacked
from vosgui.datasets.composition.counts import NOMINAL_RATE
from vosgui.datasets.composition.split import SplitRules, share_out
from vosgui.datasets.composition.split_writer import Images, SplitWriter
from vosgui.datasets.composition.stats import count_dataset
from vosgui.datasets.convert import convert
from vosgui.errors import InputError
from vosgui.files.archive import as_packed, unpacked
from vosgui.formats.locate import locate
from vosgui.formats.tree.find_frames import with_frames_in
from vosgui.formats.writer import WriteOptions


@click.command()
@click.argument("dataset", metavar="DATASET", type=PATH)
@click.option("--out", type=PATH, required=True, help="A new or empty folder.")
@split_options
@read_format_option
@click.option("--frames-from", type=PATH, help="Where the clips' frames are, if not in DATASET.")
@one_of("--frames", ["annotated", "grid", "all"], "Which frames are written.")
@one_of(
    "--images",
    ["copy", "link", "symlink"],
    "JPEGs are copied, or are the same files under a second name (link: same disk), or point to "
    "where they lie (symlink).",
)
@report_options
def command(
    dataset: Path,
    out: Path,
    rules: SplitRules,
    format_name: str,
    frames_from: Path | None,
    frames: str,
    images: Images,
    output: Output,
) -> None:
    """Share DATASET out for training, validation and tests, as YouTube-VOS was.

    Section 5.1 of the paper: some categories are chosen that training must not see, and all their
    videos are tests (test-unseen). Of each other category two videos are drawn for validation and
    four for tests (test-seen); the rest is for training. A video counts for the category of its
    first object, and is unseen if any object of it is. Each seen category keeps at least one video
    for training, then come validation and tests.

    The result is YouTube-VOS's: train/ with all masks, valid/ and test/ with those of the frames in
    which objects are first seen, which is what a method is given. truth/ has all masks of valid,
    test-seen and test-unseen, each in its folder, to score against. split.json lists the parts, the
    categories and the seed. The same seed gives the same parts.

    vosgui split my-dataset --unseen ant,snail --valid 2 --test 4 --out shared-out
    vosgui evaluate shared-out/truth/test-unseen masks
    """
    with unpacked(dataset) as folder:
        row, root = locate(folder, format_name)
        listed = with_frames_in(row.list_clips(root), frames_from)
        if folder != dataset and images != "copy":
            raise InputError(f"{dataset} is packed: there is nothing to link to. Unpack it first.")
        with bar("clip", quiet=output.quiet) as progress:
            clips, issues = count_dataset(listed, root, NOMINAL_RATE, output.workers, progress)
        if broken := next((one for one in issues if one.severity.name == "ERROR"), None):
            raise InputError(f"{broken}")
        shares = share_out({one.name: one.categories for one in clips}, rules)
        options = WriteOptions(frames=frames)  # type: ignore[arg-type]
        parts = tuple(sorted(shares.part_of().items()))
        writer = SplitWriter(options, parts, rules, images)
        packed = Unpacked(folder, dataset) if folder != dataset else None
        with shown_writing(out, "clip", quiet=output.quiet) as progress:
            report = convert(listed, writer, out, output.workers, progress, unpacked=packed)
        issues = [*shares.issues, *as_packed(report.issues, folder, dataset)]
    lists = {part: list(names) for part, names in shares.parts().items()}
    output.write({"source": str(dataset), "target": str(out), "videos": lists}, issues)
    print(", ".join(f"{part} {counted(len(names), 'video')}" for part, names in lists.items()))
    print(report)
