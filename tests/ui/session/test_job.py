"""Work that only reports, in a thread of its own."""

from __future__ import annotations

import os
import sys
import threading

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from vosgui.core.progress import Progress
from vosgui.ui.session.job import Job, Progressed


def test_progress_and_the_result_are_heard(qtbot: QtBot, qapp: QObject) -> None:
    heard: list[object] = []
    job = Job(qapp)
    job.yielded.connect(heard.append)
    job.progressed.connect(heard.append)

    def work(progress: Progress) -> str:
        progress.report(1, 2, "half")
        return "done"

    with qtbot.waitSignal(job.ended) as ended:
        job.begin(work)
    assert heard == [Progressed(1, 2, "half"), "done"]
    assert ended.args == [True]
    job.close()


def test_work_that_is_stopped_ends_at_its_next_report(qtbot: QtBot, qapp: QObject) -> None:
    heard: list[object] = []
    begun, go_on = threading.Event(), threading.Event()
    job = Job(qapp)
    job.yielded.connect(heard.append)

    def work(progress: Progress) -> str:
        begun.set()
        go_on.wait(10)
        progress.report(1, 2)
        return "done"

    with qtbot.waitSignal(job.ended) as ended:
        job.begin(work)
        assert begun.wait(10)
        job.stop()
        go_on.set()
    assert heard == [] and ended.args == [False]
    job.close()


def test_a_job_that_is_to_be_gone_begins_nothing(qtbot: QtBot, qapp: QObject) -> None:
    job = Job(qapp)
    job.retire()
    with qtbot.waitSignal(job.destroyed):
        job.begin(lambda _progress: "too late")
        assert not job.is_running


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_the_window_goes_before_work_and_all_that_it_begins(qtbot: QtBot, qapp: QObject) -> None:
    def priority() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work(_progress: Progress) -> list[int]:
        found = [priority()]
        begun = threading.Thread(target=lambda: found.append(priority()))
        begun.start()
        begun.join()
        return found

    job = Job(qapp)
    with qtbot.waitSignal(job.yielded) as heard:
        job.begin(work)
    (found,) = heard.args
    assert min(found) > priority()
    job.close()
