"""Settings: kept between starts, and never a reason not to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from vosgui.ui.session.settings import Settings, load_settings, save_settings, settings_file


def test_what_was_set_is_there_again() -> None:
    settings = Settings(scheme="light", keys={"verify": ["J"]})
    settings.run.follow = True
    settings.remember(Path("/clips/a"))
    settings.remember(Path("/clips/b"))
    settings.remember(Path("/clips/a"))
    save_settings(settings)
    assert load_settings() == settings
    assert settings.recent == ["/clips/a", "/clips/b"]


def test_the_first_start_has_defaults() -> None:
    assert load_settings() == Settings()


@pytest.mark.parametrize("content", [b"", b"{", b'{"scheme": "pink"}', b"\xff\xfe", b"[]"])
def test_a_damaged_file_is_set_aside(content: bytes) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(content)
    assert load_settings() == Settings()
    aside = settings_file().with_name("settings.json.unreadable")
    assert aside.read_bytes() == content


def test_settings_of_a_later_version_are_read_as_far_as_they_are_known() -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(b'{"scheme": "light", "invented_later": [1, 2]}')
    assert load_settings() == Settings(scheme="light")


def test_keys_of_actions_that_were_renamed_are_kept() -> None:
    save_settings(Settings(keys={"run_fill": ["J"], "adapt": ["K"], "verify": ["L"]}))
    assert load_settings().keys == {"run_bidirectional": ["J"], "finetune": ["K"], "verify": ["L"]}


def test_the_seconds_of_a_run_that_learns_are_kept_under_their_new_name() -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_bytes(b'{"run": {"adapt_seconds": 120, "flip": true}}')
    settings = load_settings()
    assert (settings.run.finetune_seconds, settings.run.flip) == (120, True)
    save_settings(settings)
    assert b"adapt" not in settings_file().read_bytes()
    assert load_settings() == settings
