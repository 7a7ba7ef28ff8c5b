"""Starts a server of the platform, or attends the one that outlived its supervisor.

Usage: attend.py HOME NAME COMMAND…, as the supervisor's child. The command takes this process's place, so that it is
the supervisor's own child; its output goes to its log file and not through the supervisor, whose death would break it.
Where the server of that name still runs, this process stays, passes the supervisor's signals on, and ends with it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from types import FrameType

PASSED_ON: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
LOG_LIMIT_BYTES: Final = 20_000_000  # a longer log is set aside at the next start
ENDED: Final = 1  # whatever became of an attended server, which was nobody's child
START_TIME_FIELD: Final = 22  # of /proc/PID/stat, see proc(5)


def start_or_attend(home: Path, name: str, command: list[str]) -> NoReturn:
    """Become the server, or attend it where it runs already."""
    if (pid := running(home, name)) is not None:
        sys.exit(attend(pid))
    note(home, name)
    _write_to_log(home / "logs" / f"{name}.log")
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


def note_file(home: Path, name: str) -> Path:
    """Return the file that knows a server's process."""
    return home / "run" / f"{name}.process"


def note(home: Path, name: str) -> None:
    """Note that this process is the server."""
    note_file(home, name).write_text(f"{os.getpid()} {_start_of(os.getpid())}")


def running(home: Path, name: str) -> int | None:
    """Return the process id of a server that was started here and still runs; None where it doesn't."""
    try:
        pid, started = note_file(home, name).read_text().split()
    except (OSError, ValueError):
        return None
    return int(pid) if _start_of(int(pid)) == started else None


def _start_of(pid: int) -> str | None:
    """Return when a process started, in the kernel's ticks, by which one id's processes are told apart."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    state = after_name[0]
    return None if state == "Z" else after_name[START_TIME_FIELD - 3]


def attend(pid: int) -> int:
    """Wait for the end of a process that is not ours, and pass signals on to it and its group."""

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(pid, number)

    for number in PASSED_ON:
        signal.signal(number, pass_on)
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(pid)
        select.select([ended], [], [])
    return ENDED


def _write_to_log(path: Path) -> None:
    set_aside(path)
    log = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())


def set_aside(log: Path) -> None:
    """Begin a new log where the old one is long."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


if __name__ == "__main__":
    start_or_attend(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
