"""The running platform that stack and browser tests share, and the bare servers that some tests need alone.

Each has its own home, ports and processes, and is stopped at the end; no process may be left of it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psutil
import pytest

from comptoir.embedded.checks import is_free
from comptoir.embedded.platform import start_servers, stop_servers
from comptoir.settings import PORT_OFFSETS, PROJECT_ROOT, Settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

COMPTOIR = str(Path(sys.executable).parent / "comptoir")
TIMEZONE = "Europe/Paris"
FIRST_PORT, LAST_PORT, PORT_STEP = 24000, 32000, 50  # below the ports that systems hand out by themselves
STORES = {"mongo", "kafka", "namenode", "datanode"}
COMMAND_SECONDS = 600
# Less processor time where a JVM lives for minutes: Spark's first query costs 8 s of it, not 15.
QUICK_START = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1"}
RESERVATIONS: list[IO[str]] = []
UP_SECONDS = 900  # a first start downloads the servers


def free_port_base() -> int:
    """Return a base at which every port of a platform is free, and that no other test run takes meanwhile."""
    for base in range(FIRST_PORT, LAST_PORT, PORT_STEP):
        if all(is_free(base + offset) for offset in PORT_OFFSETS.values()) and _reserve(base):
            return base
    pytest.fail(f"No free ports for a platform between {FIRST_PORT} and {LAST_PORT}.")


def _reserve(base: int) -> bool:
    """Lock a base until this process ends; the servers on it listen only after a while."""
    reservation = (Path(tempfile.gettempdir()) / f"comptoir-tests-{base}.lock").open("w")
    try:
        fcntl.flock(reservation, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        reservation.close()
        return False
    RESERVATIONS.append(reservation)
    return True


def own_settings(home: Path) -> Settings:
    """Return the settings of a platform of its own, whatever the caller's environment says."""
    return Settings(home=home, port_base=free_port_base(), timezone=TIMEZONE, language="en")


def variables_of(settings: Settings) -> dict[str, str]:
    """Return the environment under which commands reach a platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMPTOIR_", "AIRFLOW"))}
    ours = {
        "COMPTOIR_HOME": str(settings.home),
        "COMPTOIR_PORT_BASE": str(settings.port_base),
        "COMPTOIR_TIMEZONE": settings.timezone,
        "COMPTOIR_LANGUAGE": settings.language,
    }
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept | ours | QUICK_START


@dataclass(frozen=True)
class RunningPlatform:
    """A whole platform, started as a user starts it.

    Attributes:
        settings: its settings.
        env: the environment in which its commands run.
        words: what `comptoir up` printed at the first start, the accounts included.
    """

    settings: Settings
    env: dict[str, str]
    words: str

    def run(self, *arguments: object, timeout: float = COMMAND_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run `comptoir` with arguments and return what it said and its exit code."""
        return run_comptoir(self.env, *arguments, timeout=timeout)

    def json(self, *arguments: object) -> Any:
        """Run `comptoir … --json`, which must end well, and return the document that it prints."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, f"{done.args}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def drop(self, *files: Path, code: int = 0) -> list[dict[str, Any]]:
        """Drop files, wait for them, and return their answers; the exit code must be the one expected."""
        done = self.run("drop", *files, "--wait", "--json")
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        answers: list[dict[str, Any]] = json.loads(done.stdout)
        return answers

    @property
    def accounts(self) -> dict[str, str]:
        """The passwords of the dashboard's accounts, by name, as the first start showed them."""
        _, _, told = self.words.partition("Accounts of the dashboard")
        lines = told.split("\n\n")[0].splitlines()[1:]
        return dict(line.split() for line in lines)

    @property
    def today(self) -> date:
        """Today in the trader's zone."""
        from datetime import datetime  # noqa: PLC0415 - the only use

        return datetime.now(self.settings.zone).date()

    def processes(self) -> list[psutil.Process]:
        """Return every process that bears this platform's home in its command line or environment."""
        return processes_of(self.settings.home)


def run_comptoir(
    env: dict[str, str], *arguments: object, timeout: float = COMMAND_SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    words = [COMPTOIR, *(str(argument) for argument in arguments)]
    return subprocess.run(
        words, env=env, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False, timeout=timeout
    )


def processes_of(home: Path) -> list[psutil.Process]:
    """Return the processes, zombies apart, that belong to a home."""
    return [process for process in psutil.process_iter() if _belongs_to(process, str(home))]


def _belongs_to(process: psutil.Process, home: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        bears = any(home in word for word in process.cmdline())
        return bears or process.environ().get("COMPTOIR_PLATFORM") == home
    except psutil.Error:
        return False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the whole platform, so that these can run apart: two cores carry one platform at a time."""
    for item in items:
        if "platform" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.platform)


@pytest.fixture(scope="session")
def platform() -> Iterator[RunningPlatform]:
    """The whole platform, up and empty at first; every test of the session that asks for it gets the same one."""
    home = Path(tempfile.mkdtemp(prefix="comptoir-"))
    settings = own_settings(home)
    env = variables_of(settings)
    started = run_comptoir(env, "up", timeout=UP_SECONDS)
    try:
        assert started.returncode == 0, f"comptoir up: {started.stdout}{started.stderr}"
        yield RunningPlatform(settings, env, started.stdout)
    finally:
        stopped = run_comptoir(env, "down")
    assert stopped.returncode == 0, f"comptoir down: {stopped.stdout}{stopped.stderr}"
    assert processes_of(home) == []
    shutil.rmtree(home)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """MongoDB, Kafka and HDFS alone, empty, for one module; yields the settings that reach them."""
    with running_servers(tmp_path_factory.mktemp("servers"), STORES) as settings:
        yield settings


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """MongoDB alone, empty, for one module; yields the settings that reach it."""
    with running_servers(tmp_path_factory.mktemp("mongo"), {"mongo"}) as settings:
        yield settings


@contextmanager
def running_servers(home: Path, only: Collection[str]) -> Iterator[Settings]:
    """Run some servers of a platform of its own, and see that nothing is left of them."""
    settings = own_settings(home)
    try:
        start_servers(settings, print, only=only)
        yield settings
    finally:
        stop_servers(settings, print)
    assert processes_of(settings.home) == []
