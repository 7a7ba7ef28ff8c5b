"""Which Java is taken, and what the wrapper around a Java without the vector module does."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from comptoir.embedded import java as java_module
from comptoir.embedded.java import java_home, major_version, release_of
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

WITH_VECTOR = "java.base jdk.incubator.vector"


def make_java(folder: Path, version: str, modules: str = WITH_VECTOR) -> Path:
    """Make a Java that prints its arguments, one a line."""
    (folder / "bin").mkdir(parents=True)
    command = folder / "bin" / "java"
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    command.chmod(0o755)
    (folder / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\nMODULES="{modules}"\n')
    return folder


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = make_java(tmp_path / "it's a wheel", "17.0.9", "java.base")
    monkeypatch.setattr(java_module, "wheel_home", lambda: home)
    monkeypatch.setattr(java_module, "home_on_path", lambda: None)
    return home


def own_settings(tmp_path: Path, java: Path | None = None) -> Settings:
    return Settings(cache=tmp_path / "cache").model_copy(update={"java_home": java})


@pytest.mark.parametrize(("version", "major"), [("17.0.15", 17), ("21", 21), ("1.8.0_402", 1), ("", 0)])
def test_the_major_version_is_read_from_the_release_file(tmp_path: Path, version: str, major: int):
    assert major_version(make_java(tmp_path / "java", version)) == major


def test_a_folder_without_a_release_file_is_no_java(tmp_path: Path):
    assert release_of(tmp_path) == {}
    assert major_version(tmp_path) == 0


@pytest.mark.usefixtures("wheel")
def test_a_recent_java_of_the_machine_is_taken_as_it_is(tmp_path: Path):
    own = make_java(tmp_path / "own", "21.0.1")
    assert java_home(own_settings(tmp_path, own)) == own


def test_an_old_java_gives_way_to_the_wheel(tmp_path: Path, wheel: Path):
    old = make_java(tmp_path / "old", "11.0.2")
    wrapped = java_home(own_settings(tmp_path, old))
    assert str(wheel / "bin" / "java").replace("'", "'\"'\"'") in (wrapped / "bin" / "java").read_text()


def test_the_wrapper_drops_the_one_flag_and_keeps_every_other_word(tmp_path: Path, wheel: Path):
    assert wheel.exists()
    command = java_home(own_settings(tmp_path)) / "bin" / "java"
    words = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "two words", "", "-cp", "a:b"]
    said = subprocess.run([command, *words], capture_output=True, text=True, check=True).stdout
    assert said == "-Xmx1g\ntwo words\n\n-cp\na:b\n"
