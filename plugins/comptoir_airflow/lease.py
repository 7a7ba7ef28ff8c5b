"""One process at most of a long-running application: who holds its lease, and how it is ended.

The lease is an `flock` on a file below `HOME/run`. A guardian process and the application that it starts both
hold it, so it is free only when both are gone, however they went. The PID file beside it names the
application's process group.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

# A look at the lease holds it for microseconds; whoever wants it tries again for this long.
TAKE_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.05


@dataclass(frozen=True)
class Application:
    """A long-running application and its files below the platform's home."""

    name: str
    home: Path

    @property
    def lock_file(self) -> Path:
        """The file whose lock is the lease."""
        return self.home / "run" / f"{self.name}.lock"

    @property
    def pid_file(self) -> Path:
        """Where the id of the application's process group is."""
        return self.home / "run" / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        """Where the application's output goes."""
        return self.home / "logs" / f"{self.name}.log"


def take(application: Application) -> int | None:
    """Return a descriptor that holds the lease; None where somebody else holds it."""
    application.lock_file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(application.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + TAKE_SECONDS
    while not _locked(handle, fcntl.LOCK_EX):
        if time.monotonic() > deadline:
            os.close(handle)
            return None
        time.sleep(PAUSE_SECONDS)
    return handle


def is_held(application: Application) -> bool:
    """Tell whether some process holds the lease."""
    if not application.lock_file.exists():
        return False
    handle = os.open(application.lock_file, os.O_RDONLY)
    try:
        return not _locked(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _locked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def process_group(application: Application) -> int | None:
    """Return the process group of the application that holds the lease; None where none runs."""
    if not is_held(application):
        return None
    try:
        return int(application.pid_file.read_text())
    except FileNotFoundError:
        return None


def started_at(application: Application) -> datetime | None:
    """Return since when the application has been running (UTC); None before it was first started."""
    try:
        return datetime.fromtimestamp(application.pid_file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def kill(application: Application) -> bool:
    """Kill the application's process group at once; tell whether there was one."""
    group = process_group(application)
    if group is None:
        return False
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
    return True


def wait_until_free(application: Application, seconds: float) -> bool:
    """Wait until nobody holds the lease; tell whether that came within the time."""
    deadline = time.monotonic() + seconds
    while is_held(application):
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True
