"""Adopt or submit, never two: starts an application under its lease, or finds it running.

`adopt_or_submit` starts this module as a process of its own: the guardian. It takes the lease, or says
that another holds it and leaves. It then starts the application in a process group of its own, takes down
what is left of that group when its first process ends (a driver's Python outlives its JVM), and ends the
application when Airflow has said for a minute that no task watches it any more. A silent Airflow ends nothing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

from comptoir.embedded.attend import set_aside
from comptoir.errors import ComptoirError, TransientError
from comptoir.settings import load_settings
from comptoir_airflow.heartbeat import end_application
from comptoir_airflow.lease import Application, take

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import IO

PLUGINS: Final = Path(__file__).resolve().parents[1]
LOOK_SECONDS: Final = 20.0  # between two questions to Airflow
LOOKS_UNWATCHED: Final = 3  # in a row, before an application that nobody watches is ended
KEEP_ALIVE_TASK: Final = "keep_alive"


class Outcome(StrEnum):
    """What became of an attempt to start an application."""

    ADOPTED = "adopted"
    SUBMITTED = "submitted"


def adopt_or_submit(application: Application, command: Sequence[str]) -> Outcome:
    """Start the command under the application's lease, unless the application is running already."""
    application.log_file.parent.mkdir(parents=True, exist_ok=True)
    with application.log_file.open("ab") as log:
        guardian = subprocess.Popen(
            [sys.executable, "-m", "comptoir_airflow.launch", str(application.home), application.name, *command],
            cwd=PLUGINS,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert guardian.stdout is not None  # noqa: S101 - for the type checker: it was asked for
    answer = guardian.stdout.readline().decode().strip()
    if answer not in tuple(Outcome):
        raise TransientError(f"{application.name} could not be started; {application.log_file} says why.")
    return Outcome(answer)


def guard(application: Application, command: Sequence[str]) -> int:
    """Run the command under the lease until it ends; return its exit code (0 where another holds the lease)."""
    lease = take(application)
    if lease is None:
        _answer(Outcome.ADOPTED)
        return 0
    application.pid_file.unlink(missing_ok=True)
    with _log(application) as log:
        child = subprocess.Popen(
            command,
            cwd=application.home / "run",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=(lease,),
            process_group=0,
        )
    try:
        application.pid_file.write_text(str(child.pid))
        _answer(Outcome.SUBMITTED)
        return attend(child, lambda: is_watched(application.name), lambda: end_application(application))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)


def _log(application: Application) -> IO[bytes]:
    set_aside(application.log_file)
    return application.log_file.open("ab")


def _answer(outcome: Outcome) -> None:
    sys.stdout.write(f"{outcome}\n")
    sys.stdout.flush()


def attend(child: subprocess.Popen[bytes], is_wanted: Callable[[], bool], end: Callable[[], object]) -> int:
    """Wait for the child's end, and bring it about once it has not been wanted for several looks in a row."""
    unwatched = 0
    while True:
        try:
            return child.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            unwatched = 0 if is_wanted() else unwatched + 1
        if unwatched >= LOOKS_UNWATCHED:
            end()


def is_watched(name: str) -> bool:
    """Tell whether Airflow has an active task that keeps the application alive; yes where it doesn't say."""
    from comptoir_airflow.api import Airflow  # noqa: PLC0415 - the guardian is small until it first asks

    try:
        with Airflow(load_settings()) as airflow:
            return airflow.is_task_active(name, KEEP_ALIVE_TASK)
    except ComptoirError as error:
        sys.stderr.write(f"{error}\n")
        return True


def main() -> NoReturn:
    """Run as the guardian: HOME NAME COMMAND…."""
    home, name, *command = sys.argv[1:]
    signal.signal(signal.SIGTERM, _leave)
    sys.exit(guard(Application(name, Path(home)), command))


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


if __name__ == "__main__":
    main()
