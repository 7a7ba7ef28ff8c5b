"""An archive of classes is made once, whole or not at all, and only where Java can make one."""

from __future__ import annotations

from pathlib import Path

import pytest

from comptoir.embedded import class_archives
from comptoir.embedded.class_archives import archive_in, make_archive, using
from comptoir.settings import Settings


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


class Program:
    """A program that leaves some classes where the option says, or none."""

    def __init__(self, classes: str | None, *, runs_well: bool = True) -> None:
        self.classes = classes
        self.runs_well = runs_well
        self.words: list[str] = []

    def __call__(self, folder: Path, option: str) -> bool:
        (folder / "log").write_text("…")
        if self.classes:
            Path(option.removeprefix("-XX:ArchiveClassesAtExit=")).write_text(self.classes)
        return self.runs_well

    def make(self, archive: Path, settings: Settings) -> list[str]:
        """Make its archive; return what was said meanwhile."""
        make_archive(archive, settings, lambda: self.words.append("takes a while"), self)
        return self.words


def left_in(folder: Path) -> list[str]:
    """What there is of a broker."""
    return [path.name for path in folder.iterdir() if "broker" in path.name]


def test_it_is_made_once_for_each_java(settings: Settings, tmp_path: Path):
    archive = archive_in(tmp_path, "broker", settings)
    assert using(archive) == ()
    assert Program("first").make(archive, settings) == ["takes a while"]
    assert Program("second").make(archive, settings) == []
    assert (left_in(tmp_path), archive.read_text()) == (["broker-17.0.1.jsa"], "first")
    assert f"-XX:SharedArchiveFile={archive}" in using(archive)


@pytest.mark.parametrize("program", [Program("half", runs_well=False), Program(None)], ids=["failed", "left none"])
def test_a_program_that_leaves_none_is_tried_again(settings: Settings, tmp_path: Path, program: Program):
    archive = archive_in(tmp_path, "broker", settings)
    program.make(archive, settings)
    assert left_in(tmp_path) == []
    Program("later").make(archive, settings)
    assert archive.read_text() == "later"


def test_a_java_without_one_of_its_own_makes_none(settings: Settings, tmp_path: Path):
    (tmp_path / "java" / "lib" / "server" / "classes.jsa").unlink()
    archive = archive_in(tmp_path, "broker", settings)
    assert Program("on nothing").make(archive, settings) == []
    assert not archive.exists()
