"""The process that parses a file of a stranger: `python -m comptoir.reading.child FOLDER`, what to read on stdin.

It limits its own processor time and the length of its life, and leaves its answer in the folder; memory is watched
by whoever started it.
"""

from __future__ import annotations

import errno
import os
import pickle
import resource
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comptoir.errors import RejectedFileError
from comptoir.reading.exchange import write_recognised, write_refusal
from comptoir.reading.reader import recognise

if TYPE_CHECKING:
    from comptoir.settings import Settings

STARTED: Final = "started"
OUT_OF_MEMORY: Final = 12  # the exit code, after the number of ENOMEM
MACHINE_FAILED: Final = os.EX_IOERR
# What no file brings about, whatever is in it: a full or failing disk, a working copy that went away.
OF_THE_MACHINE: Final = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EIO,
        errno.EROFS,
        errno.ENOENT,
        errno.ESTALE,
        errno.EMFILE,
        errno.ENFILE,
    }
)


def main() -> None:
    """Read the file that standard input describes, under limits."""
    folder = Path(sys.argv[1])
    # Written by the process that started this one, and by nobody else.
    path, settings, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - as said above
    (folder / STARTED).touch()
    _limit(settings)
    try:
        _read(path, settings, arguments, folder)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError as error:
        if error.errno not in OF_THE_MACHINE:
            raise
        sys.stderr.write(f"{error}\n")
        sys.exit(MACHINE_FAILED)


def _limit(settings: Settings) -> None:
    seconds = settings.reading_cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Should nobody be left to watch, it still ends.
    signal.alarm(settings.reading_wall_seconds + 1)


def _read(path: Path, settings: Settings, arguments: dict[str, Any], folder: Path) -> None:
    try:
        recognised = recognise(path, settings, **arguments)
    except RejectedFileError as refusal:
        write_refusal(refusal, folder)
    else:
        write_recognised(recognised, folder)


if __name__ == "__main__":
    main()
