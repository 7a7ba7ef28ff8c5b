"""The jars are the pinned ones or none at all."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from comptoir.embedded.jars import HERE, check_jars, fetch_jars, jars_folder, read_pins
from comptoir.errors import MisconfiguredError
from comptoir.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"a jar"
PINS = {"kafka/a.jar": sha256(CONTENT).hexdigest()}


def make_jar(folder: Path, name: str, content: bytes = CONTENT) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def test_pinned_jars_pass(tmp_path: Path):
    make_jar(tmp_path, "kafka/a.jar")
    check_jars(tmp_path, PINS)


def test_a_changed_a_missing_and_an_extra_jar_are_named(tmp_path: Path):
    with pytest.raises(MisconfiguredError, match=r"kafka/a\.jar"):
        check_jars(tmp_path, PINS)
    make_jar(tmp_path, "kafka/a.jar", b"another jar")
    make_jar(tmp_path, "spark/b.jar")
    with pytest.raises(MisconfiguredError, match=r"kafka/a\.jar, spark/b\.jar"):
        check_jars(tmp_path, PINS)


def test_every_server_has_its_pins():
    pins = read_pins()
    assert {path.split("/")[0] for path in pins} == {"kafka", "hdfs", "spark"}
    assert all(len(digest) == 64 for digest in pins.values())


def test_no_registry_is_named():
    assert "://" not in (HERE / "ivy.xml").read_text()


def test_jars_that_are_there_are_not_fetched_again(tmp_path: Path):
    settings = Settings(cache=tmp_path)
    jars_folder(settings).mkdir(parents=True)
    said: list[str] = []
    assert fetch_jars(settings, said.append) == jars_folder(settings)
    assert said == []
