"""Many long videos to clips: looked at in processes, proposed together, written in processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vosgui.core.issues import Issue, Severity, error, note
from vosgui.core.progress import NO_PROGRESS, Progress
from vosgui.core.words import counted, free_name
from vosgui.datasets.left_out import left_out
from vosgui.datasets.prepare.proposals import Proposal, Proposals, Refusal, propose
from vosgui.datasets.prepare.rules import FileRules, PrepareRules, ShotRules
from vosgui.datasets.prepare.scan import Scan, kept_scan, scan
from vosgui.datasets.prepare.write import Cut, sha256_of, write_cut
from vosgui.datasets.workers import Workers, each_outcome, n_cores
from vosgui.errors import ClipError, InputError, NothingToDoError
from vosgui.files.atomic import leftovers, make_folder, remove_file, remove_leftovers
from vosgui.files.json_file import write_json
from vosgui.media.fingerprint import file_fingerprint
from vosgui.media.images import list_images
from vosgui.media.open_clip import VIDEO_SUFFIXES, open_clip
from vosgui.media.provenance import FRAMES, PROVENANCE

SCANS, REPORT = ".scans", "prepare.json"
_MOST_THREADS = 8  # of one video: each holds some frames
_SCAN_SHARE = 0.7  # of the progress: every frame is looked at, some are written


Scanned = tuple[Scan, tuple[str, ...]]  # and what there was to say about the video


@dataclass(frozen=True)
class Looked:
    """A video that was looked at.

    shots : its frames, shot by shot. rate : frames per second, nominal. ends_s : when those frames
    begin in seconds at which clips and refusals do, or stop.
    """

    video: Path
    n_frames: int
    rate: float
    shots: tuple[range, ...]
    proposals: Proposals
    cuts: tuple[Cut, ...]
    warnings: tuple[str, ...]
    ends_s: Mapping[int, float]

    @classmethod
    def of(
        cls,
        video: Path,
        scan: Scan,
        shots: Sequence[range],
        proposals: Proposals,
        cuts: tuple[Cut, ...],
        warnings: tuple[str, ...] = (),
    ) -> Looked:
        """Return what is worth keeping of a scan: thousands of videos' measures do not fit."""
        parts: list[Proposal | Refusal] = [*proposals.clips, *proposals.refused]
        ends = {t for one in parts for t in (one.start, one.stop)}
        ends_s = {t: float(scan.times.seconds[t]) for t in ends}
        about = video, scan.times.n_frames, scan.rate
        return cls(*about, tuple(shots), proposals, cuts, warnings, ends_s)

    def as_dict(self) -> dict[str, Any]:
        """Return what a report says of it, JSON values only."""
        return {
            "video": str(self.video),
            "frames": self.n_frames,
            "rate": self.rate,
            "shots": [[shot.start, shot.stop] for shot in self.shots],
            "clips": [
                {
                    "name": cut.name,
                    "category": cut.category,
                    **_without_hashes(asdict(one)),
                    **self._seconds(one),
                }
                for cut, one in zip(self.cuts, self.proposals.clips, strict=True)
            ],
            "refused": [asdict(one) | self._seconds(one) for one in self.proposals.refused],
        }

    def _seconds(self, one: Proposal | Refusal) -> dict[str, float]:
        start_s, stop_s = (round(self.ends_s[t], 6) for t in (one.start, one.stop))
        return {"start_s": start_s, "stop_s": stop_s}


def _without_hashes(proposal: Mapping[str, Any]) -> dict[str, Any]:
    rounded = {k: round(v, 4) if isinstance(v, float) else v for k, v in proposal.items()}
    rounded.pop("hashes")
    return rounded


@dataclass(frozen=True)
class PrepareReport:
    """What was proposed and written.

    written : names of clips. n_frames : of them. n_failed : videos that could not be read, or whose
        clips could not be written; the issues say why.
    """

    videos: tuple[Looked, ...]
    written: tuple[str, ...]
    n_frames: int
    n_failed: int
    issues: tuple[Issue, ...]

    def __str__(self) -> str:
        """Return the line that says what was done."""
        n = ((len(self.written), "clip"), (self.n_frames, "frame"), (len(self.videos), "video"))
        clips, frames, videos = (counted(*one) for one in n)
        return f"{clips}, {frames} of {videos}"


@dataclass(frozen=True)
class _ScanJob:
    video: Path
    rules: ShotRules
    keep: Path
    n_threads: int


@dataclass(frozen=True)
class _WriteJob:
    video: Path
    cuts: tuple[Cut, ...]
    root: Path
    rules: FileRules


def scan_videos(
    videos: Sequence[Path],
    target: Path,
    rules: ShotRules,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
    n_frames: int | None = None,
) -> Iterator[tuple[Path, Scanned | InputError]]:
    """Yield each video in its turn with what a look at all its frames found, kept in `target`.

    n_frames : of all videos, so that progress tells frames, where that is known.
    """
    make_folder(target / SCANS)
    n_threads = _n_threads(workers, len(videos))
    jobs = [_ScanJob(video, rules, target / SCANS, n_threads) for video in videos]
    yield from zip(videos, each_outcome(_scan, jobs, workers, progress, n_frames), strict=True)


