"""Faults that strike at once: one that meets a process which another has just killed strikes on, or says so."""

from __future__ import annotations

import subprocess
import threading
import time
from random import Random
from typing import TYPE_CHECKING

import psutil
import pytest

from comptoir.settings import Settings
from tests.faults import at_random, ground, scenarios
from tests.faults.ground import Ground

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 0.8


class Sleepers(Ground):
    """Servers that only sleep, each started again a moment after it was killed, as their supervisor would."""

    def begin(self) -> None:
        self.server = subprocess.Popen(["sleep", "60"])

    def pid(self, server: str) -> int:
        assert self.server.poll() is None, f"{server} doesn't run"
        return self.server.pid

    def take_away(self, seconds: float) -> None:
        self.server.kill()
        self.server.wait()
        time.sleep(seconds)
        self.server = subprocess.Popen(["sleep", "60"])


@pytest.fixture
def sleepers(tmp_path: Path) -> Iterator[Sleepers]:
    one = Sleepers(Settings(home=tmp_path), {})
    one.begin()
    yield one
    one.server.kill()
    one.server.wait()


def status(sleepers: Sleepers) -> str:
    return str(psutil.Process(sleepers.server.pid).status())


def test_a_server_is_stopped_and_goes_on(sleepers: Sleepers):
    pid = sleepers.server.pid
    assert sleepers.pause("kafka", SECONDS) == f"kafka {pid} stopped for 1 s"
    assert status(sleepers) != psutil.STATUS_STOPPED


def test_a_server_that_dies_between_two_looks_is_struck_once_it_is_back(
    sleepers: Sleepers, monkeypatch: pytest.MonkeyPatch
):
    dead, pid = sleepers.server.pid, sleepers.pid
    sleepers.take_away(0)
    answers = iter([dead])
    monkeypatch.setattr(sleepers, "pid", lambda server: next(answers, None) or pid(server))
    assert sleepers.pause("kafka", SECONDS) == f"kafka {sleepers.server.pid} stopped for 1 s"


def test_a_server_that_is_killed_while_it_is_stopped_was_stopped_until_then(sleepers: Sleepers):
    killer = threading.Timer(SECONDS, sleepers.take_away, [0])
    pid = sleepers.server.pid
    killer.start()
    assert sleepers.pause("kafka", 20) == f"kafka {pid} stopped for 1 s, then killed by another fault"
    killer.join()


def test_a_server_that_another_fault_lets_go_is_stopped_again(sleepers: Sleepers):
    process = psutil.Process(sleepers.server.pid)
    threading.Timer(SECONDS / 2, process.resume).start()
    assert sleepers.pause("kafka", SECONDS).endswith("stopped for 1 s, let go 1 times by another fault")


def test_a_server_is_killed_though_another_fault_came_first(sleepers: Sleepers):
    threading.Timer(0, sleepers.take_away, [SECONDS]).start()
    time.sleep(SECONDS / 4)
    assert sleepers.kill("kafka").endswith("killed")


def test_a_network_stutters_on_while_servers_come_and_go(sleepers: Sleepers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scenarios, "STUTTER_SECONDS", 3.0)
    killer = threading.Timer(SECONDS, sleepers.take_away, [SECONDS])
    killer.start()
    proof = scenarios.stutter(sleepers, Random(1))  # noqa: S311 - a schedule that can be repeated
    killer.join()
    assert "stops of 0.3 s" in proof
    assert status(sleepers) != psutil.STATUS_STOPPED


def test_a_network_that_never_stuttered_is_no_fault(sleepers: Sleepers, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(scenarios, "STUTTER_SECONDS", 0.5)
    sleepers.server.kill()
    sleepers.server.wait()
    with pytest.raises(AssertionError, match="no server was stopped"):
        scenarios.stutter(sleepers, Random(1))  # noqa: S311 - a schedule that can be repeated


def test_the_seed_is_told_before_its_faults_strike(
    sleepers: Sleepers, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def break_off(*_: object) -> None:
        raise ground.ComptoirError

    monkeypatch.setattr(at_random, "suffer", break_off)
    with pytest.raises(ground.ComptoirError):
        at_random.run_once(sleepers, "0a1b2c3d")
    assert capsys.readouterr().out.startswith("SEED=0a1b2c3d: ")
