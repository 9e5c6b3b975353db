"""`evaluate`: score predictions against the truth, as the benchmarks of three tasks count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from vosgui.cli.options import FILE, PATH, one_of
from vosgui.cli.score_report import (
    Output,
    percent,
    report_options,
    settings_lines,
    void_in_words,
    void_option,
)
from vosgui.core.metrics.average_precision import summary_numbers
from vosgui.core.metrics.protocol import PROTOCOLS, Protocol
from vosgui.core.metrics.report import Benchmark, ScoreReport
from vosgui.datasets import evaluate_rvos, evaluate_vis
from vosgui.datasets.evaluate import ClipScores, Rules, plan, score_clip
from vosgui.datasets.find_masks import find_masks, is_project
from vosgui.datasets.mask_sources import described, find_objects
from vosgui.files.archive import unpacked
from vosgui.files.json_file import write_json
from vosgui.files.text_file import read_text
from vosgui.formats.tree.find_clips import check_folder
from vosgui.formats.tree.meta import SEMANTICS
from vosgui.formats.youtubevis.files import read_vis_texts
from vosgui.formats.youtubevos.refer_expressions import find_expressions, read_expressions

# option: the tasks that it is for; one that is not here is for all
TASKS_OF = {
    **dict.fromkeys(("protocol", "first", "last", "binary", "meta", "unseen", "given"), ("vos",)),
    **dict.fromkeys(("void", "csv", "plot"), ("vos", "rvos")),
    "expressions": ("rvos",),
    "areas": ("vis",),
}


class _ByTask(click.Command):
    """A command whose help has the options of each task apart, and that refuses other tasks'."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                sections.setdefault(TASKS_OF.get(param.name or "", ()), []).append(record)
        for tasks, records in sections.items():
            only = f" of --task {' and '.join(tasks)}" if tasks else ""
            with formatter.section(f"Options{only}"):
                formatter.write_dl(records)

    def invoke(self, ctx: click.Context) -> Any:
        task = ctx.params["task"]
        for name, tasks in TASKS_OF.items():
            is_given = ctx.get_parameter_source(name) is not ParameterSource.DEFAULT
            if is_given and task not in tasks:
                only = " and ".join(tasks)
                raise click.UsageError(f"--{name} is for --task {only}, not for {task}.", ctx)
        return super().invoke(ctx)


@click.command(cls=_ByTask)
@click.argument("truth", metavar="GT", type=PATH)
@click.argument("pred", metavar="PRED", type=PATH)
@one_of("--task", ["vos", "vis", "rvos"], "What is scored; see above.")
@one_of(
    "--protocol",
    list(PROTOCOLS),
    "Frames that count. davis: all but the clip's first and last. youtube-vos: those that "
    "meta.json lists for an object, but its first. all: every frame from an object's first on. "
    "lvos, mosev2: as these benchmarks count, with their own numbers.",
)
@click.option(
    "--first",
    type=click.Choice(["clip", "object", "keep"]),
    help="Which first frame to leave out: the clip's, each object's, or none.",
)
@click.option("--last", type=click.Choice(["drop", "keep"]), help="The same of the clip's last.")
@click.option("--binary", is_flag=True, help="Take any value but 0 as the one object (DAVIS 2016).")
@click.option(
    "--meta",
    type=FILE,
    help="meta.json (YouTube-VOS) or davis_semantics.json with the objects' categories; by default "
    "that of GT or of the folders above. A project has its own.",
)
@click.option(
    "--unseen",
    type=FILE,
    help="LVOS's unseen_videos.txt, the clips of categories that it does not train on; by default "
    "that beside the meta file. With --protocol lvos.",
)
@click.option(
    "--given",
    is_flag=True,
    help="GT is a project: score against the masks that a person gave only.",
)
@click.option(
    "--expressions",
    metavar="FILE",
    type=FILE,
    help="meta_expressions.json with the expressions to score; by default that of GT's split.",
)
@one_of(
    "--areas",
    ["file", "masks"],
    "Where a true track's size comes from, which makes it small, medium or large: from the "
    "file's areas, as YouTube-VIS has it, or from its masks.",
)
@void_option
@report_options
def command(task: str, truth: Path, pred: Path, output: Output, **options: Any) -> None:
    """Score the predictions PRED against the truth GT, in percent.

    vos   J and F of masks that were carried through a clip (DAVIS,
          YouTube-VOS). GT and PRED are folders of CLIP/FRAME.png, or of
          FRAME.png of one clip, any other dataset that is read (COCO, CVAT,
          folders of objects, ...), zips of these, or .vosgui projects.
    vis   AP and AR of tracks (YouTube-VIS). GT is an instances.json, PRED a
          results.json.
    rvos  J and F of masks that were found by expressions (Refer-YouTube-VOS).
          PRED holds CLIP/EXPRESSION/FRAME.png; GT the same, or CLIP/FRAME.png
          of object ids, of which each expression's obj_id names one. Every
          listed frame counts, and each expression counts the same.

    vosgui evaluate DAVIS/Annotations/480p masks --json scores.json
    vosgui evaluate --task vis instances.json results.json
    """
    own = {name: value for name, value in options.items() if task in TASKS_OF.get(name, (task,))}
    with unpacked(truth) as true_masks, unpacked(pred) as predicted:
        packed = {str(true_masks): str(truth), str(predicted): str(pred)}
        _EVALUATE[task](true_masks, predicted, replace(output, packed=packed), **own)