def look(
    videos: Sequence[Path],
    target: Path,
    rules: PrepareRules,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> tuple[list[Looked], list[Issue]]:
    """Look at all frames of the videos, and propose clips; each video's scan is kept in `target`.

    A video that cannot be read is an error among the issues, and does not stop the others.
    Raises NothingToDoError where none can be read.
    """
    looked: list[Looked] = []
    issues: list[Issue] = []
    problem: InputError | None = None
    known: list[int] = []
    names: set[str] = set()
    for video, result in scan_videos(videos_in(videos), target, rules.shots, workers, progress):
        if isinstance(result, InputError):
            problem = result
            issues.append(left_out(video.name, result))
            continue
        found, warnings = result
        shots = found.shots(rules.shots)
        proposals = propose(shots, found.measures, found.times, rules.clips, known)
        known += [one for clip in proposals.clips for one in clip.hashes]
        stem = free_name(video.stem, names.__contains__)
        names.add(stem)
        cuts = tuple(
            Cut(f"{stem}_{n:02d}", one.start, one.stop)
            for n, one in enumerate(proposals.clips, start=1)
        )
        looked.append(Looked.of(video, found, shots, proposals, cuts, warnings))
        issues += [note(text, clip=video.name) for text in warnings]
    if not looked:
        last = f" {problem}" if problem is not None else ""
        raise NothingToDoError(f"No video could be read.{last}")
    return looked, issues


def prepare(
    videos: Sequence[Path],
    target: Path,
    rules: PrepareRules,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> PrepareReport:
    """Look at videos, propose clips and write them under `target`; begun again, it goes on.

    `target` gets JPEGImages/CLIP/NNNNN.jpg, provenance/CLIP.json and prepare.json, which says of
    each video what was found, proposed and refused, and why.
    Raises NothingToDoError where no video can be read, TargetError where `target` cannot be
    written.
    """
    looked, issues = look(videos, target, rules, workers, progress.within(0, _SCAN_SHARE))
    return write_clips(looked, issues, target, rules, workers, progress.within(_SCAN_SHARE, 1))


def write_clips(
    looked: Sequence[Looked],
    issues: Sequence[Issue],
    target: Path,
    rules: PrepareRules,
    workers: Workers,
    progress: Progress = NO_PROGRESS,
) -> PrepareReport:
    """Write the chosen clips of videos under `target`, and the report; see `prepare`.

    issues : what there was to say before, which the report begins with.
    """
    issues = list(issues)
    for path in leftovers(target, ".tmp"):  # of killed processes
        remove_file(path)
    remove_leftovers(target / PROVENANCE)
    jobs = [_WriteJob(one.video, one.cuts, target, rules.files) for one in looked if one.cuts]
    make_folder(target / FRAMES)
    written: list[str] = []
    n_frames = 0
    failed: dict[Path, str] = {}
    for job, result in zip(jobs, each_outcome(_write, jobs, workers, progress), strict=True):
        if isinstance(result, InputError):
            issues.append(error(f"Its clips were not written. {result}", clip=job.video.name))
            failed[job.video] = str(result)
            continue
        written += [cut.name for cut in job.cuts]
        n_frames += sum(result)
    if written or not failed:  # else what lies there is by the settings that its report tells
        _write_report(looked, failed, target, rules)
    n_failed = sum(one.severity is Severity.ERROR for one in issues)
    return PrepareReport(tuple(looked), tuple(written), n_frames, n_failed, tuple(issues))


def _write_report(
    looked: Sequence[Looked], failed: Mapping[Path, str], target: Path, rules: PrepareRules
) -> None:
    """Write what was found and written. failed : why clips of a video were not written."""
    settings = {name: asdict(part) for name, part in vars(rules).items()}
    videos = [
        {"video": str(one.video), "error": failed[one.video]}
        if one.video in failed
        else one.as_dict()
        for one in looked
    ]
    write_json(target / REPORT, {"settings": settings, "videos": videos}, indent=2)


def videos_in(paths: Sequence[Path]) -> list[Path]:
    """Return the videos at these paths, each once: files, and those in folders without images.

    A folder of images is a video itself. Raises NothingToDoError for a folder with neither.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir() or list_images(path):
            found.append(path.absolute())
            continue
        there = (one for one in sorted(path.rglob("*")) if one.is_file())
        inside = [one for one in there if one.suffix.lower() in VIDEO_SUFFIXES]
        if not inside:
            raise NothingToDoError(f"There is no video in {path}, and no image.")
        found += [one.absolute() for one in inside if not one.name.startswith(".")]
    return list(dict.fromkeys(found))


def _n_threads(workers: Workers, n_videos: int) -> int:
    """Return in how many threads each worker looks at a video; of a cluster each has one core."""
    if not isinstance(workers, int):
        return 1
    n_at_work = max(1, min(workers, n_videos))
    return min(_MOST_THREADS, max(1, n_cores() // n_at_work))


def _scan(job: _ScanJob, progress: Progress) -> Scanned:
    with suppress(OSError):  # said when it is opened
        if job.video.is_file():
            known = kept_scan(file_fingerprint(job.video), job.rules, job.keep)
            if known is not None:
                progress.report(len(known[0].measures))
                return known
    with open_clip(job.video, once=True, progress=progress.within(0, 0)) as clip:
        found = scan(clip, job.rules, job.keep, progress, job.n_threads)
        return found, clip.info.warnings


def _write(job: _WriteJob, progress: Progress) -> list[int]:
    """Write the clips of a video; return how many frames each has."""
    try:
        whole = job.rules.deinterlace
        quiet = progress.within(0, 0)
        with open_clip(job.video, once=True, deinterlace=whole, progress=quiet) as clip:
            sha256 = sha256_of(job.video)
            written: list[int] = []
            for cut in job.cuts:
                made = write_cut(clip, cut, job.root, sha256, job.rules, progress.within(0, 0))
                written.append(len(made.files))
                progress.report(sum(written))
            return written
    except OSError as problem:
        raise ClipError(f"The video {job.video} cannot be read: {problem.strerror}.") from problem
