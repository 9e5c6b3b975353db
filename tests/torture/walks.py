"""Random walks through the real window: nothing is raised, nothing is lost, and nothing grows."""

from __future__ import annotations

from docs.scripts.stage import wait_for
from tests.torture.trial import Trial
from tests.ui.day import Day, Held
from tests.ui.hurry import assert_same, shown
from vosgui.ui.main_window import MainWindow


def run(trial: Trial) -> None:
    """Walk until the time is over; look at memory, threads and what is kept now and then."""
    day = Day(trial.folder, trial.seed)
    looks: list[Held] = []
    for held in day.looks():
        trial.n = held.n_acts
        looks.append(held)
        _look_again(day.window, trial)
        trial.faults += [f"after {trial.n} acts: {line}" for line in day.raised]
        day.raised.clear()
        if not trial.goes_on and held.n_acts:
            break
    day.window.close()
    first, last = looks[0], looks[-1]
    trial.said["memory"] = f"{first.n_bytes / 1e6:.0f} to {last.n_bytes / 1e6:.0f} MB"
    trial.said["threads"] = f"{first.n_threads} to {last.n_threads}"
    is_more = last.n_widgets > first.n_widgets + 4 or last.n_threads > first.n_threads
    if last.n_bytes > 1.05 * first.n_bytes or is_more:
        trial.faults.append(f"acts, widgets, threads and memory at each look: {looks}")


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
