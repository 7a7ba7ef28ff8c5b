"""The platform's processes, wherever they come from: supervised, forked, detached or left over."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import psutil

from comptoir.embedded.environment import MARK
from comptoir.embedded.postgres import data_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from comptoir.settings import Settings

LEAVE_SECONDS: Final = 10.0
MEBIBYTE: Final = 1024 * 1024


def platform_processes(settings: Settings) -> list[psutil.Process]:
    """Return every process that bears the mark of this home, and its PostgreSQL; never the caller's own."""
    mark = str(settings.home)
    found = {process.pid: process for process in psutil.process_iter() if _mark_of(process) == mark}
    found |= {process.pid: process for process in _postgres(settings)}
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [process for pid, process in found.items() if pid not in own]


def _mark_of(process: psutil.Process) -> str | None:
    with suppress(psutil.Error, OSError):
        return process.environ().get(MARK)
    return None


def _postgres(settings: Settings) -> Iterator[psutil.Process]:
    """Find PostgreSQL by its own PID file: another user's environment may be closed to us."""
    with suppress(OSError, ValueError, psutil.Error):
        pid = int((data_folder(settings) / "postmaster.pid").read_text().split()[0])
        process = psutil.Process(pid)
        if str(data_folder(settings)) in process.cmdline():
            yield process
            yield from process.children(recursive=True)


def end_processes(processes: list[psutil.Process], seconds: float = LEAVE_SECONDS) -> None:
    """Ask processes to leave, and kill those that have not left in time."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=seconds)


def is_alive(pid: int) -> bool:
    """Tell whether a process of that id exists and is more than a remainder that nobody has collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def rss_mb(pid: int) -> int | None:
    """Return the resident memory of a process in MiB, None where it is gone."""
    try:
        return round(psutil.Process(pid).memory_info().rss / MEBIBYTE)
    except psutil.NoSuchProcess:
        return None


def group_rss_mb(pid: int) -> int | None:
    """Return the resident memory of all processes in a process's group in MiB, None where it is gone."""
    try:
        group = os.getpgid(pid)
    except ProcessLookupError:
        return None
    return sum(rss_mb(one) or 0 for one in psutil.pids() if _group_of(one) == group)


def _group_of(pid: int) -> int | None:
    with suppress(OSError):
        return os.getpgid(pid)
    return None


def holder_of(port: int) -> str:
    """Describe the process that listens on a port, as far as this user may know."""
    for connection in psutil.net_connections("tcp"):
        listens_there = connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:2] == (port,)
        if listens_there and connection.pid:
            with suppress(psutil.Error):
                return f"process {connection.pid} ({psutil.Process(connection.pid).name()})"
    return "another process"


def remembered_pid(path: Path) -> int | None:
    """Return the process id that a PID file names, None where there is none."""
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
