"""Only whole, plain, new files are shown to the watcher."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from comptoir.landing.drop import deliver, prepare_drop_zone, prepare_zone
from comptoir.landing.watching import Memory, settled_files, unusable_folders
from comptoir.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path, settle_seconds=0.5)
    prepare_drop_zone(settings)
    return settings


def shown(settings: Settings, memory: Memory, now: float) -> list[str]:
    return [Path(signature.path).name for signature in settled_files(settings, memory, now)]


def test_a_file_is_shown_once_it_has_stayed_the_same(settings: Settings) -> None:
    memory = Memory()
    path = settings.drop_folder / "v.csv"
    path.write_text("a")
    assert shown(settings, memory, 10.0) == []
    assert shown(settings, memory, 10.4) == []
    path.write_text("a;b")
    assert shown(settings, memory, 10.6) == []
    assert shown(settings, memory, 11.0) == []
    assert shown(settings, memory, 11.1) == ["v.csv"]


def test_a_file_that_is_open_for_writing_is_not_shown(settings: Settings) -> None:
    memory = Memory()
    path = settings.drop_folder / "v.csv"
    with path.open("w") as file:
        file.write("half")
        file.flush()
        shown(settings, memory, 0.0)
        assert shown(settings, memory, 60.0) == []
    with path.open() as reader:
        reader.read()
        assert shown(settings, memory, 61.0) == ["v.csv"]


def test_a_delivered_file_is_shown_at_once(settings: Settings) -> None:
    deliver(settings, io.BytesIO(b"a;b"), "v.csv")
    assert shown(settings, Memory(), 0.0) == ["v.csv"]


def test_a_handled_file_is_not_shown_until_it_changes(settings: Settings) -> None:
    memory = Memory()
    path = deliver(settings, io.BytesIO(b"a;b"), "v.csv")
    [signature] = settled_files(settings, memory, 0.0)
    memory.note_handled(signature)
    assert shown(settings, memory, 9.0) == []
    path.write_bytes(b"a;b;c")
    assert shown(settings, memory, 10.0) == ["v.csv"]


def test_what_is_no_finished_file_is_ignored(settings: Settings, tmp_path: Path) -> None:
    folder, memory = settings.drop_folder, Memory()
    for name in (".hidden", "~$v.xlsx", "v.csv.part", "v.TMP", "v.crdownload"):
        (folder / name).write_text("x")
    (folder / "folder.csv").mkdir()
    (folder / "done" / "old.csv").write_text("x")
    (tmp_path / "elsewhere.csv").write_text("x")
    (folder / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    os.mkfifo(folder / "pipe.csv")
    shown(settings, memory, 0.0)
    assert shown(settings, memory, 60.0) == []


def test_the_oldest_file_comes_first(settings: Settings) -> None:
    memory = Memory()
    for name, moment in (("b.csv", 200), ("a.csv", 300), ("c.csv", 100)):
        (folder_file := settings.drop_folder / name).write_text(name)
        os.utime(folder_file, (moment, moment))
    shown(settings, memory, 0.0)
    assert shown(settings, memory, 1.0) == ["c.csv", "b.csv", "a.csv"]


def test_a_missing_drop_zone_shows_nothing(tmp_path: Path) -> None:
    assert settled_files(Settings(home=tmp_path / "none"), Memory(), 0.0) == []


def test_the_zones_of_accounts_are_watched_and_links_are_not_followed(settings: Settings, tmp_path: Path) -> None:
    zone, memory = prepare_zone(settings, "claire"), Memory()
    (zone / "v.csv").write_text("a")
    for finished in ("done", "refused"):
        (zone / finished / "old.csv").write_text("a")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.csv").write_text("a")
    (zone.parent / "linked").symlink_to(elsewhere)
    (zone.parent / ".hidden").mkdir()
    (zone.parent / ".hidden" / "h.csv").write_text("a")
    (zone / "link.csv").symlink_to(elsewhere / "secret.csv")
    (zone.parent / "stray.csv").write_text("a")
    shown(settings, memory, 0.0)
    assert shown(settings, memory, 1.0) == ["v.csv"]


def test_zones_behind_a_link_are_not_watched(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "claire").mkdir(parents=True)
    (tmp_path / "elsewhere" / "claire" / "v.csv").write_text("a")
    (settings.drop_folder / "accounts").symlink_to(tmp_path / "elsewhere")
    shown(settings, memory := Memory(), 0.0)
    assert shown(settings, memory, 1.0) == []


def test_a_folder_without_rights_is_named_and_holds_up_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_zone(settings, "paul")
    closed = prepare_zone(settings, "claire")
    assert unusable_folders(settings) == []
    monkeypatch.setattr(os, "access", lambda path, _rights: Path(path) != closed)
    assert unusable_folders(settings) == [closed]
