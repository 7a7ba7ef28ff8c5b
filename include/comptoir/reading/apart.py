"""Reads a file in a process of its own, so that a file that kills its reader kills nothing else."""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import sys
import time
import weakref
from typing import TYPE_CHECKING, Any, Final

import psutil

from comptoir.errors import MisconfiguredError, TransientError
from comptoir.memory import KEEP_FREED
from comptoir.reading.child import MACHINE_FAILED, OUT_OF_MEMORY, STARTED
from comptoir.reading.exchange import BrokenExchangeError, read_outcome
from comptoir.reading.formats import refused
from comptoir.scratch import OwnFolder

if TYPE_CHECKING:
    from pathlib import Path

    from comptoir.reading.tables import ReadFile
    from comptoir.settings import Settings

LOG = logging.getLogger(__name__)

WATCH_SECONDS: Final = 0.02
ERRORS: Final = "errors.txt"
ERRORS_SHOWN: Final = 2_000
# What the parser has no use for: addresses with passwords, and the variables that hold such.
SECRETS: Final = ("mongo_uri", "kafka_bootstrap", "hdfs_url", "airflow_db", "spark_master")
SECRET_VARIABLES: Final = ("COMPTOIR_", "AIRFLOW", "_AIRFLOW")
OUT_OF_TIME: Final = frozenset({-signal.SIGXCPU, -signal.SIGALRM})


def read_apart(path: Path, settings: Settings, *, name: str | None = None, **arguments: Any) -> ReadFile:
    """Do as `reader.read_file` does, in a child process with limits on memory, processor time and duration.

    Args:
        path: the file.
        settings: as for `read_file`, and the limits (`reading_…`).
        name: what sentences call the file; default its own name.
        arguments: all others that `read_file` takes.

    Raises:
        RejectedFileError: as `read_file`; or reading it took more than the limits allow, or crashed.
        AmbiguousFileError: as `read_file`.
        TransientError: the machine failed it: a full disk, a working copy that went away.
        MisconfiguredError: the child process did not start.
    """
    called = name or path.name
    bare = settings.model_copy(update=dict.fromkeys(SECRETS))
    request = pickle.dumps((path.absolute(), bare, {"name": called, **arguments}))
    folder = OwnFolder(settings.home)
    try:
        file = _read(request, folder.path, settings, called)
    except BaseException:
        folder.remove()
        raise
    # What is read from disk when asked for must stay there until then; the tables go with the file.
    weakref.finalize(file, folder.remove)
    return file


def _read(request: bytes, folder: Path, settings: Settings, called: str) -> ReadFile:
    problem = _run(request, folder, settings)
    if problem:
        raise refused(problem, called)
    try:
        return read_outcome(folder)
    except BrokenExchangeError as error:
        LOG.exception("The answer of the process that read %s can't be used.", called)
        raise refused("reading_crashed", called) from error


def _run(request: bytes, folder: Path, settings: Settings) -> str | None:
    """Run the child to its end; return the code of the problem that ended it, or None where it answered."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(SECRET_VARIABLES)}
    command = [sys.executable, "-I", "-m", "comptoir.reading.child", str(folder)]
    with (folder / ERRORS).open("wb") as errors:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            # What it unpacks goes with the folder, however it ends.
            env=environment | KEEP_FREED | {"TMPDIR": str(folder)},
        )
        try:
            _send(child, request)
            broken = _watch(child, settings)
        finally:
            child.kill()
            code = child.wait()
    return broken or _verdict(code, folder)


def _send(child: subprocess.Popen[bytes], request: bytes) -> None:
    assert child.stdin is not None  # noqa: S101 - a pipe was asked for
    try:
        child.stdin.write(request)
        child.stdin.close()
    except BrokenPipeError:
        return  # it is dead; its exit code says why


def _watch(child: subprocess.Popen[bytes], settings: Settings) -> str | None:
    """Wait for the child's end; return the limit that it broke, if one."""
    process = psutil.Process(child.pid)
    limit_bytes = settings.reading_memory_mebibytes << 20
    deadline = time.monotonic() + settings.reading_wall_seconds
    while child.poll() is None:
        if _memory_bytes(process) > limit_bytes:
            return "reading_memory"
        if time.monotonic() > deadline:
            return "reading_time"
        time.sleep(WATCH_SECONDS)
    return None


def _memory_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0  # it has ended


def _verdict(code: int, folder: Path) -> str | None:
    if code == 0:
        return None
    said = (folder / ERRORS).read_text(encoding="utf-8", errors="replace")[-ERRORS_SHOWN:]
    if not (folder / STARTED).exists():
        raise MisconfiguredError(f"The process that reads files did not start; see docs/operations.md. It said: {said}")
    if code in OUT_OF_TIME:
        return "reading_time"
    if code == MACHINE_FAILED:
        raise TransientError(f"The machine failed while a file was read, which is tried again: {said.strip()}")
    LOG.error("The process that read a file ended with %s: %s", code, said)
    return "reading_memory" if code == OUT_OF_MEMORY else "reading_crashed"
