"""One process at most: the lease and its guardian, with a stand-in for the application."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest

from comptoir.errors import TransientError
from comptoir_airflow import launch, lease
from comptoir_airflow.launch import Outcome, adopt_or_submit, attend
from comptoir_airflow.lease import Application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# A parent and a child, as spark-submit's JVM and its Python: each adds its pid to the file `started`.
STAND_IN = """
import os, subprocess, sys, time
with open("started", "a") as file: file.write(f"{os.getpid()}\\n")
if sys.argv[1:] == ["child"]:
    time.sleep(600)
subprocess.run([sys.executable, __file__, "child"], close_fds=True)
"""


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    stream = Application("stand_in", tmp_path)
    yield stream
    lease.kill(stream)
    assert lease.wait_until_free(stream, 5)


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    return [sys.executable, str(script)]


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def started_pids(application: Application) -> list[int]:
    path = application.home / "run" / "started"
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def running(pids: list[int]) -> list[int]:
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def test_two_submits_at_once_start_one_process(application: Application, command: list[str]):
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: adopt_or_submit(application, command), range(4)))
    assert sorted(outcomes) == [Outcome.ADOPTED, Outcome.ADOPTED, Outcome.ADOPTED, Outcome.SUBMITTED]
    assert wait_for(lambda: len(started_pids(application)) == 2)
    time.sleep(0.5)
    assert len(started_pids(application)) == 2
    assert lease.process_group(application) == started_pids(application)[0]


def test_looking_at_a_free_lease_does_not_keep_it_from_being_taken(application: Application, command: list[str]):
    with ThreadPoolExecutor(1) as pool:
        looks = pool.submit(lambda: [lease.is_held(application) for _ in range(20_000)])
        assert adopt_or_submit(application, command) is Outcome.SUBMITTED
        looks.result()


def test_killing_the_parent_takes_its_child_down_and_frees_the_lease(application: Application, command: list[str]):
    adopt_or_submit(application, command)
    assert wait_for(lambda: len(started_pids(application)) == 2)
    os.kill(started_pids(application)[0], signal.SIGKILL)
    assert lease.wait_until_free(application, 5)
    assert wait_for(lambda: running(started_pids(application)) == [])


def test_killing_the_guardian_alone_keeps_the_lease_with_the_application(application: Application, command: list[str]):
    adopt_or_submit(application, command)
    assert wait_for(lambda: len(started_pids(application)) == 2)
    parent = psutil.Process(started_pids(application)[0])
    os.kill(parent.ppid(), signal.SIGKILL)
    time.sleep(0.3)
    assert lease.is_held(application)
    assert adopt_or_submit(application, command) is Outcome.ADOPTED


def test_a_terminated_guardian_takes_the_application_with_it(application: Application, command: list[str]):
    adopt_or_submit(application, command)
    assert wait_for(lambda: len(started_pids(application)) == 2)
    os.kill(psutil.Process(started_pids(application)[0]).ppid(), signal.SIGTERM)
    assert lease.wait_until_free(application, 5)
    assert wait_for(lambda: running(started_pids(application)) == [])


def test_the_application_is_in_no_session_of_its_submitter(application: Application, command: list[str]):
    adopt_or_submit(application, command)
    assert os.getsid(lease.process_group(application)) != os.getsid(0)


def test_a_dead_application_is_submitted_again(application: Application, command: list[str]):
    adopt_or_submit(application, command)
    assert lease.kill(application)
    assert lease.wait_until_free(application, 5)
    assert lease.process_group(application) is None
    assert adopt_or_submit(application, command) is Outcome.SUBMITTED


def test_what_cannot_be_started_says_where_to_read_why(application: Application):
    with pytest.raises(TransientError, match=r"logs/stand_in\.log"):
        adopt_or_submit(application, ["/nowhere/spark-submit"])
    assert "/nowhere/spark-submit" in application.log_file.read_text()


def test_an_application_that_nobody_watches_is_ended_after_three_looks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(launch, "LOOK_SECONDS", 0.01)
    answers = iter([False, False, True, False, False, False])
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        assert attend(child, lambda: next(answers), child.kill) == -signal.SIGKILL
    assert list(answers) == []


def test_a_silent_airflow_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("COMPTOIR_HOME", str(tmp_path))
    monkeypatch.setenv("COMPTOIR_PORT_BASE", "1024")  # nothing listens there
    launch.load_settings.cache_clear()
    assert launch.is_watched("stand_in")
    assert "did not answer" in capsys.readouterr().err
    launch.load_settings.cache_clear()
