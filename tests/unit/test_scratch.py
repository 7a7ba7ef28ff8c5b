"""Folders of a process go with it: at its end, or by the next one that makes such a folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from comptoir import scratch
from comptoir.scratch import LOCK, PREFIX, OwnFolder

if TYPE_CHECKING:
    from pathlib import Path

OWNER = """
import sys, time
from pathlib import Path
from comptoir.scratch import OwnFolder
print(OwnFolder(Path(sys.argv[1])).path, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def none_is_young(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", -1)


def test_what_a_killed_process_left_is_removed_by_the_next_and_that_of_a_living_one_is_not(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as owner:
        try:
            assert owner.stdout is not None
            left = tmp_path / owner.stdout.readline().strip()
            (left / "piece").write_text("x")
            OwnFolder(tmp_path).remove()
            assert (left / "piece").exists()
        finally:
            owner.kill()
    assert left.exists()
    OwnFolder(tmp_path).remove()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_has_no_lock_yet_is_not_anybody_s_to_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = tmp_path / f"{PREFIX}1"
    made.mkdir()
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", 60)
    OwnFolder(tmp_path).remove()
    assert made.exists()
    monkeypatch.setattr(scratch, "YOUNG_SECONDS", -1)
    OwnFolder(tmp_path).remove()
    assert not made.exists()


def test_a_link_that_is_called_a_lock_is_left_alone(tmp_path: Path):
    other = tmp_path / "other"
    other.write_text("theirs")
    made = tmp_path / f"{PREFIX}1"
    made.mkdir()
    (made / LOCK).symlink_to(other)
    OwnFolder(tmp_path).remove()
    assert other.read_text() == "theirs"
    assert made.exists()


def test_without_a_home_it_is_where_the_system_keeps_what_is_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = OwnFolder(tmp_path / "none")
    assert folder.path.parent == tmp_path
    folder.remove()
    assert list(tmp_path.iterdir()) == []
