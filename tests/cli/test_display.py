"""What a window needs of the machine is looked for before Qt is asked, and named in one line."""

from __future__ import annotations

import ctypes
import importlib
import sys

import pytest

from vosgui.cli.display import check_display, has_display
from vosgui.cli.main import main
from vosgui.errors import InputError


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return what to set the environment of a Linux machine by; it has no display yet."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_without_a_display_there_is_no_window(linux: pytest.MonkeyPatch) -> None:
    assert not has_display()
    with pytest.raises(InputError, match="no display"):
        check_display()
    linux.setenv("QT_QPA_PLATFORM", "offscreen")
    check_display()


def test_other_systems_have_one(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(sys, "platform", "darwin")
    assert has_display()
    check_display()


def test_a_library_that_qt_would_abort_for_is_named(linux: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    linux.setattr(ctypes, "CDLL", missing)
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    check_display()  # Qt needs no X11 there
    linux.setenv("DISPLAY", ":0")
    linux.delenv("WAYLAND_DISPLAY")
    with pytest.raises(InputError, match=r"libxcb-cursor\.so\.0.*apt-get install"):
        check_display()


def test_a_command_names_the_system_library_that_it_lacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(name: str) -> None:
        raise ImportError("libGL.so.1: cannot open shared object file")

    monkeypatch.setattr(importlib, "import_module", lacking)
    assert main(["validate", "somewhere"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "libGL.so.1" in said and "libgl1" in said
