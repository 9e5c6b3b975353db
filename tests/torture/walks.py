"""Random walks through the real window: nothing is raised, nothing is lost, and nothing grows."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from docs.scripts.stage import wait_for
from tests.torture.trial import Trial
from tests.ui.hurry import Hurry, assert_same, shown
from tests.ui.test_any_order import n_threads
from tests.ui.windows import make_clip
from vosgui.ui.main_window import MainWindow
from vosgui.ui.session.settings import Settings
from vosgui.ui.status import memory_bytes

_ACTS = 500  # between two looks
_REST_MS = 60_000


def run(trial: Trial) -> None:
    """Walk until the time is over; look at memory, threads and what is kept now and then."""
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    raised: list[str] = []
    sys.excepthook = _noting(raised)
    settings = Settings()
    settings.run.model = "flow"
    window = MainWindow(settings)
    window.show()
    clips = [make_clip(trial.folder / f"clip{n}", n_frames=20 + 10 * n, seed=n) for n in range(2)]
    hurry = Hurry(window, clips, trial.seed, dialogs=True)
    held: list[tuple[int, int]] = []
    while trial.goes_on or not held:
        for n in range(_ACTS):
            hurry.act()
            if n % 3 == 0:
                QTest.qWait(n % 7)
        trial.n += _ACTS
        _come_to_rest(window, hurry)
        wait_for(window.session.frame_loaded, lambda: window.opener.open_path(clips[1]))
        _look_again(window, trial)
        gc.collect()
        held.append((memory_bytes(), n_threads(window)))
        trial.faults += [f"after {trial.n} acts: {line}" for line in raised]
        raised.clear()
        hurry.acts.clear()
    window.close()
    # The first looks are a program that warms up.
    first, last = held[min(2, len(held) - 1)], held[-1]
    trial.said["memory"] = f"{first[0] / 1e6:.0f} to {last[0] / 1e6:.0f} MB"
    trial.said["threads"] = f"{first[1]} to {last[1]}"
    if last[0] > 1.05 * first[0] or last[1] > first[1]:
        trial.faults.append(f"memory and threads at each look: {held}")


def _noting(raised: list[str]) -> Callable[..., None]:
    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = trace.tb_frame.f_code if trace else None
        raised.append(f"{kind.__name__}: {error} in {where}")

    return note


def _come_to_rest(window: MainWindow, hurry: Hurry) -> None:
    hurry.come_to_rest()
    for _ in range(_REST_MS // 10):
        QTest.qWait(10)
        is_at_work = window.runs.is_running or window.opener.reading.is_running
        if not is_at_work and not window.findChildren(QDialog):
            return
    raise TimeoutError("The window does not come to rest.")


def _look_again(window: MainWindow, trial: Trial) -> None:
    """Compare what is shown with what is read from the project when the clip is opened again."""
    session = window.session
    before, path = shown(session), session.info.path
    window.actions_["close_clip"].trigger()
    wait_for(session.frame_loaded, lambda: window.opener.open_path(path))
    try:
        assert_same(shown(session), before)
        trial.count("opened again")
    except AssertionError as error:
        trial.faults.append(f"after {trial.n} acts: not what was shown: {error}")
