"""A server that outlives its supervisor is attended by the next one, never started twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from comptoir.embedded import attend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Start = Callable[[], subprocess.Popen[bytes]]
SERVER = "import time; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for part in ("run", "logs"):
        (tmp_path / part).mkdir()
    return tmp_path


@pytest.fixture
def start(home: Path) -> Iterator[Start]:
    """Start the server as a supervisor does; whatever is left is killed."""
    started = []

    def one() -> subprocess.Popen[bytes]:
        words = [sys.executable, "-I", "-S", attend.__file__, str(home), "one", sys.executable, "-c", SERVER]
        started.append(subprocess.Popen(words, start_new_session=True))
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.wait()


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def said(home: Path) -> str:
    log = home / "logs" / "one.log"
    return log.read_text() if log.exists() else ""


def test_the_server_takes_the_place_of_what_started_it_and_writes_its_own_log(home: Path, start: Start):
    process = start()
    wait_for(lambda: said(home) == "up\n")
    assert attend.running(home, "one") == process.pid


def test_one_that_still_runs_is_attended_and_ends_by_the_signals_of_whoever_attends(home: Path, start: Start):
    server = start()
    wait_for(lambda: said(home) == "up\n")
    attendant = start()
    wait_for(lambda: handles_signals(attendant.pid))
    assert said(home) == "up\n"
    assert attend.running(home, "one") == server.pid
    attendant.send_signal(signal.SIGTERM)
    assert server.wait(20) == -signal.SIGTERM
    assert attendant.wait(20) == attend.ENDED
    assert attend.running(home, "one") is None


def handles_signals(pid: int) -> bool:
    with open(f"/proc/{pid}/status") as status:  # noqa: PTH123 - no file of ours
        caught = next(line for line in status if line.startswith("SigCgt:")).split()[1]
    return bool(int(caught, 16) & 1 << signal.SIGTERM - 1)


def test_another_process_with_the_id_of_one_that_ended_is_none_of_ours(home: Path, start: Start):
    attend.note_file(home, "one").write_text(f"{os.getpid()} 1")
    start()
    wait_for(lambda: said(home) == "up\n")


def test_a_long_log_is_set_aside(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(attend, "LOG_LIMIT_BYTES", 10)
    log = home / "logs" / "one.log"
    log.write_text("x" * 11)
    attend.set_aside(log)
    assert not log.exists()
    assert (home / "logs" / "one.log.1").read_text() == "x" * 11