def _vos(
    truth: Path,
    pred: Path,
    output: Output,
    *,
    protocol: str,
    first: Any,
    last: Any,
    void: Any,
    binary: bool,
    meta: Path | None,
    unseen: Path | None,
    given: bool,
) -> None:
    clips = find_masks(truth)
    table, listed_by = find_objects(truth, clips, meta, given)
    of_project = listed_by == truth
    if of_project and meta is not None:
        raise click.UsageError(f"{truth} has categories of its own: leave --meta.")
    if given and not is_project(truth):
        raise click.UsageError(f"--given is for a project as the truth; {truth} is a folder.")
    listed = [one for objects in (table or {}).values() for one in objects.values()]
    lists_frames = any(one.frames is not None and one.span is None for one in listed)
    frames = _protocol(protocol, first, last)
    if frames.since == "listed" and not any(one.span for one in listed):
        raise click.UsageError(f"Nothing lists a frame_range for {truth}: give LVOS's --meta.")
    unseen = _unseen_list(frames, unseen, listed_by)
    rules = Rules(
        frames,
        _void(frames, void),
        binary,
        listed_frames=lists_frames and (of_project or protocol == "youtube-vos"),
        kinds=listed_by is not None and listed_by.name != SEMANTICS,
        unseen=frozenset(_lines(unseen)) if unseen else frozenset(),
    )
    jobs = plan(clips, find_masks(pred, every_frame=True), rules, table)
    results = output.scored(score_clip, jobs, [job.truth.name for job in jobs])
    which = "masks that a person gave" if given else "all masks, propagated ones too"
    only = f", in the frames that {listed_by} lists" if rules.listed_frames else ""
    settings = {
        "truth": f"{truth} ({which})" if is_project(truth) else described(truth),
        "predictions": described(pred),
        "protocol": rules.protocol.describe() + only,
        "void": void_in_words(rules.void, "the truth"),
    }
    if binary:
        settings["binary"] = "every value but 0 is object 1"
    if listed_by is not None:
        settings["categories"] = str(listed_by)
    if frames.is_mosev2:
        settings["measures"] = (
            "J (intersection + 1) / (union + 1); F-dot within a tenth of the root of the object's "
            "area; both 1 where neither side has the object"
        )
    if any(one.seen is not None for result in results for one in result.series):
        own = f"clips that {unseen} does not list"
        settings["seen"] = own if unseen else "categories among the 65 that YouTube-VOS trains on"
    _write(output, settings, results, _BENCHMARKS.get(protocol, "YouTube-VOS"))


