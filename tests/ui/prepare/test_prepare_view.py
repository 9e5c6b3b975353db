"""What the Prepare view draws and says, from values; its tables of rules and keys."""

from __future__ import annotations

import itertools
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from tests.clips import NumberedClip
from vosgui.datasets.prepare.proposals import Refusal
from vosgui.datasets.prepare.rules import PrepareRules
from vosgui.datasets.prepare.stretches import Stretch
from vosgui.ui.actions.actions import conflicts, keys_of
from vosgui.ui.main_window import MainWindow
from vosgui.ui.prepare.gestures import Drag, handle_at
from vosgui.ui.prepare.looking import TimeLeft, in_words
from vosgui.ui.prepare.painter import accepted_colour, paint_strip
from vosgui.ui.prepare.rule_rows import ROWS as RULE_ROWS
from vosgui.ui.prepare.table import MENUS, ROWS
from vosgui.ui.prepare.tooltip import describe
from vosgui.ui.prepare.view import (
    CLIPS_H,
    CLIPS_TOP,
    REFUSED_H,
    REFUSED_TOP,
    RULER_H,
    STRIP_H,
    StripView,
    clock,
)
from vosgui.ui.prepare.window import PrepareWindow
from vosgui.ui.session.job import Progressed
from vosgui.ui.session.settings import Settings
from vosgui.ui.style.theme import DARK, LIGHT
from vosgui.ui.timeline.scale import TimeScale
from vosgui.ui.timeline.view import Look

N, WIDTH = 400, 800
CLIP_Y, REFUSED_Y = CLIPS_TOP + CLIPS_H // 2, REFUSED_TOP + REFUSED_H - 4


@pytest.fixture(scope="module")
def strip_view() -> StripView:
    return StripView(
        TimeScale.whole(N, WIDTH),
        NumberedClip(N, (60, 80)).info,
        (range(100), range(100, 250), range(250, N)),
        (Stretch(110, 200, "accepted"), Stretch(260, 300), Stretch(310, 350, "rejected")),
        (Refusal(0, 100, "it is dark"),),
        {Stretch(260, 300): "it is shaky"},
        t=50,
    )


def painted(view: StripView, scheme: object) -> QImage:
    image = QImage(WIDTH, STRIP_H, QImage.Format.Format_RGB32)
    text, ground, accent = (QColor(getattr(scheme, role)) for role in ("text", "panel", "accent"))
    look = Look(QSize(WIDTH, STRIP_H), 1.0, QFont(), text, ground, accent)
    with QPainter(image) as painter:
        paint_strip(painter, view, look, lambda _t: None)
    return image


@pytest.mark.parametrize("scheme", [DARK, LIGHT])
@pytest.mark.usefixtures("qapp")
def test_each_kind_looks_different(strip_view: StripView, scheme: object) -> None:
    image = painted(strip_view, scheme)
    x_of = strip_view.scale.x_of

    def colour(t: int, y: int) -> QColor:
        return image.pixelColor(round(x_of(t)), y)

    accepted, open_ = colour(195, CLIP_Y), colour(296, CLIP_Y)
    nothing, refused = colour(220, CLIP_Y), colour(95, REFUSED_Y)
    looks = {one.name() for one in (accepted, open_, nothing, refused)}
    assert len(looks) == 4
    assert accepted.green() - accepted.red() > 20  # as accepted_colour is
    assert accepted_colour().green() > accepted_colour().red()
    assert colour(340, REFUSED_Y) == refused  # rejected by hand lies with what was refused
    assert colour(340, CLIP_Y) == nothing


def test_words_for_every_row(strip_view: StripView) -> None:
    def said(t: int, y: int) -> str:
        return describe(strip_view, QPointF(strip_view.scale.x_of(t) + 1, y))

    assert said(50, REFUSED_Y).endswith("refused: it is dark")
    assert "rejected by hand" in said(330, REFUSED_Y)
    assert "accepted" in said(150, CLIP_Y) and "90 frames" in said(150, CLIP_Y)
    assert "but it is shaky" in said(280, CLIP_Y)
    assert said(150, RULER_H + 10).startswith("shot 2 of 3")
    assert said(150, 3).startswith("frame 150") and said(220, CLIP_Y) == ""


