"""A scripted annotator: what a clip costs until its masks are good, by how frames are chosen.

    python -m tests.benchmarks.simulated_annotator DAVIS_TREE
    python -m tests.benchmarks.simulated_annotator DAVIS_TREE --clips bear,tennis --ways review

It works through a `Session`, as the window does, without a screen; the truth is its hand and eye.
In a frame it clicks the middle of the largest error until J is 0.85, six times at most, and then
paints; with --paint it clicks in the first frame alone and paints all others that it mends. After
the first frame it runs, looks where it is told, mends what it finds wrong there, runs again between
the keyframes on either side, and ends when the mean J of the clip is 0.9. It is told by the review
(the worst stretch first; where nothing is left, the threshold goes up), or, for comparison, by
perfect knowledge: always the frame with the lowest J. Object 1 counts alone.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication

from vosgui.core import edits
from vosgui.core.annotation import Annotation
from vosgui.core.clicks import next_click
from vosgui.core.clip import Clip
from vosgui.core.history import History
from vosgui.core.mask import Box, Mask, Pixels
from vosgui.core.metrics.region_contour import region_similarity
from vosgui.core.quality.needs_review import LOW_CONFIDENCE
from vosgui.core.quality.shapes import Shapes, measure
from vosgui.core.quality.stretches import stretches, worst_first
from vosgui.engine.clicks.load import load_segmenter
from vosgui.engine.clicks.segmenter import ClickFrame, ClickSegmenter
from vosgui.engine.propagation.load import load_propagator
from vosgui.engine.propagation.plan import Direction, Run
from vosgui.engine.propagation.propagate import propagate
from vosgui.engine.propagation.propagator import Propagator
from vosgui.engine.propagation.scored_run import open_truth
from vosgui.errors import NothingToDoError
from vosgui.formats.tree.find_clips import find_clips
from vosgui.ui.session.session import Session

GOOD, ENOUGH = 0.85, 0.90
MOST_CLICKS = 6
BY_HAND = 20  # frames of 100 that are painted where every fifth is
OBJECT = 1


@dataclass
class Cost:
    """What a clip took. given : frames that were clicked, painted or said to be empty."""

    n_frames: int
    given: set[int] = field(default_factory=set)
    n_clicks: int = 0
    n_painted: int = 0
    n_looks: int = 0
    J: float = 0.0


Tell = Callable[["Annotator"], int | None]  # the frame to look at; None: there is no more


class Annotator:
    """One clip at work. truth : bool (H, W) by frame, of all frames."""

    def __init__(
        self,
        clip: Clip,
        truth: dict[int, Pixels],
        tools: tuple[ClickSegmenter, Propagator],
        *,
        paints: bool = False,
    ) -> None:
        self.clip, self.truth, self._paints = clip, truth, paints
        self._segmenter, self._propagator = tools
        self.session = Session()
        annotation = Annotation(clip.info.hw, len(clip))
        self.session.open(clip, History(annotation))
        self.session.apply("Add object", edits.set_object(annotation, edits.new_object(OBJECT)))
        self.shapes, self.threshold = Shapes(len(clip)), LOW_CONFIDENCE
        self.cost = Cost(len(truth))

    @property
    def annotation(self) -> Annotation:
        """Return what is annotated so far."""
        return self.session.annotation

    def J(self, t: int) -> float:
        """Return the overlap of frame t's mask with the truth, in [0, 1]."""
        return float(region_similarity(self.annotation.mask(t) == OBJECT, self.truth[t]))

    def work(self, tell: Tell) -> Cost:
        """Annotate until the clip is good enough, or nothing is left to look at."""
        self.mend(0)
        self.run(0)
        while (J := float(np.mean([self.J(t) for t in self.truth]))) < ENOUGH:
            t = tell(self)
            if t is None:
                break
            self.cost.n_looks += 1
            if self.J(t) >= GOOD or t in self.cost.given:
                self.session.apply("Verify", edits.verify(self.annotation, t, {OBJECT}, on=True))
            else:
                self.mend(t)
                self.run(t)
        self.cost.J = J
        self.session.close()
        return self.cost

    def mend(self, t: int) -> None:
        """Click until the mask of frame t is good, or paint it; or say that nothing is there."""
        self.cost.given.add(t)
        truth = self.truth[t]
        if not truth.any():
            self.session.apply("Absent", edits.mark_absent(self.annotation, t, OBJECT))
            return
        if self._paints and len(self.cost.given) > 1:
            self.cost.n_painted += 1
            self._draw(t, truth)
            return
        shown = ClickFrame(t, self.clip[t])
        before = self.annotation.mask(t) == OBJECT
        step = self._segmenter.start(shown, before if before.any() else None)
        n_clicks = 0
        while n_clicks < MOST_CLICKS and region_similarity(step.pixels, truth) < GOOD:
            click = next_click(truth, step.pixels)
            assert click is not None
            step, n_clicks = self._segmenter.add(step, click), n_clicks + 1
        is_good = region_similarity(step.pixels, truth) >= GOOD
        self.cost.n_clicks += n_clicks
        self.cost.n_painted += not is_good
        self._draw(t, step.pixels if is_good else truth)

    def _draw(self, t: int, pixels: Pixels) -> None:
        mask: Mask = np.where(pixels, np.uint8(OBJECT), np.uint8(0))
        whole = Box(0, 0, *mask.shape)
        self.session.apply("Draw", edits.paint(self.annotation, t, OBJECT, whole, mask))

    def run(self, t: int) -> None:
        """Run between the keyframes on either side of frame t, or to the end."""
        given = sorted(self.cost.given)
        first = max((g for g in given if g < t), default=t)
        stop = min((g + 1 for g in given if g > t), default=len(self.clip))
        way: Direction = "forward" if given == [t] else "bidirectional"
        run = Run(t, first, stop, frozenset({OBJECT}), way, "reinitialise")
        snapshot = self.annotation.snapshot()
        try:
            results = propagate(self.clip, snapshot, run, self._propagator)
        except NothingToDoError:
            return  # all around it is given or verified
        edit = self.session.begin_run("Run", t)
        for result in results:
            edit.extend(edits.predict(self.annotation, result, run.objects))
        edit.close()
        for one in measure(self.annotation.snapshot(), range(first, stop)):
            self.shapes.take(one)


