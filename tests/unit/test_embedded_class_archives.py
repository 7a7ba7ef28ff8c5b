"""An archive of classes is made once, whole or not at all, and only where Java can make one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comptoir.embedded import class_archives
from comptoir.embedded.class_archives import archive_in, make_archive, using
from comptoir.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A Java that came with the archive of its own classes."""
    home = tmp_path / "java"
    own = home / "lib" / "server" / "classes.jsa"
    own.parent.mkdir(parents=True)
    own.touch()
    (home / "release").write_text('JAVA_VERSION="17.0.1"\n')
    monkeypatch.setattr(class_archives, "java_home", lambda _: home)
    return Settings(home=tmp_path)


def writing(content: str) -> Callable[[Path, str], None]:
    """A program that leaves its classes where the option says."""
    return lambda _, option: void(Path(option.removeprefix("-XX:ArchiveClassesAtExit=")).write_text(content))


def void(_: object) -> None:
    """Give nothing back."""


def test_it_is_made_once_for_each_java(settings: Settings, tmp_path: Path):
    archive = archive_in(tmp_path, "broker", settings)
    make_archive(archive, settings, writing("first"))
    make_archive(archive, settings, writing("second"))
    assert (archive.name, archive.read_text()) == ("broker-17.0.1.jsa", "first")
    assert f"-XX:SharedArchiveFile={archive}" in using(archive)


def test_a_program_that_leaves_none_is_tried_again(settings: Settings, tmp_path: Path):
    archive = archive_in(tmp_path, "broker", settings)
    make_archive(archive, settings, lambda folder, _: void(folder.joinpath("half").write_text("…")))
    assert [path for path in tmp_path.iterdir() if "broker" in path.name] == []
    make_archive(archive, settings, writing("later"))
    assert archive.read_text() == "later"


def test_a_java_without_one_of_its_own_makes_none(settings: Settings, tmp_path: Path):
    (tmp_path / "java" / "lib" / "server" / "classes.jsa").unlink()
    archive = archive_in(tmp_path, "broker", settings)
    make_archive(archive, settings, writing("on nothing"))
    assert not archive.exists()