def test_ends_are_held_before_the_whole(strip_view: StripView) -> None:
    def held(t: float, dx: float = 0) -> object:
        return handle_at(QPointF(strip_view.scale.x_of(t) + dx, CLIP_Y), strip_view)

    one = Stretch(110, 200, "accepted")
    assert held(110) == held(110, -6) == held(110, 6) == (Drag.START, one)
    assert held(200) == (Drag.STOP, one) and held(150) == (Drag.WHOLE, one)
    assert held(105, -20) is None and held(330) is None


@given(
    cuts=st.lists(st.integers(1, N - 1), max_size=30, unique=True),
    factor=st.floats(1, 40),
    x=st.integers(0, WIDTH),
)
def test_pictures_fill_the_view_and_are_of_frames_in_their_shot(
    cuts: list[int], factor: float, x: int
) -> None:
    edges = [0, *sorted(cuts), N]
    shots = tuple(range(a, b) for a, b in itertools.pairwise(edges))
    scale = TimeScale.whole(N, WIDTH).zoomed(factor, x)
    info = NumberedClip(N, (60, 80)).info
    view = StripView(scale, info, shots, keys=np.arange(0, N, 7))
    slots = list(view.slots())
    assert slots[0].left <= 0.01 and slots[-1].right >= min(WIDTH, scale.x_of(N)) - 0.01
    for a, b in itertools.pairwise(slots):
        assert a.right == pytest.approx(b.left)
    for slot in slots:
        assert scale.x_of(slot.t) >= slot.left - 0.01 and scale.x_of(slot.t) < slot.right


def test_the_strip_has_the_keys_at_once(empty_window: MainWindow) -> None:
    empty_window.actions_["prepare"].trigger()
    view = empty_window.prepare.window
    assert view is not None
    assert view.focusWidget() is view.strip


def test_every_rule_can_be_adjusted_and_says_its_unit() -> None:
    parts = vars(PrepareRules())
    there = [(part, name) for part, rules in parts.items() for name in asdict(rules)]
    assert [(row.part, row.name) for row in RULE_ROWS] == there
    assert all(row.tip for row in RULE_ROWS)


def test_no_two_actions_have_the_same_key() -> None:
    assert conflicts(keys_of(ROWS, Settings())) == {}
    assert {row.menu for row in ROWS} == set(MENUS)
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_all_keys_on_one_page(view: PrepareWindow) -> None:
    view.show_keys()
    assert any(dialog.windowTitle() == "Keys" for dialog in view.findChildren(object)
               if hasattr(dialog, "windowTitle"))  # fmt: skip


def test_time_left_follows_the_pace_of_the_last_seconds() -> None:
    now = 0.0
    left = TimeLeft(lambda: now)
    assert left.seconds(Progressed(0, 100, "")) is None
    for n in range(1, 31):
        now = float(n)
        seconds = left.seconds(Progressed(n, 100, ""))
    assert seconds == pytest.approx(70)
    for n in range(1, 21):  # twice as fast from here on
        now = 30.0 + n
        seconds = left.seconds(Progressed(30 + 2 * n, 100, ""))
    assert seconds == pytest.approx(15, abs=2)
    assert in_words(75) == "1 minute" and in_words(3.2) == "3 seconds"


def test_times_are_read_as_clocks_are() -> None:
    assert clock(0) == "0:00.0" and clock(65.25, 2) == "1:05.25"
    assert clock(3723, 0) == "1:02:03" and clock(59.99) == "1:00.0"


def test_a_thousand_videos_cost_a_look_at_what_changed(
    view: PrepareWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = view.desk
    paths = [tmp_path / f"{n}.mp4" for n in range(1000)]
    desk.apply("Add", desk.decisions.with_videos(paths))
    shown: list[Path] = []
    monkeypatch.setattr(view.videos, "_show", lambda _item, path, *_: shown.append(path))
    desk.findings.problems[paths[7]] = "it cannot be read"
    desk.changed.emit()
    assert shown == [paths[7]]
    assert view.videos.tree.topLevelItemCount() == 1001


def test_the_settings_keep_where_clips_go(view: PrepareWindow, target: Path) -> None:
    assert view._settings.prepare.target == str(target)