def by_review(annotator: Annotator) -> int | None:
    """Return where the review would have a person look next; raise the threshold where nowhere."""
    while True:
        found = stretches(annotator.annotation, annotator.threshold, annotator.shapes)
        if found:
            return worst_first(found)[0].t
        if annotator.threshold > 1:
            return None
        annotator.threshold += 0.05


def by_truth(annotator: Annotator) -> int | None:
    """Return the frame that is worst and not yet good, as nobody can know it."""
    left = [t for t in annotator.truth if t not in annotator.cost.given]
    worst = min(left, key=annotator.J, default=None)
    return None if worst is None or annotator.J(worst) >= GOOD else worst


WAYS: dict[str, Tell] = {"review": by_review, "worst": by_truth}


def annotate(
    root: Path, names: list[str] | None, way: str, *, paints: bool = False
) -> Iterator[tuple[str, Cost]]:
    """Yield what each clip of a tree took; frames that have no truth end a clip."""
    tools = load_segmenter(device="cpu"), load_propagator("auto", "cpu")
    for source in find_clips(root).clips:
        if names is None or source.name in names:
            with open_truth(source) as annotated:
                truth = {t: mask == OBJECT for t, mask in sorted(annotated.truth.items())}
                tools[0].forget()
                annotator = Annotator(annotated.clip, truth, tools, paints=paints)
                yield source.name, annotator.work(WAYS[way])


def told(name: str, costs: list[Cost]) -> str:
    """Return a row of the table: the mean of clips, per 100 frames."""
    n = sum(cost.n_frames for cost in costs) / 100
    counts = [
        sum(map(of, costs)) / n
        for of in (
            lambda cost: len(cost.given),
            lambda cost: cost.n_clicks,
            lambda cost: cost.n_painted,
            lambda cost: cost.n_looks,
        )
    ]
    J = np.mean([cost.J for cost in costs])
    return f"| {name} | {' | '.join(f'{count:.1f}' for count in counts)} | {J:.1%} |"


def main() -> int:
    """Annotate clips as the arguments say and print what each took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tree", type=Path)
    parser.add_argument("--clips", type=partial(str.split, sep=","))
    parser.add_argument("--ways", type=partial(str.split, sep=","), default=list(WAYS))
    parser.add_argument("--paint", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QCoreApplication([])
    rows = []
    for way in asked.ways:
        costs = []
        for name, cost in annotate(asked.tree, asked.clips, way, paints=asked.paint):
            costs.append(cost)
            print(
                f"{way}: {name}: given {len(cost.given)}, clicks {cost.n_clicks}, painted "
                f"{cost.n_painted}, looks {cost.n_looks}, {cost.n_frames} frames, J {cost.J:.1%}",
                flush=True,
            )
        rows.append(told(way, costs))
    print("\n| per 100 frames | given | clicks | painted | looks | J |")
    print("| --- | --- | --- | --- | --- | --- |")
    print("\n".join([f"| every fifth by hand | {BY_HAND} | 0 | {BY_HAND} | | |", *rows]))
    application.processEvents()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