_BENCHMARKS: dict[str, Benchmark] = {"lvos": "LVOS", "mosev2": "MOSEv2"}  # by protocol
_UNSEEN = "unseen_videos.txt"


def _protocol(name: str, first: Any, last: Any) -> Protocol:
    """Return the protocol of a name, with other first and last frames where they are asked for."""
    chosen = PROTOCOLS[name]
    if name in _BENCHMARKS and (first or last):
        raise click.UsageError(f"--first and --last would change what {name} is: leave them.")
    return replace(chosen, first=first or chosen.first, last=last or chosen.last)


def _void(frames: Protocol, void: Any) -> Any:
    """Return what becomes of 255: what was asked for, or background where the benchmark has it."""
    source = click.get_current_context().get_parameter_source("void")
    return "background" if frames.since != "object" and source is ParameterSource.DEFAULT else void


def _unseen_list(frames: Protocol, unseen: Path | None, meta: Path | None) -> Path | None:
    """Return LVOS's list of unseen clips, given or beside its meta file; None for none."""
    if frames.since != "listed":
        if unseen is not None:
            raise click.UsageError(f"--unseen is for --protocol lvos, not for {frames.name}.")
        return None
    beside = meta.parent / _UNSEEN if meta is not None else None
    return unseen or (beside if beside is not None and beside.is_file() else None)


def _lines(file: Path) -> list[str]:
    return read_text(file).split()


def _rvos(truth: Path, pred: Path, output: Output, *, expressions: Path | None, void: Any) -> None:
    check_folder(truth)
    expressions = expressions or find_expressions(truth)
    if expressions is None:
        raise click.UsageError(f"No meta_expressions.json belongs to {truth}: give --expressions.")
    jobs = evaluate_rvos.plan(read_expressions(expressions), truth, pred, void)
    settings = {
        "truth": str(truth),
        "predictions": str(pred),
        "expressions": str(expressions),
        "protocol": "every listed frame is scored, mean over expressions",
        "void": void_in_words(void, "the truth"),
    }
    scores = output.scored(evaluate_rvos.score_expressions, jobs, [job.clip for job in jobs])
    _write(output, settings, scores)


def _write(
    output: Output,
    settings: dict[str, str],
    results: list[ClipScores],
    benchmark: Benchmark = "YouTube-VOS",
) -> None:
    series = tuple(one for result in results for one in result.series if one.J)
    notes = tuple(note for result in results for note in result.notes)
    output.write(ScoreReport(settings, series, notes, benchmark))


def _vis(truth: Path, pred: Path, output: Output, *, areas: str) -> None:
    texts, categories = read_vis_texts(truth, pred)
    jobs = [evaluate_vis.VisJob(one, areas_of_file=areas == "file") for one in texts]
    clips = output.scored(evaluate_vis.compare_tracks, jobs, [job.texts.clip.name for job in jobs])
    scores = evaluate_vis.precisions(clips, categories)
    numbers = summary_numbers(list(scores.values()))
    shown = {name: {"AP": one.AP, "AR": one.AR} for name, one in scores.items() if one.AP == one.AP}
    settings = {"truth": str(truth), "results": str(pred), "areas": f"of the {areas}"}
    if output.json is not None:
        content = {"settings": settings, "overall": numbers, "categories": shown}
        write_json(output.json, content, indent=2)
    if not output.quiet:
        width = max(map(len, shown), default=0)
        print("\n".join([*settings_lines(settings), "", f"{'':<{width}}{'AP':>8}{'AR':>8}"]))
        for name, one in shown.items():
            print(f"{name:<{width}}{percent(one['AP']):>8}{percent(one['AR']):>8}")
        print()
    for name, value in numbers.items():
        print(f"{name:<6}{percent(value):>8}")  # "-" where nothing true is of a size


_EVALUATE: dict[str, Callable[..., None]] = {"vos": _vos, "vis": _vis, "rvos": _rvos}
